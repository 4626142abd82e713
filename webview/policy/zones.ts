import { type ClockTime, daylightNote, knownTimeZone, type TimeZoneChoice } from '../../src/domain/timeZones';
import type { PolicyStringKey } from '../../src/messages/policyStrings';
import type { SearchChoice } from '../ui/searchBox';
import type { Texts } from '../ui/texts';

/** Cities shown with a time zone; some have more than fifty. */
const SHOWN_CITIES = 4;

/**
 * The time zones that a query finds by Windows id, IANA name or city. Every word must be found; zones whose id or city
 * starts with the query come first.
 */
export function findZones(zones: readonly TimeZoneChoice[], query: string): SearchChoice[] {
  const wanted = simplified(query);
  const words = wanted.split(' ').filter((word) => word !== '');
  const found = zones.flatMap((zone) => {
    const names = [zone.id, ...zone.ianaNames, ...zone.cities].map(simplified);
    const text = names.join(' ');
    return words.every((word) => text.includes(word))
      ? [{ zone, rank: names.some((name) => name.startsWith(wanted)) ? 0 : 1 }]
      : [];
  });
  return found.toSorted((a, b) => a.rank - b.rank).map(({ zone }) => ({ value: zone.id, detail: detail(zone, words) }));
}

/** What the time means in UTC, and on the clock in summer; `undefined` for an unknown time zone. */
export function zoneNote(
  timeZone: string,
  time: string,
  now: number,
  texts: Texts<PolicyStringKey>,
): string | undefined {
  const known = knownTimeZone(timeZone);
  if (known === undefined) {
    return undefined;
  }
  const { utc, summer } = daylightNote(known, time, now);
  return summer
    ? texts.t('zone.noteSummer', time, known, utcClock(utc, texts), summerClock(summer, texts))
    : texts.t('zone.note', time, known, utcClock(utc, texts));
}

/** The zone's usual IANA name and the cities that matter: first those that the words were found in. */
function detail(zone: TimeZoneChoice, words: readonly string[]): string {
  const matching = zone.cities.filter((city) => words.some((word) => simplified(city).includes(word)));
  const cities = [...new Set([...matching, ...zone.cities])].slice(0, SHOWN_CITIES);
  return [zone.ianaNames[0] ?? '', cities.join(', ')].filter((part) => part !== '').join(' · ');
}

function utcClock({ time, dayShift }: ClockTime, { t }: Texts<PolicyStringKey>): string {
  if (dayShift === 0) {
    return t('zone.utc', time);
  }
  return t(dayShift < 0 ? 'zone.utcBefore' : 'zone.utcAfter', time);
}

function summerClock({ time, dayShift }: ClockTime, { t }: Texts<PolicyStringKey>): string {
  return dayShift > 0 ? t('zone.clockAfter', time) : time;
}

/** Lower case, without accents, with spaces for every mark that separates words. */
function simplified(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[\s/_.,()-]+/g, ' ')
    .trim();
}
