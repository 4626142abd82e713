import { join } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import type { AppError } from '../../domain/errors';
import { ENGINE_LOG } from '../../protocol/engineEndpoint';

/** The data folder cannot be used for writing. */
export function folderNotWritable(folder: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return appError('EngineFolderNotWritable', { folder, reason }, { cause, target: folder });
}

/** The engine of a data folder did not come up. */
export function startFailed(folder: string, reason: string, cause?: unknown): AppError {
  return appError('EngineStartFailed', { folder, reason, file: join(folder, ENGINE_LOG) }, { cause, target: folder });
}
