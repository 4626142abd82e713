import {
  type BackupPolicy,
  isEnhanced,
  type Month,
  type MonthDays,
  type PolicyType,
  type Schedule,
  WEEKDAYS,
  type Weekday,
  type WeekOfMonth,
} from '../../src/domain/policy';
import { defaultInstantRestoreDays, HOURLY_DURATION_LIMITS, instantRestoreLimits } from '../../src/domain/policyRules';
import type { NamedPolicy } from '../../src/messages/policy';

/** How a form picks days of a month: both ways are kept, so that changing the way back loses nothing. */
export interface MonthDaysForm {
  readonly by: MonthDays['by'];
  readonly dates: readonly number[];
  readonly last: boolean;
  readonly days: readonly Weekday[];
  readonly weeks: readonly WeekOfMonth[];
}

/** A range of the form: off, or kept for `count` (as typed) of its unit. */
export interface RangeForm {
  readonly on: boolean;
  readonly count: string;
}

/** What the policy form holds. Everything that is out of use at the moment stays in it. */
export interface PolicyForm {
  readonly name: string;
  readonly policyType: PolicyType;
  readonly frequency: Schedule['frequency'];
  /** Of an hourly schedule: hours between two backups, and of the window that they are taken in. */
  readonly intervalHours: number;
  readonly durationHours: number;
  readonly scheduleDays: readonly Weekday[];
  readonly time: string;
  readonly timeZone: string;
  readonly daily: RangeForm;
  readonly weekly: RangeForm & { readonly days: readonly Weekday[] };
  readonly monthly: RangeForm & { readonly pick: MonthDaysForm };
  readonly yearly: RangeForm & { readonly pick: MonthDaysForm; readonly months: readonly Month[] };
  readonly instantRestoreDays: string;
  readonly crashConsistentOnly: boolean;
}

export type RangeName = 'daily' | 'weekly' | 'monthly' | 'yearly';

/** The form that shows a policy; ranges that are off get values to start from. */
export function toForm({ name, policy }: NamedPolicy): PolicyForm {
  const { schedule, retention, timeZone } = policy;
  const { daily, weekly, monthly, yearly } = retention;
  return {
    name,
    policyType: policy.policyType ?? 'V1',
    frequency: schedule.frequency,
    intervalHours: schedule.frequency === 'Hourly' ? schedule.intervalHours : 4,
    durationHours: schedule.frequency === 'Hourly' ? schedule.durationHours : 12,
    scheduleDays: schedule.frequency === 'Weekly' ? schedule.days : ['Sunday'],
    time: schedule.time,
    timeZone,
    daily: range(daily, 180),
    weekly: { ...range(weekly, 104), days: weekly?.days ?? ['Sunday'] },
    monthly: { ...range(monthly, 60), pick: pickOf(monthly?.on) },
    yearly: { ...range(yearly, 10), pick: pickOf(yearly?.on), months: yearly?.months ?? ['January'] },
    instantRestoreDays: String(isInstantRestoreFixed(policy) ? 2 : policy.instantRestoreDays),
    crashConsistentOnly: policy.crashConsistentOnly ?? false,
  };
}

/** The policy that a form means. A weekly schedule leaves no choice about some fields; they follow from it here. */
export function toPolicy(form: PolicyForm): BackupPolicy {
  const weeklySchedule = form.frequency === 'Weekly';
  const { daily, weekly, monthly, yearly } = form;
  const schedule = scheduleOf(form);
  const type = typeOf(form);
  return {
    ...type,
    timeZone: form.timeZone,
    schedule,
    retention: {
      ...(weeklySchedule ? {} : { daily: { count: toCount(daily.count) } }),
      ...(isRangeOn(form, 'weekly')
        ? { weekly: { days: weeklySchedule ? form.scheduleDays : weekly.days, count: toCount(weekly.count) } }
        : {}),
      ...(monthly.on ? { monthly: { on: monthDays(form, monthly.pick), count: toCount(monthly.count) } } : {}),
      ...(yearly.on
        ? { yearly: { months: yearly.months, on: monthDays(form, yearly.pick), count: toCount(yearly.count) } }
        : {}),
    },
    instantRestoreDays: isInstantRestoreFixed({ ...type, schedule })
      ? defaultInstantRestoreDays({ ...type, schedule })
      : toCount(form.instantRestoreDays),
  };
}

/** The form after another sub-type was chosen: only an Enhanced policy runs several times a day. */
export function withType(form: PolicyForm, policyType: PolicyType): Partial<PolicyForm> {
  const isHourly = form.frequency === 'Hourly';
  return { policyType, ...(policyType === 'V1' && isHourly ? { frequency: 'Daily' as const } : {}) };
}

/** The form after another interval was chosen: the window stays as near as it may to what it was. */
export function withInterval(form: PolicyForm, intervalHours: number): Partial<PolicyForm> {
  const windows = windowsOf(intervalHours);
  return { intervalHours, durationHours: windows.findLast((hours) => hours <= form.durationHours) ?? intervalHours };
}

/** The lengths that the window of an hourly schedule may have, in hours (SPEC §2.6). */
export function windowsOf(intervalHours: number): number[] {
  const { min, max } = HOURLY_DURATION_LIMITS;
  const multiples = Array.from({ length: Math.floor(max / intervalHours) }, (_, at) => (at + 1) * intervalHours);
  return multiples.filter((hours) => hours >= min);
}

/** Whether the kind of policy leaves no choice about how long snapshots are kept. */
export function isInstantRestoreFixed(policy: Parameters<typeof instantRestoreLimits>[0]): boolean {
  const { min, max } = instantRestoreLimits(policy);
  return min === max;
}

/** Whether a range keeps points: the range of the schedule's own frequency always does. */
export function isRangeOn(form: PolicyForm, name: RangeName): boolean {
  if (name === 'daily') {
    return form.frequency !== 'Weekly';
  }
  return isRangeFixed(form, name) || form[name].on;
}

/** Whether the schedule leaves no choice about a range. */
export function isRangeFixed({ frequency }: PolicyForm, name: RangeName): boolean {
  return name === 'daily' || (name === 'weekly' && frequency === 'Weekly');
}

/** How days of a month are picked: a weekly schedule allows weeks only. */
export function pickBy({ frequency }: PolicyForm, pick: MonthDaysForm): MonthDays['by'] {
  return frequency === 'Weekly' ? 'week' : pick.by;
}

/** The days that monthly and yearly points may be picked from. */
export function pickableDays({ frequency, scheduleDays }: PolicyForm): readonly Weekday[] {
  return frequency === 'Weekly' ? WEEKDAYS.filter((day) => scheduleDays.includes(day)) : WEEKDAYS;
}

/** The chosen days of a month's week, as far as the schedule has them; all scheduled days if none is left. */
export function pickedDays(form: PolicyForm, pick: MonthDaysForm): readonly Weekday[] {
  const allowed = pickableDays(form);
  const picked = pick.days.filter((day) => allowed.includes(day));
  return picked.length === 0 && pick.days.length > 0 ? allowed : picked;
}

/** A count as typed, `NaN` if it is no whole number. */
export function toCount(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
}

/** Every time of day that a schedule may have: each half-hour. */
export const TIMES: readonly string[] = Array.from({ length: 48 }, (_, half) => {
  const hour = String(Math.floor(half / 2)).padStart(2, '0');
  return `${hour}:${half % 2 === 0 ? '00' : '30'}`;
});

function typeOf({
  policyType,
  crashConsistentOnly,
}: PolicyForm): Pick<BackupPolicy, 'policyType' | 'crashConsistentOnly'> {
  return isEnhanced({ policyType }) ? { policyType, crashConsistentOnly } : {};
}

function scheduleOf({ frequency, time, scheduleDays, intervalHours, durationHours }: PolicyForm): Schedule {
  switch (frequency) {
    case 'Weekly':
      return { frequency, days: scheduleDays, time };
    case 'Hourly':
      return { frequency, time, intervalHours, durationHours };
    default:
      return { frequency, time };
  }
}

function monthDays(form: PolicyForm, pick: MonthDaysForm): MonthDays {
  return pickBy(form, pick) === 'day'
    ? { by: 'day', dates: pick.dates, last: pick.last }
    : { by: 'week', days: pickedDays(form, pick), weeks: pick.weeks };
}

function range(kept: { readonly count: number } | undefined, start: number): RangeForm {
  return { on: kept !== undefined, count: String(kept?.count ?? start) };
}

function pickOf(on: MonthDays | undefined): MonthDaysForm {
  return {
    by: on?.by ?? 'week',
    dates: on?.by === 'day' ? on.dates : [1],
    last: on?.by === 'day' && on.last,
    days: on?.by === 'week' ? on.days : ['Sunday'],
    weeks: on?.by === 'week' ? on.weeks : ['First'],
  };
}
