import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { isAppError } from '../../domain/errors';
import { sameLocation } from '../../domain/names';
import { idKey, nameIn, parseId, vaultId } from '../../protocol/ids';
import type { AttachReply } from '../../protocol/local';
import type { Catalog } from '../catalog/catalog';
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
import type { Sites } from './sites';
import type { VaultStores } from './vaultStores';

export interface AttachInput {
  readonly target: string;
  readonly recoveryKey: string;
  readonly takeOver?: boolean;
  readonly resourceGroup?: string;
}

/** A stored point whose words are understood, newest first in a list of them. */
interface KnownPoint {
  readonly stored: StoredPoint;
  readonly subject: PointSubject;
  /** Changes of its policy since it was taken. */
  readonly changes: readonly PolicyChange[];
}

/**
 * Brings back a vault that this data folder knows nothing of, from its folder (or the copy of it at a paired site) and its
 * recovery key alone: what the manifests say about themselves makes the catalog again. Machines come back with protection
 * stopped, because nobody has said here where their disks are.
 */
export class AttachService {
  readonly #catalog: Catalog;
  readonly #sites: Sites;
  readonly #stores: VaultStores;
  readonly #subscriptionId: string;
  readonly #now: () => number;
  readonly #decimal: () => string;

  constructor(deps: {
    catalog: Catalog;
    sites: Sites;
    stores: VaultStores;
    subscriptionId: string;
    now: () => number;
    decimal: () => string;
  }) {
    this.#catalog = deps.catalog;
    this.#sites = deps.sites;
    this.#stores = deps.stores;
    this.#subscriptionId = deps.subscriptionId;
    this.#now = deps.now;
    this.#decimal = deps.decimal;
  }

  /**
   * Attaches a vault; asked again for the same folder it looks for new points, and takes the vault over if told to.
   * While another engine's lease lives the vault is attached for reading, unless `takeOver` says otherwise.
   * @throws AppError `LocalAttachNothingFound`, `LocalVaultUnreadable` for a key that does not fit,
   *   `LocalAttachNameTaken`, and what the store throws
   */
  async attach(input: AttachInput): Promise<AttachReply> {
    const folder = await this.#find(input);
    const target = { kind: 'folder' as const, path: folder };
    const look = await this.#stores.inspect(target, input.recoveryKey);
    const { uuid } = look;
    const { known, problems } = await readPoints(look);
    await look.close();
    const before = this.#vaultFor(folder, uuid, known, input);
    await this.#stores.close(before); // opened again below, maybe as somebody else
    const store = await this.#stores.attach(target, input.recoveryKey, input.takeOver === true ? 'newOwner' : 'owner');
    const readOnly = !store.writable;
    const holder = store.holder?.name;
    await store.close();
    const vault = { ...before, attached: { folder, readOnly } };
    const items = this.#write(vault, known);
    return {
      id: vault.id,
      name: vault.name,
      resourceGroup: vault.group,
      folder,
      readOnly,
      ...(holder !== undefined && { holder }),
      machines: items.map((item) => ({
        name: item.machineName,
        itemId: item.id,
        recoveryPoints: this.#catalog.points.count({ where: { item_key: idKey(item.id) } }),
      })),
      policies: this.#catalog.policies.list({ where: { vault_key: idKey(vault.id) } }).map(({ name }) => name),
      recoveryPoints: this.#catalog.points.count({ where: { vault_key: idKey(vault.id) } }),
      problems,
    };
  }

  /** The folder of the one vault at or below the target that the key opens. */
  async #find({ target, recoveryKey }: AttachInput): Promise<string> {
    if (!isAbsolute(target)) throw appError('LocalTargetNotAbsolute', { path: target });
    let refusal: unknown = appError('LocalAttachNothingFound', { folder: target });
    for (const folder of await vaultFolders(resolve(target))) {
      try {
        await (await this.#stores.inspect({ kind: 'folder', path: folder }, recoveryKey)).close();
        return folder;
      } catch (error) {
        if (!isAppError(error)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  /** The vault's row: the one it has, or what it was called where it was made. */
  #vaultFor(folder: string, uuid: string, known: readonly KnownPoint[], input: AttachInput): VaultRecord {
    const attached = this.#catalog.vaults.list().find((vault) => vault.attached?.folder === folder);
    if (attached) return attached;
    const subject = known[0]?.subject;
    const group = input.resourceGroup ?? parseId(subject?.vault ?? '')?.resourceGroup ?? 'attached';
    const name = nameIn(subject?.vault ?? '', 'vaults') ?? `vault-${uuid.slice(0, 8)}`;
    const id = vaultId(this.#subscriptionId, group, name);
    if (this.#catalog.vaults.get(idKey(id))) {
      throw appError('LocalAttachNameTaken', { vault: name, resourceGroup: group, folder });
    }
    const now = this.#now();
    return vaultSchema.parse({
      id,
      name,
      group,
      location: this.#siteOf(folder, subject),
      tags: {},
      createdAt: now,
      modifiedAt: now,
      replication: subject?.replication ?? 'LocallyRedundant',
      crossRegionRestore: false,
      touched: true,
      repository: uuid,
    });
  }

  /** The site that the folder lies in, else the one its machines were in if there is one of that name, else the first. */
  #siteOf(folder: string, subject: PointSubject | undefined): string {
    const sites = this.#sites.list();
    const holding = sites.find((site) => folder.startsWith(join(site.folder, 'vaults')));
    const named = sites.find((site) => sameLocation(site.name, subject?.machine.location ?? ''));
    return (holding ?? named ?? sites[0])?.name ?? '';
  }

  #write(vault: VaultRecord, known: readonly KnownPoint[]): ItemRecord[] {
    const items = new Map<string, ItemRecord>();
    const policies = new Map<string, PolicyRecord>();
    const points: PointRecord[] = [];
    for (const { stored, subject, changes } of known) {
      const here = rehomed(subject, vault.id);
      const point = withChanges(pointRecord(stored, here), changes);
      points.push(point);
      // Newest first: what a machine and a policy were last counts.
      if (!items.has(point.itemKey)) items.set(point.itemKey, this.#item(vault, here, stored.time));
      const { name, properties } = here.policy;
      if (!policies.has(name.toLowerCase())) {
        const id = `${vault.id}/backupPolicies/${name}`;
        policies.set(name.toLowerCase(), { id, name, vaultKey: idKey(vault.id), properties });
      }
    }
    this.#catalog.transaction(() => {
      if (!this.#catalog.groups.get(vault.group)) {
        this.#catalog.groups.put({ name: vault.group, location: vault.location, tags: {} });
      }
      this.#catalog.vaults.put(vault);
      for (const policy of policies.values()) {
        if (!this.#catalog.policies.get(idKey(policy.id))) this.#catalog.policies.put(policy);
      }
      for (const item of items.values()) {
        if (!this.#catalog.items.get(idKey(item.id))) this.#catalog.items.put(item);
      }
      for (const point of points) this.#catalog.points.put(point);
    });
    return this.#catalog.items.list({ where: { vault_key: idKey(vault.id) } });
  }

  #item(vault: VaultRecord, subject: PointSubject, lastTime: number): ItemRecord {
    const { machine } = subject;
    const now = this.#now();
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
      dataId: this.#decimal(),
      policyName: '',
      state: 'ProtectionStopped',
      protectedSince: now,
      lastBackupStatus: 'Completed',
      lastBackupTime: lastTime,
      lastSlot: now,
    };
  }
}

/** The folders at or below a target that hold a vault: itself, or those one or two levels down (a site's folder). */
async function vaultFolders(target: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // not there, or not ours to read
    if (entries.some(({ name }) => name === 'config' || name === 'config-copy')) found.push(folder);
    else if (depth > 0)
      for (const entry of entries) if (entry.isDirectory()) await look(join(folder, entry.name), depth - 1);
  };
  await look(target, 2);
  return found;
}

/** All points that can be understood, newest first, and a sentence for each that cannot. */
async function readPoints(store: Repository): Promise<{ known: KnownPoint[]; problems: string[] }> {
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
