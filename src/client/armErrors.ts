import { AppError, isAppError } from '../domain/errors';
import { serviceErrorIn, toldBy } from './serviceError';

/**
 * Any failure of a call as an AppError with the service's code, message, details and recommendation. Cancellation stays
 * an `AbortError`.
 */
export function toAppError(error: unknown): Error {
  if (isAppError(error) || (error instanceof Error && error.name === 'AbortError')) return error;
  const told = bodiesOf(error).flatMap((body) => serviceErrorIn(body) ?? [])[0];
  if (told) return toldBy(told, error);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return new AppError(error.code, error.message, { cause: error });
  }
  return new AppError('UnexpectedAnswer', error instanceof Error ? error.message : String(error), { cause: error });
}

/** Runs a call and turns its failure into an AppError. */
export async function asAppErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toAppError(error);
  }
}

const errorBodies = new WeakMap<object, string>();

/** Keeps the body of a refused request: some SDKs hand on only the members that Azure's own errors have there. */
export function keepErrorBody(request: object, body: string): void {
  errorBodies.set(request, body);
}

/** Where the body of an error may be: the SDK parsed it in one of the ways of its two generations, or left it as text. */
function bodiesOf(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return [];
  const details = 'details' in error ? error.details : undefined;
  const kept = 'request' in error ? bodyOf({ bodyAsText: keptBody(error.request) }) : undefined;
  const text = 'response' in error ? bodyOf(error.response) : undefined;
  return [kept, text, details];
}

function keptBody(request: unknown): string | undefined {
  return typeof request === 'object' && request !== null ? errorBodies.get(request) : undefined;
}

function bodyOf(response: unknown): unknown {
  if (typeof response !== 'object' || response === null || !('bodyAsText' in response)) return undefined;
  try {
    return JSON.parse(String(response.bodyAsText));
  } catch {
    return undefined; // not JSON: a proxy's page, for example; the status code still tells
  }
}
