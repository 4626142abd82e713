interface Waiting {
  readonly enter: () => void;
}

/** Lets a limited number of pieces of work run at once; the others wait in order. */
export class Gate {
  readonly #limit: () => number;
  readonly #waiting: Waiting[] = [];
  #running = 0;

  /** @param limit asked whenever something could begin; call {@link look} when it has grown */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /** Runs `work` when there is room. A signal that fires while waiting ends the wait with its reason. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(signal);
    try {
      return await work();
    } finally {
      this.#running--;
      this.look();
    }
  }

  /** Lets in whoever there is room for. */
  look(): void {
    while (this.#running < this.#limit()) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#running++;
      next.enter();
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const aborted = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      const waiting = {
        enter: () => {
          signal.removeEventListener('abort', aborted);
          resolve();
        },
      };
      signal.addEventListener('abort', aborted, { once: true });
      this.#waiting.push(waiting);
      this.look();
    });
  }
}
