import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes that a folder of this computer has left; `undefined` where that cannot be told. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined; // an unmounted share is still a location; only its space is not known
  }
}

/** Bytes that a folder has left, or will have once it is made: those of the nearest folder above it that is there. */
export async function freeBytesAt(folder: string): Promise<number | undefined> {
  const free = await freeBytes(folder);
  return free !== undefined || dirname(folder) === folder ? free : freeBytesAt(dirname(folder));
}
