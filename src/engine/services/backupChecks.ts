import { appError, errorEntry, isErrorCode } from '../../domain/errorCatalogue';
import { type AppError, isAppError } from '../../domain/errors';
import { sameLocation } from '../../domain/names';
import type { ProtectionState } from '../../domain/states';
import { idKey, itemNames, parseId } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { ItemRecord } from '../catalog/records';
import { notFound } from './notFound';

export type MachineProtection = 'NotProtected' | 'Protecting' | 'Protected' | 'ProtectionFailed';

export interface BackupStatus {
  readonly status: MachineProtection;
  /** Names as this call writes them: in lower case, the machine's own as given (recorded). */
  readonly containerName: string;
  readonly itemName: string;
  /** The item that protects the machine, in whatever vault. */
  readonly item?: ItemRecord;
}

/** Whether a machine is or can be protected, asked before anything is done (SPEC §1.1, §2.2, §2.3). */
export class BackupChecks {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** A machine that is not known is not protected, unless an item outlived it. @throws AppError `ResourceNotFound` for no VM id */
  status(machineId: string): BackupStatus {
    const names = lowerNames(machineId);
    const [item] = this.#catalog.items.list({ where: { machine_key: idKey(machineId) } });
    if (!item || item.softDelete) return { status: 'NotProtected', ...names };
    return { status: protectionOf(item.state), ...names, item };
  }

  /** @returns why the machine cannot be protected in this vault, or nothing */
  problem(machineId: string, vaultId: string): AppError | undefined {
    try {
      this.#check(machineId, vaultId);
      return undefined;
    } catch (error) {
      if (isAppError(error) && isErrorCode(error.code) && errorEntry(error.code).httpStatus < 500) return error;
      throw error;
    }
  }

  #check(machineId: string, vaultId: string): void {
    const vault = this.#catalog.vaults.get(idKey(vaultId));
    if (!vault || vault.deleted) throw notFound(vaultId);
    const machine = this.#catalog.machines.get(idKey(machineId));
    if (!machine) throw notFound(machineId);
    if (!sameLocation(machine.location, vault.location)) {
      const { name: vm, location: vmLocation } = machine;
      throw appError('LocalVmInOtherLocation', { vm, vmLocation, vaultLocation: vault.location });
    }
    const [item] = this.#catalog.items.list({ where: { machine_key: idKey(machineId) } });
    if (!item) return;
    if (item.vaultKey === idKey(vault.id)) throw appError('VirtualMachineAlreadyProtected', {});
    throw appError('UserErrorVmRegisteredWithAnotherVault', {});
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
