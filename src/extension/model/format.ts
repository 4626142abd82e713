import { formatDuration } from '../../domain/sizes';
import { displayLanguage, t } from '../text';
import { shownZone } from './timeDisplay';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const FORMATS = {
  day: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  full: { dateStyle: 'full', timeStyle: 'long' },
  date: { year: 'numeric', month: '2-digit', day: '2-digit', calendar: 'gregory', numberingSystem: 'latn' },
} as const;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter takes a thousand times as long as using it, and rows need three each. */
function formatter(kind: keyof typeof FORMATS, policyZone: string | undefined): Intl.DateTimeFormat {
  const timeZone = shownZone(policyZone);
  const key = `${kind} ${displayLanguage()} ${timeZone ?? ''}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(displayLanguage(), { ...FORMATS[kind], timeZone });
  formatters.set(key, made);
  return made;
}

/** Things one after the other: `web-01, db-01`. */
export function listText(items: readonly string[]): string {
  return items.length === 0 ? '' : items.reduce((before, item) => t('{0}, {1}', before, item));
}

/** A duration in words: `2 min 5 s`, `less than 1 s`. */
export function durationText(ms: number): string {
  return ms < SECOND / 2 ? t('less than 1 s') : formatDuration(ms);
}

/** A span in its largest unit, rounded down: `41 s`, `2 h`, `3 d`. */
export function spanText(ms: number): string {
  const unit = [DAY, HOUR, MINUTE].find((size) => ms >= size) ?? 1_000;
  return formatDuration(Math.floor(Math.max(0, ms) / unit) * unit);
}

/** How long ago a moment was: `just now`, `2 h ago`. */
export function agoText(moment: number, now: number): string {
  return now - moment < MINUTE ? t('just now') : t('{0} ago', spanText(now - moment));
}

/** What is left of something: `about 2 min left`. */
export function leftText(ms: number): string {
  return t('about {0} left', ms < MINUTE ? formatDuration(Math.max(1_000, ms)) : spanText(ms));
}

// Times take the Windows id of the policy's time zone that they have to do with, where there is one: see `shownZone`.

/** The day of a moment as a heading: `Today`, `Yesterday`, `Mon, 12 Oct 2026`. */
export function dayText(moment: number, now: number, policyZone?: string): string {
  const days = Math.round((startOfDay(now, policyZone) - startOfDay(moment, policyZone)) / DAY);
  if (days === 0) return t('Today');
  if (days === 1) return t('Yesterday');
  if (days === -1) return t('Tomorrow');
  return formatter('day', policyZone).format(moment);
}

/** Time on the clock: `02:00`. */
export function clockText(moment: number, policyZone?: string): string {
  return formatter('clock', policyZone).format(moment);
}

/** Day and time: `Today 02:00`. */
export function momentText(moment: number, now: number, policyZone?: string): string {
  return t('{0} {1}', dayText(moment, now, policyZone), clockText(moment, policyZone));
}

/** When something shown was read: `as of 14:05`, with the day if that is not today. */
export function asOfText(moment: number, now: number): string {
  const isToday = startOfDay(moment) === startOfDay(now);
  return t('as of {0}', isToday ? clockText(moment) : momentText(moment, now));
}

/** Date, time and zone in full, for tooltips. */
export function fullTimeText(moment: number, policyZone?: string): string {
  return formatter('full', policyZone).format(moment);
}

/** The calendar date, as {@link isoDate} has it, on the clock that times are shown on. */
export function dateText(moment: number, policyZone?: string): string {
  if (shownZone(policyZone) === undefined) return isoDate(moment);
  return new Date(startOfDay(moment, policyZone)).toISOString().slice(0, 10);
}

/** The calendar date on this computer's clock, in the form people type it: `2026-10-12`. */
export function isoDate(moment: number): string {
  const date = new Date(moment);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Joins facts with the dot that separates them in rows; absent ones are left out. */
export function facts(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** Text that stands for itself inside Markdown. */
export function plainMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~$]/g, String.raw`\$&`);
}

/** The beginning of a day, comparable with others of the same clock; for another zone than this computer's, its date in UTC. */
function startOfDay(moment: number, policyZone?: string): number {
  if (shownZone(policyZone) === undefined) return new Date(moment).setHours(0, 0, 0, 0);
  const parts = formatter('date', policyZone).formatToParts(moment);
  const part = (type: 'year' | 'month' | 'day') => Number(parts.find((found) => found.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'));
}
