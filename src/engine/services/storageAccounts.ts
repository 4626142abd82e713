import { isAbsolute } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { storageAccountNameProblem } from '../../domain/names';
import { idKey } from '../../protocol/ids';
import { FOLDER_TAG } from '../../protocol/local';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { StorageAccountRecord } from '../catalog/records';
import { checkName } from './names';
import { notFound } from './notFound';
import type { Sites } from './sites';

/** Storage accounts: on this computer each stands for a folder that disks are restored to. */
export class StorageAccountService {
  readonly #catalog: Catalog;
  readonly #sites: Sites;
  readonly #now: () => number;

  constructor(deps: { catalog: Catalog; sites: Sites; now: () => number }) {
    this.#catalog = deps.catalog;
    this.#sites = deps.sites;
    this.#now = deps.now;
  }

  list(group: string | undefined, page: PageRequest): Page<StorageAccountRecord> {
    return this.#catalog.storageAccounts.page({ where: { group_key: group?.toLowerCase() } }, page);
  }

  /** @throws AppError `ResourceNotFound` */
  get(id: string): StorageAccountRecord {
    const account = this.#catalog.storageAccounts.get(idKey(id));
    if (!account) throw notFound(id);
    return account;
  }

  /** @throws AppError `InvalidResourceName`, or `LocalTargetNotAbsolute` for a relative folder tag */
  put(input: Omit<StorageAccountRecord, 'createdAt'>): StorageAccountRecord {
    checkName('storage account', input.name, storageAccountNameProblem(input.name));
    if (!this.#catalog.groups.get(input.group)) throw appError('ResourceGroupNotFound', { resourceGroup: input.group });
    this.#sites.require(input.location, 'Microsoft.Storage/storageAccounts');
    const folder = input.tags[FOLDER_TAG];
    if (folder !== undefined && !isAbsolute(folder)) throw appError('LocalTargetNotAbsolute', { path: folder });
    const account = {
      ...input,
      createdAt: this.#catalog.storageAccounts.get(idKey(input.id))?.createdAt ?? this.#now(),
    };
    this.#catalog.storageAccounts.put(account);
    return account;
  }

  delete(id: string): void {
    this.#catalog.storageAccounts.delete(idKey(id));
  }

  /** The folder that an account stands for. @throws AppError `LocalTargetMissing` when its tag names none */
  folder(id: string): string {
    const account = this.get(id);
    const folder = account.tags[FOLDER_TAG];
    if (folder === undefined) throw appError('LocalTargetMissing', { name: account.name });
    return folder;
  }
}
