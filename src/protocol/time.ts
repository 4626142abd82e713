/** "No time" on the wire of operations and tasks (SPEC §0). */
export const NO_TIME = '0001-01-01T00:00:00';
/** `lastBackupTime` of an item that was never backed up (SPEC §0). */
export const NEVER_BACKED_UP = '2001-01-01T00:00:00Z';

/** ms UTC → `2024-05-13T10:28:32.761Z`; trailing zeros of the fraction are left out as Azure does. */
export function toWireTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');
}

/** ms UTC as points tell their expiry, with seven digits and no zone: `2024-05-28T00:00:00.0000000`. */
export function toUnzonedTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '0000');
}

/** A moment of the wire → ms UTC, or `undefined` if it is none. Where it names no zone it is UTC, whatever zone this computer is in. */
export function fromWireTime(text: string): number | undefined {
  const ms = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isFinite(ms) ? ms : undefined;
}

/** ms UTC as the compute service writes it, with an offset: `2024-05-13T10:28:32.761+00:00`. */
export function toComputeTime(ms: number): string {
  return toWireTime(ms).replace('Z', '+00:00');
}

/** Milliseconds → ISO 8601 duration as jobs show it, for example `PT15M21.977S`. */
export function toWireDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Number((seconds % 60).toFixed(3));
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${rest || (!hours && !minutes) ? `${rest}S` : ''}`;
  return `PT${time}`;
}

/** ISO 8601 duration (days to seconds) → ms, or `undefined` if it is none. */
export function fromWireDuration(text: string): number | undefined {
  const match = /^P(?!$)(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!match) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000;
}

/** Milliseconds → .NET TimeSpan, for example `13.23:59:42.8650000`: no fraction or seven digits of it, as .NET writes (SPEC §0). */
export function toTimeSpan(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const fraction = ms % 1000 === 0 ? '' : `.${String(Math.floor(ms % 1000)).padStart(3, '0')}0000`;
  const clock = [hours, minutes, seconds % 60].map(twoDigits).join(':');
  return `${days > 0 ? `${days}.` : ''}${clock}${fraction}`;
}

/** .NET TimeSpan → milliseconds, or `undefined` if it is none. */
export function fromTimeSpan(text: string): number | undefined {
  const match = /^(?:(\d+)\.)?(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?$/.exec(text);
  if (!match) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1, 5).map((part) => Number(part ?? 0));
  const whole = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  return whole * 1000 + Math.floor(Number(`0.${match[5] ?? 0}`) * 1000);
}

/** ms UTC → `6/12/2024 12:00:00 AM`, the form in property bags (SPEC §0). */
export function toPropertyBagTime(ms: number): string {
  const date = new Date(ms);
  const hour = date.getUTCHours();
  const clock = `${hour % 12 || 12}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()} ${clock}`;
}

/** `2017-11-29 12:00:00 AM` (also with a 24-hour clock, as the specification's own example) → ms UTC (SPEC §1.12). */
export function fromFilterTime(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?(?:\s*(AM|PM)|Z)?)?$/i.exec(
    text.trim(),
  );
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const half = match[7]?.toUpperCase();
  const hours = half ? ((hour ?? 0) % 12) + (half === 'PM' ? 12 : 0) : (hour ?? 0);
  const time = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hours, minute ?? 0, second ?? 0));
  // A field that is too large would roll over into the next one: no such moment was named.
  const named = [time.getUTCMonth() + 1, time.getUTCDate(), time.getUTCMinutes(), time.getUTCSeconds()];
  return named.join() === [month, day, minute, second].join() ? time.getTime() : undefined;
}

/** ms UTC → the form that filters send, `2017-11-29 12:00:00 AM`. */
export function toFilterTime(ms: number): string {
  const [date] = new Date(ms).toISOString().split('T');
  const clock = toPropertyBagTime(ms).split(' ').slice(1).join(' ');
  return `${date} ${clock.padStart(11, '0')}`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
