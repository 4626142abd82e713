import { formatBytes } from '../../domain/sizes';
import type { ProtectedItem } from '../../domain/views';
import { idKey } from '../../protocol/ids';
import { inParallel } from '../model/bounded';
import { failureOf, failureText, isCancelled } from '../model/failure';
import type { MachineFacts } from '../model/machineFacts';
import { pointsWords } from '../model/machineView';
import { MOST_COUNTED_MACHINES } from '../model/policyImpact';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';

const READ_AT_A_TIME = 4;

/** What a machine has of recovery points, or why that is not known. */
type Count = { readonly points: number; readonly oldest?: number | undefined } | { readonly problem: string };

/** How many recovery points machines have, by the keys of the machines' ids. */
export interface PointCounts {
  readonly of: ReadonlyMap<string, Count>;
  /** What all of them take together, where the vault tells it of no other machine too. */
  readonly bytes?: number | undefined;
}

/**
 * Counts the recovery points of machines. Lists of Azure do not tell their number: the service is asked for each machine by itself,
 * with progress. What cannot be counted says why.
 */
export async function countPoints(
  stores: Stores,
  ui: Pick<Ui, 'progress'>,
  machines: readonly MachineFacts[],
): Promise<PointCounts> {
  const open = machines.filter(({ item }) => item && item.recoveryPointCount === undefined);
  const known = machines.flatMap(({ machineId, item, pointCount }): [string, Count][] =>
    item?.recoveryPointCount === undefined
      ? []
      : [[idKey(machineId), { points: pointCount ?? item.recoveryPointCount, oldest: item.oldestRecoveryPoint }]],
  );
  const skipped = open
    .slice(MOST_COUNTED_MACHINES)
    .map(({ machineId }): [string, Count] => [
      idKey(machineId),
      { problem: t('Azure is asked for {0} machines at a time.', MOST_COUNTED_MACHINES) },
    ]);
  const asked = open.slice(0, MOST_COUNTED_MACHINES);
  const read =
    asked.length === 0
      ? []
      : await ui.progress(t('Counting recovery points'), async (report, signal) =>
          inParallel(asked, READ_AT_A_TIME, async ({ machineId, name, item }): Promise<[string, Count]> => {
            signal.throwIfAborted();
            report(name);
            return [idKey(machineId), item ? await askCount(stores, item, signal) : { points: 0 }];
          }),
        );
  return { of: new Map([...known, ...read, ...skipped]), bytes: await bytesOf(stores, machines) };
}

/** `14 points, 4.1 GB`; `undefined` if the points of a machine could not be counted. */
export function countedWords(counts: PointCounts, machines: readonly MachineFacts[]): string | undefined {
  let sum = 0;
  for (const { machineId } of machines) {
    const count = counts.of.get(idKey(machineId));
    if (!count || 'problem' in count) return undefined;
    sum += count.points;
  }
  const points = pointsWords(sum);
  const isAll = machines.length === counts.of.size;
  return isAll && counts.bytes !== undefined && sum > 0
    ? t('{0}, {1}', points ?? '', formatBytes(counts.bytes))
    : points;
}

/** When the oldest of all counted points was made (ms UTC). */
export function oldestOf(counts: PointCounts, machines: readonly MachineFacts[]): number | undefined {
  const times = machines.flatMap(({ machineId }) => {
    const count = counts.of.get(idKey(machineId));
    return count && 'points' in count ? (count.oldest ?? []) : [];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Why the points of a machine could not be counted. */
export function uncountedReason(counts: PointCounts): string | undefined {
  return Array.from(counts.of.values()).flatMap((count) => ('problem' in count ? count.problem : []))[0];
}

async function askCount({ links, machines }: Stores, { id }: ProtectedItem, signal: AbortSignal): Promise<Count> {
  try {
    const told = await links.of(id).run((client) => client.protectedItem(id, { signal }));
    if (told.recoveryPointCount !== undefined)
      return { points: told.recoveryPointCount, oldest: told.oldestRecoveryPoint };
  } catch (error) {
    if (isCancelled(error)) throw error;
    return { problem: failureText(failureOf(error)) };
  }
  await machines.refreshPoints(id);
  const { value, failure } = machines.points(id);
  if (failure) return { problem: failureText(failure) };
  return { points: value?.length ?? 0, oldest: value?.at(-1)?.time };
}

/** What vaults of this computer store, if they have no other machines than these. */
async function bytesOf({ vaults }: Stores, machines: readonly MachineFacts[]): Promise<number | undefined> {
  const ids = new Map(machines.flatMap(({ item }) => (item ? [[idKey(item.vaultId), item.vaultId]] : [])));
  const chosen = new Set(machines.flatMap(({ item }) => (item ? idKey(item.id) : [])));
  let sum = 0;
  for (const vaultId of ids.values()) {
    const branch = vaults.branch(vaultId);
    const others = branch?.items.value?.some(({ id }) => !chosen.has(idKey(id))) ?? true;
    if (!branch || branch.provider !== 'local' || others) return undefined;
    await vaults.refreshUse(vaultId);
    const { value, failure } = vaults.branch(vaultId)?.usage ?? {};
    if (!value || failure) return undefined;
    sum += value.storedBytes;
  }
  return ids.size === 0 ? undefined : sum;
}
