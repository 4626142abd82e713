import { isDeepStrictEqual } from 'node:util';
import type { Clock } from './clock';
import { type Failure, failureOf, isCancelled } from './failure';

/** Something read from the service: the last good value, and why the last reading failed if it did. */
export interface Part<T> {
  readonly value?: T;
  /** When {@link value} was read (ms UTC). */
  readonly asOf?: number;
  readonly failure?: Failure;
}

/** Reads one thing on demand. Readings at the same time share one call; a failed one keeps the last good value. */
export class Reader<T> {
  private part: Part<T> = {};
  private inFlight: Promise<void> | undefined;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  get current(): Part<T> {
    return this.part;
  }

  /** Takes a value that was read together with others. */
  take(value: T): void {
    this.part = { value, asOf: this.clock.now() };
    this.changed();
  }

  /** Reads again. Never rejects: a failure becomes part of {@link current}. */
  refresh(): Promise<void> {
    this.inFlight ??= this.readOnce().finally(() => {
      this.inFlight = undefined;
    });
    return this.inFlight;
  }

  /** Reads unless there is a value or a failure already. */
  async ensure(): Promise<void> {
    if (this.part.asOf === undefined && !this.part.failure) await this.refresh();
  }

  private async readOnce(): Promise<void> {
    const before = this.part.value;
    const failedBefore = this.part.failure?.message;
    try {
      this.part = { value: await this.read(), asOf: this.clock.now() };
    } catch (error) {
      if (isCancelled(error)) return;
      this.part = { ...this.part, failure: failureOf(error) };
    }
    if (!isDeepStrictEqual(this.part.value, before) || this.part.failure?.message !== failedBefore) this.changed();
  }
}
