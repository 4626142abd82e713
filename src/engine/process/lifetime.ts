export interface LifetimeOptions {
  /** How long the engine stays after its last client. */
  readonly idleMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** True while there is something to do without any client: protected items, running jobs. */
  readonly mustStay: () => boolean;
}

/** Decides when an engine that nobody needs any more may stop. It holds no timer: ask it now and then. */
export class Lifetime {
  readonly #options: LifetimeOptions;
  #underWay = 0;
  #lastRequest: number;

  constructor(options: LifetimeOptions) {
    this.#options = options;
    this.#lastRequest = options.now();
  }

  requestStarted(): void {
    this.#underWay++;
    this.#lastRequest = this.#options.now();
  }

  requestEnded(): void {
    this.#underWay--;
    this.#lastRequest = this.#options.now();
  }

  /** True once no request is under way, none came for the idle time, and nothing keeps the engine up by itself. */
  isOver(): boolean {
    const { idleMs, now, mustStay } = this.#options;
    return this.#underWay === 0 && now() - this.#lastRequest >= idleMs && !mustStay();
  }
}
