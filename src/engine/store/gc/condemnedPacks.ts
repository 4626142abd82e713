import type { Generation } from './generations';

/** The packs that wait for their deletion, by generation. Nothing may be deduplicated against them (STORE §5). */
export class CondemnedPacks {
  private readonly byKey = new Map<string, Generation>();
  private readonly keyOf = new Map<string, string>();

  /** Oldest first. */
  get generations(): Generation[] {
    return [...this.byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** True if the pack of this name is condemned. */
  has(pack: string): boolean {
    return this.keyOf.has(pack);
  }

  /** True if the generation stored under `key` is known. */
  knows(key: string): boolean {
    return this.byKey.has(key);
  }

  add(generation: Generation): void {
    this.byKey.set(generation.key, generation);
    for (const { name } of generation.packs) this.keyOf.set(name, generation.key);
  }

  /** Takes back a generation: what is left of its packs is used again. */
  remove(key: string): void {
    for (const { name } of this.byKey.get(key)?.packs ?? []) {
      if (this.keyOf.get(name) === key) this.keyOf.delete(name);
    }
    this.byKey.delete(key);
  }
}
