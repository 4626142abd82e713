import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies one file; throws where it cannot. */
export type CopyImage = (from: string, to: string) => Promise<void>;

/** Takes no space and next to no time, but only a file system that shares blocks can do it, and only within itself. */
const clone: CopyImage = (from, to) => copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);

/**
 * Keeps disk images as they are now in an empty folder, durably, one file for each in their order.
 * @returns false where that cannot be done; the folder is then the caller's to remove
 */
export async function cloneImages(paths: readonly string[], folder: string, copy = clone): Promise<boolean> {
  try {
    for (const [i, path] of paths.entries()) {
      const kept = join(folder, `${i}.raw`);
      await copy(path, kept);
      await syncPath(kept);
    }
    if (process.platform !== 'win32') await syncPath(folder); // Windows cannot open a folder
    return true;
  } catch {
    return false; // a snapshot is an extra: whatever is in its way never stops the backup
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
