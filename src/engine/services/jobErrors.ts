import { errorEntry, isErrorCode } from '../../domain/errorCatalogue';
import { AppError } from '../../domain/errors';
import type { JobErrorRecord } from '../catalog/records';

/** A failure in the form that jobs keep: number, title, sentence, what to do next (SPEC §9.2). */
export function jobErrorOf(error: unknown): JobErrorRecord {
  const known = error instanceof AppError ? error : new AppError('InternalServerError', String(error));
  const entry = isErrorCode(known.code) ? errorEntry(known.code) : undefined;
  return {
    code: entry?.jobErrorCode ?? 0,
    title: entry?.jobErrorCode === undefined ? known.code : entry.title,
    message: known.message,
    recommendations: known.details.recommendation === undefined ? [] : [known.details.recommendation],
  };
}
