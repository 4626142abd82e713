/** Lets a limited number of pieces of work run at once; the others wait in order. */
export class Gate {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `work` when there is room. A signal that fires while waiting ends the wait with its reason. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#running >= this.#limit) {
      await new Promise<void>((resolve, reject) => {
        const aborted = () => {
          this.#waiting.splice(this.#waiting.indexOf(go), 1);
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        const go = () => {
          signal.removeEventListener('abort', aborted);
          resolve();
        };
        signal.addEventListener('abort', aborted, { once: true });
        this.#waiting.push(go);
      });
    }
    this.#running++;
  }
}
