import type { AzureIaaSVMProtectedItem } from '@azure/arm-recoveryservicesbackup';
import * as z from 'zod';
import type { Machine, ProtectedItem, Vault } from '../../domain/views';
import { CLASSIC_MACHINES, MACHINES, machineOfItemName, parseId } from '../../protocol/ids';
import { fromWireTime } from '../../protocol/time';
import { readDisk, readItem, readMachine, readPower, readVault } from '../read';

/**
 * Rows of Azure Resource Graph as the domain sees things, by the same functions as what ARM lists. A member that is missing, or
 * of another form than known, never costs a row; what is no resource is left out.
 */

function maybe<T>(schema: z.ZodType<T>) {
  return schema.optional().catch(undefined);
}

const text = maybe(z.string());
const number = maybe(z.number());
const moment = maybe(z.string().transform((value) => dateOf(value)));
const resource = { id: z.string().min(1), name: z.string().min(1) };
const described = { ...resource, location: z.string().catch('') };

const vaultRow = z.object({
  ...described,
  properties: maybe(
    z.object({
      redundancySettings: maybe(z.object({ standardTierStorageRedundancy: text, crossRegionRestore: text })),
      securitySettings: maybe(
        z.object({
          softDeleteSettings: maybe(z.object({ softDeleteState: text, softDeleteRetentionPeriodInDays: number })),
          immutabilitySettings: maybe(z.object({ state: text })),
        }),
      ),
    }),
  ),
});

const diskOfMachine = z.object({
  name: text,
  osType: maybe(z.enum(['Windows', 'Linux'])),
  createOption: z.string().catch('Attach'),
  diskSizeGB: number,
  managedDisk: maybe(z.object({ id: text })),
  vhd: maybe(z.object({ uri: text })),
});

const statuses = maybe(z.array(z.object({ code: text })));
const machineRow = z.object({
  ...described,
  tags: maybe(z.record(z.string(), z.string())),
  properties: maybe(
    z.object({
      storageProfile: maybe(
        z.object({
          osDisk: maybe(diskOfMachine),
          dataDisks: maybe(z.array(diskOfMachine.extend({ lun: z.number().catch(0) }))),
        }),
      ),
      // Classic machines tell it as ARM does; the others in a member that only the graph has.
      instanceView: maybe(z.object({ statuses })),
      extended: maybe(z.object({ instanceView: maybe(z.object({ powerState: maybe(z.object({ code: text })) })) })),
    }),
  ),
});

const diskRow = z.object({
  ...resource,
  properties: maybe(
    z.object({
      diskSizeBytes: number,
      diskSizeGB: number,
      creationData: maybe(z.object({ createOption: z.string().catch('Empty'), sourceUri: text })),
    }),
  ),
});

const itemRow = z.object({
  ...resource,
  properties: maybe(
    z.object({
      friendlyName: text,
      sourceResourceId: text,
      virtualMachineId: text,
      policyId: text,
      policyName: text,
      protectionState: text,
      healthStatus: text,
      lastBackupStatus: text,
      lastBackupTime: moment,
      lastRecoveryPoint: moment,
      isScheduledForDeferredDelete: maybe(z.boolean()),
      deferredDeleteTimeInUTC: moment,
      deferredDeleteTimeRemaining: text,
    }),
  ),
});

export function vaultsIn(rows: readonly unknown[]): Vault[] {
  return read(vaultRow, rows).map(readVault);
}

/** @param disks rows of the disks of the same subscriptions, which know the exact sizes */
export function machinesIn(rows: readonly unknown[], disks: readonly unknown[]): Machine[] {
  const sizes = new Map(
    read(diskRow, disks).map(({ id, properties }) => [id.toLowerCase(), readDisk({ location: '', ...properties })]),
  );
  return read(machineRow, rows).map(({ properties = {}, ...machine }) => {
    const code = properties.extended?.instanceView?.powerState?.code;
    const instanceView = code === undefined ? properties.instanceView : { statuses: [{ code }] };
    const { storageProfile } = properties;
    return readMachine({ ...machine, storageProfile }, readPower({ instanceView }), (id) => sizes.get(id));
  });
}

export function itemsIn(rows: readonly unknown[]): ProtectedItem[] {
  return read(itemRow, rows).map(({ properties = {}, ...item }) => {
    const named = machineOfItemName(item.name);
    const machineId = properties.virtualMachineId ?? properties.sourceResourceId ?? '';
    const isClassic = parseId(machineId)?.provider.toLowerCase() === 'microsoft.classiccompute';
    const vm: AzureIaaSVMProtectedItem = {
      ...properties,
      protectedItemType: isClassic ? CLASSIC_MACHINES : MACHINES,
      friendlyName: properties.friendlyName ?? named?.machine,
    };
    return readItem({ ...item, properties: vm });
  });
}

function read<T>(schema: z.ZodType<T>, rows: readonly unknown[]): T[] {
  return rows.flatMap((row) => schema.safeParse(row).data ?? []);
}

function dateOf(value: string): Date | undefined {
  const time = fromWireTime(value);
  return time === undefined ? undefined : new Date(time);
}
