import type { Temporal } from 'temporal-polyfill';
import { type BackupPolicy, type HourlySchedule, type TimeOfDay, WEEKDAYS, type Weekday } from './policy';
import { standardClock, standardMoment } from './timeZones';

/** Days looked through before a schedule is taken to have no run at all: a week, and a week more around a skipped day. */
const LONGEST_WAIT_DAYS = 14;
const HOUR_MS = 3_600_000;

/**
 * The next `count` runs strictly after `after`, ascending. All times are ms UTC; a run is the policy's time at the
 * zone's standard offset on each of its days, so its UTC moment does not follow daylight saving (SPEC §1.5, §2.6). An
 * hourly schedule runs from that time on until the end of its window, that end included unless the next window has begun.
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
    const run = runsOn(policy, today.subtract({ days: daysBack })).findLast((candidate) => candidate <= at);
    if (run !== undefined) {
      return run;
    }
  }
  return undefined;
}

/**
 * True if no other run of the policy has the same date on its clock and is later (both on standard time all year). Of
 * several points a day it is the one that may be kept as a weekly, monthly or yearly point (SPEC §3).
 * @param run ms UTC
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function isLastRunOfItsDay(policy: BackupPolicy, run: number): boolean {
  const [next] = nextRuns(policy, run, 1);
  return next === undefined || !dateOf(policy, next).equals(dateOf(policy, run));
}

/** Date of a moment (ms UTC) on the policy's clock. @throws AppError `LocalTimeZoneUnknown` */
export function dateOf({ timeZone }: Pick<BackupPolicy, 'timeZone'>, at: number): Temporal.PlainDate {
  return standardClock(timeZone, at).toPlainDate();
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

/** The runs after a moment, ascending, without an end. Times are ms UTC. @throws AppError `LocalTimeZoneUnknown` */
export function* runsFrom(policy: BackupPolicy, after: number): Generator<number> {
  // The window of an hourly schedule may have begun on the day before, and the zone may be a day ahead.
  let date = dateOf(policy, after).subtract({ days: 2 });
  let latest = after;
  let daysWithoutRun = 0;
  while (daysWithoutRun <= LONGEST_WAIT_DAYS) {
    daysWithoutRun++;
    for (const run of runsOn(policy, date)) {
      if (run <= latest) continue;
      daysWithoutRun = 0;
      latest = run;
      yield run;
    }
    date = date.add({ days: 1 });
  }
}

/**
 * The runs that begin with a local date, ascending; none if the schedule has none or the zone skipped that date. The
 * window of an hourly schedule ends where the next one begins, also where the zone's standard offset changes meanwhile.
 */
function runsOn({ schedule, timeZone }: BackupPolicy, date: Temporal.PlainDate): number[] {
  if (schedule.frequency === 'Weekly' && !schedule.days.includes(weekdayOf(date))) {
    return [];
  }
  const first = firstRunOn(schedule.time, timeZone, date);
  if (first === undefined) {
    return [];
  }
  if (schedule.frequency !== 'Hourly') {
    return [first];
  }
  const next = firstRunOn(schedule.time, timeZone, date.add({ days: 1 })) ?? Infinity;
  return windowFrom(first, schedule).filter((run) => run < next);
}

/** The moment (ms UTC) of a time on a local date; `undefined` if the zone skipped that date. */
function firstRunOn(time: TimeOfDay, timeZone: string, date: Temporal.PlainDate): number | undefined {
  const moment = standardMoment(timeZone, date.toPlainDateTime(time));
  return dateOf({ timeZone }, moment).equals(date) ? moment : undefined;
}

/** Every run of an hourly window that starts at a moment (ms UTC); a wrong interval gives the first one only. */
function windowFrom(first: number, { intervalHours, durationHours }: HourlySchedule): number[] {
  const count = intervalHours > 0 ? Math.floor(Math.min(durationHours, 24) / intervalHours) : 0;
  return Array.from({ length: Math.max(0, count) + 1 }, (_, i) => first + i * intervalHours * HOUR_MS);
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
