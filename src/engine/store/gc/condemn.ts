import { appError } from '../../../domain/errorCatalogue';
import { isAppError } from '../../../domain/errors';
import type { RepositoryContext } from '../context';
import { GC_PREFIX } from '../format';
import { type Generation, readGenerations, writeGenerations } from './generations';
import type { Marker } from './marker';
import { RESERVE_KEY, withReserve } from './reserve';
import { isDead, surveyPacks } from './survey';

/**
 * Condemns the packs that no recovery point needs (STORE §5). Nothing is deleted yet. Only while no backup runs. Throws
 * `LocalCleanupConflict` if another program does the same, and what the storage throws; then it can be repeated.
 */
export async function condemnDeadPacks(context: RepositoryContext, marker: Marker): Promise<Generation[]> {
  const { storage, environment, inventory, condemnedObjectKey } = context;
  const packs = (await surveyPacks(context, marker)).filter(
    (pack) => isDead(pack) && !inventory.condemned.has(pack.name),
  );
  if (packs.length === 0) return [];
  const condemned = { time: environment.now(), packs };
  const generations = await withReserve(storage, async () =>
    writeGenerations(storage, condemnedObjectKey, condemned, environment.randomBytes),
  ).catch((error: unknown) => {
    if (isAppError(error, 'StoreObjectExists')) throw appError('LocalCleanupConflict', {}, { cause: error });
    throw error;
  });
  for (const generation of generations) inventory.condemned.add(generation);
  return generations;
}

/** Learns what another program condemned since; costs one listing if there is nothing new (STORE §4 step 4). */
export async function refreshCondemned(context: RepositoryContext): Promise<void> {
  const { storage, condemnedObjectKey, inventory } = context;
  const keys = (await storage.list(GC_PREFIX)).map(({ key }) => key).filter((key) => key !== RESERVE_KEY);
  if (keys.every((key) => inventory.condemned.knows(key))) return;
  for (const generation of (await readGenerations(storage, condemnedObjectKey)).generations) {
    if (!inventory.condemned.knows(generation.key)) inventory.condemned.add(generation);
  }
}
