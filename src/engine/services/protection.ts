import { containerId, idKey, itemId } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { ItemRecord, VaultRecord } from '../catalog/records';
import { notFound } from './notFound';

/** Conditions on a list of items; names are compared without case. */
export interface ItemQuery {
  readonly machineName?: string;
  readonly policyName?: string;
}

/** Looks at protected items. What changes them is in `items/`. */
export class ProtectionService {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  list(vault: VaultRecord, query: ItemQuery, page: PageRequest): Page<ItemRecord> {
    const vaultKey = idKey(vault.id);
    return this.#catalog.items.page(
      {
        where: {
          vault_key: vaultKey,
          machine_name: query.machineName?.toLowerCase(),
          policy_key: query.policyName && `${vaultKey}/backuppolicies/${query.policyName.toLowerCase()}`,
        },
      },
      page,
    );
  }

  /** Soft-deleted items; a page may hold fewer than asked for although another follows. */
  softDeleted(vault: VaultRecord, page: PageRequest): Page<ItemRecord> {
    const where = { vault_key: idKey(vault.id), state: 'ProtectionStopped' };
    const { rows, next } = this.#catalog.items.page({ where }, page);
    return { rows: rows.filter((item) => item.softDelete), next };
  }

  /** @throws AppError `ResourceNotFound` */
  get(id: string): ItemRecord {
    const item = this.find(id);
    if (!item) throw notFound(id);
    return item;
  }

  find(id: string): ItemRecord | undefined {
    return this.#catalog.items.get(idKey(id));
  }

  /** The item in a container, which holds no other. @throws AppError `ResourceNotFound` */
  inContainer(vault: VaultRecord, container: string): ItemRecord {
    const item = this.find(itemId(vault.id, container, container.replace(/^IaasVMContainer;/i, 'VM;')));
    if (!item) throw notFound(containerId(vault.id, container));
    return item;
  }
}
