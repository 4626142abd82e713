import { hash } from 'node:crypto';
import { isAppError } from '../../../domain/errors';
import type { StoreEnvironment } from '../context';
import { GC_PREFIX, MIB } from '../format';
import type { ObjectStorage } from '../storage';

/** Holds nothing but room: deleted when the disk is full, so that lists and index objects can still be written. */
export const RESERVE_KEY = `${GC_PREFIX}reserve`;
const RESERVE_BYTES = 4 * MIB;
const SUM_BYTES = 32;
/** The reserve is not made while so little is free that a backup needs it more. */
const ROOM_BYTES = 16 * RESERVE_BYTES;

/**
 * Makes the reserve if it is not there or damaged, and there is room for it: random, so that no disk compresses it away,
 * with a checksum at its end, so that a disk that changes what it holds is found out here as well.
 */
export async function keepReserve(
  storage: ObjectStorage,
  { randomBytes }: Pick<StoreEnvironment, 'randomBytes'>,
): Promise<void> {
  const found = await checkReserve(storage);
  if (found === 'whole') return;
  if (found === 'damaged') await storage.delete(RESERVE_KEY);
  if ((await storage.freeBytes()) < ROOM_BYTES) return;
  const room = randomBytes(RESERVE_BYTES - SUM_BYTES);
  try {
    await storage.createIfAbsent(RESERVE_KEY, [room, hash('sha256', room, 'buffer')]);
  } catch (error) {
    if (!isAppError(error, 'LocalStoreNoSpace')) throw error;
  }
}

/** Whether the reserve is there, and as it was written. */
export async function checkReserve(storage: ObjectStorage): Promise<'whole' | 'damaged' | 'missing'> {
  try {
    const bytes = await storage.read(RESERVE_KEY);
    const room = bytes.subarray(0, -SUM_BYTES);
    return hash('sha256', room, 'buffer').equals(bytes.subarray(-SUM_BYTES)) ? 'whole' : 'damaged';
  } catch (error) {
    if (isAppError(error, 'StoreObjectMissing')) return 'missing';
    if (isAppError(error, 'LocalChunkDamaged')) return 'damaged';
    throw error;
  }
}

/** Does `work`, which can be repeated; if there is no space for it, once more with the space of the reserve. */
export async function withReserve<T>(storage: ObjectStorage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error, 'LocalStoreNoSpace')) throw error;
    await storage.delete(RESERVE_KEY);
    return work();
  }
}
