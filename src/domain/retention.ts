import { Temporal } from 'temporal-polyfill';
import { type BackupPolicy, MONTHS, type MonthDays, type RetentionTag, WEEKS_OF_MONTH } from './policy';
import { dateOf, isLastRunOfItsDay, weekdayOf } from './schedule';

/** A range of a policy that a recovery point is kept under, and until when (ms UTC). */
export interface TagExpiry {
  readonly tag: RetentionTag;
  readonly expiry: number;
}

/** Until when a point is kept (ms UTC) and the range that keeps it longest. */
export interface PointExpiry {
  readonly expiry: number;
  readonly ruleName: RetentionTag;
}

/** A problem with the "retain until" date of an on-demand backup. */
export interface OnDemandProblem {
  readonly code: 'ExpiryInPast' | 'ExpiryTooFar';
  readonly message: string;
}

/** Days that an on-demand point is kept when nobody says otherwise (SPEC §2.11). */
export const ON_DEMAND_DAYS = 30;
/** Most years that an on-demand point may be kept (SPEC §2.11). */
export const ON_DEMAND_MAX_YEARS = 99;

/**
 * The ranges that keep a point, in the order Daily, Weekly, Monthly, Yearly (SPEC §3). Empty for a policy that keeps
 * nothing on that day. Of an hourly schedule every point is a daily one, and only the last run of the day is more.
 * @param slot scheduled moment (ms UTC); its date at the zone's standard offset chooses the ranges
 * @param pointTime moment of the recovery point (ms UTC), possibly on the next day; expiries count from it, in UTC
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function tagsForRun(policy: BackupPolicy, slot: number, pointTime: number): TagExpiry[] {
  const matching = matchingTags(policy, dateOf(policy, slot));
  const several = policy.schedule.frequency === 'Hourly' && !isLastRunOfItsDay(policy, slot);
  return matching.flatMap((tag) => {
    if (several && tag !== 'Daily') return [];
    const expiry = tagExpiry(policy, tag, pointTime);
    return expiry === undefined ? [] : [{ tag, expiry }];
  });
}

/** The latest expiry and its range; of equal ones the longer range. `undefined` without tags (SPEC §3). */
export function expiryOf(tags: readonly TagExpiry[]): PointExpiry | undefined {
  let longest: TagExpiry | undefined;
  for (const candidate of tags) {
    if (!longest || candidate.expiry >= longest.expiry) {
      longest = candidate;
    }
  }
  return longest && { expiry: longest.expiry, ruleName: longest.tag };
}

/**
 * When a point taken at `pointTime` expires under one range of a policy (both ms UTC); `undefined` if the policy has no
 * such range. Months and years end at the month's last day: 31 January + 1 month is 29 February 2024 (SPEC §3 D).
 */
export function tagExpiry(policy: BackupPolicy, tag: RetentionTag, pointTime: number): number | undefined {
  const duration = tagDuration(policy, tag);
  return duration === undefined ? undefined : addTo(pointTime, duration);
}

/** Expiry (ms UTC) of an on-demand point when none was given: 30 days after `now` (SPEC §2.11). */
export function onDemandExpiry(now: number): number {
  return addTo(now, { days: ON_DEMAND_DAYS });
}

/** Why an on-demand expiry is not accepted at `now` (both ms UTC); `undefined` if it is good (SPEC §2.11). */
export function onDemandProblem(expiry: number, now: number): OnDemandProblem | undefined {
  if (!(expiry > now)) {
    return { code: 'ExpiryInPast', message: 'The date until which to keep the backup must be in the future.' };
  }
  if (expiry > addTo(now, { years: ON_DEMAND_MAX_YEARS })) {
    return {
      code: 'ExpiryTooFar',
      message: `A backup can be kept for at most ${ON_DEMAND_MAX_YEARS} years.`,
    };
  }
  return undefined;
}

function matchingTags(policy: BackupPolicy, date: Temporal.PlainDate): RetentionTag[] {
  const { daily, weekly, monthly, yearly } = policy.retention;
  const tags: RetentionTag[] = [];
  if (daily) {
    tags.push('Daily');
  }
  if (weekly?.days.includes(weekdayOf(date))) {
    tags.push('Weekly');
  }
  if (monthly && isMonthDay(date, monthly.on)) {
    tags.push('Monthly');
  }
  if (yearly?.months.some((month) => MONTHS.indexOf(month) + 1 === date.month) && isMonthDay(date, yearly.on)) {
    tags.push('Yearly');
  }
  return tags;
}

function isMonthDay(date: Temporal.PlainDate, on: MonthDays): boolean {
  if (on.by === 'day') {
    return on.dates.includes(date.day) || (on.last && date.day === date.daysInMonth);
  }
  const occurrence = Math.ceil(date.day / 7);
  const isLast = date.day + 7 > date.daysInMonth;
  return (
    on.days.includes(weekdayOf(date)) &&
    on.weeks.some((week) => (week === 'Last' ? isLast : WEEKS_OF_MONTH.indexOf(week) + 1 === occurrence))
  );
}

type RangeDuration = Partial<Record<'days' | 'weeks' | 'months' | 'years', number>>;

function tagDuration({ retention }: BackupPolicy, tag: RetentionTag): RangeDuration | undefined {
  const { daily, weekly, monthly, yearly } = retention;
  const durations = {
    Daily: daily && { days: daily.count },
    Weekly: weekly && { weeks: weekly.count },
    Monthly: monthly && { months: monthly.count },
    Yearly: yearly && { years: yearly.count },
  };
  return durations[tag];
}

function addTo(time: number, duration: RangeDuration): number {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO('UTC').add(duration).epochMilliseconds;
}
