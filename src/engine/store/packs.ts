import { isAppError } from '../../domain/errors';
import type { BlobOpener } from './blob';
import { PACK_PREFIX, packName } from './format';
import { CondemnedPacks } from './gc/condemnedPacks';
import { readGenerations } from './gc/generations';
import { readIndexObjects } from './indexObjects';
import { Inventory } from './inventory';
import { readPackDirectory } from './packDirectory';
import type { ObjectKey } from './sealedObject';
import type { ObjectStorage } from './storage';

/** Bytes of every pack there is, by name. */
export async function packSizes(storage: ObjectStorage): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const { key, size } of await storage.list(PACK_PREFIX)) {
    const name = packName(key);
    if (name !== undefined) sizes.set(name, size);
  }
  return sizes;
}

/** What is wrong with a pack of which `found` bytes are there, if any. */
export function packProblem(found: number | undefined, size: number): string {
  return found === undefined ? 'the pack is missing' : `the pack has ${found} bytes instead of ${size}`;
}

/**
 * Finds out what a repository holds: index objects first, then packs that none of them names, by their own
 * directories, so that a rerun after a crash finds every chunk that was stored. Damaged index objects, packs and lists
 * of condemned packs are left out, not fatal. `sequence` is the highest of the index objects.
 */
export async function loadInventory(
  storage: ObjectStorage,
  objectKeys: { readonly index: ObjectKey; readonly condemned: ObjectKey },
  opener: BlobOpener,
): Promise<{ inventory: Inventory; sequence: number }> {
  const condemned = new CondemnedPacks();
  for (const generation of (await readGenerations(storage, objectKeys.condemned)).generations)
    condemned.add(generation);
  const { objects } = await readIndexObjects(storage, objectKeys.index);
  const sizes = await packSizes(storage);
  const inventory = new Inventory(condemned);
  const lost = new Map<string, string>();
  for (const pack of objects.flatMap((object) => object.packs)) {
    const found = sizes.get(pack.name);
    if (found === pack.size) inventory.addPack(pack);
    // A sweep that was cut off has deleted it already and comes back to the index.
    else if (found === undefined && condemned.has(pack.name)) continue;
    else lost.set(pack.name, packProblem(found, pack.size));
  }
  for (const [name, size] of sizes) {
    if (inventory.has(name) || lost.has(name)) continue;
    try {
      inventory.adopt({ name, size, directory: await readPackDirectory(storage, opener, name, size) });
    } catch (error) {
      if (!isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) throw error;
      lost.set(name, error.message);
    }
  }
  inventory.losePacks(lost);
  return { inventory, sequence: objects.at(-1)?.sequence ?? 0 };
}
