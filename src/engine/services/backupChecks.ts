import { appError, errorEntry, isErrorCode } from '../../domain/errorCatalogue';
import { type AppError, isAppError } from '../../domain/errors';
import { sameLocation } from '../../domain/names';
import { MOST_MACHINES_PER_VAULT } from '../../domain/protectionRules';
import { formatBytes } from '../../domain/sizes';
import type { ProtectionState } from '../../domain/states';
import { idKey, itemId, itemNames, parseId } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { ItemRecord, MachineRecord, VaultRecord } from '../catalog/records';
import type { MachineProvider } from '../machines/provider';
import { inspectSecret } from '../machines/secretFile';
import { LEAST_FREE_BYTES } from '../store/backupRun';
import type { Repository } from '../store/repository';
import { type ComputeService, provided } from './compute';
import { notFound } from './notFound';
import { checkSnapshot } from './snapshot';

export type MachineProtection = 'NotProtected' | 'Protecting' | 'Protected' | 'ProtectionFailed';

export interface BackupStatus {
  readonly status: MachineProtection;
  /** Names as this call writes them: in lower case, the machine's own as given (recorded). */
  readonly containerName: string;
  readonly itemName: string;
  /** The item that protects the machine, in whatever vault. */
  readonly item?: ItemRecord;
}

/** What the checks need of the vaults' stores. */
interface OpensVaults {
  open(vault: VaultRecord): Promise<Pick<Repository, 'assertWritable' | 'freeBytes' | 'target'>>;
}

/** Whether a machine is or can be protected, asked before anything is done (SPEC §1.1, §2.2, §2.3). */
export class BackupChecks {
  readonly #catalog: Catalog;
  readonly #compute: ComputeService;
  readonly #provider: MachineProvider;
  readonly #stores: OpensVaults;

  constructor(deps: { catalog: Catalog; compute: ComputeService; provider: MachineProvider; stores: OpensVaults }) {
    this.#catalog = deps.catalog;
    this.#compute = deps.compute;
    this.#provider = deps.provider;
    this.#stores = deps.stores;
  }

  /** A machine that is not known is not protected, unless an item outlived it. @throws AppError `ResourceNotFound` for no VM id */
  status(machineId: string): BackupStatus {
    const names = lowerNames(machineId);
    const [item] = this.#catalog.items.list({ where: { machine_key: idKey(machineId) } });
    if (!item || item.softDelete) return { status: 'NotProtected', ...names };
    return { status: protectionOf(item.state), ...names, item };
  }

  /**
   * Whether the machine can be protected in this vault and a backup of it could begin now: its disks are looked at, and the
   * room that the vault has.
   * @returns why not, or nothing
   */
  async problem(machineId: string, vaultId: string): Promise<AppError | undefined> {
    try {
      const { machine, vault } = this.#checkNames(machineId, vaultId);
      await this.#checkMachine(machine);
      await this.#checkVault(vault);
      return undefined;
    } catch (error) {
      if (isAppError(error) && isErrorCode(error.code) && errorEntry(error.code).httpStatus < 500) return error;
      throw error;
    }
  }

  #checkNames(machineId: string, vaultId: string): { machine: MachineRecord; vault: VaultRecord } {
    const vault = this.#catalog.vaults.get(idKey(vaultId));
    if (!vault || vault.deleted) throw notFound(vaultId);
    const machine = this.#catalog.machines.get(idKey(machineId));
    if (!machine) throw notFound(machineId);
    if (!sameLocation(machine.location, vault.location)) {
      const { name: vm, location: vmLocation } = machine;
      throw appError('LocalVmInOtherLocation', { vm, vmLocation, vaultLocation: vault.location });
    }
    const [item] = this.#catalog.items.list({ where: { machine_key: idKey(machineId) } });
    if (item?.vaultKey === idKey(vault.id)) throw appError('VirtualMachineAlreadyProtected', {});
    if (item) throw appError('UserErrorVmRegisteredWithAnotherVault', {});
    const names = itemNames(machine.group, machine.name, machine.cloudService);
    const namesake = this.#catalog.items.get(idKey(itemId(vault.id, names.container, names.item)));
    if (namesake) throw appError('VirtualMachineAlreadyProtected', {});
    if (this.#catalog.items.count({ where: { vault_key: idKey(vault.id) } }) >= MOST_MACHINES_PER_VAULT) {
      throw appError('LocalVaultFull', { vault: vault.name, limit: MOST_MACHINES_PER_VAULT });
    }
    return { machine, vault };
  }

  /** What a backup would meet first (see `BackupService`). */
  async #checkMachine(machine: MachineRecord): Promise<void> {
    const disks = this.#compute.disksOf(machine);
    await checkSnapshot(this.#provider, provided(machine, disks));
    for (const { encryption } of disks) {
      if (encryption) await inspectSecret(encryption.secret.path);
      if (encryption?.key) await inspectSecret(encryption.key.path);
    }
  }

  async #checkVault(vault: VaultRecord): Promise<void> {
    const store = await this.#stores.open(vault);
    store.assertWritable();
    const free = await store.freeBytes();
    if (free >= LEAST_FREE_BYTES) return;
    throw appError('LocalStoreNoSpace', {
      vault: vault.name,
      needed: formatBytes(LEAST_FREE_BYTES),
      folder: store.target.path,
      free: formatBytes(free),
    });
  }
}

/** @throws AppError `ResourceNotFound` for an id that is not one of a virtual machine */
export function lowerNames(machineId: string): { containerName: string; itemName: string } {
  const parsed = parseId(machineId);
  const name = parsed?.path.find(([type]) => type.toLowerCase() === 'virtualmachines')?.[1];
  if (!parsed || !name) throw notFound(machineId);
  const { container, item } = itemNames(parsed.resourceGroup, name);
  return { containerName: lowerKind(container), itemName: lowerKind(item) };
}

/** `IaasVMContainer;…` → `iaasvmcontainer;…` */
function lowerKind(name: string): string {
  const [kind = '', ...rest] = name.split(';');
  return [kind.toLowerCase(), ...rest].join(';');
}

/** A stopped machine still belongs to its vault, so no other vault can take it (assumed to be shown as protected). */
function protectionOf(state: ProtectionState): MachineProtection {
  return state === 'ProtectionError' ? 'ProtectionFailed' : 'Protected';
}
