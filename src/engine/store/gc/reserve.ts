import { isAppError } from '../../../domain/errors';
import type { StoreEnvironment } from '../context';
import { GC_PREFIX, MIB } from '../format';
import type { ObjectStorage } from '../storage';

/** Holds nothing but room: deleted when the disk is full, so that lists and index objects can still be written. */
export const RESERVE_KEY = `${GC_PREFIX}reserve`;
const RESERVE_BYTES = 4 * MIB;
/** The reserve is not made while so little is free that a backup needs it more. */
const ROOM_BYTES = 16 * RESERVE_BYTES;

/** Makes the reserve if it is not there and there is room for it. */
export async function keepReserve(
  storage: ObjectStorage,
  { randomBytes }: Pick<StoreEnvironment, 'randomBytes'>,
): Promise<void> {
  const objects = await storage.list(GC_PREFIX);
  if (objects.some(({ key }) => key === RESERVE_KEY) || (await storage.freeBytes()) < ROOM_BYTES) return;
  try {
    await storage.createIfAbsent(RESERVE_KEY, randomBytes(RESERVE_BYTES));
  } catch (error) {
    if (!isAppError(error, 'LocalStoreNoSpace')) throw error;
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
