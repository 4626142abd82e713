import type * as z from 'zod';
import { AppError } from '../../domain/errors';

/** Validates a request body. @throws AppError `InvalidRequestContent` naming the first wrong members */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new AppError('InvalidRequestContent', `The request content was invalid: ${problems.join('; ')}`, {
    details: { recommendation: 'Correct the named members and send the request again.' },
  });
}
