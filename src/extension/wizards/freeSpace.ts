import { statfs } from 'node:fs/promises';

/** Bytes that a folder of this computer has left; `undefined` where that cannot be told. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined; // an unmounted share is still a location; only its space is not known
  }
}
