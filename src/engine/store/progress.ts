const INTERVAL_MS = 100;

/** Passes on at most about ten reports a second; the caller makes the last one by itself. */
export function throttled<T>(
  clock: { readonly now: () => number },
  report: (progress: T) => void,
): (progress: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = clock.now();
    // A clock that was set back must not silence the reports.
    if (now - last < INTERVAL_MS && now >= last) return;
    last = now;
    report(progress);
  };
}
