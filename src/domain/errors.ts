/** What happened, on what, and what to do next: the facts that every failure in the product carries. */
export interface AppErrorDetails {
  /** The rule, field or resource the failure is about, for example `retention.daily`. */
  readonly target?: string;
  /** What the person should do next, as one or more sentences. */
  readonly recommendation?: string;
  /** How long (ms) the service asks to wait before it is asked again. */
  readonly retryAfterMs?: number;
  /** Further failures found in the same request, for example one per broken policy rule. */
  readonly details?: readonly { readonly code: string; readonly message: string; readonly target?: string }[];
}

/**
 * The one error type that code in this project throws on purpose. Test it by `code` (see {@link isAppError}), never by
 * message: it also crosses process borders as `{ code, message }`.
 */
export class AppError extends Error {
  readonly code: string;
  readonly details: AppErrorDetails;

  constructor(code: string, message: string, options: { cause?: unknown; details?: AppErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/**
 * True if `error` is an {@link AppError}, of one of `codes` when any are given. It goes by the name: the engine that `serve` loads
 * is a bundle of its own, with a class of its own.
 */
export function isAppError(error: unknown, ...codes: readonly string[]): error is AppError {
  if (!(error instanceof Error) || error.name !== 'AppError' || !('code' in error)) return false;
  return codes.length === 0 || codes.some((code) => code === error.code);
}
