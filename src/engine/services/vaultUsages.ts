import { healthStatus } from '../../domain/protectionRules';
import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { VaultRecord } from '../catalog/records';
import type { VaultStores } from './vaultStores';

const DAY_MS = 86_400_000;

/** What a vault holds, in numbers. */
export interface VaultCounts {
  readonly items: number;
  /** Items that need somebody to act, and items that somebody should look at. */
  readonly critical: number;
  readonly warning: number;
  /** Items with at least one backup: what Azure charges for. */
  readonly instances: number;
  /** Jobs of the last 24 hours. */
  readonly runningJobs: number;
  readonly failedJobs: number;
}

/** Counts behind the usages of a vault (SPEC §1.2). */
export class VaultUsages {
  readonly #catalog: Catalog;
  readonly #stores: VaultStores;
  readonly #now: () => number;

  constructor(deps: { catalog: Catalog; stores: VaultStores; now: () => number }) {
    this.#catalog = deps.catalog;
    this.#stores = deps.stores;
    this.#now = deps.now;
  }

  counts(vault: VaultRecord): VaultCounts {
    const where = { vault_key: idKey(vault.id) };
    const items = this.#catalog.items.list({ where });
    const health = items.map((item) =>
      healthStatus({
        machineFound: this.#catalog.machines.get(item.machineKey) !== undefined,
        lastBackupStatus: item.lastBackupStatus === '' ? 'None' : item.lastBackupStatus,
      }),
    );
    const jobs = (status: string) =>
      this.#catalog.jobs.count({ where: { ...where, status }, from: { start_time: this.#now() - DAY_MS } });
    return {
      items: items.length,
      critical: health.filter((status) => status === 'ActionRequired').length,
      warning: health.filter((status) => status === 'ActionSuggested').length,
      instances: items.filter((item) => item.lastBackupTime !== undefined).length,
      runningJobs: jobs('InProgress'),
      failedJobs: jobs('Failed'),
    };
  }

  /** Machines that the vault knows; each protected one is a container of its own. */
  itemCount(vault: VaultRecord): number {
    return this.#catalog.items.count({ where: { vault_key: idKey(vault.id) } });
  }

  async storedBytes(vault: VaultRecord): Promise<number> {
    const store = await this.#stores.open(vault);
    return (await store.usage()).storedBytes;
  }
}
