import type { Clock } from '../clock';

/** Work that is done every so often while the engine runs, never twice at once. */
export class Upkeep {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #work: () => Promise<void>;
  readonly #warn: (text: string) => void;
  #planned: { cancel(): void } | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: { clock: Clock; everyMs: number; work: () => Promise<void>; warn: (text: string) => void }) {
    this.#clock = deps.clock;
    this.#everyMs = deps.everyMs;
    this.#work = deps.work;
    this.#warn = deps.warn;
  }

  /** Plans the next time. */
  start(): void {
    if (this.#stopped) return;
    this.#planned = this.#clock.after(this.#everyMs, () => {
      this.#running = this.#once().finally(() => this.start());
    });
  }

  /** Ends it and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#planned?.cancel();
    await this.#running;
  }

  async #once(): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      this.#warn(error instanceof Error ? error.message : String(error));
    }
  }
}
