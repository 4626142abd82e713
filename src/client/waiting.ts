import { createPipelineRequest, type PipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import * as z from 'zod';
import { appError, generalRecommendation } from '../domain/errorCatalogue';
import { AppError, isAppError } from '../domain/errors';
import { asAppErrors, toAppError } from './armErrors';
import type { CallOptions, StartedOperation } from './connection';
import { type Delay, realDelay } from './delay';
import { headersOf, type RawAnswer } from './operationLinks';
import { retryAfterMs } from './retryAfter';
import { serviceErrorIn, toldBy } from './serviceError';

/** Sends a request through an SDK client's pipeline: sign-in, retries and transport are the client's own. */
export interface Sender {
  sendRequest: (request: PipelineRequest) => Promise<PipelineResponse>;
}

/** How long-running operations of a service are looked at. Times in ms. */
export interface Waits {
  /** Before the second look; each further one comes later, where the service does not say when. */
  readonly firstMs: number;
  readonly longestMs: number;
  /**
   * How long to go on waiting while the service cannot be asked. After that the operation is not known to have failed: it may
   * be followed again later. Without it the first trouble is the end of the waiting.
   */
  readonly patienceMs?: number;
  readonly delay: Delay;
  /** At least 0 and below 1; makes waits up to a tenth longer, so that what began together is not asked for together. */
  readonly random: () => number;
  /** ms UTC. */
  readonly now: () => number;
  readonly watch?: OperationWatch;
}

/** Is told of everything long that a client begins, so that another window can go on following it. */
export interface OperationWatch {
  begun(operation: StartedOperation): void;
  /** It has ended, well or not; one whose waiting was called off is not told. */
  ended(url: string): void;
  /** It is not followed any more, and nobody knows how it ends. */
  left(url: string): void;
}

const ENGINE_WAITS: Waits = { firstMs: 25, longestMs: 2000, delay: realDelay, random: () => 0, now: Date.now };
const waitsOfSenders = new WeakMap<Sender, Waits>();

/** Sets how the operations of a client are waited for, once; the engine's short waits are for everybody else. */
export function setWaits(sender: Sender, waits: Waits): void {
  waitsOfSenders.set(sender, waits);
}

const operationSchema = z.object({
  status: z.string(),
  error: z.unknown().optional(),
  properties: z.object({ jobId: z.string().nullish() }).loose().nullish(),
});
/** What these say is about whoever asks, or how often. */
const NOT_OF_THE_OPERATION = new Set([401, 403, 408, 429]);
const PASSING = ['AzureThrottled', 'AzureUnavailable', 'AzureUnreachable', '408', '429'];
const UNSUCCESSFUL = ['Failed', 'Canceled', 'Cancelled', 'Invalid'];

/**
 * Follows the link of a long-running operation to its end: an `Azure-AsyncOperation`, which tells a status, or a `Location`, which
 * answers 202 until it is done. `Retry-After` says when to look again; without one the waits grow.
 * @returns the name of the job that the operation started, if there is one
 * @throws AppError with the operation's own code when it failed, `AzureOutcomeUnknown` where Azure could not be asked for long;
 * an AbortError as soon as `signal` fires
 */
export async function followOperation(sender: Sender, url: string, signal?: AbortSignal): Promise<string | undefined> {
  return jobIn(await followToEnd(sender, url, signal));
}

/** As {@link followOperation}. @returns everything that the operation tells of its result */
async function followToEnd(sender: Sender, url: string, signal?: AbortSignal): Promise<Result> {
  const waits = waitsOfSenders.get(sender) ?? ENGINE_WAITS;
  let troubleMs = 0;
  for (let wait = waits.firstMs; ; wait = Math.min(wait * 2, waits.longestMs)) {
    signal?.throwIfAborted();
    const look = await lookAt(sender, url, { signal, now: waits.now });
    if (look.kind === 'ended') return look.result;
    const asked = Math.max(ENGINE_WAITS.firstMs, look.askedMs ?? wait);
    troubleMs = look.kind === 'trouble' ? troubleMs + asked : 0;
    if (look.kind === 'trouble') assertWorthWaiting(look.error, troubleMs, waits.patienceMs);
    await waits.delay(asked * (1 + waits.random() / 10), signal);
  }
}

type Look =
  | { readonly kind: 'ended'; readonly result: Result }
  | { readonly kind: 'running'; readonly askedMs: number | undefined }
  /** It could not be asked for, which says nothing about the operation. */
  | { readonly kind: 'trouble'; readonly error: unknown; readonly askedMs: number | undefined };

/** @throws AppError with the operation's own code when it failed, or what was answered in its place, for example that it is gone */
async function lookAt(
  sender: Sender,
  url: string,
  { signal, now }: { signal: AbortSignal | undefined; now: () => number },
): Promise<Look> {
  let response: PipelineResponse;
  let operation: Operation | undefined;
  try {
    response = await sender.sendRequest(createPipelineRequest({ url, method: 'GET', abortSignal: signal }));
    if (response.status < 400 && response.status !== 202) operation = operationIn(response);
  } catch (error) {
    if (isAbort(error)) throw error;
    return { kind: 'trouble', error, askedMs: isAppError(error) ? error.details.retryAfterMs : undefined };
  }
  const { status, headers } = response;
  const askedMs = retryAfterMs(headers, now());
  if (status >= 400) {
    const error = Object.assign(new Error(`HTTP ${status}`), { response, code: String(status) });
    if (!NOT_OF_THE_OPERATION.has(status) && status < 500) throw error;
    return { kind: 'trouble', error, askedMs };
  }
  if (status === 202) return { kind: 'running', askedMs };
  if (operation === undefined || operation.status === 'Succeeded') {
    return { kind: 'ended', result: operation?.properties ?? undefined };
  }
  if (UNSUCCESSFUL.includes(operation.status)) throw failureOf(operation);
  return { kind: 'running', askedMs };
}

/** @throws AppError `AzureOutcomeUnknown`, with the trouble, where it does not pass by itself or lasts too long */
function assertWorthWaiting(error: unknown, troubleMs: number, patienceMs: number | undefined): void {
  if (patienceMs === undefined) throw error;
  if (troubleMs <= patienceMs && isPassing(error)) return;
  const { message, ...trouble } = toAppError(error);
  const code = 'code' in trouble ? String(trouble.code) : 'Unexpected';
  throw appError('AzureOutcomeUnknown', {}, { cause: error, details: [{ code, message }] });
}

/**
 * Sends a request that starts an operation and waits for the operation (not for its job).
 * @returns the job's name
 * @throws AppError with the service's code
 */
export async function runOperation(
  sender: Sender,
  options: CallOptions,
  send: (onResponse: (response: RawAnswer) => void) => Promise<unknown>,
): Promise<string | undefined> {
  return jobIn(await runToEnd(sender, options, send));
}

/** As {@link runOperation}. @returns everything that the operation tells of its result */
export async function runToEnd(
  sender: Sender,
  { signal, onOperation, secondRegion }: CallOptions & Pick<StartedOperation, 'secondRegion'>,
  send: (onResponse: (response: RawAnswer) => void) => Promise<unknown>,
): Promise<Result> {
  return asAppErrors(async () => {
    const { operation, location } = await headersOf(send);
    const url = operation ?? location;
    if (url === undefined) return undefined;
    const { now, watch } = waitsOfSenders.get(sender) ?? ENGINE_WAITS;
    const begun = { url, started: now(), ...(secondRegion && { secondRegion }) };
    onOperation?.(begun);
    watch?.begun(begun);
    try {
      const result = await followToEnd(sender, url, signal);
      watch?.ended(url);
      return result;
    } catch (error) {
      if (isAppError(error, 'AzureOutcomeUnknown')) watch?.left(url);
      else if (!isAbort(error)) watch?.ended(url);
      throw error;
    }
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Trouble of the way to the service, or of the service itself, not of who asks. A page that is not JSON is a gateway's. */
function isPassing(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return PASSING.includes(code) || /^5\d\d$/.test(code);
}

type Operation = z.infer<typeof operationSchema>;
type Result = NonNullable<Operation['properties']> | undefined;

function jobIn(result: Result): string | undefined {
  return result?.jobId ?? undefined;
}

/** What an answer says of an operation; `undefined` where it is the result itself, or nothing. */
function operationIn({ bodyAsText }: PipelineResponse): Operation | undefined {
  return bodyAsText ? operationSchema.safeParse(JSON.parse(bodyAsText)).data : undefined;
}

function failureOf({ status, error }: Operation): AppError {
  const told = serviceErrorIn(error);
  if (told && told.recommendations.length > 0) return toldBy(told, undefined);
  const { code, message } = told ?? { code: status, message: `The operation ended as ${status}.` };
  // Most operations tell code and message only; what to do next is the catalogue's.
  return new AppError(code, message, { details: { recommendation: generalRecommendation(code) } });
}
