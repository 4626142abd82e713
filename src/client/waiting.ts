import { createPipelineRequest, type PipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import * as z from 'zod';
import { generalRecommendation } from '../domain/errorCatalogue';
import { AppError } from '../domain/errors';
import { asAppErrors } from './armErrors';
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
  /** It has ended, well or not; one that is only followed no more is not told. */
  ended(url: string): void;
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
const UNSUCCESSFUL = ['Failed', 'Canceled', 'Cancelled', 'Invalid'];

/**
 * Follows the link of a long-running operation to its end: an `Azure-AsyncOperation`, which tells a status, or a `Location`, which
 * answers 202 until it is done. `Retry-After` says when to look again; without one the waits grow.
 * @returns the name of the job that the operation started, if there is one
 * @throws AppError with the operation's own code when it failed; an AbortError as soon as `signal` fires
 */
export async function followOperation(sender: Sender, url: string, signal?: AbortSignal): Promise<string | undefined> {
  return jobIn(await followToEnd(sender, url, signal));
}

/** As {@link followOperation}. @returns everything that the operation tells of its result */
async function followToEnd(sender: Sender, url: string, signal?: AbortSignal): Promise<Result> {
  const waits = waitsOfSenders.get(sender) ?? ENGINE_WAITS;
  for (let wait = waits.firstMs; ; wait = Math.min(wait * 2, waits.longestMs)) {
    signal?.throwIfAborted();
    const response = await get(sender, url, signal);
    if (response.status !== 202) {
      const operation = operationIn(response);
      if (operation === undefined || operation.status === 'Succeeded') return operation?.properties ?? undefined;
      if (UNSUCCESSFUL.includes(operation.status)) throw failureOf(operation);
    }
    const asked = retryAfterMs(response.headers, waits.now()) ?? wait;
    await waits.delay(Math.max(ENGINE_WAITS.firstMs, asked) * (1 + waits.random() / 10), signal);
  }
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
      if (!isAbort(error)) watch?.ended(url);
      throw error;
    }
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

async function get(sender: Sender, url: string, signal: AbortSignal | undefined): Promise<PipelineResponse> {
  const response = await sender.sendRequest(createPipelineRequest({ url, method: 'GET', abortSignal: signal }));
  if (response.status >= 400)
    throw Object.assign(new Error(`HTTP ${response.status}`), { response, code: String(response.status) });
  return response;
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
