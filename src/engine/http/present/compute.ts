import { groupId } from '../../../protocol/ids';
import { toWireTime } from '../../../protocol/time';
import type { DiskRecord, GroupRecord, MachineRecord, StorageAccountRecord } from '../../catalog/records';

const GIB = 1024 ** 3;

export function presentGroup(subscriptionId: string, group: GroupRecord) {
  return {
    id: groupId(subscriptionId, group.name),
    name: group.name,
    type: 'Microsoft.Resources/resourceGroups',
    location: group.location,
    tags: group.tags,
    properties: { provisioningState: 'Succeeded' },
  };
}

export function presentDisk(disk: DiskRecord, managedBy: string | undefined) {
  return {
    id: disk.id,
    name: disk.name,
    type: 'Microsoft.Compute/disks',
    location: disk.location,
    tags: disk.tags,
    sku: { name: disk.sku, tier: disk.sku.split('_')[0] },
    ...(managedBy !== undefined && { managedBy }),
    properties: {
      osType: disk.osType,
      creationData: { createOption: 'Import', sourceUri: pathToUri(disk.path) },
      diskSizeGB: Math.ceil(disk.sizeBytes / GIB),
      diskSizeBytes: disk.sizeBytes,
      timeCreated: toWireTime(disk.createdAt),
      provisioningState: 'Succeeded',
      diskState: managedBy === undefined ? 'Unattached' : 'Attached',
    },
  };
}

/** A machine with its disks, the OS disk first. */
export function presentMachine(machine: MachineRecord, disks: readonly DiskRecord[], withView: boolean) {
  const [osDisk, ...dataDisks] = disks;
  return {
    id: machine.id,
    name: machine.name,
    type: 'Microsoft.Compute/virtualMachines',
    location: machine.location,
    tags: machine.tags,
    properties: {
      vmId: machine.vmId,
      hardwareProfile: { vmSize: machine.size },
      storageProfile: {
        osDisk: { osType: machine.osType, ...attached(osDisk, machine.osDiskId) },
        dataDisks: machine.dataDisks.map(({ lun, diskId }, i) => ({ lun, ...attached(dataDisks[i], diskId) })),
      },
      provisioningState: 'Succeeded',
      timeCreated: toWireTime(machine.createdAt),
      ...(withView && { instanceView: presentInstanceView(machine) }),
    },
  };
}

/** A machine of plain images is stopped, as far as this computer can know, and needs no agent. */
export function presentInstanceView(machine: MachineRecord) {
  return {
    osName: machine.osType,
    statuses: [
      { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded' },
      { code: 'PowerState/stopped', level: 'Info', displayStatus: 'VM stopped' },
    ],
  };
}

export function presentStorageAccount(account: StorageAccountRecord) {
  return {
    id: account.id,
    name: account.name,
    type: 'Microsoft.Storage/storageAccounts',
    location: account.location,
    tags: account.tags,
    sku: { name: account.sku, tier: account.sku.split('_')[0] },
    kind: account.kind,
    properties: {
      provisioningState: 'Succeeded',
      creationTime: toWireTime(account.createdAt),
      primaryLocation: account.location,
      statusOfPrimary: 'available',
    },
  };
}

function attached(disk: DiskRecord | undefined, id: string) {
  return {
    name: disk?.name ?? id.split('/').at(-1),
    createOption: 'Attach',
    diskSizeGB: disk && Math.ceil(disk.sizeBytes / GIB),
    managedDisk: { id, storageAccountType: disk?.sku },
  };
}

function pathToUri(path: string): string {
  return `file://${path.split('/').map(encodeURIComponent).join('/')}`;
}
