import type { Clock } from './clock';
import type { Life } from './life';

/** Does `work`, which never rejects, again and again until it is disposed of: each time `ms` after the last has ended. */
export function repeatedly(clock: Clock, ms: number, work: () => Promise<unknown>): Life {
  let over = false;
  let next: Life | undefined;
  const plan = () => {
    if (!over) next = clock.after(ms, () => void work().finally(plan));
  };
  plan();
  return {
    dispose: () => {
      over = true;
      next?.dispose();
    },
  };
}
