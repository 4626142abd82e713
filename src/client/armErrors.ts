import * as z from 'zod';
import { AppError, type AppErrorDetails, isAppError } from '../domain/errors';

const detailSchema = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });
const envelopeSchema = z.object({
  error: detailSchema.extend({
    details: z.array(detailSchema).optional(),
    additionalInfo: z.array(z.object({ type: z.string(), info: z.object({ text: z.string().optional() }) })).optional(),
  }),
});

/**
 * Any failure of a call as an AppError with the service's code, message, details and recommendation. Cancellation stays
 * an `AbortError`.
 */
export function toAppError(error: unknown): Error {
  if (isAppError(error) || (error instanceof Error && error.name === 'AbortError')) return error;
  const envelope = envelopeOf(error);
  if (envelope) return fromEnvelope(envelope, error);
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

type Envelope = z.infer<typeof envelopeSchema>['error'];

/** The error body, parsed by the SDK in one of the ways of its two generations, or as text. */
function envelopeOf(error: unknown): Envelope | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const details = 'details' in error ? error.details : undefined;
  const kept = 'request' in error ? bodyOf({ bodyAsText: keptBody(error.request) }) : undefined;
  const text = 'response' in error ? bodyOf(error.response) : undefined;
  for (const candidate of [kept, text, details, { error: details }]) {
    const parsed = envelopeSchema.safeParse(candidate);
    if (parsed.success) return parsed.data.error;
  }
  return undefined;
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

function fromEnvelope({ code, message, target, details, additionalInfo }: Envelope, cause: unknown): AppError {
  const recommendation = additionalInfo?.find((info) => info.type === 'Recommendation')?.info.text;
  const more: AppErrorDetails = { target, details, recommendation };
  return new AppError(code, message, { cause, details: more });
}
