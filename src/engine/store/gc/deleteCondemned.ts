import { isAppError } from '../../../domain/errors';
import type { RepositoryContext } from '../context';
import { cancelled } from '../errors';
import { packKey } from '../format';
import type { Generation } from './generations';
import { renewIndex } from './indexUpkeep';
import type { Marker } from './marker';
import { RESERVE_KEY } from './reserve';

/** What was done to condemned packs. Bytes of packs. */
export interface Deletion {
  readonly packs: number;
  readonly bytes: number;
  /** Packs that a recovery point needs after all. */
  readonly pardonedPacks: number;
}

/**
 * Deletes the packs of condemned generations for good, unless a recovery point needs one: that is used again. New index
 * objects are written first and the old ones deleted after the packs, the list of condemned packs last of all, so that
 * after a crash at any step the next run finds what is left (STORE §5). On a full disk the packs go first: their list
 * explains why they are missing. Only while no backup runs, with a marker that is up to date.
 */
export async function deleteCondemned(
  context: RepositoryContext,
  marker: Marker,
  generations: readonly Generation[],
  signal: AbortSignal | undefined,
): Promise<Deletion> {
  const { inventory, storage } = context;
  if (generations.length === 0) return { packs: 0, bytes: 0, pardonedPacks: 0 };
  const sums = inventory.sumByPack((entry) => marker.isLive(entry));
  const packs = generations.flatMap((generation) => generation.packs);
  const dead = packs.filter(({ name }) => (sums.get(name)?.blobs ?? 0) === 0);
  inventory.forgetPacks(new Set(dead.map(({ name }) => name)));
  let replaced = await unlessFull(async () => renewIndex(context));
  for (const { name } of dead) {
    if (signal?.aborted === true) throw cancelled();
    await storage.delete(packKey(name));
  }
  if (replaced === undefined) {
    await storage.delete(RESERVE_KEY);
    replaced = await renewIndex(context);
  }
  for (const key of replaced) await storage.delete(key);
  for (const { key } of generations) {
    await storage.delete(key);
    inventory.condemned.remove(key);
  }
  const bytes = dead.reduce((sum, { size }) => sum + size, 0);
  return { packs: dead.length, bytes, pardonedPacks: packs.length - dead.length };
}

async function unlessFull<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAppError(error, 'LocalStoreNoSpace')) return undefined;
    throw error;
  }
}
