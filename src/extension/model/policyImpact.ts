import type { BackupPolicy } from '../../domain/policy';
import { impactOnViews } from '../../domain/policyImpact';
import type { RetentionImpact } from '../../domain/pruning';
import type { ProtectedItem, VaultPolicy } from '../../domain/views';
import type { PolicyImpact } from '../../messages/policy';
import { idKey } from '../../protocol/ids';
import { t } from '../text';
import { inParallel } from './bounded';
import { failureOf, failureText, isCancelled } from './failure';
import { findById, sameId } from './ids';
import type { Stores } from './stores';

/** Machines whose points are asked for in Azure: it answers only so many calls of a subscription in an hour. */
export const MOST_COUNTED_MACHINES = 50;
const READ_AT_A_TIME = 4;

interface MachineImpact extends RetentionImpact {
  readonly machineName: string;
}

/** What saving another rule for a policy deletes now from the machines that use it; nothing for a policy of nobody. */
export async function policyImpact(
  stores: Stores,
  { id, vaultId, rule }: Pick<VaultPolicy, 'id' | 'vaultId' | 'rule'>,
  to: BackupPolicy,
): Promise<PolicyImpact> {
  const link = stores.links.of(vaultId);
  const counted = await link.run(async ({ local }) => (local ? (await local.previewPolicy(id, to)).items : undefined));
  if (counted) return summed(counted, 0);
  if (!rule) return summed([], 0);
  await stores.vaults.ensureVault(vaultId);
  const items = (stores.vaults.branch(vaultId)?.items.value ?? []).filter(({ policyId }) => sameId(policyId ?? '', id));
  const impacts = await inParallel(items.slice(0, MOST_COUNTED_MACHINES), READ_AT_A_TIME, (item) =>
    countedIn(stores, item, { from: rule, to }),
  );
  const known = impacts.filter((impact) => impact !== undefined);
  return summed(known, items.length - known.length);
}

/** What giving items another policy deletes now. `problem` is why some could not be counted. */
export async function assignmentImpact(
  stores: Stores,
  items: readonly ProtectedItem[],
  { rule: to, id }: Pick<VaultPolicy, 'id' | 'rule'>,
): Promise<{ readonly impact: PolicyImpact; readonly problem?: string | undefined }> {
  const moving = items.filter(({ policyId }) => !sameId(policyId ?? '', id));
  if (!to) return { impact: summed([], moving.length), problem: t('This version cannot read the new policy.') };
  const losses: (MachineImpact | undefined)[] = [];
  let problem: string | undefined;
  const policyIds = new Map(moving.map(({ policyId = '' }) => [idKey(policyId), policyId]));
  for (const policyId of policyIds.values()) {
    const own = moving.filter((item) => sameId(item.policyId ?? '', policyId));
    try {
      losses.push(...(await lossesOf(stores, own, { policyId, to })));
    } catch (error) {
      if (isCancelled(error)) throw error;
      losses.push(...own.map(() => undefined));
      problem = failureText(failureOf(error));
    }
  }
  const known = losses.filter((loss) => loss !== undefined);
  return { impact: summed(known, losses.length - known.length), problem };
}

/** What each of the items of one policy loses; `undefined` for those that cannot be counted. */
async function lossesOf(
  stores: Stores,
  items: readonly ProtectedItem[],
  { policyId, to }: { readonly policyId: string; readonly to: BackupPolicy },
): Promise<readonly (MachineImpact | undefined)[]> {
  const [first] = items;
  if (!first) return [];
  const counted = await stores.links
    .of(first.id)
    .run(async ({ local }) => (local && policyId !== '' ? (await local.previewPolicy(policyId, to)).items : undefined));
  if (counted) return counted.filter(({ id }) => items.some((item) => sameId(item.id, id)));
  const from = findById(stores.vaults.branch(first.vaultId)?.policies.value, policyId)?.rule;
  if (!from) return items.map(() => undefined);
  const asked = await inParallel(items.slice(0, MOST_COUNTED_MACHINES), READ_AT_A_TIME, (item) =>
    countedIn(stores, item, { from, to }),
  );
  return [...asked, ...items.slice(MOST_COUNTED_MACHINES).map(() => undefined)];
}

/** What an item loses; `undefined` if its points cannot be read. They are read once while the window is open. */
async function countedIn(
  { machines, clock }: Stores,
  item: ProtectedItem,
  change: { readonly from: BackupPolicy; readonly to: BackupPolicy },
): Promise<MachineImpact | undefined> {
  await machines.ensurePoints(item.id);
  const { value: points } = machines.points(item.id);
  if (!points) return undefined;
  const { state, softDeleted, machineName } = item;
  const prunable = { state, ...(softDeleted && { softDelete: softDeleted }) };
  return { machineName, ...impactOnViews(prunable, points, { ...change, at: clock.now() }) };
}

function summed(items: readonly MachineImpact[], uncounted: number): PolicyImpact {
  const losing = items
    .filter(({ removed }) => removed > 0)
    .toSorted((a, b) => b.removed - a.removed || a.machineName.localeCompare(b.machineName));
  return {
    removed: losing.reduce((sum, { removed }) => sum + removed, 0),
    uncounted,
    machines: losing.map(({ machineName, removed, points, oldest, newOldest }) => ({
      name: machineName,
      removed,
      points,
      ...(oldest === undefined ? {} : { oldest }),
      ...(newOldest === undefined ? {} : { newOldest }),
    })),
  };
}
