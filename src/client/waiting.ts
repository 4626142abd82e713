import { setTimeout as delay } from 'node:timers/promises';
import { createPipelineRequest, type PipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import * as z from 'zod';
import { generalRecommendation } from '../domain/errorCatalogue';
import { AppError } from '../domain/errors';
import { asAppErrors } from './armErrors';
import { headersOf, type RawAnswer } from './operationLinks';

const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 2000;

/** Sends a request through an SDK client's pipeline: sign-in, retries and transport are the client's own. */
export interface Sender {
  sendRequest: (request: PipelineRequest) => Promise<PipelineResponse>;
}

const operationSchema = z.object({
  status: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  properties: z.object({ jobId: z.string().optional() }).loose().optional(),
});

/**
 * Follows an `Azure-AsyncOperation` link to its end. The waits start short and grow; `Retry-After` wins.
 * @returns the name of the job that the operation started, if there is one
 * @throws AppError with the operation's own code when it failed; an AbortError as soon as `signal` fires
 */
export async function followOperation(sender: Sender, url: string, signal?: AbortSignal): Promise<string | undefined> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    signal?.throwIfAborted();
    const response = await get(sender, url, signal);
    const operation = operationSchema.parse(JSON.parse(response.bodyAsText ?? '{}'));
    if (operation.status === 'Succeeded') return operation.properties?.jobId;
    if (operation.status !== 'InProgress') {
      const { code, message } = operation.error ?? {
        code: operation.status,
        message: `The operation ended as ${operation.status}.`,
      };
      // An operation tells code and message only; what to do next is the catalogue's.
      throw new AppError(code, message, { details: { recommendation: generalRecommendation(code) } });
    }
    await pause(waitOf(response, wait), signal);
  }
}

/**
 * Sends a request that starts an operation and waits for the operation (not for its job).
 * @returns the job's name
 * @throws AppError with the service's code
 */
export async function runOperation(
  sender: Sender,
  signal: AbortSignal | undefined,
  send: (onResponse: (response: RawAnswer) => void) => Promise<unknown>,
): Promise<string | undefined> {
  return asAppErrors(async () => {
    const { operation } = await headersOf(send);
    return operation === undefined ? undefined : followOperation(sender, operation, signal);
  });
}

/** Follows a `Location` link until it answers something else than 202. */
export async function followLocation(sender: Sender, url: string, signal?: AbortSignal): Promise<void> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    signal?.throwIfAborted();
    const response = await get(sender, url, signal);
    if (response.status !== 202) return;
    await pause(waitOf(response, wait), signal);
  }
}

async function get(sender: Sender, url: string, signal: AbortSignal | undefined): Promise<PipelineResponse> {
  const response = await sender.sendRequest(createPipelineRequest({ url, method: 'GET', abortSignal: signal }));
  if (response.status >= 400)
    throw Object.assign(new Error(`HTTP ${response.status}`), { response, code: String(response.status) });
  return response;
}

function waitOf(response: PipelineResponse, fallback: number): number {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.max(FIRST_WAIT_MS, seconds * 1000) : fallback;
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(ms, undefined, { signal });
}
