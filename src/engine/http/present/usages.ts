import type { VaultRecord } from '../../catalog/records';
import type { VaultCounts } from '../../services/vaultUsages';

interface Usage {
  readonly unit: 'Count' | 'Bytes';
  readonly quotaPeriod?: 'P1D';
  readonly currentValue: number;
  readonly limit: -1;
  readonly name: { readonly value: string; readonly localizedValue: string };
}

/** The 18 rows of a vault's usages, in Azure's order and words (SPEC §1.2). Only virtual machines are counted here. */
export function presentUsages({ replication }: VaultRecord, counts: VaultCounts, storedBytes: number): Usage[] {
  const geo = replication === 'GeoRedundant' ? storedBytes : 0;
  return [
    count('MABContainersCount', 'Backup management servers', 0),
    count('ProtectedItemCount', 'Backup items/Azure virtual machine backup', counts.items),
    count('ProtectedItemCriticalCount', 'Critical', counts.critical),
    count('ProtectedItemWarningCount', 'Warning', counts.warning),
    count('IaaSVMProtectedItemCount', 'Azure Virtual Machines', counts.items),
    count('IaaSVMProtectedItemCriticalCount', 'Critical', counts.critical),
    count('IaaSVMProtectedItemWarningCount', 'Warning', counts.warning),
    count('MABProtectedItemCount', 'File-Folders', 0),
    count('DPMProtectedItemCount', 'DPM Protected Items Count', 0),
    count('AzureBackupServerProtectedItemCount', 'Azure Backup Server Protected Items Count', 0),
    { ...count('InProgressJobsCount', 'In progress', counts.runningJobs), quotaPeriod: 'P1D' },
    { ...count('FailedJobsCount', 'Failed', counts.failedJobs), quotaPeriod: 'P1D' },
    bytes('GRSStorageUsage', 'Cloud - GRS', geo),
    bytes('LRSStorageUsage', 'Cloud - LRS', storedBytes - geo),
    count('ManagedInstances', 'Protected Instances', counts.instances),
    bytes('GRSDedupStorageUsage', 'Dedup - GRS', 0),
    bytes('LRSDedupStorageUsage', 'Dedup - LRS', 0),
    bytes('UsedDiskSize', "Backup Engines' Disk Used", 0),
  ];
}

const MANAGEMENT_TYPES = [
  ['AzureIaasVM', 'Azure Virtual Machine'],
  ['MAB', 'Azure Backup Agent'],
  ['AzureBackupServer', 'Azure Backup Server'],
  ['AzureStorage', 'Azure Storage (Azure Files)'],
  ['AzureWorkload', 'SQL in Azure VM'],
] as const;

/** Items or containers of a vault by who manages them; here only virtual machines exist. */
export function presentUsageSummary(machines: number): Usage[] {
  return MANAGEMENT_TYPES.map(([value, words]) => count(value, words, value === 'AzureIaasVM' ? machines : 0));
}

function count(value: string, localizedValue: string, currentValue: number): Usage {
  return { unit: 'Count', currentValue, limit: -1, name: { value, localizedValue } };
}

function bytes(value: string, localizedValue: string, currentValue: number): Usage {
  return { ...count(value, localizedValue, currentValue), unit: 'Bytes' };
}
