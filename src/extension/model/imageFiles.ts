import { stat } from 'node:fs/promises';
import type { Machine } from '../../domain/views';
import { inParallel } from './bounded';

const LOOKS_AT_ONCE = 16;

/** Whether a file of this computer is there, as far as that may be known: of one that only others may reach it is taken for granted. */
export async function imageExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}

/** Marks the disks of machines whose images are not there. The engine knows a disk by its path, and looks at it when it backs it up. */
export async function withMissingImages(
  machines: readonly Machine[],
  exists: (path: string) => Promise<boolean>,
): Promise<readonly Machine[]> {
  return inParallel(machines, LOOKS_AT_ONCE, async (machine) => {
    const there = await Promise.all(machine.disks.map(async ({ path }) => path === undefined || exists(path)));
    if (there.every(Boolean)) return machine;
    const disks = machine.disks.map((disk, at) => (there[at] ? disk : { ...disk, missing: true as const }));
    return { ...machine, disks };
  });
}
