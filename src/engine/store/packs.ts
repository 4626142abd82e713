import { isAppError } from '../../domain/errors';
import type { BlobOpener } from './blob';
import { PACK_PREFIX, packName } from './format';
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

/**
 * Finds out what a repository holds: index objects first, then packs that none of them names, by their own
 * directories, so that a rerun after a crash finds every chunk that was stored. Damaged index objects and packs are
 * left out, not fatal. `sequence` is the highest of the index objects.
 */
export async function loadInventory(
  storage: ObjectStorage,
  indexObjectKey: ObjectKey,
  opener: BlobOpener,
): Promise<{ inventory: Inventory; sequence: number }> {
  const { objects } = await readIndexObjects(storage, indexObjectKey);
  const sizes = await packSizes(storage);
  const inventory = new Inventory();
  const lost = new Map<string, string>();
  for (const pack of objects.flatMap((object) => object.packs)) {
    const found = sizes.get(pack.name);
    if (found === pack.size) inventory.addPack(pack);
    else
      lost.set(
        pack.name,
        found === undefined ? 'the pack is missing' : `the pack has ${found} bytes instead of ${pack.size}`,
      );
  }
  for (const [name, size] of sizes) {
    if (inventory.has(name) || lost.has(name)) continue;
    try {
      inventory.addUnindexed({ name, size, directory: await readPackDirectory(storage, opener, name, size) });
    } catch (error) {
      if (!isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) throw error;
      lost.set(name, error.message);
    }
  }
  inventory.losePacks(lost);
  return { inventory, sequence: objects.at(-1)?.sequence ?? 0 };
}
