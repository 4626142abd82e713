import * as z from 'zod';
import { AppError } from '../../domain/errors';

const envelopeSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    target: z.string().optional(),
    recommendation: z.string().optional(),
  }),
});

/** The error that the engine put into an answer, or on the last line of its log; `undefined` if it is none. */
export function errorIn(reply: unknown): AppError | undefined {
  const { data } = envelopeSchema.safeParse(reply);
  if (!data) return undefined;
  const { code, message, target, recommendation } = data.error;
  return new AppError(code, message, { details: { target, recommendation } });
}
