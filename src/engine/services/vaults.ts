import { appError } from '../../domain/errorCatalogue';
import { vaultNameProblem } from '../../domain/names';
import { defaultPolicy } from '../../domain/policyDefaults';
import type { StorageReplication } from '../../domain/views';
import { idKey } from '../../protocol/ids';
import { policyToWire } from '../../protocol/policyWire';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { VaultRecord } from '../catalog/records';
import { checkName } from './names';
import { notFound } from './notFound';
import type { OperationService } from './operations';
import type { Sites } from './sites';
import { removeRepository } from './vaultFolder';
import type { VaultStores } from './vaultStores';

export type VaultInput = Pick<VaultRecord, 'id' | 'name' | 'group' | 'location' | 'tags'> & {
  replication?: StorageReplication;
};

/** The built-in policy runs in the night of this computer's standard time; UTC here, as Azure writes it (SPEC §1.5). */
const BUILT_IN_RUN_TIME = '22:30';

/** Recovery Services vaults: each is one repository under its site's target. */
export class VaultService {
  readonly #catalog: Catalog;
  readonly #sites: Sites;
  readonly #stores: VaultStores;
  readonly #operations: OperationService;
  readonly #now: () => number;
  readonly #uuid: () => string;

  constructor(deps: {
    catalog: Catalog;
    sites: Sites;
    stores: VaultStores;
    operations: OperationService;
    now: () => number;
    uuid: () => string;
  }) {
    this.#catalog = deps.catalog;
    this.#sites = deps.sites;
    this.#stores = deps.stores;
    this.#operations = deps.operations;
    this.#now = deps.now;
    this.#uuid = deps.uuid;
  }

  list(group: string | undefined, page: PageRequest): Page<VaultRecord> {
    return this.#catalog.vaults.page({ where: { group_key: group?.toLowerCase() } }, page);
  }

  /** @throws AppError `ResourceNotFound` with ARM's text */
  get(id: string): VaultRecord {
    const vault = this.#catalog.vaults.get(idKey(id));
    if (!vault) throw notFound(id);
    return vault;
  }

  /**
   * Creates a vault with its repository and built-in policies, or updates the tags of an existing one. The vault is
   * visible only once its repository is durable.
   * @returns the vault and the id of the operation to poll
   */
  async put(input: VaultInput): Promise<{ vault: VaultRecord; operationId: string; created: boolean }> {
    const found = this.#catalog.vaults.get(idKey(input.id));
    const vault = found ? { ...found, tags: input.tags, modifiedAt: this.#now() } : await this.#create(input);
    if (found) this.#catalog.vaults.put(vault);
    if (input.replication && input.replication !== vault.replication) this.setReplication(vault.id, input.replication);
    const operation = this.#operations.start({
      id: Buffer.from(`${this.#now() % 10_000};${this.#uuid()}`).toString('base64'),
      vaultKey: idKey(vault.id),
      run: async () => undefined,
    });
    return { vault: this.get(vault.id), operationId: operation.id, created: !found };
  }

  /**
   * Deletes a vault that protects nothing (SPEC §2.9).
   * @throws AppError `ServiceResourceNotEmptyWithContainerDetails` while it has backup items
   */
  async delete(id: string): Promise<void> {
    const vault = this.#catalog.vaults.get(idKey(id));
    if (!vault) return;
    const items = this.#catalog.items.list({ where: { vault_key: idKey(vault.id) } });
    if (items.length > 0) {
      throw appError('ServiceResourceNotEmptyWithContainerDetails', {
        vm: items.map((item) => item.machineName).join(', '),
      });
    }
    await this.#stores.close(vault);
    await removeRepository(this.#stores.target(vault), () => this.#catalog.vaults.delete(vault.id));
  }

  /** True from the first protection on: the replication cannot change any more (SPEC §2.15). */
  storageLocked(vault: VaultRecord): boolean {
    return this.#catalog.items.exists({ where: { vault_key: idKey(vault.id) } });
  }

  /**
   * @throws AppError `LocalStorageConfigLocked` once locked, `LocalReplicationNotAvailable` for a kind that this
   *   computer cannot keep
   */
  setReplication(id: string, replication: StorageReplication): VaultRecord {
    const vault = this.get(id);
    if (replication === vault.replication) return this.touch(vault);
    if (this.storageLocked(vault)) throw appError('LocalStorageConfigLocked', { vault: vault.name });
    if (replication !== 'GeoRedundant' && replication !== 'LocallyRedundant') {
      throw appError('LocalReplicationNotAvailable', { feature: replication });
    }
    const changed = { ...vault, replication, touched: true, modifiedAt: this.#now() };
    this.#catalog.vaults.put(changed);
    return changed;
  }

  /** Notes the first backup call on a vault (SPEC §1.2: its storage settings appear from then on). */
  touch(vault: VaultRecord): VaultRecord {
    if (vault.touched) return vault;
    const touched = { ...vault, touched: true };
    this.#catalog.vaults.put(touched);
    return touched;
  }

  /** Makes the vault's recovery key. @throws AppError `RecoveryKeyExists` the second time */
  async createRecoveryKey(id: string): Promise<string> {
    const store = await this.#stores.open(this.get(id));
    return store.addRecoveryKey();
  }

  async usage(id: string): Promise<{ storedBytes: number; recoveryPoints: number }> {
    const vault = this.get(id);
    const { storedBytes } = await (await this.#stores.open(vault)).usage();
    return { storedBytes, recoveryPoints: this.#catalog.points.count({ where: { vault_key: idKey(vault.id) } }) };
  }

  async #create(input: VaultInput): Promise<VaultRecord> {
    checkName('vault', input.name, vaultNameProblem(input.name));
    if (!this.#catalog.groups.get(input.group)) throw appError('ResourceGroupNotFound', { resourceGroup: input.group });
    const site = this.#sites.require(input.location, 'Microsoft.RecoveryServices/vaults');
    const { id, name, group, tags } = input;
    const now = this.#now();
    const vault: VaultRecord = {
      id,
      name,
      group,
      tags,
      location: site.name,
      createdAt: now,
      modifiedAt: now,
      replication: 'GeoRedundant',
      crossRegionRestore: false,
      touched: false,
      repository: this.#uuid(),
    };
    await this.#stores.create(vault);
    this.#catalog.transaction(() => {
      this.#catalog.vaults.put(vault);
      this.#catalog.policies.put({
        id: `${id}/backupPolicies/DefaultPolicy`,
        name: 'DefaultPolicy',
        vaultKey: idKey(id),
        properties: policyToWire(defaultPolicy(BUILT_IN_RUN_TIME)),
      });
    });
    return vault;
  }
}
