import { appError } from '../../domain/errorCatalogue';
import { sameLocation, vaultNameProblem } from '../../domain/names';
import { protectedInstances } from '../../domain/protectedInstances';
import { idKey } from '../../protocol/ids';
import type { VaultUsageReply } from '../../protocol/local';
import type { VaultPatch } from '../../protocol/vaultRequests';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import { type OperationRecord, type VaultRecord, vaultSchema } from '../catalog/records';
import { Mutex } from '../store/mutex';
import { builtInPolicies } from './builtInPolicies';
import { checkName } from './names';
import { notFound } from './notFound';
import type { ResourceGuards } from './resourceGuards';
import type { Sites } from './sites';
import { missingCopy } from './vaultCopies';
import type { VaultOperations } from './vaultOperations';
import { changedVault } from './vaultSettings';
import type { VaultStores } from './vaultStores';

export type VaultInput = Pick<VaultRecord, 'id' | 'name' | 'group' | 'location'> & { readonly settings: VaultPatch };

interface Deps {
  readonly catalog: Catalog;
  readonly sites: Sites;
  readonly stores: VaultStores;
  readonly operations: VaultOperations;
  readonly guards: ResourceGuards;
  readonly now: () => number;
  readonly uuid: () => string;
}

/** Recovery Services vaults: each is one repository under its site's target. */
export class VaultService {
  readonly #deps: Deps;
  readonly #catalog: Catalog;
  /** Two requests for one new vault shall not make two repositories. */
  readonly #creations = new Mutex();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#catalog = deps.catalog;
  }

  list(group: string | undefined, page: PageRequest): Page<VaultRecord> {
    return this.#catalog.vaults.page({ where: { group_key: group?.toLowerCase(), deleted: 0 } }, page);
  }

  /** @throws AppError `ResourceNotFound` with ARM's text */
  get(id: string): VaultRecord {
    const vault = this.find(id);
    if (!vault) throw notFound(id);
    return vault;
  }

  find(id: string): VaultRecord | undefined {
    const vault = this.#catalog.vaults.get(idKey(id));
    return vault?.deleted ? undefined : vault;
  }

  /**
   * Creates a vault with its repository and built-in policies, or updates an existing one with what is given. A vault is
   * visible only once its repository is durable.
   * @returns the new vault, or the existing one as it was before (recorded), and the operation to poll
   * @throws AppError `InvalidResourceLocation` for an existing vault of another location, `LocalVaultSoftDeleted` while a
   *   deleted one of this name waits for its removal
   */
  async put(input: VaultInput): Promise<{ vault: VaultRecord; operation: OperationRecord; created: boolean }> {
    return this.#creations.run(async () => {
      const found = this.#catalog.vaults.get(idKey(input.id));
      if (!found) {
        const vault = await this.#create(input);
        return { vault, operation: this.#deps.operations.done(vault, 'create'), created: true };
      }
      if (!sameLocation(found.location, this.#siteName(input.location))) {
        const { name, group, location: existingLocation } = found;
        const { location } = input;
        throw appError('InvalidResourceLocation', { name, existingLocation, resourceGroup: group, location });
      }
      if (found.deleted) throw appError('LocalVaultSoftDeleted', { vault: found.name });
      this.change(found.id, input.settings);
      return { vault: found, operation: this.#deps.operations.done(found, 'update'), created: false };
    });
  }

  /**
   * Changes what is given. Tags and a system-assigned identity are changed at once; anything else is an operation to poll
   * (recorded).
   */
  patch(id: string, patch: VaultPatch): { vault: VaultRecord; operation?: OperationRecord } {
    const vault = this.change(id, patch);
    const takesTime = patch.properties || /userassigned/i.test(patch.identity?.type ?? '');
    return takesTime ? { vault, operation: this.#deps.operations.done(vault, 'update') } : { vault };
  }

  /**
   * The one way in which settings change, so that all resources that show them agree (SPEC §1.3, §1.4).
   * @throws AppError `BMSUserErrorResourceGuard` for less protection without the guard's approval, and those of
   *   `changedVault`
   */
  change(id: string, patch: VaultPatch): VaultRecord {
    const vault = this.get(id);
    const facts = { storageLocked: this.storageLocked(vault), uuid: this.#deps.uuid };
    const changed = { ...changedVault(vault, patch, facts), modifiedAt: this.#deps.now() };
    if (changed.softDelete.state === 'Disabled' && vault.softDelete.state !== 'Disabled') {
      const requests = patch.properties?.resourceGuardOperationRequests;
      this.#deps.guards.approve(vault, 'disableSoftDelete', { requests });
    }
    this.#catalog.vaults.put(changed);
    return changed;
  }

  /** True if a new vault cannot have this id: one has it, deleted or not. */
  isTaken(id: string): boolean {
    return this.#catalog.vaults.get(idKey(id)) !== undefined;
  }

  /** True from the first protection on, while any item exists: the replication cannot change (SPEC §2.15). */
  storageLocked(vault: VaultRecord): boolean {
    return this.#catalog.items.exists({ where: { vault_key: idKey(vault.id) } });
  }

  /** True once data or a key was put under the vault's storage (SPEC §1.2: `backupStorageVersion`). */
  storageAssigned(vault: VaultRecord): boolean {
    const where = { vault_key: idKey(vault.id), operation: 'ConfigureBackup' };
    return vault.encryption !== undefined || this.storageLocked(vault) || this.#catalog.jobs.exists({ where });
  }

  /** Notes the first backup call on a vault: older api-versions show its redundancy from then on (recorded). */
  touch(vault: VaultRecord): VaultRecord {
    if (vault.touched) return vault;
    const touched = { ...vault, touched: true };
    this.#catalog.vaults.put(touched);
    return touched;
  }

  /** Keeps the extended information; what is not given stays. */
  putExtendedInfo(vault: VaultRecord, given: { integrityKey?: string | null; algorithm?: string | null }): VaultRecord {
    const known = vault.extendedInfo;
    const extendedInfo = {
      etag: this.#deps.uuid(),
      integrityKey: given.integrityKey ?? known?.integrityKey ?? '',
      algorithm: given.algorithm ?? known?.algorithm ?? 'None',
    };
    const changed = { ...vault, extendedInfo };
    this.#catalog.vaults.put(changed);
    return changed;
  }

  /** Makes the vault's recovery key. @throws AppError `RecoveryKeyExists` the second time */
  async createRecoveryKey(id: string): Promise<string> {
    const store = await this.#deps.stores.open(this.get(id));
    return store.addRecoveryKey();
  }

  /** Makes a new recovery key; the old one opens the vault no more. @returns the new one, once */
  async rotateRecoveryKey(id: string): Promise<string> {
    const store = await this.#deps.stores.open(this.get(id));
    return store.rotateRecoveryKey();
  }

  /** What the vault holds: bytes stored, points, and the machines counted by used size. */
  async usage(id: string): Promise<VaultUsageReply> {
    const vault = this.get(id);
    const used = this.#catalog.usedBytes(idKey(vault.id));
    const { storedBytes } = await (await this.#deps.stores.open(vault)).usage();
    return {
      storedBytes,
      recoveryPoints: this.#catalog.points.count({ where: { vault_key: idKey(vault.id) } }),
      usedBytes: used.reduce((sum, bytes) => sum + bytes, 0),
      protectedInstances: used.reduce((sum, bytes) => sum + protectedInstances(bytes).count, 0),
      missingCopy: missingCopy(vault, this.#deps.sites),
      heldBy: await this.#deps.stores.holder(vault),
    };
  }

  #siteName(location: string): string {
    return this.#deps.sites.require(location, 'Microsoft.RecoveryServices/vaults').name;
  }

  async #create(input: VaultInput): Promise<VaultRecord> {
    checkName('vault', input.name, vaultNameProblem(input.name));
    if (!this.#catalog.groups.get(input.group)) throw appError('ResourceGroupNotFound', { resourceGroup: input.group });
    const { id, name, group } = input;
    const now = this.#deps.now();
    const blank = vaultSchema.parse({
      id,
      name,
      group,
      tags: {},
      location: this.#siteName(input.location),
      createdAt: now,
      modifiedAt: now,
      replication: 'GeoRedundant',
      crossRegionRestore: false,
      touched: false,
      repository: this.#deps.uuid(),
    });
    const vault = changedVault(blank, input.settings, { storageLocked: false, uuid: this.#deps.uuid });
    await this.#deps.stores.create(vault);
    this.#catalog.transaction(() => {
      this.#catalog.vaults.put(vault);
      for (const policy of builtInPolicies(vault)) this.#catalog.policies.put(policy);
    });
    return vault;
  }
}
