import * as z from 'zod';
import { roleFor } from '../domain/azureRoles';
import { appError } from '../domain/errorCatalogue';
import { AppError } from '../domain/errors';

const text = z.union([z.string(), z.number()]).transform(String);
const partSchema = z.object({
  code: text,
  message: z.string().nullish(),
  target: z.string().nullish(),
  details: z.array(z.unknown()).nullish(),
  recommendations: z.array(z.string()).nullish(),
  additionalInfo: z.array(z.unknown()).nullish(),
});
const adviceSchema = z.object({ type: z.literal('Recommendation'), info: z.object({ text: z.string() }) });

/** A failure as a service tells it, without the nesting. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  /** What the service says to do, each sentence once. */
  readonly recommendations: readonly string[];
  /** What it says more, the outer first. */
  readonly details: readonly { readonly code: string; readonly message: string; readonly target?: string }[];
}

/**
 * The error in the body of an answer or of an operation: `{ error: {…} }` or the error itself, however deep its details are
 * nested, also as JSON inside a message. `undefined` if there is none. One broken part never hides the others.
 */
export function serviceErrorIn(body: unknown): ServiceError | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { data } = partSchema.safeParse('error' in body ? body.error : body);
  if (!data) return undefined;
  const inside = jsonIn(data.message);
  const within = [...(data.details ?? []), ...(inside === undefined ? [] : [inside])].flatMap(
    (detail) => serviceErrorIn(detail) ?? [],
  );
  const details = within.flatMap(({ code, message, target, details: deeper }) => [
    { code, message, ...(target === undefined ? {} : { target }) },
    ...deeper,
  ]);
  const advice = [
    ...(data.recommendations ?? []),
    ...(data.additionalInfo ?? []).flatMap((info) => adviceSchema.safeParse(info).data?.info.text ?? []),
    ...within.flatMap(({ recommendations }) => recommendations),
  ];
  const [first] = details;
  return {
    code: data.code,
    message: inside === undefined ? (data.message ?? first?.message ?? data.code) : (first?.message ?? data.code),
    ...(data.target ? { target: data.target } : {}),
    recommendations: Array.from(new Set(advice)),
    details,
  };
}

/** Some services put the answer of another one, as JSON, where a sentence is expected. */
function jsonIn(message: string | null | undefined): unknown {
  if (!message?.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined; // a sentence that begins with a brace
  }
}

const REFUSALS = new Set(['AuthorizationFailed', 'LinkedAuthorizationFailed']);
const REFUSED =
  /does not have (?:authorization|permission) to perform action(?:\(s\))? '([^']+)' (?:over|on)(?: the)?(?: linked)? scope(?:\(s\))? '([^']+)'/;

/** The failure that a service told. A missing permission names what is missing, where, and the role that has it. */
export function toldBy(told: ServiceError, cause: unknown): AppError {
  const { code, message, target, recommendations, details } = told;
  const [, action, scope] = (REFUSALS.has(code) && REFUSED.exec(message)) || [];
  if (action !== undefined && scope !== undefined) {
    return appError('AuthorizationFailed', { action, scope, role: roleFor(action) }, { cause });
  }
  return new AppError(code, message, {
    cause,
    details: {
      ...(target === undefined ? {} : { target }),
      ...(details.length === 0 ? {} : { details }),
      ...(recommendations.length === 0 ? {} : { recommendation: recommendations.join(' ') }),
    },
  });
}
