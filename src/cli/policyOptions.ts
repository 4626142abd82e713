import { InvalidArgumentError } from 'commander';
import { type BackupPolicy, type Retention, WEEKDAYS, type Weekday } from '../domain/policy';
import { ianaToWindows, knownTimeZone } from '../domain/timeZones';

/** What `policy create` takes. */
export interface PolicyOptions {
  readonly time: string;
  readonly timeZone: string;
  readonly weekly?: readonly Weekday[];
  readonly keepDaily?: number;
  readonly keepWeekly?: number;
  readonly keepMonthly?: number;
  readonly keepYearly?: number;
}

/** The policy that the options describe; points by week are kept of the first chosen day (Sunday without `--weekly`). */
export function policyOf(options: PolicyOptions): BackupPolicy {
  const { time, timeZone, weekly, keepDaily, keepWeekly, keepMonthly, keepYearly } = options;
  const days = weekly ?? (['Sunday'] as const);
  const firstOfMonth = { by: 'week', days: days.slice(0, 1), weeks: ['First'] } as const;
  const retention: Retention = {
    ...(weekly === undefined && { daily: { count: keepDaily ?? 30 } }),
    ...((weekly !== undefined || keepWeekly !== undefined) && { weekly: { days, count: keepWeekly ?? 12 } }),
    ...(keepMonthly !== undefined && { monthly: { on: firstOfMonth, count: keepMonthly } }),
    ...(keepYearly !== undefined && { yearly: { months: ['January'], on: firstOfMonth, count: keepYearly } }),
  };
  return {
    timeZone,
    schedule: weekly === undefined ? { frequency: 'Daily', time } : { frequency: 'Weekly', days: weekly, time },
    retention,
    instantRestoreDays: weekly === undefined ? 2 : 5,
  };
}

/** `Monday,Thursday` → days. */
export function weekdays(text: string): Weekday[] {
  return text.split(',').map((name) => {
    const day = WEEKDAYS.find((weekday) => weekday.toLowerCase() === name.trim().toLowerCase());
    if (!day) throw new InvalidArgumentError(`${name} is not a day of the week.`);
    return day;
  });
}

/** `22:30`; the policy's own rules say which times there are. */
export function clockTime(text: string): string {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) {
    throw new InvalidArgumentError('A time as HH:MM is needed, for example 22:30.');
  }
  return text;
}

/** A Windows time zone id or an IANA name → the Windows id. */
export function timeZoneId(text: string): string {
  const id = knownTimeZone(text) ?? ianaToWindows(text);
  if (id === undefined) {
    throw new InvalidArgumentError('A time zone is needed, for example "Taipei Standard Time" or Asia/Taipei.');
  }
  return id;
}

export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('A port from 0 to 65535 is needed.');
  return port;
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}
