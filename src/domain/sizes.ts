const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;
const UNIT_STEP = 1024;

const SECOND = 1000;
const TIME_UNITS = [
  { name: 'd', ms: 86_400 * SECOND },
  { name: 'h', ms: 3600 * SECOND },
  { name: 'min', ms: 60 * SECOND },
  { name: 's', ms: SECOND },
] as const;

/** A number of bytes in words: base 1024, at most one decimal, for example `118.2 MB`, `64 MB`, `512 B`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // Compared after rounding, so that 1023.99 KB reads "1 MB" and not "1024 KB".
  while (oneDecimal(value) >= UNIT_STEP && unit < UNITS.length - 1) {
    value /= UNIT_STEP;
    unit++;
  }
  return `${oneDecimal(value)} ${UNITS[unit]}`;
}

/** A data rate in words, from bytes per second, for example `118 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** A duration (ms) in its two largest units, rounded to a second, for example `2 min 5 s`, `41 s`, `1 d 3 h`. */
export function formatDuration(ms: number): string {
  const rounded = Math.round(Math.max(0, ms) / SECOND) * SECOND;
  if (rounded === 0) {
    return 'less than 1 s';
  }
  const largest = TIME_UNITS.findIndex((unit) => rounded >= unit.ms);
  let rest = rounded;
  const parts: string[] = [];
  for (const unit of TIME_UNITS.slice(largest, largest + 2)) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) {
      parts.push(`${count} ${unit.name}`);
    }
  }
  return parts.join(' ');
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
