import { AppError, isAppError } from '../../domain/errors';

/** The system's error code (`ENOENT`, `ENOSPC`, …) of a failed call, or an empty string. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** True if the system says that a disk or a quota is full. */
export function isNoSpace(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemCode(error));
}

/** The error of a chunk, page or pack whose bytes are not what was written. */
export function damaged(what: string, cause?: unknown): AppError {
  return new AppError('LocalChunkDamaged', `Stored data is damaged: ${what}.`, {
    cause,
    details: { recommendation: 'Verify the vault to see which recovery points are affected.' },
  });
}

/** The error of a repository that cannot be opened; `target` says which part is at fault. */
export function unreadable(target: string, message: string, cause?: unknown): AppError {
  return new AppError('LocalVaultUnreadable', message, { cause, details: { target } });
}

/** The error of work that its caller asked to stop. */
export function cancelled(): AppError {
  return new AppError('LocalOperationCancelled', 'The operation was cancelled.');
}

/** What an error is like after it crossed to another thread. */
export interface ErrorMessage {
  readonly code: string;
  readonly message: string;
  readonly details: AppError['details'];
  readonly stack: string;
}

/** The form of an error that can be posted to another thread. */
export function toErrorMessage(error: unknown): ErrorMessage {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  if (isAppError(error)) return { code: error.code, message: error.message, details: error.details, stack };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'LocalWorkerFailed', message: `A worker thread failed: ${message}`, details: {}, stack };
}

/** The error again, with the other thread's stack as its cause. */
export function fromErrorMessage(error: ErrorMessage): AppError {
  return new AppError(error.code, error.message, { cause: error.stack, details: error.details });
}
