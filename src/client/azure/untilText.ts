const MINUTE_MS = 60_000;

/**
 * A moment as the clock of this computer shows it, for example `14:05`; with its date if that is not today's. The next whole
 * minute, so that it is never too early.
 * @param moment @param now both ms UTC
 */
export function untilText(moment: number, now: number): string {
  const end = new Date(Math.ceil(moment / MINUTE_MS) * MINUTE_MS);
  const time = `${two(end.getHours())}:${two(end.getMinutes())}`;
  if (end.toDateString() === new Date(now).toDateString()) return time;
  return `${end.getFullYear()}-${two(end.getMonth() + 1)}-${two(end.getDate())} ${time}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
