import {
  isRestError,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  type RestError,
} from '@azure/core-rest-pipeline';
import { appError } from '../../domain/errorCatalogue';
import type { Delay } from '../delay';
import { retryAfterMs } from '../retryAfter';
import { armAction } from './action';
import { nativeSignal } from './signals';
import { untilText } from './untilText';

/** How often a call is tried, the first time included. */
export const TRIES = 4;
/** The longest wait (ms) that a call sits through; if Azure asks for more, the person is told until when. */
export const PATIENCE_MS = 60_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

const WORTH_RETRYING = new Set([408, 429, 500, 502, 503, 504]);
/** The request never left, so it is safe to send again whatever it does. */
const NEVER_LEFT = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);
const MAY_HAVE_ARRIVED = new Set(['ECONNRESET', 'ETIMEDOUT', 'EPIPE']);
/** What a POST to one of these does is only reading. */
const READING_POSTS = /\/(resources|backupValidateOperation|backupStatus|azureBackupGet\w*|\w*[lL]ist\w*)$/;

interface RetryDeps {
  /** ms UTC. */
  readonly now: () => number;
  /** At least 0 and below 1. */
  readonly random: () => number;
  readonly delay: Delay;
  readonly log: (text: string) => void;
}

/**
 * Tries a call again when Azure is busy or the network fails: as `Retry-After` says, else later each time and never quite at the
 * same moment as others. What could have been done already, an action that is not a read, is not sent twice.
 * @throws AppError `AzureThrottled` with the moment until which Azure asks to wait; `AzureUnreachable`, `AzureUnavailable`
 */
export function retryPolicy({ now, random, delay, log }: RetryDeps): PipelinePolicy {
  return {
    name: 'azureRetries',
    sendRequest: async (request, next) => {
      for (let tries = 1; ; tries++) {
        const outcome = await attempt(async () => next(request));
        if (!isWorthRetrying(request, outcome)) return settled(outcome);
        const asked = outcome.response && retryAfterMs(outcome.response.headers, now());
        if (tries === TRIES || (asked ?? 0) > PATIENCE_MS) return givenUp(outcome, asked, now());
        const wait = waitFor(tries, asked, random());
        const { action } = armAction(request.method, request.url);
        log(
          `${reasonOf(outcome)}: ${action} is tried again in ${Math.ceil(wait / 1000)} s (${tries + 1} of ${TRIES}).`,
        );
        await delay(wait, nativeSignal(request));
      }
    },
  };
}

/** The wait (ms) before the next try. With `asked` it is never shorter than that. */
function waitFor(tries: number, asked: number | undefined, random: number): number {
  if (asked !== undefined) return asked + random * FIRST_WAIT_MS;
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS);
  return longest * (0.5 + random / 2);
}

type Outcome =
  | { readonly response: PipelineResponse; readonly error?: undefined }
  | { readonly response?: undefined; readonly error: RestError };

async function attempt(send: () => Promise<PipelineResponse>): Promise<Outcome> {
  try {
    return { response: await send() };
  } catch (error) {
    // Anything else is of our own making: a sign-in that is needed, or a call that was called off.
    if (!isRestError(error) || error.response !== undefined) throw error;
    return { error };
  }
}

function isWorthRetrying(request: PipelineRequest, { response, error }: Outcome): boolean {
  const isSafe = request.method !== 'POST' || READING_POSTS.test(new URL(request.url).pathname);
  if (error) return NEVER_LEFT.has(error.code ?? '') || (isSafe && MAY_HAVE_ARRIVED.has(error.code ?? ''));
  // Azure has not even looked at what it throttles.
  return response.status === 429 || (isSafe && WORTH_RETRYING.has(response.status));
}

function settled({ response, error }: Outcome): PipelineResponse {
  if (error) throw unreachable(error);
  return response;
}

function givenUp({ response, error }: Outcome, asked: number | undefined, now: number): PipelineResponse {
  if (error) throw unreachable(error);
  if (asked !== undefined && (response.status === 429 || response.status === 503)) {
    throw appError('AzureThrottled', { until: untilText(now + asked, now) }, { retryAfterMs: asked });
  }
  // An answer of ARM's own tells its code; what a gateway says is a page.
  if (response.status >= 500 && !response.bodyAsText?.trimStart().startsWith('{')) {
    throw appError('AzureUnavailable', { status: response.status });
  }
  return response;
}

function unreachable(error: RestError): Error {
  return appError('AzureUnreachable', { reason: error.message }, { cause: error });
}

function reasonOf({ response, error }: Outcome): string {
  return error ? `Azure was not reached (${error.code})` : `Azure answered ${response.status}`;
}
