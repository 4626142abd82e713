import {
  type BackupPolicy,
  type Month,
  type MonthDays,
  WEEKDAYS,
  type Weekday,
  type WeekOfMonth,
} from '../../src/domain/policy';
import { WEEKLY_INSTANT_RESTORE_DAYS } from '../../src/domain/policyRules';
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
  readonly frequency: 'Daily' | 'Weekly';
  readonly scheduleDays: readonly Weekday[];
  readonly time: string;
  readonly timeZone: string;
  readonly daily: RangeForm;
  readonly weekly: RangeForm & { readonly days: readonly Weekday[] };
  readonly monthly: RangeForm & { readonly pick: MonthDaysForm };
  readonly yearly: RangeForm & { readonly pick: MonthDaysForm; readonly months: readonly Month[] };
  readonly instantRestoreDays: string;
}

export type RangeName = 'daily' | 'weekly' | 'monthly' | 'yearly';

/** The form that shows a policy; ranges that are off get values to start from. */
export function toForm({ name, policy }: NamedPolicy): PolicyForm {
  const { schedule, retention, timeZone } = policy;
  const { daily, weekly, monthly, yearly } = retention;
  return {
    name,
    // The form makes Standard policies only; an hourly draft starts as a daily one.
    frequency: schedule.frequency === 'Weekly' ? 'Weekly' : 'Daily',
    scheduleDays: schedule.frequency === 'Weekly' ? schedule.days : ['Sunday'],
    time: schedule.time,
    timeZone,
    daily: range(daily, 180),
    weekly: { ...range(weekly, 104), days: weekly?.days ?? ['Sunday'] },
    monthly: { ...range(monthly, 60), pick: pickOf(monthly?.on) },
    yearly: { ...range(yearly, 10), pick: pickOf(yearly?.on), months: yearly?.months ?? ['January'] },
    instantRestoreDays: String(schedule.frequency === 'Weekly' ? 2 : policy.instantRestoreDays),
  };
}

/** The policy that a form means. A weekly schedule leaves no choice about some fields; they follow from it here. */
export function toPolicy(form: PolicyForm): BackupPolicy {
  const weeklySchedule = form.frequency === 'Weekly';
  const { daily, weekly, monthly, yearly } = form;
  return {
    timeZone: form.timeZone,
    schedule: weeklySchedule
      ? { frequency: 'Weekly', days: form.scheduleDays, time: form.time }
      : { frequency: 'Daily', time: form.time },
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
    instantRestoreDays: weeklySchedule ? WEEKLY_INSTANT_RESTORE_DAYS : toCount(form.instantRestoreDays),
  };
}

/** Whether a range keeps points: the range of the schedule's own frequency always does. */
export function isRangeOn(form: PolicyForm, name: RangeName): boolean {
  if (name === 'daily') {
    return form.frequency === 'Daily';
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
