import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { nativeSignal } from './signals';

/** Lets only so many requests be under way at once; the others wait their turn, in order. */
export class Lanes {
  readonly #size: number;
  readonly #waiting = new Set<() => void>();
  #busy = 0;

  /** @param size most requests at once */
  constructor(size: number) {
    this.#size = size;
  }

  readonly policy: PipelinePolicy = {
    name: 'lanes',
    sendRequest: async (request, next) => {
      await this.#enter(nativeSignal(request));
      try {
        return await next(request);
      } finally {
        this.#leave();
      }
    },
  };

  /** @throws AbortError as soon as `signal` fires */
  async #enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#busy < this.#size) {
      this.#busy++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(enter);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(enter);
    });
  }

  /** A lane that becomes free goes to whoever waits longest, without being free in between. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#busy--;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
