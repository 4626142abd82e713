import { isAppError } from '../../../domain/errors';
import { Bits } from '../bits';
import { BlobOpener } from '../blob';
import type { RepositoryContext } from '../context';
import { type ReadPage, walkDiskMap } from '../diskMap';
import { cancelled } from '../errors';
import { toHex } from '../ids';
import type { Inventory } from '../inventory';
import { manifestPrefix, readManifest, type StoredPoint } from '../manifest';
import { pageReader } from '../pageReader';
import { cleanupRefused } from './refused';

/**
 * Finds out which blobs the recovery points need: reads every manifest and map page once, and no data (STORE §5). Points
 * that appear later are added by the next {@link update}; points that vanish stay counted, which only spares their
 * blobs for now. After an error start with a new one.
 */
export class Marker {
  private readonly inventory: Inventory;
  private readonly readPage: ReadPage;
  private readonly live = new Bits();
  private readonly walked = new Bits();
  private readonly seen = new Set<string>();

  constructor(private readonly context: RepositoryContext) {
    this.inventory = context.inventory;
    this.readPage = pageReader(context, new BlobOpener(context.blobKeys));
  }

  /** Number of recovery points that were read. */
  get points(): number {
    return this.seen.size;
  }

  /**
   * Marks what points need that were not there the last time. Throws `LocalCleanupRefused` if a manifest or a map page
   * cannot be read or a chunk is missing, `LocalOperationCancelled`, and what the storage throws.
   */
  async update(signal: AbortSignal | undefined): Promise<void> {
    const { storage, manifestObjectKey } = this.context;
    for (const { key } of await storage.list(manifestPrefix())) {
      if (this.seen.has(key)) continue;
      const point = await readManifest(storage, manifestObjectKey, key).catch((error: unknown) => {
        // It was removed just now.
        if (isAppError(error, 'StoreObjectMissing')) return undefined;
        throw cleanupRefused(`the recovery point ${key} cannot be read`, error);
      });
      if (point === undefined) continue;
      await this.markPoint(point, signal);
      this.seen.add(key);
    }
  }

  /** True if a point needs the blob with this number in the inventory. */
  isLive(entry: number): boolean {
    return this.live.has(entry);
  }

  private async markPoint(point: StoredPoint, signal: AbortSignal | undefined): Promise<void> {
    const readPage: ReadPage = async (id) => {
      const page = await this.readPage(id);
      const entry = this.inventory.entryOf(id);
      if (entry !== undefined) {
        this.live.add(entry);
        this.walked.add(entry);
      }
      return page;
    };
    const isKnown = (id: Uint8Array): boolean => {
      const entry = this.inventory.entryOf(id);
      return entry !== undefined && this.walked.has(entry);
    };
    for (const disk of point.disks) {
      const root = Buffer.from(disk.rootId, 'hex');
      for await (const part of walkDiskMap(root, disk.sizeBytes, readPage, isKnown)) {
        if (signal?.aborted === true) throw cancelled();
        const of = `disk ${disk.name} of the recovery point ${point.key}`;
        if (part.kind === 'unreadable') throw cleanupRefused(`the map of ${of} cannot be read`, part.error);
        if (part.kind !== 'segment') continue;
        for (const { id, length } of part.pieces) if (id !== undefined) this.markChunk(id, length, of);
      }
    }
  }

  private markChunk(id: Uint8Array, length: number, of: string): void {
    const entry = this.inventory.entryOf(id);
    if (entry === undefined || this.inventory.locate(id)?.raw !== length) {
      throw cleanupRefused(`chunk ${toHex(id).slice(0, 16)} of ${of} is missing`);
    }
    this.live.add(entry);
  }
}
