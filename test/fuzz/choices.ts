import { seeded } from '../support/seeded';

/** Choices that are the same for the same seed. */
export class Choices {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** True in this share of the cases. */
  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** A whole number from 0 up to, without, `end`. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  /** One of some values. */
  of<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }
}
