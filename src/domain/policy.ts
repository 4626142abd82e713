/** Days of the week as Azure spells them, in the order of `Date.getUTCDay()`. */
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Which occurrence of a weekday within its month. `Last` may be the fourth or the fifth. */
export const WEEKS_OF_MONTH = ['First', 'Second', 'Third', 'Fourth', 'Last'] as const;
export type WeekOfMonth = (typeof WEEKS_OF_MONTH)[number];

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
export type Month = (typeof MONTHS)[number];

/** A wall-clock time `HH:MM` (24 hours) in the policy's time zone, read at the zone's standard offset all year. */
export type TimeOfDay = string;

/** When a Standard (V1) policy runs: exactly one time a day (SPEC §2.6). */
export type Schedule =
  | { readonly frequency: 'Daily'; readonly time: TimeOfDay }
  | { readonly frequency: 'Weekly'; readonly days: readonly Weekday[]; readonly time: TimeOfDay };

/** Which days of a month keep a monthly or yearly point: by number or by week (SPEC §1.5, "Daily" and "Weekly" format). */
export type MonthDays =
  | { readonly by: 'day'; readonly dates: readonly number[]; readonly last: boolean }
  | { readonly by: 'week'; readonly days: readonly Weekday[]; readonly weeks: readonly WeekOfMonth[] };

/** How long points are kept. An absent range keeps nothing under that name. Counts are in the range's own unit. */
export interface Retention {
  /** Days. */
  readonly daily?: { readonly count: number };
  /** Weeks. */
  readonly weekly?: { readonly days: readonly Weekday[]; readonly count: number };
  /** Months. */
  readonly monthly?: { readonly on: MonthDays; readonly count: number };
  /** Years. */
  readonly yearly?: { readonly months: readonly Month[]; readonly on: MonthDays; readonly count: number };
}

/** A Standard (V1) backup policy for virtual machines: the rule of when points are taken and how long each is kept. */
export interface BackupPolicy {
  /** A Windows time zone id, for example `Taipei Standard Time`. */
  readonly timeZone: string;
  readonly schedule: Schedule;
  readonly retention: Retention;
  /** Days that a snapshot is kept beside the vault copy, 1 to 5 (SPEC §2.8). */
  readonly instantRestoreDays: number;
}

/** The range of a policy that a recovery point is kept under. */
export type RetentionTag = 'Daily' | 'Weekly' | 'Monthly' | 'Yearly';
