import { damaged } from './errors';
import { type BlobType, FORMAT_VERSION, ID_BYTES } from './format';
import { IdHasher, toHex } from './ids';
import { type AdditionalData, Sealer, Unsealer } from './seal';

/** The secrets that reading and writing blobs takes. Plain data, so that worker threads can have it. */
export interface BlobKeys {
  /** UUID of the repository, 16 bytes. */
  readonly repository: Uint8Array;
  readonly dataKey: Uint8Array;
  readonly idKey: Uint8Array;
}

/** What a blob is, wherever it lies. */
export interface BlobHeader {
  readonly id: Uint8Array;
  /** Plain bytes. */
  readonly raw: number;
  readonly type: BlobType;
}

/** A blob is bound to its repository, id, length and type, but not to its pack: packs can be rewritten as they are. */
function blobData(repository: Uint8Array, blob: BlobHeader): AdditionalData {
  return (flags) => {
    const data = Buffer.alloc(2 + 16 + ID_BYTES + 6);
    data.write('B', 'latin1');
    data[1] = FORMAT_VERSION;
    data.set(repository, 2);
    data.set(blob.id, 18);
    data.writeUInt32LE(blob.raw, 18 + ID_BYTES);
    data[22 + ID_BYTES] = flags;
    data[23 + ID_BYTES] = blob.type;
    return data;
  };
}

function directoryData(repository: Uint8Array, pack: string): AdditionalData {
  return (flags) => Buffer.concat([Buffer.from([0x44, FORMAT_VERSION, flags]), repository, Buffer.from(pack, 'hex')]);
}

/** Seals the blobs and directories of one writer. */
export class BlobSealer {
  private readonly sealer: Sealer;

  /** `session`: 16 fresh random bytes. */
  constructor(
    private readonly keys: BlobKeys,
    session: Uint8Array,
  ) {
    this.sealer = new Sealer(keys.dataKey, session);
  }

  /** Writes the stored form of a chunk or page into `target` from byte `at` and returns its length. */
  sealInto(target: Buffer, at: number, blob: BlobHeader, plain: Uint8Array): number {
    return this.sealer.sealInto(target, at, plain, blobData(this.keys.repository, blob), { compression: 'auto' });
  }

  /** The stored form of the directory of a pack; never compressed, because ids are noise. */
  sealDirectory(pack: string, plain: Uint8Array): Buffer {
    return this.sealer.seal(plain, directoryData(this.keys.repository, pack), { compression: 'off' });
  }
}

/** Opens blobs and directories. */
export class BlobOpener {
  private readonly unsealer: Unsealer;
  private readonly hasher: IdHasher;

  constructor(private readonly keys: BlobKeys) {
    this.unsealer = new Unsealer(keys.dataKey);
    this.hasher = new IdHasher(keys.idKey);
  }

  /**
   * The plain bytes of a blob. They are always hashed again: the cipher alone does not catch a writer that sealed
   * the wrong bytes (STORE §2). Throws `LocalChunkDamaged`.
   */
  open(blob: BlobHeader, sealed: Uint8Array): Buffer {
    const what = `chunk ${toHex(blob.id).slice(0, 16)}`;
    const plain = this.unsealer.open(sealed, blob.raw, blobData(this.keys.repository, blob), what);
    if (!this.hasher.id(plain).equals(blob.id)) throw damaged(`${what} holds other content`);
    return plain;
  }

  /** The plain directory of a pack. Throws `LocalChunkDamaged`. */
  openDirectory(pack: string, sealed: Uint8Array, raw: number): Buffer {
    return this.unsealer.open(sealed, raw, directoryData(this.keys.repository, pack), `directory of pack ${pack}`);
  }
}
