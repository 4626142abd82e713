import type { RepositoryContext } from './context';
import { readGenerations } from './gc/generations';
import { listHolds } from './gc/holds';
import { checkReserve, RESERVE_KEY } from './gc/reserve';
import { listNotes } from './notes';
import { findDamagedLeases } from './replica/lease';
import { findDamagedConfigs } from './unlock';

/**
 * Keys of the small objects that are not what was written, whether a restore needs them or not: all that are neither
 * pack, index object, manifest nor wrapped key. Throws what the storage throws.
 */
export async function findDamagedRecords(context: RepositoryContext): Promise<string[]> {
  const { storage, config, condemnedObjectKey } = context;
  return [
    ...(await findDamagedConfigs(storage, config)),
    ...(await readGenerations(storage, condemnedObjectKey)).damagedKeys,
    ...((await checkReserve(storage)) === 'damaged' ? [RESERVE_KEY] : []),
    ...(await listHolds(context)).damagedKeys,
    ...(await listNotes(context)).damaged,
    ...(await findDamagedLeases(storage)),
  ];
}
