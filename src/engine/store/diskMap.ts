import type { Piece } from './chunker';
import { damaged } from './errors';
import { FAN_OUT, ID_BYTES, SECTOR_BYTES, SEGMENT_BYTES, segmentCount, segmentLength } from './format';

const VERSION = 1;
const SEGMENT_PAGE = 1;
const FAN_OUT_PAGE = 2;
const HEADER_BYTES = 4;
const ZERO = 0;
const CHUNK = 1;

/** Part of a disk as its map shows it: a chunk, or zeros if it has no id. */
export interface MapPiece {
  /** Bytes from the start of its segment. */
  readonly offset: number;
  readonly length: number;
  readonly id: Uint8Array | undefined;
}

/** Reads and checks the page with this id. */
export type ReadPage = (id: Uint8Array) => Promise<Uint8Array>;

/** What {@link walkDiskMap} finds, in the order of the disk. Offsets and lengths are bytes of the disk. */
export type MapPart =
  | {
      readonly kind: 'segment';
      readonly offset: number;
      readonly length: number;
      readonly id: Uint8Array;
      readonly pieces: readonly MapPiece[];
    }
  | { readonly kind: 'zero'; readonly offset: number; readonly length: number }
  | { readonly kind: 'known'; readonly offset: number; readonly length: number }
  | { readonly kind: 'unreadable'; readonly offset: number; readonly length: number; readonly error: unknown };

/** Encodes a segment page: `version, kind, count u16`, then `kind u8, sectors u16` and the id of each chunk. */
export function encodeSegmentPage(pieces: readonly Piece[], ids: readonly Uint8Array[]): Buffer {
  const page = Buffer.alloc(HEADER_BYTES + pieces.length * 3 + ids.length * ID_BYTES);
  page.set([VERSION, SEGMENT_PAGE]);
  page.writeUInt16LE(pieces.length, 2);
  let at = HEADER_BYTES;
  let chunk = 0;
  for (const piece of pieces) {
    page[at] = piece.zero ? ZERO : CHUNK;
    page.writeUInt16LE(Math.ceil(piece.length / SECTOR_BYTES), at + 1);
    at += 3;
    const id = piece.zero ? undefined : ids[chunk];
    if (id === undefined) continue;
    page.set(id, at);
    at += ID_BYTES;
    chunk += 1;
  }
  return page;
}

/** Decodes a segment page of a segment of `bytes`. Throws `LocalChunkDamaged` unless it covers it exactly. */
export function decodeSegmentPage(page: Uint8Array, bytes: number): MapPiece[] {
  const view = checkedPage(page, SEGMENT_PAGE);
  const pieces: MapPiece[] = [];
  const count = view.getUint16(2, true);
  let at = HEADER_BYTES;
  let offset = 0;
  for (let piece = 0; piece < count; piece += 1) {
    const isChunk = page[at] === CHUNK;
    const end = at + 3 + (isChunk ? ID_BYTES : 0);
    if (end > page.length || (!isChunk && page[at] !== ZERO)) throw damaged('a map page has an impossible entry');
    const length = Math.min(view.getUint16(at + 1, true) * SECTOR_BYTES, bytes - offset);
    if (length <= 0) throw damaged('a map page covers more than its segment');
    pieces.push({ offset, length, id: isChunk ? page.subarray(at + 3, end) : undefined });
    offset += length;
    at = end;
  }
  if (offset !== bytes || at !== page.length) throw damaged('a map page does not cover its segment');
  return pieces;
}

function encodeFanOutPage(refs: readonly (Uint8Array | undefined)[]): Buffer {
  const header = Buffer.from([VERSION, FAN_OUT_PAGE, 0, 0]);
  header.writeUInt16LE(refs.length, 2);
  const parts = refs.map((ref) =>
    ref === undefined ? Buffer.from([ZERO]) : Buffer.concat([Buffer.from([CHUNK]), ref]),
  );
  return Buffer.concat([header, ...parts]);
}

function decodeFanOutPage(page: Uint8Array, count: number): (Uint8Array | undefined)[] {
  const view = checkedPage(page, FAN_OUT_PAGE);
  if (view.getUint16(2, true) !== count) throw damaged('a map page does not fit its place');
  const refs: (Uint8Array | undefined)[] = [];
  let at = HEADER_BYTES;
  for (let ref = 0; ref < count; ref += 1) {
    const isPage = page[at] === CHUNK;
    const end = at + 1 + (isPage ? ID_BYTES : 0);
    if (end > page.length || (!isPage && page[at] !== ZERO)) throw damaged('a map page has an impossible entry');
    refs.push(isPage ? page.subarray(at + 1, end) : undefined);
    at = end;
  }
  if (at !== page.length) throw damaged('a map page is too long');
  return refs;
}

function checkedPage(page: Uint8Array, kind: number): DataView {
  if (page.length < HEADER_BYTES || page[0] !== VERSION || page[1] !== kind)
    throw damaged('a map page is no such page');
  return new DataView(page.buffer, page.byteOffset, page.byteLength);
}

/** Levels of fan-out pages above the segments of a disk; at least one, so that every disk has a root. */
function levelsOf(segments: number): number {
  let levels = 1;
  for (let reach = FAN_OUT; reach < segments; reach *= FAN_OUT) levels += 1;
  return levels;
}

/** Collects the segment pages of one disk, in any order, and makes the tree above them (STORE §2, disk map). */
export class DiskMapBuilder {
  private readonly refs: (Uint8Array | undefined)[];

  constructor(diskBytes: number) {
    this.refs = Array.from({ length: segmentCount(diskBytes) });
  }

  /** Sets the page of a segment. Segments without one are zero. */
  set(segment: number, page: Uint8Array): void {
    this.refs[segment] = page;
  }

  /** Stores the fan-out pages through `put`, lowest level first, and returns the id of the root. */
  async finish(put: (page: Buffer) => Promise<Uint8Array>): Promise<Uint8Array> {
    let refs = this.refs;
    for (let level = levelsOf(refs.length); level > 1; level -= 1) {
      const above: (Uint8Array | undefined)[] = [];
      for (let from = 0; from < refs.length; from += FAN_OUT) {
        const group = refs.slice(from, from + FAN_OUT);
        above.push(group.every((ref) => ref === undefined) ? undefined : await put(encodeFanOutPage(group)));
      }
      refs = above;
    }
    return put(encodeFanOutPage(refs));
  }
}

/**
 * Walks the map of a disk from its root. Pages that cannot be read are reported as the ranges they cover, and so are
 * pages that `isKnown` says the caller has seen whole, which are not read.
 */
export async function* walkDiskMap(
  rootId: Uint8Array,
  diskBytes: number,
  readPage: ReadPage,
  isKnown: (page: Uint8Array) => boolean = () => false,
): AsyncGenerator<MapPart> {
  const segments = segmentCount(diskBytes);
  yield* walkPage(rootId, levelsOf(segments), 0, segments, { diskBytes, readPage, isKnown });
}

interface Walk {
  readonly diskBytes: number;
  readonly readPage: ReadPage;
  readonly isKnown: (page: Uint8Array) => boolean;
}

async function* walkPage(
  id: Uint8Array,
  level: number,
  first: number,
  segments: number,
  walk: Walk,
): AsyncGenerator<MapPart> {
  const { diskBytes, readPage } = walk;
  const offset = first * SEGMENT_BYTES;
  const length = Math.min((first + segments) * SEGMENT_BYTES, diskBytes) - offset;
  const reach = FAN_OUT ** (level - 1);
  if (walk.isKnown(id)) {
    yield { kind: 'known', offset, length };
    return;
  }
  let refs: (Uint8Array | undefined)[];
  try {
    if (level === 0) {
      const bytes = segmentLength(diskBytes, first);
      yield { kind: 'segment', offset, length, id, pieces: decodeSegmentPage(await readPage(id), bytes) };
      return;
    }
    refs = decodeFanOutPage(await readPage(id), Math.ceil(segments / reach));
  } catch (error) {
    yield { kind: 'unreadable', offset, length, error };
    return;
  }
  for (const [at, ref] of refs.entries()) {
    const from = first + at * reach;
    const covered = Math.min(reach, first + segments - from);
    if (ref === undefined) {
      const start = from * SEGMENT_BYTES;
      yield { kind: 'zero', offset: start, length: Math.min((from + covered) * SEGMENT_BYTES, diskBytes) - start };
    } else {
      yield* walkPage(ref, level - 1, from, covered, walk);
    }
  }
}
