import { basename, dirname } from 'node:path';
import { isAppError } from '../../domain/errors';
import type { VaultRecord } from '../catalog/records';
import type { StoreEnvironment } from '../store/context';
import { unreadable } from '../store/errors';
import { openStorage } from '../store/openStorage';
import type { OpenAs } from '../store/replica/access';
import { copyHolder } from '../store/replica/lease';
import { Repository } from '../store/repository';
import { type StorageTarget, sameTarget } from '../store/target';
import type { Sites } from './sites';
import { isGeo, isZonal } from './vaultCopies';
import type { VaultFolders } from './vaultFolder';

type VaultPlace = Pick<VaultRecord, 'location' | 'repository' | 'replication' | 'attached' | 'formerOwner'>;

/** Opens each vault's repository once and keeps it while the engine runs. */
export class VaultStores {
  readonly #sites: Sites;
  readonly #keyFile: Buffer;
  readonly #environment: StoreEnvironment;
  readonly #open = new Map<string, Promise<Repository>>();
  readonly #copies = new Map<string, Promise<Repository>>();

  constructor(deps: { sites: Sites; keyFile: Buffer; environment: StoreEnvironment }) {
    this.#sites = deps.sites;
    this.#keyFile = deps.keyFile;
    this.#environment = deps.environment;
  }

  /** Makes the repository of a new vault; durable when it returns. */
  async create(vault: VaultPlace): Promise<void> {
    const store = await Repository.create(this.target(vault), this.#keyFile, this.#environment);
    this.#open.set(vault.repository, Promise.resolve(store));
  }

  /**
   * Opens a vault. One that has got another zone or pair since it was opened uses these from now on.
   * @throws AppError `LocalVaultUnreadable` and others of the store; a later call tries again
   */
  async open(vault: VaultPlace): Promise<Repository> {
    const openAs = vault.attached?.readOnly === true ? 'reader' : 'owner';
    const target = this.target(vault);
    const store = await kept(this.#open, vault.repository, () => this.#openAt(target, openAs));
    if (!sameTarget(store.target, target)) await store.useCopies(target);
    return store;
  }

  /**
   * The vault, or its copy at the paired site, for reading only, if the vault itself cannot be opened.
   * @throws AppError what the vault itself answers, if there is no copy either
   */
  async openToRestore(vault: VaultPlace): Promise<{ store: Repository; from: 'vault' | 'pair' }> {
    try {
      const store = await this.open(vault);
      await store.assertPresent();
      return { store, from: 'vault' };
    } catch (error) {
      const { pairPath } = this.target(vault);
      if (pairPath === undefined) throw error;
      const store = await this.openPair(vault).catch(() => {
        throw error;
      });
      return { store, from: 'pair' };
    }
  }

  /** The copy at the paired site, for reading only. @throws AppError of the store, and `LocalVaultUnreadable` without one */
  async openPair(vault: VaultPlace): Promise<Repository> {
    const { pairPath } = this.target(vault);
    if (pairPath === undefined) throw unreadable('pair', 'The vault has no copy at a paired site.');
    return kept(this.#copies, vault.repository, () => this.#openAt({ kind: 'folder', path: pairPath }, 'reader'));
  }

  /**
   * Opens a repository by its recovery key and lets this data folder's key open it from now on.
   * @throws AppError of the store
   */
  async attach(target: StorageTarget, recoveryKey: string, openAs: OpenAs): Promise<Repository> {
    const store = await Repository.open(target, { recoveryKey }, this.#environment, openAs);
    await store.addKeyFile(this.#keyFile);
    return store;
  }

  /** Opens a repository by its recovery key to look at it; nothing is written. @throws AppError of the store */
  async inspect(target: StorageTarget, recoveryKey: string): Promise<Repository> {
    return Repository.open(target, { recoveryKey }, this.#environment, 'reader');
  }

  /**
   * Keeps the open vaults ours. One that another engine has taken is closed: opened again, it tells who has it.
   * @returns a sentence for each vault whose lease could not be renewed
   */
  async renewLeases(): Promise<string[]> {
    const problems: string[] = [];
    for (const [repository, opening] of this.#open) {
      try {
        await (await opening).renewLease();
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
        if (isAppError(error, 'LocalVaultOwnedElsewhere')) await this.close({ repository });
      }
    }
    return problems;
  }

  async close(vault: Pick<VaultRecord, 'repository'>): Promise<void> {
    const open = this.#open.get(vault.repository);
    this.#open.delete(vault.repository);
    await (await open)?.close();
    const copy = this.#copies.get(vault.repository);
    this.#copies.delete(vault.repository);
    await (await copy)?.close();
  }

  async closeAll(): Promise<void> {
    const all = [...this.#open.values(), ...this.#copies.values()];
    this.#open.clear();
    this.#copies.clear();
    for (const store of await Promise.allSettled(all)) {
      if (store.status === 'fulfilled') await store.value.close();
    }
  }

  /** The places of a vault as its settings and its site are now. */
  target(vault: VaultPlace): StorageTarget {
    const { path, name } = this.#home(vault);
    const zone = isZonal(vault) ? this.#sites.zoneTarget(vault.location, name)?.path : undefined;
    const pair = isGeo(vault) ? this.#sites.pairTarget(vault.location, name)?.path : undefined;
    // A vault that was attached from its own copy is no copy of itself.
    return {
      kind: 'folder',
      path,
      ...(zone !== undefined && zone !== path && { zonePath: zone }),
      ...(pair !== undefined && pair !== path && { pairPath: pair }),
    };
  }

  /**
   * Everything of a vault on this computer: its folder and its copies at other sites and zones, also those that it has no
   * more use for. A copy that another engine took over is a vault of its own.
   */
  async folders(vault: VaultPlace): Promise<VaultFolders> {
    const { path, name } = this.#home(vault);
    const others = this.#sites.places(name).filter((place) => place !== path);
    const ours = await Promise.all(others.map(async (place) => this.#isOurs(place, vault.formerOwner)));
    return { own: path, copies: others.filter((_, i) => ours[i]) };
  }

  /** Id of the other engine that owned the vault in a folder last; nobody if that is this one. @throws AppError of the store */
  async formerOwner(target: StorageTarget): Promise<string | undefined> {
    const holder = await copyHolder(openStorage(target));
    return holder?.id === this.#environment.owner?.id ? undefined : holder?.id;
  }

  /** The computer that a vault belongs to which is only read here; empty for one without a name. @throws AppError of the store */
  async holder(vault: VaultPlace): Promise<string | undefined> {
    const store = await this.open(vault);
    if (store.writable) return undefined;
    return (store.holder ?? (await copyHolder(openStorage(this.target(vault)))))?.name ?? '';
  }

  /** A folder whose owner cannot be read is left alone: rather a copy too many than somebody's vault. */
  async #isOurs(path: string, formerOwner: string | undefined): Promise<boolean> {
    try {
      const other = await this.formerOwner({ kind: 'folder', path });
      return other === undefined || other === formerOwner;
    } catch {
      return false;
    }
  }

  /** The vault's folder, and the name that its copies have below other places: its own, if that is one among vaults. */
  #home({ attached, location, repository }: VaultPlace): { path: string; name: string } {
    if (!attached) return { path: this.#sites.target(location, repository).path, name: repository };
    const path = attached.folder;
    return { path, name: basename(dirname(path)) === 'vaults' ? basename(path) : repository };
  }

  #openAt(target: StorageTarget, openAs: OpenAs): Promise<Repository> {
    return Repository.open(target, { keyFile: this.#keyFile }, this.#environment, openAs);
  }
}

/** Opens once; a failure is not kept. */
function kept(
  all: Map<string, Promise<Repository>>,
  key: string,
  open: () => Promise<Repository>,
): Promise<Repository> {
  const known = all.get(key);
  if (known) return known;
  const opening = open();
  all.set(key, opening);
  opening.catch(() => all.delete(key));
  return opening;
}
