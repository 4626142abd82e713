import type { Schedule } from './policy';

const DAY_MS = 24 * 3600_000;
const GB = 1024 ** 3;

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

/** How machines that use a policy grow, taken together. */
export interface PolicyGrowth extends MachineGrowth {
  /** Machines whose growth is known. */
  readonly known: number;
  /** All that use the policy. */
  readonly machines: number;
}

/** The growth of several machines together; `undefined` unless it is known of one of them. */
export function sumGrowth(growths: readonly (MachineGrowth | undefined)[]): PolicyGrowth | undefined {
  const known = growths.filter((growth) => growth !== undefined);
  if (known.length === 0) return undefined;
  return {
    known: known.length,
    machines: growths.length,
    baseBytes: known.reduce((sum, { baseBytes }) => sum + baseBytes, 0),
    bytesPerDay: known.reduce((sum, { bytesPerDay }) => sum + bytesPerDay, 0),
  };
}

/** What recovery points are estimated to take: the first copy, and what each further kept point changed. */
export interface StorageEstimate {
  readonly baseBytes: number;
  readonly changedBytes: number;
}

/** @param points recovery points that a machine keeps */
export function estimateStorage(
  { baseBytes, bytesPerDay }: MachineGrowth,
  schedule: Schedule,
  points: number,
): StorageEstimate {
  if (points === 0) return { baseBytes: 0, changedBytes: 0 };
  return { baseBytes, changedBytes: ((points - 1) * bytesPerDay) / runsPerDay(schedule) };
}

/** What somebody pays a month, in a currency of their own; a price that is not known is absent. */
export interface Prices {
  readonly perGB?: number;
  readonly perInstance?: number;
}

/** What storage and machines cost a month, each only with its price. */
export function monthlyCost(
  { bytes, instances }: { readonly bytes: number; readonly instances: number },
  { perGB, perInstance }: Prices,
): { readonly storage?: number; readonly instances?: number } {
  return {
    ...(perGB === undefined ? {} : { storage: (bytes / GB) * perGB }),
    ...(perInstance === undefined ? {} : { instances: instances * perInstance }),
  };
}

function runsPerDay(schedule: Schedule): number {
  switch (schedule.frequency) {
    case 'Daily':
      return 1;
    case 'Weekly':
      return Math.max(1, schedule.days.length) / 7;
    default:
      return schedule.intervalHours > 0
        ? Math.floor(Math.min(schedule.durationHours, 24) / schedule.intervalHours) + 1
        : 1;
  }
}
