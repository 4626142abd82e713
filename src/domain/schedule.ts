import type { Temporal } from 'temporal-polyfill';
import { type BackupPolicy, WEEKDAYS, type Weekday } from './policy';
import { standardClock, standardMoment } from './timeZones';

/** Days looked through before a schedule is taken to have no run at all: a week, and a week more around a skipped day. */
const LONGEST_WAIT_DAYS = 14;

/**
 * The next `count` runs strictly after `after`, ascending. All times are ms UTC; a run is the policy's time at the
 * zone's standard offset on each of its days, so its UTC moment does not follow daylight saving (SPEC §1.5, §2.6).
 * Empty if a weekly schedule has no days.
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function nextRuns(policy: BackupPolicy, after: number, count: number): number[] {
  return take(runsFrom(policy, after), count);
}

/**
 * The latest run at or before `at`, `undefined` if a weekly schedule has no days. Times are ms UTC.
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function latestRunAtOrBefore(policy: BackupPolicy, at: number): number | undefined {
  const today = standardClock(policy.timeZone, at).toPlainDate();
  for (let daysBack = -1; daysBack <= LONGEST_WAIT_DAYS; daysBack++) {
    const run = runOn(policy, today.subtract({ days: daysBack }));
    if (run !== undefined && run <= at) {
      return run;
    }
  }
  return undefined;
}

/**
 * The runs in the half-open interval (`after`, `until`], ascending, at most the first `limit` of them. Neighbouring
 * intervals share no run and miss none. Times are ms UTC.
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function runsBetween(policy: BackupPolicy, after: number, until: number, limit: number): number[] {
  const runs: number[] = [];
  for (const run of runsFrom(policy, after)) {
    if (run > until || runs.length >= limit) {
      break;
    }
    runs.push(run);
  }
  return runs;
}

/** Day of the week of a calendar date, in the words of policies. */
export function weekdayOf(date: Temporal.PlainDate): Weekday {
  // Temporal counts Monday 1 to Sunday 7.
  const index = date.dayOfWeek % 7;
  return WEEKDAYS[index] ?? 'Sunday';
}

function* runsFrom(policy: BackupPolicy, after: number): Generator<number> {
  let date = standardClock(policy.timeZone, after).toPlainDate().subtract({ days: 1 });
  let daysWithoutRun = 0;
  while (daysWithoutRun <= LONGEST_WAIT_DAYS) {
    const run = runOn(policy, date);
    if (run === undefined || run <= after) {
      daysWithoutRun++;
    } else {
      daysWithoutRun = 0;
      yield run;
    }
    date = date.add({ days: 1 });
  }
}

/** The run on a local date, `undefined` if the schedule has none or the zone skipped that date when it moved. */
function runOn(policy: BackupPolicy, date: Temporal.PlainDate): number | undefined {
  const { schedule, timeZone } = policy;
  if (schedule.frequency === 'Weekly' && !schedule.days.includes(weekdayOf(date))) {
    return undefined;
  }
  const run = standardMoment(timeZone, date.toPlainDateTime(schedule.time));
  return standardClock(timeZone, run).toPlainDate().equals(date) ? run : undefined;
}

function take(runs: Iterable<number>, count: number): number[] {
  const taken: number[] = [];
  if (count <= 0) {
    return taken;
  }
  for (const run of runs) {
    taken.push(run);
    if (taken.length >= count) {
      break;
    }
  }
  return taken;
}
