import { hash } from 'node:crypto';
import type { BlobHeader, BlobSealer } from './blob';
import { NAME_BYTES, PACK_BLOBS, packKey } from './format';
import { toHex } from './ids';
import { ENTRY_BYTES, encodeEntry, type PackContent, packTrailer } from './packDirectory';
import type { ObjectStorage } from './storage';

/** Room beside the target size: the blob that fills a pack still fits, whatever its size. */
const SLACK_BYTES = 1.25 * 1024 * 1024;

/** What a pack writer needs. */
export interface PackWriterOptions {
  readonly storage: ObjectStorage;
  readonly sealer: BlobSealer;
  /** The writer's session: names of packs come from it, so that fixed randomness gives a fixed repository. */
  readonly session: Uint8Array;
  /** Bytes of blobs after which a pack is full. */
  readonly targetBytes: number;
  /** Called once the pack is durable, before the call that caused it returns. */
  readonly onWritten: (pack: PackContent) => void;
}

/** Collects sealed blobs in memory and writes them as packs (STORE §2, commit step 1). One task at a time uses it. */
export class PackWriter {
  private readonly blobs: Buffer;
  private readonly directory = Buffer.allocUnsafeSlow(PACK_BLOBS * ENTRY_BYTES);
  private used = 0;
  private count = 0;
  private written = 0;

  constructor(private readonly options: PackWriterOptions) {
    this.blobs = Buffer.allocUnsafeSlow(options.targetBytes + SLACK_BYTES);
  }

  /** True if the current pack should be written before more is added. */
  get full(): boolean {
    return this.used >= this.options.targetBytes || this.count >= PACK_BLOBS;
  }

  /** Seals a blob into the current pack, which must not be full. */
  add(blob: BlobHeader, plain: Uint8Array): void {
    const length = this.options.sealer.sealInto(this.blobs, this.used, blob, plain);
    encodeEntry({ ...blob, offset: this.used, length }, this.directory, this.count * ENTRY_BYTES);
    this.used += length;
    this.count += 1;
  }

  /** Takes a blob as it lies in another pack: blobs are not tied to theirs (STORE §2). The pack must not be full. */
  addSealed(blob: BlobHeader, sealed: Uint8Array): void {
    this.blobs.set(sealed, this.used);
    const { length } = sealed;
    encodeEntry({ ...blob, offset: this.used, length }, this.directory, this.count * ENTRY_BYTES);
    this.used += length;
    this.count += 1;
  }

  /** Writes the current pack, if it has any blob, and starts the next. Throws what the storage throws. */
  async flush(): Promise<void> {
    if (this.count === 0) return;
    const name = this.nextName();
    const directory = Buffer.from(this.directory.subarray(0, this.count * ENTRY_BYTES));
    const sealed = this.options.sealer.sealDirectory(name, directory);
    const parts = [this.blobs.subarray(0, this.used), sealed, packTrailer(sealed)];
    await this.options.storage.createIfAbsent(packKey(name), parts);
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    this.used = 0;
    this.count = 0;
    this.options.onWritten({ name, size, directory });
  }

  private nextName(): string {
    const number = Buffer.alloc(4);
    number.writeUInt32LE(this.written);
    this.written += 1;
    const digest = hash('sha256', Buffer.concat([this.options.session, number]), 'buffer');
    return toHex(digest.subarray(0, NAME_BYTES));
  }
}
