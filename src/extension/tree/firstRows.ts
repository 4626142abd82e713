import type { Clock } from '../model/clock';
import { type Life, Lives } from '../model/life';

/** With the first rows of a view come those that are ready so soon (ms) after them: most of what this computer has. */
const GRACE_MS = 250;

/**
 * Waits until a view has rows to show, or there are none. What is known waits for nobody: what is still being read comes with the
 * changes that it makes.
 */
export async function firstRows(options: {
  /** Ends once everything was read. */
  readonly reading: Promise<unknown>;
  readonly hasRows: () => boolean;
  readonly onDidChange: (listener: () => void) => Life;
  readonly clock: Clock;
}): Promise<void> {
  const { reading, hasRows, onDidChange, clock } = options;
  if (hasRows()) return;
  const lives = new Lives();
  const rows = new Promise<void>((resolve) => {
    let found = false;
    lives.own(
      onDidChange(() => {
        if (found || !hasRows()) return;
        found = true;
        lives.own(clock.after(GRACE_MS, resolve));
      }),
    );
  });
  try {
    await Promise.race([reading, rows]);
  } finally {
    lives.dispose();
  }
}
