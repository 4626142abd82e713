/** Calendar dates as text (`2027-03-01`): they have no time zone, and sort as they are. */

const DAY_MS = 24 * 3600_000;

/** The weeks of a month (`2027-03`), each of seven dates; `undefined` where the date is of another month. */
export function weeksOf(month: string, firstDay: number): (string | undefined)[][] {
  const first = `${month}-01`;
  const lead = (weekdayOf(first) - firstDay + 7) % 7;
  const days = daysIn(month);
  const weeks = Math.ceil((lead + days) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_day, column) => {
      const day = week * 7 + column - lead + 1;
      return day >= 1 && day <= days ? `${month}-${twoDigits(day)}` : undefined;
    }),
  );
}

/** Day of the week, Sunday 0. */
export function weekdayOf(date: string): number {
  return new Date(momentOf(date)).getUTCDay();
}

export function addDays(date: string, days: number): string {
  return dateAt(momentOf(date) + days * DAY_MS);
}

/** The same day `months` later, or the month's last day where it has no such day. */
export function addMonths(date: string, months: number): string {
  const month = monthAfter(monthOf(date), months);
  return `${month}-${twoDigits(Math.min(Number(date.slice(8)), daysIn(month)))}`;
}

export function monthOf(date: string): string {
  return date.slice(0, 7);
}

/** The month (`2027-03`) that is `months` after another. */
export function monthAfter(month: string, months: number): string {
  const [year, number] = month.split('-').map(Number);
  const index = (year ?? 0) * 12 + (number ?? 1) - 1 + months;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${twoDigits((index % 12) + 1)}`;
}

/** Days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((momentOf(to) - momentOf(from)) / DAY_MS);
}

/** A date not before `earliest` and not after `latest`. */
export function within(date: string, earliest: string, latest: string): string {
  if (date < earliest) return earliest;
  return date > latest ? latest : date;
}

/** The first day of the week where a language is spoken, Sunday 0. */
export function firstDayOfWeek(lang: string): number {
  const locale: Intl.Locale & { getWeekInfo?: () => { firstDay: number } } = new Intl.Locale(lang);
  // Monday 1 to Sunday 7; browsers that cannot tell begin with Sunday.
  return (locale.getWeekInfo?.().firstDay ?? 7) % 7;
}

/** Noon UTC of a date, for formats in UTC. */
export function momentOf(date: string): number {
  return Date.parse(`${date}T12:00:00Z`);
}

function dateAt(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

function daysIn(month: string): number {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, number ?? 1, 0)).getUTCDate();
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
