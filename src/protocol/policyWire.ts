import { z } from 'zod';
import { appError } from '../domain/errorCatalogue';
import type { AppError } from '../domain/errors';
import {
  type BackupPolicy,
  MONTHS,
  type MonthDays,
  type Retention,
  type Schedule,
  WEEKDAYS,
  WEEKS_OF_MONTH,
} from '../domain/policy';

/** The wire form of a Standard (V1) virtual machine policy (SPEC §1.5). */

const weekday = z.enum(WEEKDAYS);
const times = z.array(z.string()).nullish();
/** Each range counts in a unit of its own; another unit would silently keep points for another time. */
const duration = <Unit extends string>(unit: Unit) =>
  z.object({ count: z.number().int(), durationType: z.literal(unit) });
const byDay = z.object({
  daysOfTheMonth: z.array(z.object({ date: z.number().int().nullish(), isLast: z.boolean().nullish() })).nullish(),
});
const byWeek = z.object({
  daysOfTheWeek: z.array(weekday).nullish(),
  weeksOfTheMonth: z.array(z.enum(WEEKS_OF_MONTH)).nullish(),
});
const monthDays = {
  retentionScheduleFormatType: z.enum(['Daily', 'Weekly']),
  retentionScheduleDaily: byDay.nullish(),
  retentionScheduleWeekly: byWeek.nullish(),
  retentionTimes: times,
};

export const policyProperties = z.object({
  backupManagementType: z.literal('AzureIaasVM'),
  policyType: z.string().nullish(),
  instantRPDetails: z.object({}).loose().nullish(),
  schedulePolicy: z.object({
    schedulePolicyType: z.literal('SimpleSchedulePolicy'),
    scheduleRunFrequency: z.enum(['Daily', 'Weekly']),
    scheduleRunDays: z.array(weekday).nullish(),
    scheduleRunTimes: z.array(z.string()).length(1),
    scheduleWeeklyFrequency: z.number().nullish(),
  }),
  retentionPolicy: z.object({
    retentionPolicyType: z.literal('LongTermRetentionPolicy'),
    dailySchedule: z.object({ retentionTimes: times, retentionDuration: duration('Days') }).nullish(),
    weeklySchedule: z
      .object({ daysOfTheWeek: z.array(weekday), retentionTimes: times, retentionDuration: duration('Weeks') })
      .nullish(),
    monthlySchedule: z.object({ ...monthDays, retentionDuration: duration('Months') }).nullish(),
    yearlySchedule: z
      .object({ ...monthDays, monthsOfYear: z.array(z.enum(MONTHS)), retentionDuration: duration('Years') })
      .nullish(),
  }),
  instantRpRetentionRangeInDays: z.number().int().nullish(),
  timeZone: z.string().nullish(),
});
export type PolicyProperties = z.infer<typeof policyProperties>;

export const policyRequest = z.object({ properties: z.unknown() });

/** The date part that times of day travel with; only the time of day means anything (SPEC §1.5). */
const ANY_DATE = '2024-01-01';

/**
 * Reads a policy from the wire.
 * @throws AppError `BMSUserErrorInvalidPolicyInput` when it is not the form of a Standard policy, or when a retention
 *   time differs from the schedule's
 */
export function policyFromWire(properties: unknown): BackupPolicy {
  const parsed = policyProperties.safeParse(properties);
  if (!parsed.success)
    throw invalid(parsed.error.issues.map((i) => ({ target: i.path.join('.'), message: i.message })));
  const { schedulePolicy, retentionPolicy, timeZone, instantRpRetentionRangeInDays } = parsed.data;
  const time = timeOfDay(schedulePolicy.scheduleRunTimes[0] ?? '');
  if (time === undefined) {
    throw invalid([{ target: 'schedulePolicy.scheduleRunTimes', message: 'The run time is not a time of day.' }]);
  }
  checkRetentionTimes(retentionPolicy, time);
  const schedule: Schedule =
    schedulePolicy.scheduleRunFrequency === 'Daily'
      ? { frequency: 'Daily', time }
      : { frequency: 'Weekly', days: schedulePolicy.scheduleRunDays ?? [], time };
  return {
    timeZone: timeZone ?? 'UTC',
    schedule,
    retention: retentionFromWire(retentionPolicy),
    instantRestoreDays: instantRpRetentionRangeInDays ?? (schedule.frequency === 'Weekly' ? 5 : 2),
  };
}

/** Writes a policy in Azure's form; every retention time is the schedule's (SPEC §2.7). */
export function policyToWire(policy: BackupPolicy): PolicyProperties {
  const { schedule, retention } = policy;
  const runTimes = [`${ANY_DATE}T${schedule.time}:00Z`];
  return {
    backupManagementType: 'AzureIaasVM',
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy',
      scheduleRunFrequency: schedule.frequency,
      ...(schedule.frequency === 'Weekly' ? { scheduleRunDays: [...schedule.days] } : {}),
      scheduleRunTimes: runTimes,
      scheduleWeeklyFrequency: 0,
    },
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy',
      ...(retention.daily && {
        dailySchedule: {
          retentionTimes: runTimes,
          retentionDuration: { count: retention.daily.count, durationType: 'Days' },
        },
      }),
      ...(retention.weekly && {
        weeklySchedule: {
          daysOfTheWeek: [...retention.weekly.days],
          retentionTimes: runTimes,
          retentionDuration: { count: retention.weekly.count, durationType: 'Weeks' },
        },
      }),
      ...(retention.monthly && {
        monthlySchedule: {
          ...monthDaysToWire(retention.monthly.on),
          retentionTimes: runTimes,
          retentionDuration: { count: retention.monthly.count, durationType: 'Months' },
        },
      }),
      ...(retention.yearly && {
        yearlySchedule: {
          ...monthDaysToWire(retention.yearly.on),
          monthsOfYear: [...retention.yearly.months],
          retentionTimes: runTimes,
          retentionDuration: { count: retention.yearly.count, durationType: 'Years' },
        },
      }),
    },
    instantRpRetentionRangeInDays: policy.instantRestoreDays,
    timeZone: policy.timeZone,
  };
}

function retentionFromWire(wire: PolicyProperties['retentionPolicy']): Retention {
  const { dailySchedule, weeklySchedule, monthlySchedule, yearlySchedule } = wire;
  return {
    ...(dailySchedule && { daily: { count: dailySchedule.retentionDuration.count } }),
    ...(weeklySchedule && {
      weekly: { days: weeklySchedule.daysOfTheWeek, count: weeklySchedule.retentionDuration.count },
    }),
    ...(monthlySchedule && {
      monthly: { on: monthDaysFromWire(monthlySchedule), count: monthlySchedule.retentionDuration.count },
    }),
    ...(yearlySchedule && {
      yearly: {
        months: yearlySchedule.monthsOfYear,
        on: monthDaysFromWire(yearlySchedule),
        count: yearlySchedule.retentionDuration.count,
      },
    }),
  };
}

function monthDaysFromWire(
  wire: Omit<NonNullable<PolicyProperties['retentionPolicy']['monthlySchedule']>, 'retentionDuration'>,
): MonthDays {
  if (wire.retentionScheduleFormatType === 'Daily') {
    const days = wire.retentionScheduleDaily?.daysOfTheMonth ?? [];
    return {
      by: 'day',
      dates: days.filter((day) => !day.isLast).map((day) => day.date ?? 0),
      last: days.some((day) => day.isLast === true),
    };
  }
  return {
    by: 'week',
    days: wire.retentionScheduleWeekly?.daysOfTheWeek ?? [],
    weeks: wire.retentionScheduleWeekly?.weeksOfTheMonth ?? [],
  };
}

function monthDaysToWire(on: MonthDays) {
  if (on.by === 'week') {
    return {
      retentionScheduleFormatType: 'Weekly' as const,
      retentionScheduleWeekly: { daysOfTheWeek: [...on.days], weeksOfTheMonth: [...on.weeks] },
    };
  }
  const last = on.last ? [{ date: 0, isLast: true }] : [];
  return {
    retentionScheduleFormatType: 'Daily' as const,
    retentionScheduleDaily: { daysOfTheMonth: [...on.dates.map((date) => ({ date, isLast: false })), ...last] },
  };
}

function checkRetentionTimes(wire: PolicyProperties['retentionPolicy'], time: string): void {
  const ranges = ['dailySchedule', 'weeklySchedule', 'monthlySchedule', 'yearlySchedule'] as const;
  const wrong = ranges.filter((range) => {
    const given = wire[range]?.retentionTimes;
    return given !== null && given !== undefined && (given.length !== 1 || timeOfDay(given[0] ?? '') !== time);
  });
  if (wrong.length === 0) return;
  throw invalid(
    wrong.map((range) => ({
      target: `retentionPolicy.${range}.retentionTimes`,
      message: 'A retention time must be the one run time of the schedule.',
    })),
  );
}

function timeOfDay(text: string): string | undefined {
  return /T(\d{2}:\d{2})(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?$/.exec(text)?.[1];
}

function invalid(problems: readonly { target: string; message: string }[]): AppError {
  const details = problems.map((problem) => ({ code: 'InvalidPolicyMember', ...problem }));
  return appError('BMSUserErrorInvalidPolicyInput', {}, { details });
}
