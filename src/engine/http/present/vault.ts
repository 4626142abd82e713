import { NO_TIME, toWireTime } from '../../../protocol/time';
import type { OperationRecord, PolicyRecord, VaultRecord } from '../../catalog/records';

const TYPE = 'Microsoft.RecoveryServices/vaults';

/** @param provisioningState `Provisioning` in the answer that created it (SPEC §1.2) */
export function presentVault(
  vault: VaultRecord,
  { hasItems, provisioningState }: { hasItems: boolean; provisioningState: 'Succeeded' | 'Provisioning' },
) {
  const backupSettings = {
    backupStorageVersion: hasItems ? 'V2' : 'Unassigned',
    securitySettings: {
      immutabilitySettings: null,
      softDeleteSettings: {
        softDeleteRetentionPeriodInDays: 14,
        softDeleteState: 'Enabled',
        enhancedSecurityState: 'Enabled',
      },
      multiUserAuthorization: 'Disabled',
    },
  };
  return {
    location: vault.location,
    name: vault.name,
    etag: `W/"datetime'${encodeURIComponent(toWireTime(vault.modifiedAt))}'"`,
    ...(Object.keys(vault.tags).length > 0 && { tags: vault.tags }),
    properties: {
      provisioningState,
      privateEndpointStateForBackup: 'None',
      privateEndpointStateForSiteRecovery: 'None',
      monitoringSettings: {
        azureMonitorAlertSettings: {
          alertsForAllJobFailures: 'Enabled',
          alertsForAllReplicationIssues: 'Enabled',
          alertsForAllFailoverIssues: 'Enabled',
        },
        classicAlertSettings: { alertsForCriticalOperations: 'Enabled', emailNotificationsForSiteRecovery: 'Enabled' },
      },
      ...(vault.touched && backupSettings),
      redundancySettings: {
        standardTierStorageRedundancy: vault.replication,
        crossRegionRestore: vault.crossRegionRestore ? 'Enabled' : 'Disabled',
      },
      secureScore: 'None',
      bcdrSecurityLevel: 'Poor',
      publicNetworkAccess: 'Enabled',
      restoreSettings: { crossSubscriptionRestoreSettings: { crossSubscriptionRestoreState: 'Enabled' } },
    },
    id: vault.id,
    type: TYPE,
    sku: { name: 'Standard' },
  };
}

export function presentStorageConfig(vault: VaultRecord, locked: boolean) {
  return {
    id: `${vault.id}/backupstorageconfig/vaultstorageconfig`,
    name: 'vaultstorageconfig',
    type: `${TYPE}/backupstorageconfig`,
    properties: {
      storageModelType: vault.replication,
      storageType: vault.replication,
      dedupState: 'Disabled',
      xcoolState: 'Disabled',
      storageTypeState: locked ? 'Locked' : 'Unlocked',
      crossRegionRestoreFlag: vault.crossRegionRestore,
    },
  };
}

export function presentPolicy(policy: PolicyRecord, protectedItemsCount: number) {
  return {
    id: policy.id,
    name: policy.name,
    type: `${TYPE}/backupPolicies`,
    properties: { instantRPDetails: {}, ...policy.properties, protectedItemsCount },
  };
}

/** The state of a long-running operation; a vault's own have a path as their id, those of backup their name alone. */
export function presentOperation(operation: OperationRecord, id = operation.id) {
  return {
    id,
    name: operation.id,
    status: operation.status,
    startTime: toWireTime(operation.startTime),
    endTime: operation.endTime === undefined ? NO_TIME : toWireTime(operation.endTime),
    ...(operation.jobId !== undefined && {
      properties: { objectType: 'OperationStatusJobExtendedInfo', jobId: operation.jobId.split('/').at(-1) },
    }),
    ...(operation.error && { error: operation.error }),
  };
}
