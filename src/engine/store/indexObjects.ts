import { isAppError } from '../../domain/errors';
import { damaged } from './errors';
import { INDEX_PREFIX, MAX_RAW_BYTES, NAME_BYTES, SESSION_BYTES } from './format';
import { toHex } from './ids';
import { ENTRY_BYTES, type PackContent } from './packDirectory';
import { type ObjectKey, openObject, sealObject } from './sealedObject';
import type { ObjectStorage } from './storage';

const HEADER_BYTES = 8;
const PACK_BYTES = NAME_BYTES + 8;
const NAME = /^index\/[0-9a-f]{32}$/;

/** One object under `index/`. */
export interface IndexObject {
  readonly key: string;
  /** Grows with each object: where two name the same blob, the higher one counts. */
  readonly sequence: number;
  readonly packs: readonly PackContent[];
}

/** Bytes that a pack takes in an index object. */
export function indexedBytes(pack: PackContent): number {
  return PACK_BYTES + pack.directory.length;
}

/** True if index objects of these packs are worth writing now rather than at the end of the run. */
export function fillsIndexObject(packs: readonly PackContent[]): boolean {
  return packs.reduce((sum, pack) => sum + indexedBytes(pack), 0) >= MAX_RAW_BYTES / 2;
}

/**
 * Writes index objects for durable packs (commit step 3), as many as it takes, and returns their keys. `sequence` is
 * higher than that of all objects there are.
 */
export async function writeIndexObjects(
  storage: ObjectStorage,
  objectKey: ObjectKey,
  packs: Iterable<PackContent>,
  sequence: number,
  randomBytes: (count: number) => Buffer,
): Promise<string[]> {
  const keys: string[] = [];
  for (const group of groupsOf(packs)) {
    const key = INDEX_PREFIX + toHex(randomBytes(NAME_BYTES));
    const sealed = sealObject(objectKey, key, encode(group, sequence), randomBytes(SESSION_BYTES));
    await storage.createIfAbsent(key, sealed);
    keys.push(key);
  }
  return keys;
}

/**
 * Reads all index objects, lowest sequence first. A damaged one is left out and named in `damagedKeys`: its packs
 * have directories of their own.
 */
export async function readIndexObjects(
  storage: ObjectStorage,
  objectKey: ObjectKey,
): Promise<{ objects: IndexObject[]; damagedKeys: string[] }> {
  const objects: IndexObject[] = [];
  const damagedKeys: string[] = [];
  for await (const { key, object } of eachIndexObject(storage, objectKey)) {
    if (object === undefined) damagedKeys.push(key);
    else objects.push(object);
  }
  return { objects: objects.toSorted((a, b) => a.sequence - b.sequence), damagedKeys };
}

/** Reads index objects one by one, in no order that means anything; one that is damaged comes without its content. */
export async function* eachIndexObject(
  storage: ObjectStorage,
  objectKey: ObjectKey,
): AsyncGenerator<{ key: string; bytes: number; object: IndexObject | undefined }> {
  for (const { key, size: bytes } of await storage.list(INDEX_PREFIX)) {
    if (!NAME.test(key)) continue;
    let object: IndexObject | undefined;
    try {
      object = { key, ...decode(openObject(objectKey, key, await storage.read(key))) };
    } catch (error) {
      if (!isAppError(error, 'LocalChunkDamaged')) throw error;
    }
    yield { key, bytes, object };
  }
}

function* groupsOf(packs: Iterable<PackContent>): Generator<PackContent[]> {
  let group: PackContent[] = [];
  let bytes = HEADER_BYTES;
  for (const pack of packs) {
    if (group.length > 0 && bytes + indexedBytes(pack) > MAX_RAW_BYTES) {
      yield group;
      group = [];
      bytes = HEADER_BYTES;
    }
    group.push(pack);
    bytes += indexedBytes(pack);
  }
  if (group.length > 0) yield group;
}

/** `sequence u32, packs u32`, then for each pack `name(16) size u32 entries u32` and its directory. */
function encode(packs: readonly PackContent[], sequence: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(sequence);
  header.writeUInt32LE(packs.length, 4);
  const parts: Uint8Array[] = [header];
  for (const pack of packs) {
    const head = Buffer.alloc(PACK_BYTES);
    head.write(pack.name, 'hex');
    head.writeUInt32LE(pack.size, NAME_BYTES);
    head.writeUInt32LE(pack.directory.length / ENTRY_BYTES, NAME_BYTES + 4);
    parts.push(head, pack.directory);
  }
  return Buffer.concat(parts);
}

function decode(plain: Buffer): { sequence: number; packs: PackContent[] } {
  const packs: PackContent[] = [];
  let at = HEADER_BYTES;
  const take = (length: number): Buffer => {
    if (at + length > plain.length) throw damaged('an index object is cut short');
    at += length;
    return plain.subarray(at - length, at);
  };
  if (plain.length < HEADER_BYTES) throw damaged('an index object is cut short');
  const count = plain.readUInt32LE(4);
  for (let pack = 0; pack < count; pack += 1) {
    const head = take(PACK_BYTES);
    const directory = take(head.readUInt32LE(NAME_BYTES + 4) * ENTRY_BYTES);
    packs.push({ name: toHex(head.subarray(0, NAME_BYTES)), size: head.readUInt32LE(NAME_BYTES), directory });
  }
  return { sequence: plain.readUInt32LE(0), packs };
}
