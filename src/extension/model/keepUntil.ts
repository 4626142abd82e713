import { ON_DEMAND_MAX_YEARS, onDemandExpiry, onDemandProblem } from '../../domain/retention';
import { t } from '../text';
import { isoDate } from './format';

/** The days until which an on-demand recovery point may be kept, as dates of this computer's time zone. */
export interface KeepUntilDays {
  readonly today: string;
  /** Tomorrow. */
  readonly earliest: string;
  /** The last whole day that the rule allows. */
  readonly latest: string;
  /** The usual time. */
  readonly suggested: string;
}

export function keepUntilDays(now: number): KeepUntilDays {
  const date = new Date(now);
  const last = new Date(date.getFullYear() + ON_DEMAND_MAX_YEARS, date.getMonth(), date.getDate());
  while (onDemandProblem(last.setHours(23, 59, 59, 0), now)) last.setDate(last.getDate() - 1);
  const tomorrow = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1);
  return {
    today: isoDate(now),
    earliest: isoDate(tomorrow.getTime()),
    latest: isoDate(last.getTime()),
    suggested: isoDate(onDemandExpiry(now)),
  };
}

/** Why a date is no good to keep a recovery point until its end, in one sentence. */
export function keepUntilProblem(date: string, now: number): string | undefined {
  const end = endOfDay(date);
  const { earliest } = keepUntilDays(now);
  if (end === undefined) return t('{0} is no day of the calendar.', date);
  if (date < earliest) return t('The earliest day is tomorrow, {0}.', earliest);
  return onDemandProblem(end, now)?.message;
}

/** The end of a date (`2027-03-01`) here, in ms UTC; `undefined` if there is no such day. */
export function endOfDay(date: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  const [year, month, day] = match?.slice(1).map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const end = new Date(year, month - 1, day, 23, 59, 59);
  // Days that a month does not have roll over into the next one.
  return end.getMonth() === month - 1 && end.getDate() === day ? end.getTime() : undefined;
}
