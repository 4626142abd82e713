import { type BlobKeys, BlobSealer } from './blob';
import { Chunker, type Piece } from './chunker';
import { encodeSegmentPage } from './diskMap';
import type { DiskReader, DiskSource, OpenDisk } from './diskSource';
import { BlobType, ID_BYTES, PACK_BYTES, SEGMENT_BYTES, segmentLength } from './format';
import { IdHasher } from './ids';
import { PackWriter } from './packWriter';
import type { ObjectStorage } from './storage';
import type { LaneHost, LaneSetup, SegmentResult, SegmentTask } from './workerProtocol';

/** A worker's side of a backup: read → zero test → cut → hash → claim → compress → encrypt → pack (STORE §9). */
export class SegmentBackup {
  private readonly buffer = Buffer.from(new ArrayBuffer(SEGMENT_BYTES));
  private readonly chunker: Chunker;
  private readonly hasher: IdHasher;
  private readonly packs: PackWriter;
  private readonly readers = new Map<string, DiskReader>();

  constructor(
    setup: LaneSetup,
    storage: ObjectStorage,
    private readonly host: LaneHost,
    private readonly openDisk: OpenDisk,
    private readonly throwIfCancelled: () => void,
  ) {
    const keys: BlobKeys = setup.keys;
    this.chunker = new Chunker(setup.boundarySeed, setup.chunks);
    this.hasher = new IdHasher(keys.idKey);
    this.packs = new PackWriter({
      storage,
      sealer: new BlobSealer(keys, setup.session),
      session: setup.session,
      targetBytes: PACK_BYTES,
      onWritten: (pack) => this.host.packWritten(pack),
    });
  }

  /** Stores a segment. Its chunks are durable once the pack they went into is, {@link flush} at the latest. */
  async store({ source, segment }: SegmentTask): Promise<SegmentResult> {
    this.throwIfCancelled();
    const bytes = this.buffer.subarray(0, segmentLength(source.sizeBytes, segment));
    this.readerOf(source).read(bytes, segment * SEGMENT_BYTES);
    const pieces = this.chunker.cut(bytes);
    const chunks = pieces.filter((piece) => !piece.zero);
    const nonZeroBytes = chunks.reduce((sum, { length }) => sum + length, 0);
    const counted = { readBytes: bytes.length, zeroBytes: bytes.length - nonZeroBytes };
    if (chunks.length === 0) return { page: undefined, ...counted, knownBytes: 0, newBytes: 0 };

    const ids = chunks.map(({ offset, length }) => this.hasher.id(bytes.subarray(offset, offset + length)));
    const flags = await this.host.claim(Buffer.concat(ids));
    const newBytes = await this.storeNew(bytes, chunks, ids, flags);
    return { page: encodeSegmentPage(pieces, ids), ...counted, knownBytes: nonZeroBytes - newBytes, newBytes };
  }

  /** Makes everything stored so far durable. */
  async flush(): Promise<void> {
    this.throwIfCancelled();
    await this.packs.flush();
  }

  close(): void {
    for (const reader of this.readers.values()) reader.close();
    this.readers.clear();
  }

  private async storeNew(
    bytes: Buffer,
    chunks: readonly Piece[],
    ids: readonly Buffer[],
    flags: Uint8Array,
  ): Promise<number> {
    let newBytes = 0;
    for (const [at, { offset, length }] of chunks.entries()) {
      const id = ids[at];
      if (flags[at] !== 1 || id?.length !== ID_BYTES) continue;
      this.throwIfCancelled();
      this.packs.add({ id, raw: length, type: BlobType.data }, bytes.subarray(offset, offset + length));
      newBytes += length;
      if (this.packs.full) await this.packs.flush();
    }
    return newBytes;
  }

  private readerOf(source: DiskSource): DiskReader {
    const name = `${source.kind}:${source.path}`;
    const open = this.readers.get(name) ?? this.openDisk(source);
    this.readers.set(name, open);
    return open;
  }
}
