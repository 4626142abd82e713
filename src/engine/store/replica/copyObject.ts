import { isAppError } from '../../../domain/errors';
import { damaged } from '../errors';
import { INDEX_PREFIX, PACK_PREFIX, SNAPSHOT_PREFIX } from '../format';
import type { ObjectStorage, StoredObject } from '../storage';

/**
 * The order in which the objects of a repository are copied: whatever names something comes after what it names, so
 * that a copy which is cut off anywhere is a whole repository of fewer points (STORE §8).
 */
export function inCopyOrder(objects: readonly StoredObject[]): StoredObject[] {
  const late = [PACK_PREFIX, INDEX_PREFIX, SNAPSHOT_PREFIX];
  const rank = ({ key }: StoredObject): number => late.findIndex((prefix) => key.startsWith(prefix));
  return objects.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Copies an object as it is. One that another writer put there meanwhile is left alone.
 * Throws `LocalChunkDamaged` if it is not as long as its listing said, and what the storages throw.
 */
export async function copyObject(from: ObjectStorage, to: ObjectStorage, { key, size }: StoredObject): Promise<void> {
  const bytes = await from.read(key);
  if (bytes.length !== size) throw damaged(`${key} has ${bytes.length} bytes instead of ${size}`);
  try {
    await to.createIfAbsent(key, bytes);
  } catch (error) {
    if (!isAppError(error, 'StoreObjectExists')) throw error;
  }
}
