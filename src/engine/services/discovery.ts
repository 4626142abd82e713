import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { MachineRecord, VaultRecord } from '../catalog/records';

/** Discovery (SPEC §1.6): a vault sees the machines of its own location, from the last time it was asked to look. */
export class DiscoveryService {
  readonly #catalog: Catalog;
  readonly #now: () => number;

  constructor(deps: { catalog: Catalog; now: () => number }) {
    this.#catalog = deps.catalog;
    this.#now = deps.now;
  }

  /** Asks for all machines of the vault's location again. */
  refresh(vault: VaultRecord): void {
    this.#catalog.transaction(() => this.#catalog.discovered.refresh(idKey(vault.id), vault.location, this.#now()));
  }

  isDiscovered(vault: VaultRecord, machineId: string): boolean {
    return this.#catalog.discovered.has(idKey(vault.id), idKey(machineId));
  }

  /** Discovered machines that no vault protects. */
  protectable(vault: VaultRecord, page: PageRequest): Page<MachineRecord> {
    return this.#catalog.discovered.protectable(idKey(vault.id), page);
  }
}
