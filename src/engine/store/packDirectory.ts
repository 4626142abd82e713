import type { BlobHeader, BlobOpener } from './blob';
import { damaged } from './errors';
import { FORMAT_VERSION, ID_BYTES, isBlobType, MAX_RAW_BYTES, packKey, SEAL_BYTES } from './format';
import type { ObjectStorage } from './storage';

/** Bytes of one entry: id(32) off(u32) len(u32) raw(u32) type(u8), little endian. */
export const ENTRY_BYTES = ID_BYTES + 13;
const TRAILER_BYTES = 8;

/** A blob and its place in its pack. */
export interface PackEntry extends BlobHeader {
  /** Bytes from the start of the pack. */
  readonly offset: number;
  /** Sealed bytes. */
  readonly length: number;
}

/** A durable pack and its directory in plain, encoded form. */
export interface PackContent {
  /** 32 hex digits. */
  readonly name: string;
  /** Bytes of the whole object. */
  readonly size: number;
  readonly directory: Uint8Array;
}

/** Writes an entry at byte `at` of `target`. */
export function encodeEntry(entry: PackEntry, target: Buffer, at: number): void {
  target.set(entry.id, at);
  target.writeUInt32LE(entry.offset, at + ID_BYTES);
  target.writeUInt32LE(entry.length, at + ID_BYTES + 4);
  target.writeUInt32LE(entry.raw, at + ID_BYTES + 8);
  target[at + ID_BYTES + 12] = entry.type;
}

/** A directory of these entries. */
export function encodeEntries(entries: readonly PackEntry[]): Buffer {
  const directory = Buffer.alloc(entries.length * ENTRY_BYTES);
  entries.forEach((entry, at) => encodeEntry(entry, directory, at * ENTRY_BYTES));
  return directory;
}

/**
 * The entries of an encoded directory; their ids are views into it. `packBytes` bounds what they may point to.
 * Throws `LocalChunkDamaged` if an entry makes no sense.
 */
export function* decodeEntries(directory: Uint8Array, packBytes: number): Generator<PackEntry> {
  if (directory.length % ENTRY_BYTES !== 0) throw damaged('a directory ends in the middle of an entry');
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  for (let at = 0; at < directory.length; at += ENTRY_BYTES) {
    const offset = view.getUint32(at + ID_BYTES, true);
    const length = view.getUint32(at + ID_BYTES + 4, true);
    const raw = view.getUint32(at + ID_BYTES + 8, true);
    const type = view.getUint8(at + ID_BYTES + 12);
    if (!isBlobType(type) || raw > MAX_RAW_BYTES || length < SEAL_BYTES || offset + length > packBytes) {
      throw damaged('a directory has an impossible entry');
    }
    yield { id: directory.subarray(at, at + ID_BYTES), offset, length, raw, type };
  }
}

/** What follows the blobs of a pack: the sealed directory and `dirLen u32, version u8, 3 reserved` (STORE §2). */
export function packTrailer(sealedDirectory: Uint8Array): Buffer {
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(sealedDirectory.length);
  trailer[4] = FORMAT_VERSION;
  return trailer;
}

/**
 * Reads the directory of a pack of `size` bytes from the pack itself (STORE §2: the disaster path).
 * Throws `LocalChunkDamaged`, or `StoreObjectMissing`.
 */
export async function readPackDirectory(
  storage: ObjectStorage,
  opener: BlobOpener,
  name: string,
  size: number,
): Promise<Buffer> {
  const what = `directory of pack ${name}`;
  if (size < TRAILER_BYTES) throw damaged(`${what} is missing`);
  const trailer = await storage.read(packKey(name), { offset: size - TRAILER_BYTES, length: TRAILER_BYTES });
  const sealedBytes = trailer.readUInt32LE(0);
  const raw = sealedBytes - SEAL_BYTES;
  const fits = raw >= 0 && raw <= MAX_RAW_BYTES && sealedBytes <= size - TRAILER_BYTES;
  const version = trailer.readUInt32LE(4);
  if (version !== FORMAT_VERSION || !fits) throw damaged(`${what} has an impossible size`);
  const offset = size - TRAILER_BYTES - sealedBytes;
  const sealed = await storage.read(packKey(name), { offset, length: sealedBytes });
  return opener.openDirectory(name, sealed, raw);
}
