import { appError } from '../../../domain/errorCatalogue';
import type { AppError } from '../../../domain/errors';

/** The error of a cleanup that cannot be sure what is needed: then nothing is deleted. */
export function cleanupRefused(reason: string, cause?: unknown): AppError {
  return appError('LocalCleanupRefused', { reason }, { cause });
}
