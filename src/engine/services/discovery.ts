import { sameLocation } from '../../domain/names';
import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
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
    const found = this.#catalog.machines.list().filter((machine) => sameLocation(machine.location, vault.location));
    this.#catalog.setDiscovered(
      idKey(vault.id),
      found.map((machine) => machine.id),
      this.#now(),
    );
  }

  isDiscovered(vault: VaultRecord, machineId: string): boolean {
    return this.#catalog.discovered(idKey(vault.id)).has(idKey(machineId));
  }

  /** Discovered machines that no vault protects. */
  protectable(vault: VaultRecord): MachineRecord[] {
    const discovered = this.#catalog.discovered(idKey(vault.id));
    return this.#catalog.machines
      .list()
      .filter((machine) => discovered.has(idKey(machine.id)))
      .filter((machine) => this.#catalog.items.count({ where: { machine_key: idKey(machine.id) } }) === 0);
  }
}
