import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { appError } from '../../domain/errorCatalogue';

/** What of an image file must stay the same while it is read. */
export interface ImageState {
  readonly path: string;
  readonly sizeBytes: number;
  /** Bytes that the file takes on its file system; smaller than the size when it has holes. */
  readonly allocatedBytes: number;
  readonly device: bigint;
  readonly inode: bigint;
  readonly modifiedNs: bigint;
}

/**
 * Looks at a disk image file without reading it.
 * @throws AppError `LocalDiskNotAbsolute`, `LocalDiskNotFound`, `LocalDiskIsDirectory`, `LocalDiskNotAFile`,
 *   `LocalDiskEmpty` or `LocalDiskNotReadable`
 */
export async function inspectImage(path: string): Promise<ImageState> {
  if (!isAbsolute(path)) throw appError('LocalDiskNotAbsolute', { path });
  const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES')
      throw appError('LocalDiskNotReadable', { path, reason: error.message }, { cause: error });
    throw appError('LocalDiskNotFound', { path }, { cause: error });
  });
  if (found.isDirectory()) throw appError('LocalDiskIsDirectory', { path });
  if (!found.isFile()) throw appError('LocalDiskNotAFile', { path });
  if (found.size === 0n) throw appError('LocalDiskEmpty', { path });
  await access(path, constants.R_OK).catch((error: Error) => {
    throw appError('LocalDiskNotReadable', { path, reason: error.message }, { cause: error });
  });
  return {
    path,
    sizeBytes: Number(found.size),
    allocatedBytes: Number(found.blocks) * 512,
    device: found.dev,
    inode: found.ino,
    modifiedNs: found.mtimeNs,
  };
}

/**
 * Refuses an image that is not what it was: another file, another size, or written since.
 * @throws AppError `LocalSourceShrank` or `LocalSourceChanged`
 */
export async function assertUnchanged(before: ImageState, machine: string): Promise<void> {
  const after = await inspectImage(before.path);
  if (after.sizeBytes < before.sizeBytes) throw appError('LocalSourceShrank', { path: before.path, vm: machine });
  const same =
    after.sizeBytes === before.sizeBytes &&
    after.device === before.device &&
    after.inode === before.inode &&
    after.modifiedNs === before.modifiedNs;
  if (!same) throw appError('LocalSourceChanged', { path: before.path, vm: machine });
}

/**
 * True if a running program (QEMU does) holds a write lock on the file. Linux tells in `/proc/locks`; elsewhere only a
 * change while reading shows it.
 */
export async function isLockedForWriting(image: ImageState): Promise<boolean> {
  const locks = await readFile('/proc/locks', 'utf8').catch(() => ''); // not Linux: nothing to ask
  const file = `${hex(major(image.device))}:${hex(minor(image.device))}:${image.inode}`;
  return locks.split('\n').some((line) => line.includes(' WRITE ') && line.includes(` ${file} `));
}

function hex(part: bigint): string {
  return part.toString(16).padStart(2, '0');
}

// Linux packs device numbers as 12 bits of major and 20 bits of minor, both split in two (see makedev(3)).
function major(device: bigint): bigint {
  return ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
}

function minor(device: bigint): bigint {
  return (device & 0xffn) | ((device >> 12n) & ~0xffn);
}
