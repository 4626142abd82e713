/** Moments (ms UTC) in words of a language, in the time zone of the window unless another is given. */
export class TimeFormat {
  private readonly short: Intl.DateTimeFormat;
  private readonly full: Intl.DateTimeFormat;
  private readonly day: Intl.DateTimeFormat;
  private readonly clock: Intl.DateTimeFormat;
  private readonly relative: Intl.RelativeTimeFormat;
  private readonly present: string;

  constructor(
    private readonly lang: string,
    timeZone?: string,
  ) {
    const base = { timeZone, hourCycle: 'h23' } as const;
    const day = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
    this.short = new Intl.DateTimeFormat(lang, { ...base, ...day });
    const dayAndZone = { ...base, ...day, weekday: 'short', timeZoneName: 'short' } as const;
    this.day = new Intl.DateTimeFormat(lang, dayAndZone);
    this.full = new Intl.DateTimeFormat(lang, { ...dayAndZone, year: 'numeric' });
    this.clock = new Intl.DateTimeFormat(lang, { ...base, hour: '2-digit', minute: '2-digit', second: '2-digit' });
    this.relative = new Intl.RelativeTimeFormat(lang, { numeric: 'always', style: 'narrow' });
    this.present = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(0, 'second');
  }

  /** For example `22 Nov, 02:00`. */
  dateTime(at: number): string {
    return this.short.format(at);
  }

  /** For example `Sun, 22 Nov 2026, 02:00 GMT+8`. */
  withZone(at: number): string {
    return this.full.format(at);
  }

  /** For example `Sun, 22 Nov, 02:00 GMT+8`. */
  weekday(at: number): string {
    return this.day.format(at);
  }

  /** For example `02:00:07`. */
  time(at: number): string {
    return this.clock.format(at);
  }

  /** For example `now`, `2h ago` or `in 3d`, in the largest fitting unit. */
  fromNow(at: number, now: number): string {
    const minutes = Math.round((at - now) / 60_000);
    if (minutes === 0) return this.present;
    if (Math.abs(minutes) < 60) {
      return this.relative.format(minutes, 'minute');
    }
    const hours = Math.round(minutes / 60);
    return Math.abs(hours) < 48
      ? this.relative.format(hours, 'hour')
      : this.relative.format(Math.round(hours / 24), 'day');
  }

  /** Name of the zone that times are shown in, for example `GMT+8`. */
  zoneName(at: number): string {
    const format = new Intl.DateTimeFormat(this.lang, {
      timeZone: this.full.resolvedOptions().timeZone,
      timeZoneName: 'short',
    });
    return format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
  }
}
