/** Time as the engine sees it; injected wherever a rule depends on it, so that tests move time instead of waiting. */
export interface Clock {
  /** ms UTC. */
  now(): number;
  /** Calls `run` once, `ms` from now, unless cancelled before. Never keeps the process alive. */
  after(ms: number, run: () => void): { cancel(): void };
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
