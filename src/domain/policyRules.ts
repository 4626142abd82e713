import {
  type BackupPolicy,
  HOURLY_INTERVALS,
  type HourlySchedule,
  isEnhanced,
  type MonthDays,
  type Weekday,
} from './policy';
import { knownTimeZone } from './timeZones';

export type PolicyProblemCode =
  | 'UnknownTimeZone'
  | 'ScheduleTime'
  | 'ScheduleDaysMissing'
  | 'HourlyNeedsEnhanced'
  | 'HourlyInterval'
  | 'HourlyDuration'
  | 'CrashConsistentNeedsEnhanced'
  | 'ArchiveAfter'
  | 'DailyRetentionRequired'
  | 'DailyRetentionForbidden'
  | 'WeeklyRetentionRequired'
  | 'WeeklyDaysDiffer'
  | 'CountOutOfRange'
  | 'DaysMissing'
  | 'WeeksMissing'
  | 'MonthsMissing'
  | 'DatesMissing'
  | 'DateOutOfRange'
  | 'ByDayForbidden'
  | 'DaysOutsideSchedule'
  | 'InstantRestoreDays'
  | 'InstantRestoreTooLong';

/** One broken rule of a policy. */
export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  /** Path of the field in {@link BackupPolicy}, for example `retention.monthly.count`. */
  readonly target: string;
  /** A sentence for people. */
  readonly message: string;
}

/** Smallest and largest count of each range, in the range's unit (SPEC §2.7). */
export const RETENTION_LIMITS = {
  daily: { min: 7, max: 9999, unit: 'days' },
  weekly: { min: 1, max: 5163, unit: 'weeks' },
  monthly: { min: 1, max: 1188, unit: 'months' },
  yearly: { min: 1, max: 99, unit: 'years' },
} as const;

/** Most policies of a vault, and most times that its policies are written in any 24 hours (SPEC §2.4). */
export const MOST_POLICIES_PER_VAULT = 200;
export const MOST_POLICY_WRITES_PER_DAY = 50;
/** Largest day of the month that a policy may name; the last day has its own choice (SPEC §2.7). */
export const LAST_DATE_OF_MONTH = 28;
/** Days that snapshots may be kept under a Standard policy with a daily schedule (SPEC §2.8). */
export const INSTANT_RESTORE_LIMITS = { min: 1, max: 5 } as const;
/** Days that snapshots may be kept under an Enhanced policy (SPEC §2.8). */
export const ENHANCED_INSTANT_RESTORE_LIMITS = { min: 1, max: 30 } as const;
/** Days that snapshots are kept under a Standard policy with a weekly schedule (SPEC §2.8). */
export const WEEKLY_INSTANT_RESTORE_DAYS = 5;
/** Hours of an hourly schedule's window (SPEC §2.6). */
export const HOURLY_DURATION_LIMITS = { min: 4, max: 24 } as const;

type RangeName = keyof typeof RETENTION_LIMITS;

/** Days that snapshots are kept when nobody says otherwise (SPEC §2.8). */
export function defaultInstantRestoreDays(policy: Pick<BackupPolicy, 'policyType' | 'schedule'>): number {
  if (isEnhanced(policy)) return 7;
  return policy.schedule.frequency === 'Weekly' ? WEEKLY_INSTANT_RESTORE_DAYS : 2;
}

/** Days that snapshots may be kept; a single choice where both ends are equal (SPEC §2.8). */
export function instantRestoreLimits(policy: Pick<BackupPolicy, 'policyType' | 'schedule'>): {
  readonly min: number;
  readonly max: number;
} {
  if (isEnhanced(policy)) return ENHANCED_INSTANT_RESTORE_LIMITS;
  return policy.schedule.frequency === 'Weekly'
    ? { min: WEEKLY_INSTANT_RESTORE_DAYS, max: WEEKLY_INSTANT_RESTORE_DAYS }
    : INSTANT_RESTORE_LIMITS;
}

/**
 * Every rule of a policy that is broken (SPEC §1.5 time zones, §2.6, §2.7, §2.8), in the order of the form; empty for a
 * valid policy. The service answers all of them with `BMSUserErrorInvalidPolicyInput`.
 */
export function policyProblems(policy: BackupPolicy): PolicyProblem[] {
  return [
    ...timeZoneProblems(policy),
    ...scheduleProblems(policy),
    ...(policy.schedule.frequency === 'Weekly' ? weeklyScheduleProblems(policy) : dailyScheduleProblems(policy)),
    ...rangeProblems(policy),
    ...instantRestoreProblems(policy),
    ...enhancedProblems(policy),
  ];
}

function timeZoneProblems({ timeZone }: BackupPolicy): PolicyProblem[] {
  return check(knownTimeZone(timeZone) !== undefined, {
    code: 'UnknownTimeZone',
    target: 'timeZone',
    message: `"${timeZone}" is not a Windows time zone id.`,
  });
}

function scheduleProblems(policy: BackupPolicy): PolicyProblem[] {
  const { schedule } = policy;
  return [
    ...check(/^([01]\d|2[0-3]):(00|30)$/.test(schedule.time), {
      code: 'ScheduleTime',
      target: 'schedule.time',
      message: 'Choose a time on the hour or half-hour.',
    }),
    ...check(schedule.frequency !== 'Weekly' || schedule.days.length > 0, {
      code: 'ScheduleDaysMissing',
      target: 'schedule.days',
      message: 'Choose at least one day of the week.',
    }),
    ...(schedule.frequency === 'Hourly' ? hourlyProblems(schedule, isEnhanced(policy)) : []),
  ];
}

function hourlyProblems({ intervalHours, durationHours }: HourlySchedule, enhanced: boolean): PolicyProblem[] {
  const { min, max } = HOURLY_DURATION_LIMITS;
  const knownInterval = HOURLY_INTERVALS.some((hours) => hours === intervalHours);
  return [
    ...check(enhanced, {
      code: 'HourlyNeedsEnhanced',
      target: 'schedule.frequency',
      message: 'Only an Enhanced policy runs several times a day.',
    }),
    ...check(knownInterval, {
      code: 'HourlyInterval',
      target: 'schedule.intervalHours',
      message: `Choose ${HOURLY_INTERVALS.join(', ')} hours between two backups.`,
    }),
    ...check(isWholeBetween(durationHours, min, max) && (!knownInterval || durationHours % intervalHours === 0), {
      code: 'HourlyDuration',
      target: 'schedule.durationHours',
      message: `Choose a window of ${min} to ${max} hours that is a multiple of the hours between two backups.`,
    }),
  ];
}

function enhancedProblems(policy: BackupPolicy): PolicyProblem[] {
  const { archive, crashConsistentOnly = false } = policy;
  return [
    ...check(isEnhanced(policy) || !crashConsistentOnly, {
      code: 'CrashConsistentNeedsEnhanced',
      target: 'crashConsistentOnly',
      message: 'Only an Enhanced policy can ask for crash-consistent points alone.',
    }),
    ...check(archive?.mode !== 'TierAfter' || isWholeBetween(archive.after?.count ?? 0, 1, Infinity), {
      code: 'ArchiveAfter',
      target: 'archive.after',
      message: 'Say after how long points are moved to the archive tier.',
    }),
  ];
}

function dailyScheduleProblems({ retention }: BackupPolicy): PolicyProblem[] {
  return check(retention.daily !== undefined, {
    code: 'DailyRetentionRequired',
    target: 'retention.daily',
    message: 'A daily or hourly schedule needs a retention of daily backup points.',
  });
}

function weeklyScheduleProblems({ schedule, retention }: BackupPolicy): PolicyProblem[] {
  const days = schedule.frequency === 'Weekly' ? schedule.days : [];
  const { daily, weekly, monthly, yearly } = retention;
  return [
    ...check(daily === undefined, {
      code: 'DailyRetentionForbidden',
      target: 'retention.daily',
      message: 'A weekly schedule has no daily backup points to keep.',
    }),
    ...check(weekly !== undefined, {
      code: 'WeeklyRetentionRequired',
      target: 'retention.weekly',
      message: 'A weekly schedule needs a retention of weekly backup points.',
    }),
    ...check(weekly === undefined || sameDays(weekly.days, days), {
      code: 'WeeklyDaysDiffer',
      target: 'retention.weekly.days',
      message: 'The days of the weekly retention must be the days of the schedule.',
    }),
    ...(monthly ? withinScheduleProblems('monthly', monthly.on, days) : []),
    ...(yearly ? withinScheduleProblems('yearly', yearly.on, days) : []),
  ];
}

function withinScheduleProblems(range: RangeName, on: MonthDays, scheduled: readonly Weekday[]): PolicyProblem[] {
  if (on.by === 'day') {
    return [
      {
        code: 'ByDayForbidden',
        target: `retention.${range}.on.by`,
        message: `With a weekly schedule, ${range} backup points are chosen by week.`,
      },
    ];
  }
  return check(
    on.days.every((day) => scheduled.includes(day)),
    {
      code: 'DaysOutsideSchedule',
      target: `retention.${range}.on.days`,
      message: `The days of the ${range} retention must be days of the schedule.`,
    },
  );
}

function rangeProblems({ retention }: BackupPolicy): PolicyProblem[] {
  const { daily, weekly, monthly, yearly } = retention;
  return [
    ...(daily ? countProblems('daily', daily.count) : []),
    ...(weekly ? [...countProblems('weekly', weekly.count), ...daysProblems('weekly', 'days', weekly.days)] : []),
    ...(monthly ? [...countProblems('monthly', monthly.count), ...monthDaysProblems('monthly', monthly.on)] : []),
    ...(yearly
      ? [
          ...countProblems('yearly', yearly.count),
          ...check(yearly.months.length > 0, {
            code: 'MonthsMissing',
            target: 'retention.yearly.months',
            message: 'Choose at least one month of the year.',
          }),
          ...monthDaysProblems('yearly', yearly.on),
        ]
      : []),
  ];
}

function countProblems(range: RangeName, count: number): PolicyProblem[] {
  const { min, max, unit } = RETENTION_LIMITS[range];
  return check(isWholeBetween(count, min, max), {
    code: 'CountOutOfRange',
    target: `retention.${range}.count`,
    message: `Keep ${range} backup points for ${min} to ${max} ${unit}.`,
  });
}

function daysProblems(range: RangeName, field: string, days: readonly Weekday[]): PolicyProblem[] {
  return check(days.length > 0, {
    code: 'DaysMissing',
    target: `retention.${range}.${field}`,
    message: `Choose at least one day of the week for ${range} backup points.`,
  });
}

function monthDaysProblems(range: 'monthly' | 'yearly', on: MonthDays): PolicyProblem[] {
  if (on.by === 'week') {
    return [
      ...daysProblems(range, 'on.days', on.days),
      ...check(on.weeks.length > 0, {
        code: 'WeeksMissing',
        target: `retention.${range}.on.weeks`,
        message: `Choose at least one week of the month for ${range} backup points.`,
      }),
    ];
  }
  return [
    ...check(on.dates.length > 0 || on.last, {
      code: 'DatesMissing',
      target: `retention.${range}.on.dates`,
      message: `Choose at least one day of the month for ${range} backup points.`,
    }),
    ...check(
      on.dates.every((date) => isWholeBetween(date, 1, LAST_DATE_OF_MONTH)),
      {
        code: 'DateOutOfRange',
        target: `retention.${range}.on.dates`,
        message: `Choose days of the month from 1 to ${LAST_DATE_OF_MONTH}, or the last day.`,
      },
    ),
  ];
}

function instantRestoreProblems(policy: BackupPolicy): PolicyProblem[] {
  const { instantRestoreDays } = policy;
  const { min, max } = instantRestoreLimits(policy);
  const target = 'instantRestoreDays';
  const shortest = shortestRetentionDays(policy);
  return [
    ...check(isWholeBetween(instantRestoreDays, min, max), {
      code: 'InstantRestoreDays',
      target,
      message:
        min === max
          ? `With a weekly schedule, snapshots are kept for ${min} days.`
          : `Keep snapshots for ${min} to ${max} days.`,
    }),
    ...check(instantRestoreDays <= shortest, {
      code: 'InstantRestoreTooLong',
      target,
      message: `Snapshots cannot be kept longer than the shortest retention, which is ${shortest} days.`,
    }),
  ];
}

/** Days of the shortest range, with the shortest month and year; counts that are no count at all are left out. */
function shortestRetentionDays({ retention }: BackupPolicy): number {
  const { daily, weekly, monthly, yearly } = retention;
  const ranges = [
    { count: daily?.count, days: 1 },
    { count: weekly?.count, days: 7 },
    { count: monthly?.count, days: 28 },
    { count: yearly?.count, days: 365 },
  ];
  return Math.min(...ranges.map(({ count, days }) => (count !== undefined && count >= 1 ? count * days : Infinity)));
}

function sameDays(a: readonly Weekday[], b: readonly Weekday[]): boolean {
  return a.every((day) => b.includes(day)) && b.every((day) => a.includes(day));
}

function isWholeBetween(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function check(holds: boolean, problem: PolicyProblem): PolicyProblem[] {
  return holds ? [] : [problem];
}
