import * as z from 'zod';
import { isAppError } from '../../../domain/errors';
import { damaged } from '../errors';
import { GC_PREFIX, NAME_BYTES, SESSION_BYTES } from '../format';
import { type ObjectKey, openObject, sealObject } from '../sealedObject';
import type { ObjectStorage } from '../storage';

const NAME = /^gc\/[0-9a-f]{8}$/;
/** Packs of one generation: their list stays far below the size limit of objects. */
const MOST_PACKS = 8192;

const listSchema = z.object({
  format: z.literal(1),
  time: z.number(),
  packs: z.array(z.object({ name: z.hex().length(NAME_BYTES * 2), size: z.number().int().nonnegative() })),
});

/** Packs that were condemned together: the object `gc/<number>` (STORE §5). */
export interface Generation {
  readonly key: string;
  /** When they were condemned, ms UTC. */
  readonly time: number;
  readonly packs: readonly { readonly name: string; readonly size: number }[];
}

/** Reads all generations, oldest first. One that cannot be read condemns nothing; it is named in `damagedKeys`. */
export async function readGenerations(
  storage: ObjectStorage,
  objectKey: ObjectKey,
): Promise<{ generations: Generation[]; damagedKeys: string[] }> {
  const generations: Generation[] = [];
  const damagedKeys: string[] = [];
  for (const { key } of await storage.list(GC_PREFIX)) {
    if (!NAME.test(key)) continue;
    try {
      generations.push(await readGeneration(storage, objectKey, key));
    } catch (error) {
      if (!isAppError(error, 'LocalChunkDamaged')) throw error;
      damagedKeys.push(key);
    }
  }
  return { generations, damagedKeys };
}

/**
 * Condemns packs by writing as many generations as it takes, numbered after all that are there. Throws
 * `StoreObjectExists` if somebody else condemns at the same time, and what the storage throws.
 */
export async function writeGenerations(
  storage: ObjectStorage,
  objectKey: ObjectKey,
  condemned: Omit<Generation, 'key'>,
  randomBytes: (count: number) => Buffer,
): Promise<Generation[]> {
  const { time, packs } = condemned;
  const keys = (await storage.list(GC_PREFIX)).map(({ key }) => key).filter((key) => NAME.test(key));
  let number = Number.parseInt(keys.at(-1)?.slice(GC_PREFIX.length) ?? '0', 16);
  const written: Generation[] = [];
  for (let at = 0; at < packs.length; at += MOST_PACKS) {
    number += 1;
    const key = GC_PREFIX + number.toString(16).padStart(8, '0');
    const group = packs.slice(at, at + MOST_PACKS).map(({ name, size }) => ({ name, size }));
    const plain = Buffer.from(JSON.stringify({ format: 1, time, packs: group }));
    await storage.createIfAbsent(key, sealObject(objectKey, key, plain, randomBytes(SESSION_BYTES)));
    written.push({ key, time, packs: group });
  }
  return written;
}

async function readGeneration(storage: ObjectStorage, objectKey: ObjectKey, key: string): Promise<Generation> {
  const plain = openObject(objectKey, key, await storage.read(key));
  try {
    const { time, packs } = listSchema.parse(JSON.parse(plain.toString('utf8')));
    return { key, time, packs };
  } catch (error) {
    throw damaged(`${key} does not list condemned packs`, error);
  }
}
