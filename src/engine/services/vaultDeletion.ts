import { appError } from '../../domain/errorCatalogue';
import { sameLocation } from '../../domain/names';
import { idKey, parseId } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { OperationRecord, VaultRecord } from '../catalog/records';
import { removeRepository } from './vaultFolder';
import type { VaultOperations } from './vaultOperations';
import type { VaultStores } from './vaultStores';

const DAY_MS = 86_400_000;

/** A vault that waits for its removal. */
export type DeletedVault = VaultRecord & { readonly deleted: NonNullable<VaultRecord['deleted']> };

interface Deps {
  readonly catalog: Catalog;
  readonly stores: VaultStores;
  readonly operations: VaultOperations;
  readonly now: () => number;
  readonly warn: (text: string) => void;
}

/** Deleting vaults, for good or for their days of soft delete, and taking that back (SPEC §1.2, §2.9). */
export class VaultDeletion {
  readonly #deps: Deps;
  #purge: Promise<void> | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Deletes a vault that protects nothing.
   * @param kept whether the caller's api-version knows deleted vaults: then a vault whose items are soft-deleted is kept
   *   with them for its days; one without items holds nothing to keep
   * @returns the operation to poll, or `undefined` when there was no such vault
   * @throws AppError `ServiceResourceNotEmptyWithContainerDetails` while it has backup items,
   *   `ServiceResourceNotEmptyWithBackendMessage` while it has soft-deleted ones
   */
  async delete(id: string, { kept }: { kept: boolean }): Promise<OperationRecord | undefined> {
    const vault = this.#deps.catalog.vaults.get(idKey(id));
    if (!vault || vault.deleted) return undefined;
    const keeps = this.#checkEmpty(vault, { softDeletedItems: kept });
    const at = this.#deps.now();
    if (keeps) {
      this.#deps.catalog.vaults.put({ ...vault, deleted: { at, purgeAt: at + vault.softDelete.days * DAY_MS } });
    } else {
      await this.#remove(vault);
    }
    return this.#deps.operations.done(vault, 'delete');
  }

  /** Deleted vaults of a location, the latest first. */
  list(location: string): DeletedVault[] {
    return this.#deps.catalog.vaults
      .list({ where: { deleted: 1 } })
      .filter(isDeleted)
      .filter((vault) => sameLocation(vault.location, location))
      .toSorted((a, b) => b.deleted.at - a.deleted.at);
  }

  /** @throws AppError `DeletedVaultNotFound` */
  get(location: string, name: string): DeletedVault {
    const vault = this.list(location).find((other) => other.name.toLowerCase() === name.toLowerCase());
    if (!vault) throw appError('DeletedVaultNotFound', { vault: name, location });
    return vault;
  }

  /**
   * Brings a deleted vault back with everything in it.
   * @param groupId ARM id of the resource group it shall lie in: here only its own, because ids name their group
   * @throws AppError `DeletedVaultNotFound`
   */
  undelete(location: string, name: string, groupId: string): OperationRecord {
    const group = parseId(groupId)?.resourceGroup ?? '';
    const found = this.list(location).find(
      (other) => other.name.toLowerCase() === name.toLowerCase() && other.group.toLowerCase() === group.toLowerCase(),
    );
    if (!found) {
      this.get(location, name);
      throw appError('NotImplemented', { feature: 'recovering a deleted vault into another resource group' });
    }
    const vault: VaultRecord = { ...found, deleted: undefined, modifiedAt: this.#deps.now() };
    this.#deps.catalog.vaults.put(vault);
    return this.#deps.operations.done({ id: undeleteKey(name) }, 'create');
  }

  /** Starts to remove for good what has waited for its days, unless that is under way. */
  startPurge(): void {
    const { warn } = this.#deps;
    this.#purge ??= this.#purgeDue()
      .catch((error: unknown) => warn(`Deleted vaults: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => {
        this.#purge = undefined;
      });
  }

  /** Waits until no removal is under way. */
  async settled(): Promise<void> {
    await this.#purge;
  }

  /** Removes for good what has waited for its days. */
  async #purgeDue(): Promise<void> {
    const now = this.#deps.now();
    const due = this.#deps.catalog.vaults.list({ where: { deleted: 1 } }).filter(isDeleted);
    for (const vault of due.filter(({ deleted }) => deleted.purgeAt <= now)) await this.#remove(vault);
  }

  /** @returns whether soft-deleted items are in it */
  #checkEmpty(vault: VaultRecord, allowed: { softDeletedItems: boolean }): boolean {
    const items = this.#deps.catalog.items.list({ where: { vault_key: idKey(vault.id) } });
    const active = items.filter((item) => !item.softDelete);
    if (active.length > 0) {
      const vm = active.map((item) => item.machineName).join(', ');
      throw appError('ServiceResourceNotEmptyWithContainerDetails', { vm });
    }
    if (items.length > 0 && !allowed.softDeletedItems) throw appError('ServiceResourceNotEmptyWithBackendMessage', {});
    return items.length > 0;
  }

  async #remove(vault: VaultRecord): Promise<void> {
    const { catalog, stores, warn } = this.#deps;
    await stores.close(vault);
    const forget = () =>
      catalog.transaction(() => {
        const where = { vault_key: idKey(vault.id) };
        for (const point of catalog.points.list({ where })) {
          catalog.points.delete(`${point.itemKey}/recoverypoints/${point.name}`);
        }
        for (const item of catalog.items.list({ where })) catalog.items.delete(item.id);
        catalog.vaults.delete(vault.id);
      });
    // A vault that was only read belongs to another engine.
    if (vault.attached?.readOnly === true) forget();
    else {
      for (const problem of await removeRepository(await stores.folders(vault), forget)) {
        warn(`A copy of the vault ${vault.name} could not be deleted: ${problem}`);
      }
    }
  }
}

/** Whose operation an undelete is: the deleted vault's, which is gone when it has ended. */
export function undeleteKey(name: string): string {
  return idKey(`deletedVaults/${name}`);
}

function isDeleted(vault: VaultRecord): vault is DeletedVault {
  return vault.deleted !== undefined;
}
