const DAY_MS = 24 * 3600_000;

/** What one backup of a machine brought that its vault did not have. */
export interface BackupGrowth {
  /** ms UTC. */
  readonly time: number;
  readonly bytes: number;
}

/** How much of a vault a machine takes, and how fast that grows. */
export interface MachineGrowth {
  /** What its first copy took: the largest of its backups. */
  readonly baseBytes: number;
  readonly bytesPerDay: number;
}

/**
 * How a machine's backups made its vault grow. The oldest one is what the others changed.
 * @returns `undefined` where there is nothing to compare: a single backup, or less than a day of them
 */
export function growthOf(backups: readonly BackupGrowth[]): MachineGrowth | undefined {
  const [first, ...changes] = backups.toSorted((a, b) => a.time - b.time);
  const last = changes.at(-1);
  if (!first || !last || last.time - first.time < DAY_MS) return undefined;
  const changed = changes.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    baseBytes: backups.reduce((most, { bytes }) => Math.max(most, bytes), 0),
    bytesPerDay: (changed * DAY_MS) / (last.time - first.time),
  };
}

/** Whole days until a disk is full at this pace; `undefined` while nothing grows. */
export function daysUntilFull(freeBytes: number, bytesPerDay: number): number | undefined {
  return bytesPerDay > 0 ? Math.floor(freeBytes / bytesPerDay) : undefined;
}
