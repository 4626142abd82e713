import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { isAppError } from '../../domain/errors';

/** Bytes of the largest key file that is taken; keys of LUKS and BitLocker have at most a few kilobytes. */
const MAX_SECRET_BYTES = 8192;

/**
 * Proves that a file can be used as a key of a disk, without keeping anything of it.
 * @throws AppError `LocalSecretNotReadable` for a path that is not absolute and for anything but a small readable file
 */
export async function inspectSecret(path: string): Promise<void> {
  (await readSecret(path)).fill(0);
}

/** Content of a key file. @throws AppError `LocalSecretNotReadable` as {@link inspectSecret} */
export async function readSecret(path: string): Promise<Buffer> {
  if (!isAbsolute(path)) throw unusable(path, 'the path is not absolute.');
  try {
    // A pipe would wait for its writer for ever.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await readAll(path, file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw isAppError(error) ? error : unusable(path, error instanceof Error ? error.message : String(error), error);
  }
}

/** Writes a key beside a restored disk, for its owner alone. It is durable when this returns; nothing is overwritten. */
export async function writeSecret(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readAll(path: string, file: FileHandle): Promise<Buffer> {
  if (!(await file.stat()).isFile()) throw unusable(path, 'it is not a regular file.');
  const buffer = Buffer.alloc(MAX_SECRET_BYTES + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length === 0) throw unusable(path, 'it is empty.');
  if (length > MAX_SECRET_BYTES) throw unusable(path, `it has more than ${MAX_SECRET_BYTES} bytes.`);
  return buffer.subarray(0, length);
}

function unusable(path: string, reason: string, cause?: unknown) {
  return appError('LocalSecretNotReadable', { path, reason }, { cause });
}
