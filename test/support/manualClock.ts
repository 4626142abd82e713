import type { Clock } from '../../src/extension/model/clock';

/** Monday, 12 October 2026, noon UTC. */
export const NOON = Date.UTC(2026, 9, 12, 12);

/** A clock that only moves when a test moves it. */
export class ManualClock implements Clock {
  private time = NOON;
  private readonly planned = new Set<{ at: number; work: () => void }>();

  readonly now = () => this.time;

  after(ms: number, work: () => void) {
    const plan = { at: this.time + ms, work };
    this.planned.add(plan);
    return { dispose: () => void this.planned.delete(plan) };
  }

  /** Delays until the planned works, shortest first. */
  get waits(): number[] {
    return Array.from(this.planned, ({ at }) => at - this.time).toSorted((a, b) => a - b);
  }

  /** Moves on and does what is due on the way, letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const next = Array.from(this.planned)
        .filter(({ at }) => at <= end)
        .toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.planned.delete(next);
      this.time = next.at;
      next.work();
      await settle();
    }
    this.time = end;
    await settle();
  }
}

/** Lets everything that waits for settled promises run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
