/** Delays between polls in ms: while a job runs, and while nothing moves. */
export interface Pace {
  readonly activeMs: number;
  readonly idleMs: number;
}

/** The engine is on this computer: it can be asked often. */
export const LOCAL_PACE: Pace = { activeMs: 1_000, idleMs: 10_000 };
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;

interface PollState {
  readonly failures: number;
  readonly active: boolean;
  readonly pace: Pace;
}

/**
 * How long to wait until the next poll: short while a job runs, longer while nothing moves, and growing from 2 s to
 * 60 s while the service does not answer. Half of a retry's delay is random, so that windows do not ask in step.
 */
export function pollDelay(state: PollState, random: () => number): number {
  if (state.failures === 0) return state.active ? state.pace.activeMs : state.pace.idleMs;
  const whole = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (state.failures - 1));
  return whole / 2 + (whole / 2) * random();
}
