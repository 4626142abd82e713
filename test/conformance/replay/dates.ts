const DAY = 86_400_000;
const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?/g;
/** Members of requests that are moments, not times of the day. */
const MOMENTS = /^(recoveryPointExpiryTimeInUTC)$/;
const FILTER_DATE = /'(\d{4})-(\d\d)-(\d\d) (\d{1,2}):(\d\d):(\d\d) (AM|PM)'/gi;

/**
 * Moves the moments of requests from the time of the recording to now, so that "in thirty days" is still in thirty days.
 * Times of policies stay: only their time of day counts.
 */
export class DateShift {
  #recordedNow: number | undefined;

  /** Takes the time of the recording from an answer: what started or changed last. */
  see(body: unknown): void {
    for (const member of startsAndChanges(body)) {
      const moment = Date.parse(member);
      if (Number.isFinite(moment) && moment > Date.UTC(2010) && moment > (this.#recordedNow ?? 0))
        this.#recordedNow = moment;
    }
  }

  /** A request's body with its moments moved by whole days. */
  moveBody(value: unknown, now: number, name = ''): unknown {
    if (typeof value === 'string') return MOMENTS.test(name) ? this.#move(value, now) : value;
    if (Array.isArray(value)) return value.map((element) => this.moveBody(element, now, name));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.moveBody(member, now, key)]));
  }

  /** A `$filter` with its dates moved. */
  moveFilter(filter: string, now: number): string {
    return filter.replace(FILTER_DATE, (text: string, ...groups: string[]) => {
      const [year, month, day, hour, minute, second, half] = groups;
      const hours = (Number(hour) % 12) + (half?.toUpperCase() === 'PM' ? 12 : 0);
      const moment = Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute), Number(second));
      return this.#recordedNow === undefined ? text : `'${filterDate(moment + now - this.#recordedNow)}'`;
    });
  }

  #move(text: string, now: number): string {
    const moment = Date.parse(text);
    // No answer with a time yet: the request itself is the best clue, and points that it asks for are in the future.
    const recordedNow = this.#recordedNow ?? moment - 30 * DAY;
    const days = Math.ceil((now - recordedNow) / DAY);
    return new Date(moment + days * DAY).toISOString();
  }
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}

function filterDate(moment: number): string {
  const date = new Date(moment);
  const hours = date.getUTCHours();
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  return `${day} ${two(hours % 12 || 12)}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hours < 12 ? 'AM' : 'PM'}`;
}

function startsAndChanges(value: unknown, name = ''): string[] {
  if (typeof value === 'string') {
    if (name === 'etag') return decodeURIComponent(value).match(ISO)?.map(asUtc) ?? [];
    return name === 'startTime' ? (value.match(ISO)?.map(asUtc) ?? []) : [];
  }
  if (Array.isArray(value)) return value.flatMap((element) => startsAndChanges(element));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => startsAndChanges(member, key));
}

function asUtc(text: string): string {
  return text.endsWith('Z') ? text : `${text}Z`;
}
