/** Reads of one kind that Azure lets through per vault and hour (SPEC §0). */
const READS_PER_HOUR = 150;
/** What we allow ourselves of it: the rest is for other windows, other people and the portal. */
export const READ_BUDGET = READS_PER_HOUR * 0.8;
export const HOUR_MS = 3_600_000;
/** Between two looks while a job runs, and while somebody only looks on (ms). */
const RUNNING_MS = 30_000;
const VISIBLE_MS = 60_000;

export interface ReadState {
  /** A job runs. */
  readonly running: boolean;
  /** A view shows it. */
  readonly visible: boolean;
  /** Moments (ms UTC) of the last hour's reads of this kind in this vault, oldest first. */
  readonly reads: readonly number[];
  /** Until when Azure asked to wait (ms UTC). */
  readonly blockedUntil?: number | undefined;
  /** Reads that a look takes; 1 without one. */
  readonly readsPerLook?: number;
}

/**
 * How long (ms) a poller waits before it looks again, so that it never goes beyond the budget in any hour; `undefined` if nobody
 * needs it to look. Once much of the budget is used, what is left is spread over the time until reads grow too old to count.
 * @param now ms UTC
 */
export function readWait(state: ReadState, now: number): number | undefined {
  if (!state.running && !state.visible) return undefined;
  const { readsPerLook = 1, blockedUntil = now } = state;
  const reads = state.reads.filter((time) => time > now - HOUR_MS);
  const wanted = state.running ? RUNNING_MS : VISIBLE_MS;
  const left = READ_BUDGET - reads.length;
  const untilOldestEnds = (reads[0] ?? now - HOUR_MS) + HOUR_MS - now;
  const spread = left > 0 ? (untilOldestEnds * readsPerLook) / (left + readsPerLook) : 0;
  // The moment at which enough reads are too old to count, if this look would be too much.
  const lastInTheWay = reads[readsPerLook - left - 1];
  const room = lastInTheWay === undefined ? 0 : lastInTheWay + HOUR_MS - now;
  return Math.ceil(Math.max(wanted, spread, room, blockedUntil - now));
}
