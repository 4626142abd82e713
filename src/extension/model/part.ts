import { isDeepStrictEqual } from 'node:util';
import type { Clock } from './clock';
import { type Failure, failureOf, isCancelled } from './failure';

/** Something read from the service: the last good value, and why the last reading failed if it did. */
export interface Part<T> {
  readonly value?: T;
  /** When {@link value} was read (ms UTC). */
  readonly asOf?: number;
  readonly failure?: Failure;
  /** An earlier window read the value. */
  readonly kept?: true;
}

/** True once there is an answer: a value, or a reason why there is none. */
export function isAnswered({ asOf, failure }: Part<unknown>): boolean {
  return asOf !== undefined || failure !== undefined;
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

  /** Takes a value that was read together with others. @param keptSince when an earlier window read it (ms UTC) */
  take(value: T, keptSince?: number): void {
    this.part = keptSince === undefined ? { value, asOf: this.clock.now() } : { value, asOf: keptSince, kept: true };
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
    if (!isAnswered(this.part)) await this.refresh();
  }

  private async readOnce(): Promise<void> {
    const before = this.part.value;
    const failedBefore = this.part.failure?.message;
    const keptBefore = this.part.kept;
    try {
      this.part = { value: await this.read(), asOf: this.clock.now() };
    } catch (error) {
      if (isCancelled(error)) return;
      this.part = { ...this.part, failure: failureOf(error) };
    }
    const { value, failure, kept } = this.part;
    if (failure?.message !== failedBefore || kept !== keptBefore || !isDeepStrictEqual(value, before)) this.changed();
  }
}
