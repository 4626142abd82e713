import { readdir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { isAppError } from '../../domain/errors';
import { sameLocation } from '../../domain/names';
import { idKey } from '../../protocol/ids';
import type { AttachReply } from '../../protocol/local';
import type { Catalog } from '../catalog/catalog';
import type { VaultRecord } from '../catalog/records';
import { bringBack, foundVault, type KnownPoint, readPoints } from './broughtBack';
import type { PointSubject } from './pointSubject';
import type { Sites } from './sites';
import type { VaultStores } from './vaultStores';

export interface AttachInput {
  readonly target: string;
  readonly recoveryKey: string;
  readonly takeOver?: boolean;
  readonly resourceGroup?: string;
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
    const formerOwner = (await this.#stores.formerOwner(target)) ?? before.formerOwner;
    const store = await this.#stores.attach(target, input.recoveryKey, input.takeOver === true ? 'newOwner' : 'owner');
    const readOnly = !store.writable;
    const holder = store.holder?.name;
    await store.close();
    const vault = { ...before, attached: { folder, readOnly }, ...(!readOnly && { formerOwner }) };
    const items = bringBack({ catalog: this.#catalog, now: this.#now, decimal: this.#decimal }, vault, known);
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
    const vault = foundVault({
      subscriptionId: this.#subscriptionId,
      subject,
      uuid,
      resourceGroup: input.resourceGroup,
      repository: uuid,
      location: this.#siteOf(folder, subject),
      now: this.#now(),
    });
    if (this.#catalog.vaults.get(idKey(vault.id))) {
      throw appError('LocalAttachNameTaken', { vault: vault.name, resourceGroup: vault.group, folder });
    }
    return vault;
  }

  /** The site that the folder lies in, else the one its machines were in if there is one of that name, else the first. */
  #siteOf(folder: string, subject: PointSubject | undefined): string {
    const sites = this.#sites.list();
    const holding = sites.find((site) => folder.startsWith(join(site.folder, 'vaults')));
    const named = sites.find((site) => sameLocation(site.name, subject?.machine.location ?? ''));
    return (holding ?? named ?? sites[0])?.name ?? '';
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
