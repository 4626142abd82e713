/** What a timeline shows of a recovery point. Times are ms UTC. */
export interface TimelinePoint {
  readonly id: string;
  readonly time: number;
  readonly newBytes?: number | undefined;
  /** Marked: a hold keeps it. */
  readonly held?: boolean;
}

export const ZOOMS = ['day', 'week', 'month', 'year'] as const;
export type Zoom = (typeof ZOOMS)[number];

const DAY_MS = 24 * 3600_000;
const SPAN_MS: { readonly [Z in Zoom]: number } = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 31 * DAY_MS,
  year: 366 * DAY_MS,
};
/** How many marks divide the axis. */
const TICKS: { readonly [Z in Zoom]: number } = { day: 4, week: 7, month: 4, year: 6 };
/** Height of a bar whose new data is not known, as a part of the highest. */
const UNKNOWN_PART = 0.25;
const LEAST_PART = 0.06;

/** The shown stretch of time (ms UTC). */
export interface TimeWindow {
  readonly from: number;
  readonly until: number;
}

/** The window of a zoom: it ends now, or is moved back until the selected moment is inside. */
export function timeWindow(zoom: Zoom, now: number, selected: number | undefined): TimeWindow {
  const span = SPAN_MS[zoom];
  const latest = now + span * 0.02;
  if (selected === undefined || selected >= latest - span) return { from: latest - span, until: latest };
  const until = Math.min(latest, selected + span / 2);
  return { from: until - span, until };
}

/** The widest zoom that is needed to see the newest points: that of the newest `few`. */
export function fittingZoom(points: readonly TimelinePoint[], now: number, few = 14): Zoom {
  const oldest = points[Math.min(few, points.length) - 1]?.time ?? now;
  return ZOOMS.find((zoom) => oldest >= timeWindow(zoom, now, undefined).from) ?? 'year';
}

/** A bar of the drawing: where, how high (0 to 1), and the points that it stands for. */
export interface TimelineBar {
  readonly x: number;
  readonly height: number;
  readonly known: boolean;
  readonly held: boolean;
  /** Newest first. */
  readonly ids: readonly string[];
}

/** The bars of a window, `width` wide; points that would lie on each other share one. `points` are newest first. */
export function timelineBars(
  points: readonly TimelinePoint[],
  window: TimeWindow,
  width: number,
  barWidth: number,
): TimelineBar[] {
  const columns = new Map<number, TimelinePoint[]>();
  for (const point of points) {
    if (point.time < window.from || point.time > window.until) continue;
    const x = ((point.time - window.from) / (window.until - window.from)) * (width - barWidth);
    const column = Math.round(x / barWidth);
    columns.set(column, [...(columns.get(column) ?? []), point]);
  }
  const sums = Array.from(columns, ([column, members]) => ({ column, members, bytes: sumOf(members) }));
  const top = Math.max(1, ...sums.map(({ bytes }) => bytes ?? 0));
  return sums.map(({ column, members, bytes }) => ({
    x: column * barWidth,
    height: bytes === undefined ? UNKNOWN_PART : Math.max(LEAST_PART, bytes / top),
    known: bytes !== undefined,
    held: members.some(({ held }) => held),
    ids: members.map(({ id }) => id),
  }));
}

/** The moments that the axis names. */
export function timelineTicks(zoom: Zoom, { from, until }: TimeWindow): number[] {
  const count = TICKS[zoom];
  return Array.from({ length: count }, (_, index) => from + ((until - from) * (index + 0.5)) / count);
}

/** The point that a key moves to; `undefined` for a key that does not move. `points` are newest first. */
export function movedTo(
  points: readonly TimelinePoint[],
  selected: string | undefined,
  key: string,
): string | undefined {
  const at = points.findIndex(({ id }) => id === selected);
  const last = points.length - 1;
  const moves: Record<string, number> = {
    ArrowLeft: at + 1,
    ArrowDown: at + 1,
    ArrowRight: at - 1,
    ArrowUp: at - 1,
    Home: last,
    End: 0,
    PageUp: at - 10,
    PageDown: at + 10,
  };
  const to = moves[key];
  return to === undefined ? undefined : points[Math.max(0, Math.min(last, to))]?.id;
}

function sumOf(points: readonly TimelinePoint[]): number | undefined {
  const known = points.flatMap(({ newBytes }) => newBytes ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, bytes) => sum + bytes, 0);
}
