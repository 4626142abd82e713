import type { BackupPolicy } from '../../domain/policy';
import { impactOnViews } from '../../domain/policyImpact';
import type { RetentionImpact } from '../../domain/pruning';
import type { ProtectedItem, VaultPolicy } from '../../domain/views';
import type { PolicyImpact } from '../../messages/policy';
import { inParallel } from './bounded';
import { sameId } from './ids';
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
