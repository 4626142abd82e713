import { isAppError } from '../../domain/errors';
import { Bits } from './bits';
import { BlobOpener } from './blob';
import type { RepositoryContext } from './context';
import { type MapPart, type MapPiece, walkDiskMap } from './diskMap';
import { cancelled } from './errors';
import { packKey } from './format';
import { toHex } from './ids';
import type { StoredPoint } from './manifest';
import { pageReader } from './pageReader';
import { release } from './release';
import { openPlaced } from './segmentRestore';

/** Part of a disk, in bytes. */
export interface DamagedRange {
  readonly offset: number;
  readonly length: number;
}

/** A disk of a recovery point that cannot be restored whole, and what is missing of it. */
export interface AffectedDisk {
  readonly key: string;
  /** The machine. */
  readonly group: string;
  /** Of the point, ms UTC. */
  readonly time: number;
  readonly disk: string;
  readonly ranges: readonly DamagedRange[];
}

/** A blob that is not what was written. */
export interface DamagedBlob {
  /** Hex. */
  readonly id: string;
  /** Key of its pack. */
  readonly pack: string;
  readonly reason: string;
}

/** How to look at points. */
export interface PointCheck {
  readonly signal: AbortSignal | undefined;
  /** Share of the segments, taken at random, whose chunks are read as a restore reads them; 0 for none. */
  readonly sampleShare: number;
}

/** What was found. */
export interface PointFindings {
  readonly affected: AffectedDisk[];
  readonly sampledSegments: number;
  readonly damagedBlobs: DamagedBlob[];
}

/**
 * Walks the disk maps of points and names every range that needs a blob which is missing or known to be damaged. A
 * segment that several points share is looked at once, as long as nothing is wrong with it.
 */
export async function findAffected(
  context: RepositoryContext,
  points: readonly StoredPoint[],
  check: PointCheck,
): Promise<PointFindings> {
  const affected: AffectedDisk[] = [];
  const sampler = new Sampler(context, check.sampleShare);
  const { inventory } = context;
  const whole = new Bits();
  const readPage = pageReader(context, new BlobOpener(context.blobKeys));
  const isWhole = (page: Uint8Array): boolean => {
    const entry = inventory.entryOf(page);
    return entry !== undefined && whole.has(entry);
  };
  for (const { key, group, time, disks } of points) {
    for (const disk of disks) {
      const ranges: DamagedRange[] = [];
      for await (const part of walkDiskMap(Buffer.from(disk.rootId, 'hex'), disk.sizeBytes, readPage, isWhole)) {
        if (check.signal?.aborted === true) throw cancelled();
        if (part.kind === 'segment') await sampler.look(part.pieces);
        const found = damagedRanges(context, part);
        for (const range of found) addRange(ranges, range);
        const entry = part.kind === 'segment' && found.length === 0 ? inventory.entryOf(part.id) : undefined;
        if (entry !== undefined) whole.add(entry);
      }
      if (ranges.length > 0) affected.push({ key, group, time, disk: disk.name, ranges });
    }
  }
  return { affected, sampledSegments: sampler.segments, damagedBlobs: sampler.damagedBlobs };
}

/** Reads the chunks of some segments as a restore does: looked up by id, decrypted, decompressed and hashed again. */
class Sampler {
  segments = 0;
  readonly damagedBlobs: DamagedBlob[] = [];
  private readonly opener: BlobOpener;

  constructor(
    private readonly context: RepositoryContext,
    private readonly share: number,
  ) {
    this.opener = new BlobOpener(context.blobKeys);
  }

  async look(pieces: readonly MapPiece[]): Promise<void> {
    if (this.share === 0) return;
    // The first segment is always read, so that a small vault has its sample too.
    if (this.segments > 0 && this.context.environment.randomBytes(4).readUInt32LE() >= this.share * 2 ** 32) return;
    this.segments += 1;
    for (const { id } of pieces) if (id !== undefined) await this.read(id);
  }

  private async read(id: Uint8Array): Promise<void> {
    const { inventory, storage } = this.context;
    const blob = inventory.locate(id);
    if (blob === undefined || inventory.isSuspect(id)) return;
    const key = packKey(blob.pack.name);
    try {
      const sealed = await storage.read(key, { offset: blob.offset, length: blob.length });
      release(openPlaced(this.opener, { ...blob, pack: blob.pack.name }, sealed));
      release(sealed);
    } catch (error) {
      if (!isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) throw error;
      inventory.suspect(id);
      this.damagedBlobs.push({ id: toHex(id), pack: key, reason: error.message });
    }
  }
}

function damagedRanges(context: RepositoryContext, part: MapPart): DamagedRange[] {
  if (part.kind === 'unreadable') {
    if (!isAppError(part.error, 'LocalChunkDamaged')) throw part.error;
    return [{ offset: part.offset, length: part.length }];
  }
  if (part.kind !== 'segment') return [];
  return part.pieces
    .filter(({ id, length }) => {
      if (id === undefined) return false;
      return context.inventory.locate(id)?.raw !== length || context.inventory.isSuspect(id);
    })
    .map(({ offset, length }) => ({ offset: part.offset + offset, length }));
}

function addRange(ranges: DamagedRange[], range: DamagedRange): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.offset + last.length === range.offset) {
    ranges[ranges.length - 1] = { offset: last.offset, length: last.length + range.length };
  } else {
    ranges.push(range);
  }
}
