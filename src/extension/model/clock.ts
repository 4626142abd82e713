import type { Life } from './life';

/** Time and timers, so that tests can turn the hands. */
export interface Clock {
  readonly now: () => number;
  /** Runs `work` once after `ms`; disposing the result calls it off. */
  after(ms: number, work: () => void): Life;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return { dispose: () => clearTimeout(timer) };
  },
};
