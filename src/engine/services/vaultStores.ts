import type { VaultRecord } from '../catalog/records';
import type { StoreEnvironment } from '../store/context';
import { Repository } from '../store/repository';
import type { StorageTarget } from '../store/target';
import type { Sites } from './sites';

/** Opens each vault's repository once and keeps it while the engine runs. */
export class VaultStores {
  readonly #sites: Sites;
  readonly #keyFile: Buffer;
  readonly #environment: StoreEnvironment;
  readonly #open = new Map<string, Promise<Repository>>();

  constructor(deps: { sites: Sites; keyFile: Buffer; environment: StoreEnvironment }) {
    this.#sites = deps.sites;
    this.#keyFile = deps.keyFile;
    this.#environment = deps.environment;
  }

  /** Makes the repository of a new vault; durable when it returns. */
  async create(vault: Pick<VaultRecord, 'location' | 'repository'>): Promise<void> {
    const store = await Repository.create(this.target(vault), this.#keyFile, this.#environment);
    this.#open.set(vault.repository, Promise.resolve(store));
  }

  /** @throws AppError `LocalVaultUnreadable` and others of the store; a later call tries again */
  open(vault: Pick<VaultRecord, 'location' | 'repository'>): Promise<Repository> {
    const known = this.#open.get(vault.repository);
    if (known) return known;
    const opening = Repository.open(this.target(vault), { keyFile: this.#keyFile }, this.#environment);
    this.#open.set(vault.repository, opening);
    opening.catch(() => this.#open.delete(vault.repository));
    return opening;
  }

  async close(vault: Pick<VaultRecord, 'repository'>): Promise<void> {
    const open = this.#open.get(vault.repository);
    this.#open.delete(vault.repository);
    await (await open)?.close();
  }

  async closeAll(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const store of await Promise.allSettled(all)) {
      if (store.status === 'fulfilled') await store.value.close();
    }
  }

  target(vault: Pick<VaultRecord, 'location' | 'repository'>): StorageTarget {
    return this.#sites.target(vault.location, vault.repository);
  }
}
