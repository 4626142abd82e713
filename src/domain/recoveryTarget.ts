import { type BackupPolicy, WEEKDAYS } from './policy';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A run may be this late, or take this long, before a machine counts as overdue. */
const GRACE_MS = HOUR_MS;

/** The longest time between two runs that a policy's schedule leaves (ms). */
export function longestGap({ schedule }: BackupPolicy): number {
  switch (schedule.frequency) {
    case 'Daily':
      return DAY_MS;
    case 'Weekly': {
      const days = schedule.days.map((day) => WEEKDAYS.indexOf(day)).toSorted((a, b) => a - b);
      const first = days[0] ?? 0;
      const gaps = days.map((day, at) => (days[at + 1] ?? first + WEEKDAYS.length) - day);
      return Math.max(1, ...gaps) * DAY_MS;
    }
    default: {
      const { intervalHours, durationHours } = schedule;
      const lastRun = Math.floor(durationHours / intervalHours) * intervalHours;
      return Math.max(intervalHours, 24 - lastRun) * HOUR_MS;
    }
  }
}

/**
 * How old the newest recovery point of a machine may become (ms): the wanted age, or the time between two runs of its
 * policy where that is longer, because no run could keep it.
 */
export function recoveryTarget(policy: BackupPolicy | undefined, wantedMs: number): number {
  return policy ? Math.max(wantedMs, longestGap(policy)) : wantedMs;
}

/** By how much a machine has missed its target (ms); nothing while a run may still be on its way. Times are ms UTC. */
export function overdueBy(newestPoint: number, targetMs: number, now: number): number | undefined {
  const over = now - newestPoint - targetMs;
  return over > GRACE_MS ? over : undefined;
}
