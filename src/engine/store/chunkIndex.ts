import { type BlobType, ID_BYTES, isBlobType } from './format';

/** Where a blob lies: in a pack, given by its number in the inventory. */
export interface Place {
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
  readonly raw: number;
  readonly type: BlobType;
}

/** Small enough that a vault of few chunks costs little to open. */
const BLOCK_SHIFT = 12;
const BLOCK_ENTRIES = 1 << BLOCK_SHIFT;
const FIELDS = 4;
/** Instead of a pack number: the id is known, but has no place. The offset then says which run claimed it. */
const NOWHERE = 0xffff_ffff;
const RAW_MASK = 0xff_ffff;

/**
 * Id → place, in memory (STORE §3): open addressing over dense entries, about 56 bytes per chunk. All 32 bytes of an
 * id are compared. Entries are never removed, only moved or left without a place.
 */
export class ChunkIndex {
  private slots = new Uint32Array(1 << 12);
  private readonly ids: Uint8Array[] = [];
  private readonly fields: Uint32Array[] = [];
  private count = 0;
  private placedCount = 0;

  /** Number of ids that have a place. */
  get placed(): number {
    return this.placedCount;
  }

  /** Number of ids that were ever noted. Each has a number below it for good, see {@link entryOf}. */
  get size(): number {
    return this.count;
  }

  /** The number of an id, or nothing if it was never noted. */
  entryOf(id: Uint8Array): number | undefined {
    return this.find(id);
  }

  /** Calls `visit` with each id's number, its pack and its sealed bytes, for all ids that have a place. */
  eachPlace(visit: (entry: number, pack: number, length: number) => void): void {
    for (let entry = 0; entry < this.count; entry += 1) {
      const pack = this.field(entry, 0);
      if (pack !== NOWHERE) visit(entry, pack, this.field(entry, 2));
    }
  }

  /** The place of an id, or nothing if it has none. */
  place(id: Uint8Array): Place | undefined {
    const entry = this.find(id);
    return entry === undefined ? undefined : this.placeOf(entry);
  }

  /** Gives an id its place; a later one replaces an earlier one. */
  setPlace(id: Uint8Array, place: Place): void {
    const entry = this.find(id) ?? this.insert(id);
    if (this.field(entry, 0) === NOWHERE) this.placedCount += 1;
    this.write(entry, place.pack, place.offset, place.length, place.raw | (place.type << 24));
  }

  /** Notes that run number `run` is about to store `id`, whose place, if any, is forgotten. */
  setClaim(id: Uint8Array, run: number): void {
    const entry = this.find(id) ?? this.insert(id);
    if (this.field(entry, 0) !== NOWHERE) this.placedCount -= 1;
    this.write(entry, NOWHERE, run, 0, 0);
  }

  /** True if run number `run` has claimed `id` and the blob has no place yet. */
  isClaimed(id: Uint8Array, run: number): boolean {
    const entry = this.find(id);
    return entry !== undefined && this.field(entry, 0) === NOWHERE && this.field(entry, 1) === run;
  }

  /** Takes their place from all ids that `gone` names by pack number. */
  forget(gone: (pack: number) => boolean): void {
    for (let entry = 0; entry < this.count; entry += 1) {
      const pack = this.field(entry, 0);
      if (pack === NOWHERE || !gone(pack)) continue;
      this.placedCount -= 1;
      this.write(entry, NOWHERE, 0, 0, 0);
    }
  }

  /** All ids that have a place, grouped by pack. `packs` is the number of packs in the inventory. */
  *byPack(packs: number): Generator<{ id: Uint8Array; place: Place }> {
    const starts = new Uint32Array(packs + 1);
    for (let entry = 0; entry < this.count; entry += 1) {
      const pack = this.field(entry, 0);
      if (pack !== NOWHERE) starts[pack + 1] = (starts[pack + 1] ?? 0) + 1;
    }
    for (let pack = 0; pack < packs; pack += 1) starts[pack + 1] = (starts[pack + 1] ?? 0) + (starts[pack] ?? 0);
    const order = new Uint32Array(starts[packs] ?? 0);
    for (let entry = 0; entry < this.count; entry += 1) {
      const pack = this.field(entry, 0);
      if (pack === NOWHERE) continue;
      const at = starts[pack] ?? 0;
      order[at] = entry;
      starts[pack] = at + 1;
    }
    for (const entry of order) {
      const place = this.placeOf(entry);
      if (place !== undefined) yield { id: this.idOf(entry), place };
    }
  }

  private placeOf(entry: number): Place | undefined {
    const pack = this.field(entry, 0);
    const last = this.field(entry, 3);
    const type = last >>> 24;
    if (pack === NOWHERE || !isBlobType(type)) return undefined;
    return { pack, offset: this.field(entry, 1), length: this.field(entry, 2), raw: last & RAW_MASK, type };
  }

  private find(id: Uint8Array): number | undefined {
    const mask = this.slots.length - 1;
    for (let slot = hashOf(id) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot] ?? 0;
      if (entry === 0) return undefined;
      if (this.holds(entry - 1, id)) return entry - 1;
    }
  }

  private insert(id: Uint8Array): number {
    if (this.count * 2 >= this.slots.length) this.grow();
    const entry = this.count;
    if ((entry & (BLOCK_ENTRIES - 1)) === 0) {
      this.ids.push(new Uint8Array(BLOCK_ENTRIES * ID_BYTES));
      this.fields.push(new Uint32Array(BLOCK_ENTRIES * FIELDS));
    }
    this.count += 1;
    this.ids[entry >>> BLOCK_SHIFT]?.set(id, (entry & (BLOCK_ENTRIES - 1)) * ID_BYTES);
    this.write(entry, NOWHERE, 0, 0, 0);
    this.occupy(id, entry);
    return entry;
  }

  private occupy(id: Uint8Array, entry: number): void {
    const mask = this.slots.length - 1;
    let slot = hashOf(id) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry + 1;
  }

  private grow(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let entry = 0; entry < this.count; entry += 1) this.occupy(this.idOf(entry), entry);
  }

  private idOf(entry: number): Uint8Array {
    const from = (entry & (BLOCK_ENTRIES - 1)) * ID_BYTES;
    return this.ids[entry >>> BLOCK_SHIFT]?.subarray(from, from + ID_BYTES) ?? new Uint8Array(0);
  }

  private holds(entry: number, id: Uint8Array): boolean {
    const block = this.ids[entry >>> BLOCK_SHIFT];
    const from = (entry & (BLOCK_ENTRIES - 1)) * ID_BYTES;
    for (let at = 0; at < ID_BYTES; at += 1) if (block?.[from + at] !== id[at]) return false;
    return true;
  }

  private field(entry: number, field: number): number {
    return this.fields[entry >>> BLOCK_SHIFT]?.[(entry & (BLOCK_ENTRIES - 1)) * FIELDS + field] ?? NOWHERE;
  }

  private write(entry: number, ...values: readonly [number, number, number, number]): void {
    this.fields[entry >>> BLOCK_SHIFT]?.set(values, (entry & (BLOCK_ENTRIES - 1)) * FIELDS);
  }
}

/** Ids are keyed hashes: any of their bytes are as good as a hash of them. */
function hashOf(id: Uint8Array): number {
  return ((id[0] ?? 0) | ((id[1] ?? 0) << 8) | ((id[2] ?? 0) << 16) | ((id[3] ?? 0) << 24)) >>> 0;
}
