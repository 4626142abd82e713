import { isAppError } from '../../domain/errors';
import { BlobOpener } from './blob';
import type { RepositoryContext } from './context';
import { INDEX_PREFIX, packKey } from './format';
import { writeIndexObjects } from './indexObjects';
import { Inventory } from './inventory';
import { decodeEntries, ENTRY_BYTES, type PackContent, readPackDirectory } from './packDirectory';
import { packSizes } from './packs';
import { mendConfig } from './unlock';

/** What a repair did. */
export interface RepairReport {
  readonly packs: number;
  readonly chunks: number;
  /** Packs that no index object had named, by key. */
  readonly adoptedPacks: readonly string[];
  /** Packs that were named but are gone or cut short, by key: their blobs are no longer counted on. */
  readonly droppedPacks: readonly string[];
  /** Packs whose directory is damaged and that no index object describes either, by key. Left as they are. */
  readonly unreadablePacks: readonly string[];
  /** The config or its copy, by key, where it was missing or damaged and was written again from the other. */
  readonly mendedConfigs: readonly string[];
  /** Blobs left out of the index because the last verification found them damaged. */
  readonly droppedBlobs: number;
}

/**
 * Makes the index anew from the directories of the packs, and the config or its copy from the other. The new index objects are durable before the old ones go, and
 * a crash in between leaves both, which say the same. Deletes nothing but index objects and a damaged config. Returns the
 * new inventory.
 */
export async function repairRepository(
  context: RepositoryContext,
): Promise<{ inventory: Inventory; report: RepairReport }> {
  const { storage, environment, indexObjectKey, config } = context;
  const mendedConfigs = await mendConfig(storage, config);
  const oldKeys = (await storage.list(INDEX_PREFIX)).map(({ key }) => key);
  const sizes = await packSizes(storage);
  const known = new Map([...context.inventory.contents()].map((pack) => [pack.name, pack]));
  const pending = new Set(context.inventory.pendingIndex.map(({ name }) => name));
  const inventory = new Inventory(context.inventory.condemned);
  const packs: PackContent[] = [];
  const adoptedPacks: string[] = [];
  const unreadable = new Map<string, string>();
  let droppedBlobs = 0;
  for (const [name, size] of sizes) {
    const found = await readContent(context, known.get(name), name, size);
    if (typeof found === 'string') {
      unreadable.set(name, found);
      continue;
    }
    const kept = keepLive(context, inventory, found);
    droppedBlobs += kept.suspects;
    inventory.addPack(kept.pack);
    packs.push(kept.pack);
    if (!known.has(name) || pending.has(name)) adoptedPacks.push(packKey(name));
  }
  await writeIndexObjects(storage, indexObjectKey, packs, context.nextIndexSequence(), environment.randomBytes);
  for (const key of oldKeys) await storage.delete(key);
  const dropped = [...new Set([...known.keys(), ...context.inventory.lostPacks.keys()])];
  inventory.losePacks(unreadable);
  return {
    inventory,
    report: {
      packs: packs.length,
      chunks: inventory.blobs,
      adoptedPacks,
      droppedPacks: dropped.filter((name) => !sizes.has(name)).map(packKey),
      unreadablePacks: [...unreadable.keys()].map(packKey),
      mendedConfigs,
      droppedBlobs,
    },
  };
}

async function readContent(
  context: RepositoryContext,
  known: PackContent | undefined,
  name: string,
  size: number,
): Promise<PackContent | string> {
  try {
    const opener = new BlobOpener(context.blobKeys);
    return { name, size, directory: await readPackDirectory(context.storage, opener, name, size) };
  } catch (error) {
    if (!isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) throw error;
    // The index may still describe a pack whose own directory is damaged.
    return known?.size === size ? known : error.message;
  }
}

/** The pack without blobs that are damaged, or that are read from another pack. */
function keepLive(
  context: RepositoryContext,
  made: Inventory,
  pack: PackContent,
): { pack: PackContent; suspects: number } {
  const kept: Uint8Array[] = [];
  let suspects = 0;
  let at = 0;
  for (const { id, offset } of decodeEntries(pack.directory, pack.size)) {
    const entry = pack.directory.subarray(at, at + ENTRY_BYTES);
    at += ENTRY_BYTES;
    const current = context.inventory.locate(id);
    const here = current === undefined || (current.pack.name === pack.name && current.offset === offset);
    if (here && context.inventory.isSuspect(id)) suspects += 1;
    else if (here && made.locate(id) === undefined) kept.push(entry);
  }
  return { pack: { ...pack, directory: Buffer.concat(kept) }, suspects };
}
