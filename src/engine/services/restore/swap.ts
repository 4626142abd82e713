import { chmod, chown, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JobRecord } from '../../catalog/records';

export type Swap = NonNullable<JobRecord['swaps']>[number];

/**
 * Puts restored files in the place of a machine's disk images, which are kept beside them. Every step leaves a state from
 * which the same call goes on: an engine that is killed on the way repeats it at its next start. The restored files are
 * complete and durable before the first call.
 */
export async function swapFiles(swaps: readonly Swap[]): Promise<void> {
  for (const { path, fresh, kept } of swaps) {
    if (!(await exists(fresh))) continue; // in its place already
    const old = await stat(path).catch(() => undefined);
    if (old) {
      await chmod(fresh, old.mode);
      await chown(fresh, old.uid, old.gid).catch(() => undefined); // only root may give files away; the mode holds
      await rename(path, kept);
    }
    await rename(fresh, path);
    await syncFolder(dirname(path));
  }
}

/** Takes back what {@link swapFiles} did: every image is what and where it was. */
export async function takeBack(swaps: readonly Swap[]): Promise<void> {
  for (const { path, fresh, kept } of swaps) {
    if (!(await exists(kept))) continue;
    if (await exists(path)) await rename(path, fresh);
    await rename(kept, path);
    await syncFolder(dirname(path));
  }
  await discardFresh(swaps);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Removes restored files that never came to their place. */
export async function discardFresh(swaps: readonly Swap[]): Promise<void> {
  for (const { fresh } of swaps) await rm(fresh, { force: true });
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // Windows cannot sync a folder and writes its names through
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
