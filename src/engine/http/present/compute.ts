import { pathToFileURL } from 'node:url';
import type { EncryptionSettings, Members } from '../../../protocol/computeWire';
import { groupId } from '../../../protocol/ids';
import { toComputeTime, toWireTime } from '../../../protocol/time';
import type { DiskRecord, EncryptionRecord, GroupRecord, StorageAccountRecord } from '../../catalog/records';

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
  const { encryption } = disk;
  return {
    id: disk.id,
    name: disk.name,
    type: 'Microsoft.Compute/disks',
    location: disk.location,
    tags: disk.tags,
    sku: { name: disk.sku, tier: disk.sku.split('_')[0] },
    ...(disk.zones && { zones: disk.zones }),
    ...(managedBy !== undefined && { managedBy }),
    properties: {
      osType: disk.osType,
      ...(disk.hyperVGeneration && { hyperVGeneration: disk.hyperVGeneration }),
      creationData: { createOption: 'Import', sourceUri: pathToFileURL(disk.path).href },
      diskSizeGB: sizeInGiB(disk),
      diskSizeBytes: disk.sizeBytes,
      ...(encryption && {
        encryptionSettingsCollection: {
          enabled: true,
          encryptionSettings: [presentEncryption(encryption)],
          encryptionSettingsVersion: '1.1',
        },
      }),
      timeCreated: toComputeTime(disk.createdAt),
      provisioningState: 'Succeeded',
      diskState: managedBy === undefined ? 'Unattached' : 'Attached',
    },
  };
}

/** Where the keys of a disk are; never what they are. */
export function presentEncryption({ secret, key }: EncryptionRecord): EncryptionSettings {
  return {
    diskEncryptionKey: { secretUrl: pathToFileURL(secret.path).href, sourceVault: { id: secret.vaultId } },
    ...(key && { keyEncryptionKey: { keyUrl: pathToFileURL(key.path).href, sourceVault: { id: key.vaultId } } }),
  };
}

/** A disk as a machine's storage profile shows it. @param declared what the machine's `PUT` said of it */
export function presentAttached(disk: DiskRecord, declared: Members = {}) {
  return {
    name: disk.name,
    createOption: 'Attach',
    caching: 'None',
    ...declared,
    ...(disk.vhdOf === undefined
      ? { managedDisk: { id: disk.id, storageAccountType: disk.sku } }
      : { vhd: { uri: pathToFileURL(disk.path).href } }),
    diskSizeGB: sizeInGiB(disk),
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

function sizeInGiB({ sizeBytes }: DiskRecord): number {
  return Math.ceil(sizeBytes / GIB);
}
