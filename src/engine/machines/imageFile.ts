import { open, readFile, stat } from 'node:fs/promises';
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
  await proveReadable(path);
  return {
    path,
    sizeBytes: Number(found.size),
    allocatedBytes: Number(found.blocks) * 512,
    device: found.dev,
    inode: found.ino,
    modifiedNs: found.mtimeNs,
  };
}

/** By opening it: `access` asks for the real user and knows nothing of the rights that only opening meets. */
async function proveReadable(path: string): Promise<void> {
  try {
    await (await open(path, 'r')).close();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw appError('LocalDiskNotReadable', { path, reason }, { cause: error });
  }
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

/** QEMU locks one byte for each right it uses on an image; this is the byte of the right to write (block/file-posix.c). */
const QEMU_WRITES = 101;

/**
 * True if a running program says by a lock that it writes to the file. Linux tells in `/proc/locks`; elsewhere only a
 * change while reading shows it.
 */
export async function isLockedForWriting(image: ImageState): Promise<boolean> {
  return namesWriter(await readFile('/proc/locks', 'utf8').catch(() => ''), image); // not Linux: nothing to ask
}

/** True if a table as in `/proc/locks` has a lock of a program that writes to the file. */
export function namesWriter(locks: string, { device, inode }: Pick<ImageState, 'device' | 'inode'>): boolean {
  const file = `${hex(major(device))}:${hex(minor(device))}:${inode}`;
  return locks.split('\n').some((line) => {
    // `1: OFDLCK ADVISORY  READ -1 fe:01:1234 100 101`; a lock that is waited for has `->` before its kind.
    const [access, , place, first, last] = line.trim().split(/\s+/).slice(-5);
    if (place !== file) return false;
    if (access === 'WRITE') return true;
    return line.includes('OFDLCK') && Number(first) <= QEMU_WRITES && (last === 'EOF' || Number(last) >= QEMU_WRITES);
  });
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
