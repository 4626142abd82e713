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

/** Hours that may lie between two runs of an hourly schedule (SPEC §2.6). */
export const HOURLY_INTERVALS = [4, 6, 8, 12] as const;

/** Runs several times a day, Enhanced policies only: from `time` on, every `intervalHours`, for `durationHours`. */
export interface HourlySchedule {
  readonly frequency: 'Hourly';
  /** Start of the window. */
  readonly time: TimeOfDay;
  /** One of {@link HOURLY_INTERVALS}. */
  readonly intervalHours: number;
  /** Length of the window, 4 to 24 and a multiple of the interval; a run may start at its very end. */
  readonly durationHours: number;
}

/** When a policy runs: once a day, once on each of some days of the week, or several times a day (SPEC §2.6). */
export type Schedule =
  | { readonly frequency: 'Daily'; readonly time: TimeOfDay }
  | { readonly frequency: 'Weekly'; readonly days: readonly Weekday[]; readonly time: TimeOfDay }
  | HourlySchedule;

/** Standard policies are V1, Enhanced ones V2 (SPEC §1.5). */
export type PolicyType = 'V1' | 'V2';

/** When points are moved to the archive tier, as the policy says (SPEC §1.5). This computer has no such tier. */
export interface ArchiveTiering {
  readonly mode: 'TierRecommended' | 'TierAfter' | 'DoNotTier';
  /** After how long, for `TierAfter`. */
  readonly after?: { readonly count: number; readonly unit: 'Days' | 'Weeks' | 'Months' | 'Years' };
}

/** Parts of the name of the resource group that snapshots are kept in on Azure (SPEC §1.5, `instantRPDetails`). */
export interface SnapshotGroupName {
  readonly prefix?: string;
  readonly suffix?: string;
}

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

/** A backup policy for virtual machines: the rule of when points are taken and how long each is kept. */
export interface BackupPolicy {
  /** `V2` is an Enhanced policy; a Standard one (V1) need not say so. */
  readonly policyType?: PolicyType;
  /** A Windows time zone id, for example `Taipei Standard Time`. */
  readonly timeZone: string;
  readonly schedule: Schedule;
  readonly retention: Retention;
  /** Days that a snapshot is kept beside the vault copy: 1 to 5, Enhanced 1 to 30 (SPEC §2.8). */
  readonly instantRestoreDays: number;
  /** True asks for crash-consistent points only, without the guest's help; Enhanced policies only (SPEC §2.8). */
  readonly crashConsistentOnly?: boolean;
  readonly archive?: ArchiveTiering;
  readonly snapshotGroup?: SnapshotGroupName;
}

/** True for an Enhanced (V2) policy. */
export function isEnhanced(policy: Pick<BackupPolicy, 'policyType'>): boolean {
  return policy.policyType === 'V2';
}

/** The ranges of a policy that a recovery point is kept under, the shortest first. */
export const RETENTION_TAGS = ['Daily', 'Weekly', 'Monthly', 'Yearly'] as const;
export type RetentionTag = (typeof RETENTION_TAGS)[number];
