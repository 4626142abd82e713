import * as z from 'zod';
import { appError } from '../domain/errorCatalogue';
import type { AppError } from '../domain/errors';
import {
  type ArchiveTiering,
  type BackupPolicy,
  MONTHS,
  type MonthDays,
  type Retention,
  type Schedule,
  WEEKDAYS,
  WEEKS_OF_MONTH,
} from '../domain/policy';
import { defaultInstantRestoreDays } from '../domain/policyRules';
import { toWireTime } from './time';
import { guardRequests } from './vaultRequests';

/** The wire form of a virtual machine policy, Standard (V1) and Enhanced (V2) (SPEC §1.5). */

const weekday = z.enum(WEEKDAYS);
/** Only the time of day means anything; the date that it travels with is given back as it came. */
const moment = z.string().transform((text, context) => {
  const time = timeOfDay(text) === undefined ? Number.NaN : Date.parse(text);
  if (Number.isFinite(time)) return toWireTime(time);
  context.addIssue({ code: 'custom', message: 'The time is no time of day to the minute, in UTC.' });
  return z.NEVER;
});
const times = z.array(moment).nullish();
const runTimes = z.array(moment).length(1, 'A policy has exactly one run time.');
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

const standardSchedule = z.object({
  schedulePolicyType: z.literal('SimpleSchedulePolicy'),
  scheduleRunFrequency: z.enum(['Daily', 'Weekly']),
  scheduleRunDays: z.array(weekday).nullish(),
  scheduleRunTimes: runTimes,
  scheduleWeeklyFrequency: z
    .number()
    .nullish()
    .transform((weeks) => weeks ?? 0),
});
const enhancedBase = { schedulePolicyType: z.literal('SimpleSchedulePolicyV2') };
const enhancedSchedule = z.discriminatedUnion('scheduleRunFrequency', [
  z.object({
    ...enhancedBase,
    scheduleRunFrequency: z.literal('Hourly'),
    hourlySchedule: z.object({
      interval: z.number().int(),
      scheduleWindowStartTime: moment,
      scheduleWindowDuration: z.number().int(),
    }),
  }),
  z.object({
    ...enhancedBase,
    scheduleRunFrequency: z.literal('Daily'),
    dailySchedule: z.object({ scheduleRunTimes: runTimes }),
  }),
  z.object({
    ...enhancedBase,
    scheduleRunFrequency: z.literal('Weekly'),
    weeklySchedule: z.object({ scheduleRunDays: z.array(weekday).nullish(), scheduleRunTimes: runTimes }),
  }),
]);
const schedulePolicy = z.discriminatedUnion('schedulePolicyType', [standardSchedule, enhancedSchedule], {
  error: 'A policy for virtual machines has a SimpleSchedulePolicy or a SimpleSchedulePolicyV2.',
});

const tieringPolicy = z.object({
  ArchivedRP: z
    .object({
      tieringMode: z.enum(['TierRecommended', 'TierAfter', 'DoNotTier']),
      duration: z.number().int().nullish(),
      durationType: z.enum(['Invalid', 'Days', 'Weeks', 'Months', 'Years']).nullish(),
    })
    .nullish(),
});

export const policyProperties = z.object({
  backupManagementType: z.literal('AzureIaasVM'),
  policyType: z.enum(['V1', 'V2']).nullish(),
  instantRPDetails: z
    .object({ azureBackupRGNamePrefix: z.string().nullish(), azureBackupRGNameSuffix: z.string().nullish() })
    .nullish(),
  schedulePolicy,
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
  tieringPolicy: tieringPolicy.nullish(),
  instantRpRetentionRangeInDays: z.number().int().nullish(),
  timeZone: z.string().nullish(),
  snapshotConsistencyType: z.enum(['OnlyCrashConsistent']).nullish(),
});
export type PolicyProperties = z.infer<typeof policyProperties>;

export const policyRequest = z.object({ properties: z.unknown() });

/** What else a policy's body may say beside the policy itself. */
export const policyApproval = z.looseObject({ resourceGuardOperationRequests: guardRequests });

/** A policy of another workload that a vault lists without using it, such as the built-in HourlyLogBackup. */
export const workloadPolicyProperties = z.looseObject({
  backupManagementType: z.literal('AzureWorkload'),
  workLoadType: z.string(),
});

/** The date part that times of day travel with when nobody gave one. */
const ANY_DATE = '2024-01-01';

/**
 * What a policy is stored and answered as: the known members as they came, times in the service's form, and the
 * defaults that the service fills in.
 * @throws AppError `BMSUserErrorInvalidPolicyInput` when it is not the form of a virtual machine policy, or when a
 *   retention time of a Standard policy differs from the schedule's
 */
export function policyProperty(properties: unknown): PolicyProperties {
  const parsed = policyProperties.safeParse(properties);
  if (!parsed.success) {
    throw invalidPolicy(
      parsed.error.issues.map((i) => ({ code: 'InvalidPolicyMember', target: i.path.join('.'), message: i.message })),
    );
  }
  const { data } = parsed;
  const enhanced = data.schedulePolicy.schedulePolicyType === 'SimpleSchedulePolicyV2';
  if (data.policyType && (data.policyType === 'V2') !== enhanced) {
    throw invalidPolicy([
      {
        code: 'PolicyTypeDiffers',
        target: 'policyType',
        message: 'A policy of type V2 has a SimpleSchedulePolicyV2, one of type V1 a SimpleSchedulePolicy.',
      },
    ]);
  }
  checkRetentionTimes(data);
  const policyType = data.policyType ?? (enhanced ? 'V2' : undefined);
  return {
    backupManagementType: data.backupManagementType,
    ...(policyType && { policyType }),
    instantRPDetails: data.instantRPDetails ?? {},
    schedulePolicy: data.schedulePolicy,
    retentionPolicy: data.retentionPolicy,
    ...(data.tieringPolicy && { tieringPolicy: data.tieringPolicy }),
    instantRpRetentionRangeInDays:
      data.instantRpRetentionRangeInDays ??
      defaultInstantRestoreDays({ policyType, schedule: scheduleFromWire(data.schedulePolicy) }),
    timeZone: data.timeZone ?? 'UTC',
    ...(data.snapshotConsistencyType && { snapshotConsistencyType: data.snapshotConsistencyType }),
  };
}

/**
 * Reads a policy from the wire.
 * @throws AppError `BMSUserErrorInvalidPolicyInput` as {@link policyProperty}
 */
export function policyFromWire(properties: unknown): BackupPolicy {
  const wire = policyProperty(properties);
  const { azureBackupRGNamePrefix: prefix, azureBackupRGNameSuffix: suffix } = wire.instantRPDetails ?? {};
  const archive = archiveFromWire(wire.tieringPolicy);
  return {
    ...(wire.policyType && { policyType: wire.policyType }),
    timeZone: wire.timeZone ?? 'UTC',
    schedule: scheduleFromWire(wire.schedulePolicy),
    retention: retentionFromWire(wire.retentionPolicy),
    instantRestoreDays: wire.instantRpRetentionRangeInDays ?? 2,
    ...(wire.snapshotConsistencyType && { crashConsistentOnly: true }),
    ...(archive && { archive }),
    ...((prefix || suffix) && { snapshotGroup: { ...(prefix && { prefix }), ...(suffix && { suffix }) } }),
  };
}

/** Writes a policy in Azure's form; every retention time is the schedule's (SPEC §2.7). */
export function policyToWire(policy: BackupPolicy): PolicyProperties {
  const { archive, retention, snapshotGroup } = policy;
  const time = `${ANY_DATE}T${policy.schedule.time}:00Z`;
  const retentionTimes = [time];
  return {
    backupManagementType: 'AzureIaasVM',
    ...(policy.policyType && { policyType: policy.policyType }),
    instantRPDetails: {
      ...(snapshotGroup?.prefix !== undefined && { azureBackupRGNamePrefix: snapshotGroup.prefix }),
      ...(snapshotGroup?.suffix !== undefined && { azureBackupRGNameSuffix: snapshotGroup.suffix }),
    },
    schedulePolicy: scheduleToWire(policy, time),
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy',
      ...(retention.daily && {
        dailySchedule: { retentionTimes, retentionDuration: { count: retention.daily.count, durationType: 'Days' } },
      }),
      ...(retention.weekly && {
        weeklySchedule: {
          daysOfTheWeek: [...retention.weekly.days],
          retentionTimes,
          retentionDuration: { count: retention.weekly.count, durationType: 'Weeks' },
        },
      }),
      ...(retention.monthly && {
        monthlySchedule: {
          ...monthDaysToWire(retention.monthly.on),
          retentionTimes,
          retentionDuration: { count: retention.monthly.count, durationType: 'Months' },
        },
      }),
      ...(retention.yearly && {
        yearlySchedule: {
          ...monthDaysToWire(retention.yearly.on),
          monthsOfYear: [...retention.yearly.months],
          retentionTimes,
          retentionDuration: { count: retention.yearly.count, durationType: 'Years' },
        },
      }),
    },
    ...(archive && { tieringPolicy: archiveToWire(archive) }),
    instantRpRetentionRangeInDays: policy.instantRestoreDays,
    timeZone: policy.timeZone,
    ...(policy.crashConsistentOnly && { snapshotConsistencyType: 'OnlyCrashConsistent' }),
  };
}

function scheduleFromWire(wire: PolicyProperties['schedulePolicy']): Schedule {
  if (wire.schedulePolicyType === 'SimpleSchedulePolicy') {
    const time = firstTime(wire.scheduleRunTimes);
    return wire.scheduleRunFrequency === 'Daily'
      ? { frequency: 'Daily', time }
      : { frequency: 'Weekly', days: wire.scheduleRunDays ?? [], time };
  }
  switch (wire.scheduleRunFrequency) {
    case 'Hourly': {
      const { interval, scheduleWindowStartTime, scheduleWindowDuration } = wire.hourlySchedule;
      const time = firstTime([scheduleWindowStartTime]);
      return { frequency: 'Hourly', time, intervalHours: interval, durationHours: scheduleWindowDuration };
    }
    case 'Daily':
      return { frequency: 'Daily', time: firstTime(wire.dailySchedule.scheduleRunTimes) };
    default: {
      const { scheduleRunDays, scheduleRunTimes } = wire.weeklySchedule;
      return { frequency: 'Weekly', days: scheduleRunDays ?? [], time: firstTime(scheduleRunTimes) };
    }
  }
}

function scheduleToWire({ policyType, schedule }: BackupPolicy, time: string): PolicyProperties['schedulePolicy'] {
  if (schedule.frequency === 'Hourly') {
    return {
      schedulePolicyType: 'SimpleSchedulePolicyV2',
      scheduleRunFrequency: 'Hourly',
      hourlySchedule: {
        interval: schedule.intervalHours,
        scheduleWindowStartTime: time,
        scheduleWindowDuration: schedule.durationHours,
      },
    };
  }
  const days = schedule.frequency === 'Weekly' ? { scheduleRunDays: [...schedule.days] } : {};
  if (policyType !== 'V2') {
    return {
      schedulePolicyType: 'SimpleSchedulePolicy',
      scheduleRunFrequency: schedule.frequency,
      ...days,
      scheduleRunTimes: [time],
      scheduleWeeklyFrequency: 0,
    };
  }
  const schedulePolicyType = 'SimpleSchedulePolicyV2' as const;
  return schedule.frequency === 'Daily'
    ? { schedulePolicyType, scheduleRunFrequency: 'Daily', dailySchedule: { scheduleRunTimes: [time] } }
    : { schedulePolicyType, scheduleRunFrequency: 'Weekly', weeklySchedule: { ...days, scheduleRunTimes: [time] } };
}

function archiveFromWire(wire: PolicyProperties['tieringPolicy']): ArchiveTiering | undefined {
  const archived = wire?.ArchivedRP;
  if (!archived) return undefined;
  const { tieringMode: mode, duration: count, durationType: unit } = archived;
  return { mode, ...(count && unit && unit !== 'Invalid' && { after: { count, unit } }) };
}

function archiveToWire({ mode, after }: ArchiveTiering): NonNullable<PolicyProperties['tieringPolicy']> {
  return {
    ArchivedRP: { tieringMode: mode, duration: after?.count ?? 0, durationType: after?.unit ?? 'Invalid' },
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

/** Standard policies only: the service takes other times with an Enhanced one, whose points have no time of their own. */
function checkRetentionTimes({ schedulePolicy: schedule, retentionPolicy }: PolicyProperties): void {
  if (schedule.schedulePolicyType !== 'SimpleSchedulePolicy') return;
  const time = firstTime(schedule.scheduleRunTimes);
  const ranges = ['dailySchedule', 'weeklySchedule', 'monthlySchedule', 'yearlySchedule'] as const;
  const wrong = ranges.filter((range) => {
    const given = retentionPolicy[range]?.retentionTimes;
    return given !== null && given !== undefined && (given.length !== 1 || firstTime(given) !== time);
  });
  if (wrong.length === 0) return;
  throw invalidPolicy(
    wrong.map((range) => ({
      code: 'RetentionTime',
      target: `retentionPolicy.${range}.retentionTimes`,
      message: 'A retention time must be the one run time of the schedule.',
    })),
  );
}

function firstTime([first = '']: readonly string[]): string {
  return timeOfDay(first) ?? '';
}

function timeOfDay(text: string): string | undefined {
  return /T(\d{2}:\d{2})(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?$/.exec(text)?.[1];
}

/** Azure's sentence for every broken rule, with the rules themselves in the details (SPEC §2.7). */
export function invalidPolicy(problems: readonly { code: string; target: string; message: string }[]): AppError {
  return appError('BMSUserErrorInvalidPolicyInput', {}, { details: problems });
}
