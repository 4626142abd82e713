import { appError } from '../../domain/errorCatalogue';
import { resourceGroupNameProblem } from '../../domain/names';
import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { GroupRecord } from '../catalog/records';
import { checkName } from './names';

/** Resource groups: named groups of resources in the catalog (DESIGN: Azure's words on one computer). */
export class GroupService {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  list(page: PageRequest): Page<GroupRecord> {
    return this.#catalog.groups.page({}, page);
  }

  /** @throws AppError `ResourceGroupNotFound` */
  get(name: string): GroupRecord {
    const group = this.#catalog.groups.get(name);
    if (!group) throw appError('ResourceGroupNotFound', { resourceGroup: name });
    return group;
  }

  exists(name: string): boolean {
    return this.#catalog.groups.get(name) !== undefined;
  }

  /** Creates the group or replaces its tags. @returns whether it is new */
  put(input: GroupRecord): { group: GroupRecord; created: boolean } {
    checkName('resource group', input.name, resourceGroupNameProblem(input.name));
    const found = this.#catalog.groups.get(input.name);
    const group = found ? { ...found, tags: input.tags } : input;
    this.#catalog.groups.put(group);
    return { group, created: !found };
  }

  /**
   * Removes an empty group, or one that only holds machines, disks and storage accounts; files are never touched.
   * @throws AppError `ResourceGroupDeletionBlocked` while a vault or a protected machine lies in it
   */
  delete(name: string): void {
    const group = this.get(name);
    const where = { group_key: group.name.toLowerCase() };
    const machines = this.#catalog.machines.list({ where });
    const held = [
      ...this.#catalog.vaults.list({ where }).map((vault) => vault.id),
      ...machines.map((m) => m.id).filter((id) => this.#catalog.items.exists({ where: { machine_key: idKey(id) } })),
    ];
    if (held.length > 0)
      throw appError('ResourceGroupDeletionBlocked', { resourceGroup: group.name, resources: held.join(', ') });
    this.#catalog.transaction(() => {
      for (const table of [this.#catalog.machines, this.#catalog.disks, this.#catalog.storageAccounts]) {
        for (const resource of table.list({ where })) table.delete(resource.id);
      }
      this.#catalog.groups.delete(group.name);
    });
  }
}
