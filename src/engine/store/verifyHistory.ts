import * as z from 'zod';

const savedSchema = z.record(z.hex().length(32), z.number());

/**
 * When each pack was last read whole, ms UTC. A cache: losing it only means that all packs count as never verified.
 */
export class VerifyHistory {
  private readonly times = new Map<string, number>();

  /** The history that {@link save} gave; an empty one if `saved` is anything else. */
  static load(saved: unknown): VerifyHistory {
    const history = new VerifyHistory();
    const parsed = savedSchema.safeParse(saved);
    if (parsed.success) for (const [pack, time] of Object.entries(parsed.data)) history.times.set(pack, time);
    return history;
  }

  /** What to keep until the next time, as a JSON value. */
  save(): Record<string, number> {
    return Object.fromEntries(this.times);
  }

  /** When the pack was last read whole; nothing if it never was. */
  verifiedAt(pack: string): number | undefined {
    return this.times.get(pack);
  }

  /** Notes that a pack was read whole at this time. */
  note(pack: string, time: number): void {
    this.times.set(pack, time);
  }

  /** Forgets all packs but these. */
  keepOnly(packs: ReadonlySet<string>): void {
    for (const pack of this.times.keys()) if (!packs.has(pack)) this.times.delete(pack);
  }

  /** The packs in the order to read them: those never verified, then the longest ago. */
  oldestFirst<T extends { readonly name: string }>(packs: readonly T[]): T[] {
    const timeOf = ({ name }: T): number => this.times.get(name) ?? Number.NEGATIVE_INFINITY;
    return packs.toSorted((a, b) => compare(timeOf(a), timeOf(b)));
  }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
