import { ChunkIndex, type Place } from './chunkIndex';
import { CondemnedPacks } from './gc/condemnedPacks';
import { toHex } from './ids';
import { decodeEntries, encodeEntries, type PackContent, type PackEntry } from './packDirectory';

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
  /** Blobs that runs store anew although a copy is there: the run by id. */
  private readonly renewed = new Map<string, number>();
  private unindexed: PackContent[] = [];
  private runs = 0;
  /** Number of packs there were when each run that is under way started. */
  private readonly underWay = new Map<number, number>();

  /** `condemned`: the packs that wait for their deletion. Nothing is deduplicated against them. */
  constructor(readonly condemned = new CondemnedPacks()) {}

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
    const number = this.noteName(pack);
    for (const { id, offset, length, raw, type } of decodeEntries(pack.directory, pack.size)) {
      this.index.setPlace(id, { pack: number, offset, length, raw, type });
      if (this.renewed.size > 0 || this.suspects.size > 0) this.noteRenewed(id);
    }
  }

  /** Adds a pack that no index object names yet; see {@link pendingIndex}. */
  addUnindexed(pack: PackContent): void {
    this.addPack(pack);
    this.unindexed.push(pack);
  }

  /**
   * Adds a pack that was found without an index object, as a crash leaves it: nobody has checked it since. Of its blobs
   * only those are read from it that have no other place.
   */
  adopt(pack: PackContent): void {
    const fresh: PackEntry[] = [];
    for (const entry of decodeEntries(pack.directory, pack.size)) {
      if (this.index.place(entry.id) === undefined) fresh.push(entry);
    }
    const content = { ...pack, directory: encodeEntries(fresh) };
    if (fresh.length > 0) this.addUnindexed(content);
    else this.addPack(content);
    this.lost.delete(pack.name);
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
    for (const [name, reason] of reasons) this.lost.set(name, reason);
    this.dropPacks(reasons);
  }

  /** Forgets packs that are being deleted, and everything in them. */
  forgetPacks(names: ReadonlySet<string>): void {
    for (const name of names) this.lost.delete(name);
    this.dropPacks(names);
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

  /**
   * Notes which blobs of a pack failed their check just now. All others of it are whole, even if they were not
   * the last time.
   */
  checked(pack: string, damagedIds: readonly Uint8Array[]): void {
    for (const hex of this.suspects) {
      if (this.locate(Buffer.from(hex, 'hex'))?.pack.name === pack) this.suspects.delete(hex);
    }
    // A backup may have stored one of them anew meanwhile.
    for (const id of damagedIds) if (this.locate(id)?.pack.name === pack) this.suspect(id);
  }

  /** True if the blob failed its check. */
  isSuspect(id: Uint8Array): boolean {
    return this.suspects.size > 0 && this.suspects.has(toHex(id));
  }

  /** A number for a run that claims ids; see {@link endRun}. */
  startRun(): number {
    this.runs += 1;
    this.underWay.set(this.runs, this.packs.length);
    return this.runs;
  }

  /** Tells that a run has ended, whether it left a point or not. */
  endRun(run: number): void {
    this.underWay.delete(run);
  }

  /** True if the pack may have been written by a run that is under way: no point needs it yet. */
  isYoung(pack: string): boolean {
    const number = this.numbers.get(pack);
    if (this.underWay.size === 0) return false;
    return number === undefined || number >= Math.min(...this.underWay.values());
  }

  /**
   * Asks for a blob on behalf of a run: the pack that has it, `claimed` if the run is storing it already, or `new` if
   * the caller must store it now. A claim counts for its own run only, so a failed run leaves nothing behind.
   */
  claim(id: Uint8Array, run: number): KnownPack | 'claimed' | 'new' {
    if (this.index.isClaimed(id, run)) return 'claimed';
    const known = this.locate(id);
    if (known === undefined) {
      this.index.setClaim(id, run);
      return 'new';
    }
    if (!this.isSuspect(id) && !this.condemned.has(known.pack.name)) return known.pack;
    // What is there stays readable until the new copy is durable.
    const hex = toHex(id);
    if (this.renewed.get(hex) === run) return 'claimed';
    this.renewed.set(hex, run);
    return 'new';
  }

  /** The number of a blob, below {@link entries} for good, or nothing if it was never there. */
  entryOf(id: Uint8Array): number | undefined {
    return this.index.entryOf(id);
  }

  /** Number of all blobs that were ever there. */
  get entries(): number {
    return this.index.size;
  }

  /** Number and sealed bytes of the blobs that are read from each pack and that `counts` says yes to, by pack. */
  sumByPack(counts: (entry: number) => boolean): Map<string, { blobs: number; bytes: number }> {
    const sums = this.packs.map(() => ({ blobs: 0, bytes: 0 }));
    this.index.eachPlace((entry, pack, length) => {
      const sum = sums[pack];
      if (sum === undefined || !counts(entry)) return;
      sum.blobs += 1;
      sum.bytes += length;
    });
    return new Map([...this.numbers].map(([name, number]) => [name, sums[number] ?? { blobs: 0, bytes: 0 }]));
  }

  /**
   * Every pack that is there, or of them the `wanted` ones, with the blobs that are read from it, as an encoded
   * directory.
   */
  *contents(wanted?: ReadonlySet<string>): Generator<PackContent> {
    const seen = new Set<number>();
    let current: number | undefined;
    let entries: PackEntry[] = [];
    const numbers = wanted && new Set([...wanted].map((name) => this.numbers.get(name)));
    const isWanted = (number: number): boolean => numbers?.has(number) ?? true;
    for (const { id, place } of this.index.byPack(this.packs.length)) {
      if (!isWanted(place.pack)) continue;
      if (current !== undefined && place.pack !== current) {
        yield* this.content(current, entries);
        entries = [];
      }
      current = place.pack;
      seen.add(current);
      entries.push({ id, ...place });
    }
    if (current !== undefined) yield* this.content(current, entries);
    for (const number of this.numbers.values()) {
      if (!seen.has(number) && isWanted(number)) yield* this.content(number, []);
    }
  }

  private *content(number: number, entries: readonly PackEntry[]): Generator<PackContent> {
    const pack = this.packs[number];
    if (pack !== undefined) yield { ...pack, directory: encodeEntries(entries) };
  }

  private noteName(pack: KnownPack): number {
    const number = this.numbers.get(pack.name) ?? this.packs.length;
    this.packs[number] = { name: pack.name, size: pack.size };
    this.numbers.set(pack.name, number);
    return number;
  }

  private noteRenewed(id: Uint8Array): void {
    const hex = toHex(id);
    this.renewed.delete(hex);
    this.suspects.delete(hex);
  }

  private dropPacks(names: ReadonlyMap<string, unknown> | ReadonlySet<string>): void {
    const gone = new Set<number>();
    for (const name of names.keys()) {
      const number = this.numbers.get(name);
      if (number !== undefined) gone.add(number);
      this.numbers.delete(name);
    }
    if (gone.size > 0) this.index.forget((pack) => gone.has(pack));
    this.unindexed = this.unindexed.filter(({ name }) => !names.has(name));
  }

  private located(id: Uint8Array, place: Place): LocatedBlob | undefined {
    const pack = this.packs[place.pack];
    return pack === undefined ? undefined : { id, ...place, pack };
  }
}
