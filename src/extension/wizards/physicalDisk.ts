import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The physical disks that a file or folder lies on, or would lie on once it is made; empty where that cannot be told. The names
 * are only good for {@link shareDisk}. Two partitions are one disk, and a volume over several disks is all of them.
 */
export async function physicalDisks(path: string, sysFolder = '/sys'): Promise<readonly string[]> {
  const device = await deviceOf(path);
  if (device === undefined) return [];
  const node = await realpath(join(sysFolder, 'dev/block', blockName(device))).catch(() => undefined);
  // No block device behind it (another system, Btrfs, a network share): then the file system is what can fail.
  return node === undefined ? [`file system ${device}`] : disksUnder(node);
}

/** True if the failure of one disk loses a part of both. */
export function shareDisk(a: readonly string[], b: readonly string[]): boolean {
  return a.some((disk) => b.includes(disk));
}

/** Number of the device that holds a path, or else the nearest folder above it that is there. */
async function deviceOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).dev;
  } catch {
    return dirname(path) === path ? undefined : deviceOf(dirname(path));
  }
}

/** `major:minor` of a Linux device number. */
function blockName(device: number): string {
  const low = device % 2 ** 32;
  const major = ((low >>> 8) & 0xfff) | (Math.floor(device / 2 ** 32) & ~0xfff);
  const minor = (low & 0xff) | ((low >>> 12) & 0xfff00);
  return `${major}:${minor}`;
}

/** The disks under a block device of the kernel's tree: a partition's disk, and what a mapped volume is made of. */
async function disksUnder(node: string): Promise<string[]> {
  const isPartition = await stat(join(node, 'partition')).then(
    () => true,
    () => false,
  );
  if (isPartition) return disksUnder(dirname(node));
  const slaves = await readdir(join(node, 'slaves')).catch(() => []);
  if (slaves.length === 0) return [node];
  const found = await Promise.all(slaves.map(async (slave) => disksUnder(await realpath(join(node, 'slaves', slave)))));
  return found.flat();
}
