import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { appError } from '../../domain/errorCatalogue';

/**
 * Writes a file that only its owner may change and makes its folder; it appears whole or not at all.
 * @throws AppError `ServiceFileNotWritable`
 */
export async function writeTextFile(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, content, { mode: 0o600 });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw appError('ServiceFileNotWritable', { file: path, reason }, { cause, target: path });
  }
}

/** True if there is something at a path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
