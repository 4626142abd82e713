import { KIB, SECTOR_BYTES, SEGMENT_BYTES } from './format';

/** How a repository cuts disks. Part of the config: all writers must cut alike, or nothing is found again. */
export interface ChunkProfile {
  readonly name: 'general';
  /** Bytes, multiples of a sector. */
  readonly min: number;
  readonly avg: number;
  readonly max: number;
}

/** The default (STORE §1.1): about 150 KiB on real disks. */
export const GENERAL_PROFILE: ChunkProfile = { name: 'general', min: 32 * KIB, avg: 128 * KIB, max: 512 * KIB };

/** Part of a segment: a chunk to store, or a run of zeros that costs nothing. */
export interface Piece {
  /** Bytes from the start of the segment, a multiple of a sector. */
  readonly offset: number;
  /** Bytes; a multiple of a sector except at the end of the disk. */
  readonly length: number;
  readonly zero: boolean;
}

const SAMPLES = 16;
const WORDS = SECTOR_BYTES / 4;
const SAMPLE_STEP = WORDS / SAMPLES;
/** A run of zeros this long ends a chunk, so that holes stay holes and their borders are cuts. */
const LEAST_ZERO_SECTORS = 8;
const NO_BYTES = new Uint8Array(SECTOR_BYTES);

/**
 * Cuts segments by content at sector borders (STORE §1.1). Whether a chunk ends after a sector is decided by 16 of its
 * words mixed with the repository's secret seed, so that lengths of chunks tell nothing about known files.
 */
export class Chunker {
  private readonly seed: Uint32Array;
  private readonly minSectors: number;
  private readonly maxSectors: number;
  private readonly cutBelow: number;
  private readonly zeroSectors = new Uint8Array(SEGMENT_BYTES / SECTOR_BYTES);

  /** `seed`: 64 bytes. */
  constructor(seed: Uint8Array, profile: ChunkProfile) {
    this.seed = new Uint32Array(SAMPLES);
    const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
    for (let at = 0; at < SAMPLES; at += 1) this.seed[at] = view.getUint32(at * 4, true);
    this.minSectors = profile.min / SECTOR_BYTES;
    this.maxSectors = profile.max / SECTOR_BYTES;
    this.cutBelow = Math.floor(2 ** 32 / (profile.avg / SECTOR_BYTES));
  }

  /** The pieces of a segment in order, without gaps. `segment` starts at a multiple of 4 of its memory. */
  cut(segment: Buffer): Piece[] {
    const sectors = Math.ceil(segment.length / SECTOR_BYTES);
    if (isZero(segment)) return [{ offset: 0, length: segment.length, zero: true }];
    for (let sector = 0; sector < sectors; sector += 1)
      this.zeroSectors[sector] = isZeroSector(segment, sector) ? 1 : 0;
    const words = new Uint32Array(segment.buffer, segment.byteOffset, Math.floor(segment.length / 4));
    const pieces: Piece[] = [];
    for (let from = 0; from < sectors; ) {
      const zeros = this.zerosAt(from, sectors);
      const long = zeros >= LEAST_ZERO_SECTORS || from + zeros === sectors;
      const to = zeros > 0 && long ? from + zeros : this.endOfChunk(words, from, sectors);
      const offset = from * SECTOR_BYTES;
      const length = Math.min(to * SECTOR_BYTES, segment.length) - offset;
      pieces.push({ offset, length, zero: zeros > 0 && long });
      from = to;
    }
    return pieces;
  }

  private zerosAt(from: number, sectors: number): number {
    let at = from;
    while (at < sectors && this.zeroSectors[at] === 1) at += 1;
    return at - from;
  }

  private endOfChunk(words: Uint32Array, from: number, sectors: number): number {
    const last = Math.min(from + this.maxSectors, sectors);
    for (let at = from + 1; at < last; at += 1) {
      if (this.zeroSectors[at] === 1) {
        const zeros = this.zerosAt(at, sectors);
        if (zeros >= LEAST_ZERO_SECTORS || at + zeros === sectors) return at;
      }
      if (at - from >= this.minSectors && this.cutsAfter(words, at - 1)) return at;
    }
    return last;
  }

  private cutsAfter(words: Uint32Array, sector: number): boolean {
    let state = 0;
    for (let sample = 0, at = sector * WORDS; sample < SAMPLES; sample += 1, at += SAMPLE_STEP) {
      const mixed = Math.imul((words[at] ?? 0) ^ (this.seed[sample] ?? 0), 0xcc9e2d51);
      state = Math.imul(state ^ ((mixed << 15) | (mixed >>> 17)), 0x9e3779b1);
      state ^= state >>> 15;
    }
    state = Math.imul(state, 0x85ebca6b);
    return (state ^ (state >>> 13)) >>> 0 < this.cutBelow;
  }
}

/** True if all bytes are zero. Comparing a buffer with itself, shifted, runs at the speed of memory. */
function isZero(bytes: Buffer): boolean {
  const head = bytes.subarray(0, SECTOR_BYTES);
  if (!head.equals(NO_BYTES.subarray(0, head.length))) return false;
  return bytes.length <= SECTOR_BYTES || bytes.subarray(SECTOR_BYTES).equals(bytes.subarray(0, -SECTOR_BYTES));
}

function isZeroSector(segment: Buffer, sector: number): boolean {
  const from = sector * SECTOR_BYTES;
  // Most sectors with data show it in the first byte or the middle one: that saves the call.
  if (segment[from] !== 0 || (segment[from + SECTOR_BYTES / 2] ?? 0) !== 0) return false;
  const to = Math.min(from + SECTOR_BYTES, segment.length);
  return segment.compare(NO_BYTES, 0, to - from, from, to) === 0;
}
