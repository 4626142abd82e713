import type { Clock } from '../clock';

/** A wait looks again after so long (ms), so that another limit is soon in force. */
const LOOK_MS = 1_000;

/** Holds back everything that moves data of disks, together, so that it stays below a limit. */
export class Bandwidth {
  readonly #clock: Clock;
  readonly #limit: () => number;
  /** Bytes that were moved and are not paid for by time yet. */
  #debt = 0;
  /** Until when {@link #debt} was counted (ms UTC). */
  #countedAt: number;

  /** @param limit bytes per second, 0 for none; asked again while somebody waits */
  constructor(clock: Clock, limit: () => number) {
    this.#clock = clock;
    this.#limit = limit;
    this.#countedAt = clock.now();
  }

  /** Ends once there was time enough for what was moved before and these bytes, or when the signal fires. Never rejects. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#limit() === 0) {
      this.#debt = 0;
      return;
    }
    this.#pay();
    // What was moved later is waited for by whoever moved it.
    let own = this.#debt + bytes;
    this.#debt = own;
    while (own > 0 && !signal.aborted && this.#limit() > 0) {
      const before = this.#clock.now();
      await this.#pause(Math.min(LOOK_MS, Math.ceil((own / this.#limit()) * 1_000)), signal);
      own -= (Math.max(0, this.#clock.now() - before) * this.#limit()) / 1_000;
      this.#pay();
    }
  }

  /** Time that has passed pays for bytes. */
  #pay(): void {
    const now = this.#clock.now();
    this.#debt = Math.max(0, this.#debt - (Math.max(0, now - this.#countedAt) * this.#limit()) / 1_000);
    this.#countedAt = now;
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(ms, end);
      function end(): void {
        timer.cancel();
        signal.removeEventListener('abort', end);
        resolve();
      }
      signal.addEventListener('abort', end, { once: true });
    });
  }
}
