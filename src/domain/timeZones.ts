import { Temporal } from 'temporal-polyfill';
import { findIanaAliases, findWindows, WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { failureOf } from './errorTemplates';
import { TIME_ZONE_ERRORS } from './timeZoneErrors';

const DAY_MS = 24 * 3_600_000;

/** A time zone as a searchable picker offers it. */
export interface TimeZoneChoice {
  /** Windows id, the one that policies carry. */
  readonly id: string;
  /** Every IANA name of the zone, the default one first. */
  readonly ianaNames: readonly string[];
  /** City parts of the IANA names, for example `Taipei`; empty for zones without cities such as `UTC`. */
  readonly cities: readonly string[];
}

/** A time on the clock, and how many days it lies after (or before) the day it is compared with. */
export interface ClockTime {
  /** `HH:MM`, 24 hours. */
  readonly time: string;
  readonly dayShift: number;
}

/** What a policy time means on other clocks. Days are relative to the day in the zone at standard time. */
export interface DaylightNote {
  /** Time of day of the run in UTC, the same all year. */
  readonly utc: ClockTime;
  /** What the clock on the wall shows at the run while daylight saving is on; `undefined` if the zone has none. */
  readonly summer?: ClockTime;
}

interface Zone {
  readonly id: string;
  readonly iana: string;
}

const ZONES: ReadonlyMap<string, Zone> = new Map(
  WINDOWS_TO_IANA_MAP.filter((row) => row.territory === '001').map((row) => [
    row.windowsName.toLowerCase(),
    { id: row.windowsName, iana: row.iana[0] },
  ]),
);

/** Areas of IANA names whose last part is a place; others (`Etc/GMT`, `US/Eastern`) name a rule or a region. */
const CITY_AREAS: ReadonlySet<string> = new Set([
  'Africa',
  'America',
  'Antarctica',
  'Arctic',
  'Asia',
  'Atlantic',
  'Australia',
  'Europe',
  'Indian',
  'Pacific',
]);

/** The Windows time zone ids that policies may carry (139), in the order of Windows, west to east (SPEC §1.5). */
export function windowsTimeZones(): string[] {
  return Array.from(ZONES.values(), (zone) => zone.id);
}

/** The id as Windows spells it, found without regard to case; `undefined` for an unknown zone (SPEC §1.5). */
export function knownTimeZone(windowsId: string): string | undefined {
  return ZONES.get(windowsId.trim().toLowerCase())?.id;
}

/** Default IANA name of a Windows zone, for example `Asia/Taipei`; `undefined` for an unknown zone. */
export function windowsToIana(windowsId: string): string | undefined {
  return ZONES.get(windowsId.trim().toLowerCase())?.iana;
}

/**
 * Windows id of an IANA zone, also of one under an older or a newer name (`Asia/Kolkata`, `Europe/Kyiv`).
 * `undefined` if the name is no time zone or Windows has none for it.
 */
export function ianaToWindows(ianaName: string): string | undefined {
  const direct = findWindows(ianaName)[0];
  if (direct) {
    return direct;
  }
  const moment = zonedOrUndefined(ianaName);
  const sameZone = moment && WINDOWS_TO_IANA_MAP.find((row) => row.iana.some((iana) => isSameZone(moment, iana)));
  return sameZone?.windowsName;
}

/**
 * Offset from UTC of a zone's standard time, in ms: the smaller of its offsets at noon UTC of 1 January and of 1 July
 * in the UTC year of `at` (ms UTC). Daylight saving only ever adds, so the smaller one is standard time on both
 * hemispheres. A zone that moves its standard time takes the new one for the whole of the year.
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function standardOffsetMs(windowsId: string, at: number): number {
  return yearOffsets(windowsId, utcYear(at)).standard;
}

/**
 * Date and time on a clock that stays on the zone's standard time all year, at a moment (ms UTC).
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function standardClock(windowsId: string, at: number): Temporal.PlainDateTime {
  return utcDateTime(at + standardOffsetMs(windowsId, at));
}

/**
 * Moment (ms UTC) at which a clock on the zone's standard time shows `clock`, the first one if it does so twice; the
 * inverse of {@link standardClock}. A reading that the clock skips at a change of the zone's standard offset gives the
 * moment as much later.
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function standardMoment(windowsId: string, clock: Temporal.PlainDateTime): number {
  const asUtc = clock.toZonedDateTime('UTC').epochMilliseconds;
  const before = standardOffsetMs(windowsId, asUtc - DAY_MS);
  const after = standardOffsetMs(windowsId, asUtc + DAY_MS);
  const shown = [before, after].find((offset) => standardOffsetMs(windowsId, asUtc - offset) === offset);
  return asUtc - (shown ?? before);
}

/** Every zone with the names and cities a person may look for. Same result on every computer and in every language. */
export function timeZoneChoices(): TimeZoneChoice[] {
  return windowsTimeZones().map((id) => {
    const ianaNames = ianaNamesOf(id);
    return { id, ianaNames, cities: unique(ianaNames.flatMap(cityOf)) };
  });
}

/**
 * What a policy time `HH:MM` in a zone means in UTC and, if the zone has daylight saving in the UTC year of `at`
 * (ms UTC), on the clock in summer. Runs keep their UTC moment (SPEC §1.5 "Time zones").
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function daylightNote(windowsId: string, time: string, at: number): DaylightNote {
  const { standard, daylight } = yearOffsets(windowsId, utcYear(at));
  const utc = shiftClock(time, -standard);
  return daylight === standard ? { utc } : { utc, summer: shiftClock(time, daylight - standard) };
}

/** Offsets never change for a zone and year, and asking for them costs far more than a look-up. */
const offsetsByZoneAndYear = new Map<string, { standard: number; daylight: number }>();

function yearOffsets(windowsId: string, year: number): { standard: number; daylight: number } {
  const iana = windowsToIana(windowsId);
  if (iana === undefined) {
    throw failureOf('LocalTimeZoneUnknown', TIME_ZONE_ERRORS.LocalTimeZoneUnknown, { timeZone: windowsId });
  }
  const key = `${iana} ${year}`;
  let offsets = offsetsByZoneAndYear.get(key);
  if (!offsets) {
    const [january, july] = [offsetOn(iana, year, 1), offsetOn(iana, year, 7)];
    offsets = { standard: Math.min(january, july), daylight: Math.max(january, july) };
    offsetsByZoneAndYear.set(key, offsets);
  }
  return offsets;
}

function offsetOn(iana: string, year: number, month: number): number {
  const noon = Temporal.PlainDateTime.from({ year, month, day: 1, hour: 12 }).toZonedDateTime('UTC');
  return noon.withTimeZone(iana).offsetNanoseconds / 1_000_000;
}

function utcDateTime(at: number): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC').toPlainDateTime();
}

function utcYear(at: number): number {
  return new Date(at).getUTCFullYear();
}

function shiftClock(time: string, byMs: number): ClockTime {
  const from = Temporal.PlainDate.from('2000-01-01').toPlainDateTime(time);
  const to = from.add({ milliseconds: byMs });
  return { time: to.toString().slice(11, 16), dayShift: from.toPlainDate().until(to.toPlainDate()).days };
}

function ianaNamesOf(windowsId: string): string[] {
  const rows = WINDOWS_TO_IANA_MAP.filter((row) => row.windowsName === windowsId);
  const names = rows.flatMap((row): readonly string[] => row.iana);
  return unique(names.flatMap((name) => [name, ...findIanaAliases(name)]));
}

function cityOf(ianaName: string): string[] {
  const [area, ...rest] = ianaName.split('/');
  const city = rest.at(-1);
  return city === undefined || !CITY_AREAS.has(area ?? '') ? [] : [city.replaceAll('_', ' ')];
}

function zonedOrUndefined(ianaName: string): Temporal.ZonedDateTime | undefined {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(ianaName);
  } catch {
    // Not a time zone name, which the caller is told by `undefined`.
    return undefined;
  }
}

function isSameZone(moment: Temporal.ZonedDateTime, ianaName: string): boolean {
  return moment.equals(moment.withTimeZone(ianaName));
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
