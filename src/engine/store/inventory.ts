import { ChunkIndex, type Place } from './chunkIndex';
import { toHex } from './ids';
import { decodeEntries, ENTRY_BYTES, encodeEntry, type PackContent, type PackEntry } from './packDirectory';

/** A pack that the inventory knows. */
export interface KnownPack {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** A blob and the pack it lies in. */
export interface LocatedBlob extends PackEntry {
  readonly pack: KnownPack;
}

/** What a repository holds: its packs and where each blob lies. Kept by the main thread. */
export class Inventory {
  private readonly index = new ChunkIndex();
  private readonly packs: KnownPack[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly suspects = new Set<string>();
  private readonly lost = new Map<string, string>();
  private unindexed: PackContent[] = [];
  private runs = 0;

  /** Number of blobs that can be read. */
  get blobs(): number {
    return this.index.placed;
  }

  /** The packs that are there. */
  get knownPacks(): KnownPack[] {
    return [...this.numbers.values()].flatMap((number) => this.packs[number] ?? []);
  }

  /** True if the pack of this name is there. */
  has(pack: string): boolean {
    return this.numbers.has(pack);
  }

  /** Adds a pack and its blobs; where a blob is known already, the new place counts. */
  addPack(pack: PackContent): void {
    const number = this.numbers.get(pack.name) ?? this.packs.length;
    this.packs[number] = { name: pack.name, size: pack.size };
    this.numbers.set(pack.name, number);
    for (const { id, offset, length, raw, type } of decodeEntries(pack.directory, pack.size)) {
      this.index.setPlace(id, { pack: number, offset, length, raw, type });
    }
  }

  /** Adds a pack that no index object names yet; see {@link pendingIndex}. */
  addUnindexed(pack: PackContent): void {
    this.addPack(pack);
    this.unindexed.push(pack);
  }

  /** The packs that no index object names yet, for writing one. */
  get pendingIndex(): readonly PackContent[] {
    return this.unindexed;
  }

  /** Notes that an index object now names these packs. */
  markIndexed(packs: readonly PackContent[]): void {
    const names = new Set(packs.map(({ name }) => name));
    this.unindexed = this.unindexed.filter(({ name }) => !names.has(name));
  }

  /** Notes packs that cannot be used, with the reason, so that nothing is deduplicated against them. */
  losePacks(reasons: ReadonlyMap<string, string>): void {
    const gone = new Set<number>();
    for (const [name, reason] of reasons) {
      this.lost.set(name, reason);
      const number = this.numbers.get(name);
      if (number !== undefined) gone.add(number);
      this.numbers.delete(name);
    }
    if (gone.size > 0) this.index.forget((pack) => gone.has(pack));
    this.unindexed = this.unindexed.filter(({ name }) => !reasons.has(name));
  }

  /** Packs that are known to be missing or unusable, with the reason. */
  get lostPacks(): ReadonlyMap<string, string> {
    return this.lost;
  }

  /** Where a blob lies, or nothing if the repository does not have it. */
  locate(id: Uint8Array): LocatedBlob | undefined {
    const place = this.index.place(id);
    return place === undefined ? undefined : this.located(id, place);
  }

  /** Notes that a blob failed its check: the next backup that needs it stores it anew. */
  suspect(id: Uint8Array): void {
    this.suspects.add(toHex(id));
  }

  /** True if the blob failed its check. */
  isSuspect(id: Uint8Array): boolean {
    return this.suspects.size > 0 && this.suspects.has(toHex(id));
  }

  /** A number for a run that claims ids. */
  startRun(): number {
    this.runs += 1;
    return this.runs;
  }

  /**
   * Asks for a blob on behalf of a run: the pack that has it, `claimed` if the run is storing it already, or `new` if
   * the caller must store it now. A claim counts for its own run only, so a failed run leaves nothing behind.
   */
  claim(id: Uint8Array, run: number): KnownPack | 'claimed' | 'new' {
    if (this.index.isClaimed(id, run)) return 'claimed';
    const known = this.locate(id);
    if (known !== undefined && !this.isSuspect(id)) return known.pack;
    this.suspects.delete(toHex(id));
    this.index.setClaim(id, run);
    return 'new';
  }

  /** Every pack that is there, with the blobs that are read from it, as an encoded directory. */
  *contents(): Generator<PackContent> {
    const seen = new Set<number>();
    let current: number | undefined;
    let entries: PackEntry[] = [];
    for (const { id, place } of this.index.byPack(this.packs.length)) {
      if (current !== undefined && place.pack !== current) {
        yield* this.content(current, entries);
        entries = [];
      }
      current = place.pack;
      seen.add(current);
      entries.push({ id, ...place });
    }
    if (current !== undefined) yield* this.content(current, entries);
    for (const number of this.numbers.values()) if (!seen.has(number)) yield* this.content(number, []);
  }

  private *content(number: number, entries: readonly PackEntry[]): Generator<PackContent> {
    const pack = this.packs[number];
    if (pack === undefined) return;
    const directory = Buffer.alloc(entries.length * ENTRY_BYTES);
    entries.forEach((entry, at) => encodeEntry(entry, directory, at * ENTRY_BYTES));
    yield { ...pack, directory };
  }

  private located(id: Uint8Array, place: Place): LocatedBlob | undefined {
    const pack = this.packs[place.pack];
    return pack === undefined ? undefined : { id, ...place, pack };
  }
}
