import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { AppError } from '../../domain/errors';
import { writePrivateFile } from './files';

const KEY_BYTES = 32;

/**
 * Makes the data folder if need be and proves that it can be written.
 * @returns its absolute path
 */
export async function prepareDataFolder(path: string): Promise<string> {
  const folder = resolve(path);
  const probe = join(folder, `.writable-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(probe, '', { mode: 0o600 });
    await rm(probe);
  } catch (error) {
    throw notWritable(folder, error);
  }
  return folder;
}

/** The key that wraps the vaults' master keys; made on first use. Only for the holder of the lock. */
export async function folderKey(folder: string): Promise<Buffer> {
  const path = join(folder, 'key');
  const found = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw notWritable(folder, error);
  });
  if (found?.length === KEY_BYTES) return found;
  if (found) {
    // Never replaced by a new one: the vaults' master keys can only be unwrapped with the right key.
    throw new AppError('EngineKeyDamaged', `The key file ${path} is damaged: it has ${found.length} bytes, not 32.`, {
      details: {
        target: path,
        recommendation:
          'Put the original key file back, or attach the vaults with their recovery keys in a new data folder.',
      },
    });
  }
  const key = randomBytes(KEY_BYTES);
  await writePrivateFile(path, key);
  return key;
}

function notWritable(folder: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return appError('EngineFolderNotWritable', { folder, reason }, { cause, target: folder });
}
