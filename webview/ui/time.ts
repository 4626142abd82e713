/** Moments (ms UTC) in words of a language, in the time zone of the window unless another is given. */
export class TimeFormat {
  private formats: ReturnType<typeof formatsOf>;
  private readonly relative: Intl.RelativeTimeFormat;
  private readonly present: string;
  private zone: string | undefined;

  constructor(
    private readonly lang: string,
    timeZone?: string,
  ) {
    this.zone = timeZone;
    this.formats = formatsOf(lang, timeZone);
    this.relative = new Intl.RelativeTimeFormat(lang, { numeric: 'always', style: 'narrow' });
    this.present = new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(0, 'second');
  }

  /** IANA name of the zone that was given; `undefined` for the window's own. */
  get timeZone(): string | undefined {
    return this.zone;
  }

  /** Shows times in another zone from now on. */
  showIn(timeZone: string | undefined): void {
    if (timeZone === this.zone) return;
    this.zone = timeZone;
    this.formats = formatsOf(this.lang, timeZone);
  }

  /** For example `22 Nov, 02:00`. */
  dateTime(at: number): string {
    return this.formats.short.format(at);
  }

  /** For example `Sun, 22 Nov 2026, 02:00 GMT+8`. */
  withZone(at: number): string {
    return this.formats.full.format(at);
  }

  /** For example `Sun, 22 Nov, 02:00 GMT+8`. */
  weekday(at: number): string {
    return this.formats.day.format(at);
  }

  /** For example `02:00:07`. */
  time(at: number): string {
    return this.formats.clock.format(at);
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
      timeZone: this.formats.full.resolvedOptions().timeZone,
      timeZoneName: 'short',
    });
    return format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
  }
}

function formatsOf(lang: string, timeZone: string | undefined) {
  const base = { timeZone, hourCycle: 'h23' } as const;
  const day = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  const dayAndZone = { ...base, ...day, weekday: 'short', timeZoneName: 'short' } as const;
  return {
    short: new Intl.DateTimeFormat(lang, { ...base, ...day }),
    day: new Intl.DateTimeFormat(lang, dayAndZone),
    full: new Intl.DateTimeFormat(lang, { ...dayAndZone, year: 'numeric' }),
    clock: new Intl.DateTimeFormat(lang, { ...base, hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  };
}
