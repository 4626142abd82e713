import type { RepositoryContext } from '../context';
import { INDEX_PREFIX, KIB } from '../format';
import { eachIndexObject, writeIndexObjects } from '../indexObjects';
import type { PackContent } from '../packDirectory';

const SMALL_BYTES = 256 * KIB;
/** Each backup adds an index object; so many small ones are merged into few. */
const MOST_SMALL = 16;

/** True if the index has so many small objects that merging them is worth reading them. */
export async function wantsMerge(context: RepositoryContext): Promise<boolean> {
  const objects = await context.storage.list(INDEX_PREFIX);
  return objects.filter(({ size }) => size < SMALL_BYTES).length > MOST_SMALL;
}

/**
 * Writes index objects that replace those which name a pack that is gone, are damaged, or are small and many. Returns
 * the keys of the replaced ones: they may be deleted once the packs that they alone name are gone. A crash in between
 * leaves both, which say the same about every pack that is there. Only while no backup runs.
 */
export async function renewIndex(context: RepositoryContext): Promise<string[]> {
  const { storage, indexObjectKey, inventory, environment } = context;
  const merging = await wantsMerge(context);
  const replaced: string[] = [];
  const wanted = new Set(inventory.knownPacks.map(({ name }) => name));
  for await (const { key, bytes, object } of eachIndexObject(storage, indexObjectKey)) {
    const stale = object === undefined || object.packs.some(({ name }) => !inventory.has(name));
    if (stale || (merging && bytes < SMALL_BYTES)) replaced.push(key);
    // What a kept object names needs no other.
    else for (const { name } of object.packs) wanted.delete(name);
  }
  const pending = [...inventory.pendingIndex];
  if (replaced.length === 0 && pending.length === 0) return [];
  const contents = withBlobs(inventory.contents(wanted));
  await writeIndexObjects(storage, indexObjectKey, contents, context.nextIndexSequence(), environment.randomBytes);
  inventory.markIndexed(pending);
  return replaced;
}

function* withBlobs(packs: Iterable<PackContent>): Generator<PackContent> {
  for (const pack of packs) if (pack.directory.length > 0) yield pack;
}
