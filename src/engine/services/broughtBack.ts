import { idKey, nameIn, parseId, vaultId } from '../../protocol/ids';
import { type Catalog, pointRemovalKey } from '../catalog/catalog';
import {
  type ItemRecord,
  type PointRecord,
  type PolicyRecord,
  type VaultRecord,
  vaultSchema,
} from '../catalog/records';
import type { StoredPoint } from '../store/manifest';
import type { Repository } from '../store/repository';
import { pointRecord } from './backups';
import { type PointSubject, pointSubject, rehomed } from './pointSubject';
import { changesIn, type PolicyChange, withChanges } from './policyChanges';

/** A stored point whose words are understood. */
export interface KnownPoint {
  readonly stored: StoredPoint;
  readonly subject: PointSubject;
  /** Changes of its policy since it was taken. */
  readonly changes: readonly PolicyChange[];
}

/** All points of a vault that can be understood, newest first, and a sentence for each that cannot. */
export async function readPoints(store: Repository): Promise<{ known: KnownPoint[]; problems: string[] }> {
  const { points, damaged } = await store.listPoints();
  const changes = changesIn((await store.notes()).notes);
  const known: KnownPoint[] = [];
  const problems = damaged.map(({ key, reason }) => `The recovery point ${key} cannot be read: ${reason}`);
  for (const stored of points) {
    const subject = pointSubject.safeParse(stored.subject);
    if (subject.success) known.push({ stored, subject: subject.data, changes: changes.get(stored.group) ?? [] });
    else problems.push(`The recovery point ${stored.key} does not say which machine it is of.`);
  }
  return { known: known.toSorted((a, b) => b.stored.time - a.stored.time), problems };
}

/** What is known of a vault that the catalog has no row of. */
export interface FoundVault {
  readonly subscriptionId: string;
  /** Of its newest point, if it has any. */
  readonly subject: PointSubject | undefined;
  /** The repository's own id. */
  readonly uuid: string;
  /** Where it shall appear; the group it was in without one. */
  readonly resourceGroup?: string | undefined;
  /** Name of its folder among vaults. */
  readonly repository: string;
  readonly location: string;
  readonly now: number;
}

/** The row of a vault that was found, called as it was where it was made. */
export function foundVault({ subscriptionId, subject, uuid, now, ...found }: FoundVault): VaultRecord {
  const group = found.resourceGroup ?? parseId(subject?.vault ?? '')?.resourceGroup ?? 'attached';
  const name = nameIn(subject?.vault ?? '', 'vaults') ?? `vault-${uuid.slice(0, 8)}`;
  return vaultSchema.parse({
    id: vaultId(subscriptionId, group, name),
    name,
    group,
    location: found.location,
    tags: {},
    createdAt: now,
    modifiedAt: now,
    replication: subject?.replication ?? 'LocallyRedundant',
    crossRegionRestore: false,
    touched: true,
    repository: found.repository,
  });
}

/**
 * Puts into the catalog what the manifests of a vault say: the vault, its points, and those machines and policies that the
 * catalog has not. Machines come back with protection stopped, because nobody has said here where their disks are. A point
 * whose removal was decided stays away.
 * @param known newest first: what a machine and a policy were last counts
 * @returns all items of the vault
 */
export function bringBack(
  { catalog, now, decimal }: { catalog: Catalog; now: () => number; decimal: () => string },
  vault: VaultRecord,
  known: readonly KnownPoint[],
): ItemRecord[] {
  const items = new Map<string, ItemRecord>();
  const policies = new Map<string, PolicyRecord>();
  const points: PointRecord[] = [];
  for (const { stored, subject, changes } of known) {
    const here = rehomed(subject, vault.id);
    const point = withChanges(pointRecord(stored, here), changes);
    if (catalog.pointRemovals.get(pointRemovalKey(point))) continue;
    points.push(point);
    if (!items.has(point.itemKey)) items.set(point.itemKey, stoppedItem(vault, here, { stored, now, decimal }));
    const { name, properties } = here.policy;
    if (!policies.has(name.toLowerCase())) {
      const id = `${vault.id}/backupPolicies/${name}`;
      policies.set(name.toLowerCase(), { id, name, vaultKey: idKey(vault.id), properties });
    }
  }
  catalog.transaction(() => {
    if (!catalog.groups.get(vault.group)) {
      catalog.groups.put({ name: vault.group, location: vault.location, tags: {} });
    }
    catalog.vaults.put(vault);
    for (const policy of policies.values()) {
      if (!catalog.policies.get(idKey(policy.id))) catalog.policies.put(policy);
    }
    for (const item of items.values()) if (!catalog.items.get(idKey(item.id))) catalog.items.put(item);
    for (const point of points) catalog.points.put(point);
  });
  return catalog.items.list({ where: { vault_key: idKey(vault.id) } });
}

interface Origin {
  readonly stored: StoredPoint;
  readonly now: () => number;
  readonly decimal: () => string;
}

function stoppedItem(vault: VaultRecord, subject: PointSubject, { stored, now, decimal }: Origin): ItemRecord {
  const { machine } = subject;
  return {
    id: subject.item,
    vaultKey: idKey(vault.id),
    containerName: nameIn(subject.item, 'protectionContainers') ?? '',
    itemName: nameIn(subject.item, 'protectedItems') ?? '',
    machineId: subject.vm,
    machineKey: idKey(subject.vm),
    machineName: machine.name,
    machineGroup: machine.group,
    vmId: machine.vmId,
    dataId: decimal(),
    policyName: '',
    state: 'ProtectionStopped',
    protectedSince: now(),
    lastBackupStatus: 'Completed',
    lastBackupTime: stored.time,
    lastSlot: now(),
  };
}
