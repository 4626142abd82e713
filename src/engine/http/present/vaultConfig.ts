import { toWireTime } from '../../../protocol/time';
import type { VaultRecord } from '../../catalog/records';
import type { ResourceGuardRecord } from '../../catalog/vaultRecords';
import { CRITICAL_OPERATIONS, guardRequestId } from '../../services/resourceGuards';

const TYPE = 'Microsoft.RecoveryServices/vaults';

/** The settings of a vault that have resources of their own, as the asked api-version shows them (SPEC §1.3, §1.4). */
interface Shown {
  readonly apiVersion: string;
}

export function presentStorageConfig(vault: VaultRecord, { apiVersion, locked }: Shown & { locked: boolean }) {
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
      ...(apiVersion >= '2018-12-20' && { crossRegionRestoreFlag: vault.crossRegionRestore }),
    },
  };
}

export function presentVaultConfig(vault: VaultRecord, { apiVersion }: Shown) {
  const { state, days, enhancedSecurity } = vault.softDelete;
  return {
    id: `${vault.id}/backupconfig/vaultconfig`,
    name: 'vaultconfig',
    type: `${TYPE}/backupconfig`,
    properties: {
      enhancedSecurityState: enhancedSecurity,
      softDeleteFeatureState: state,
      ...(apiVersion >= '2022-01-01' && { softDeleteRetentionPeriodInDays: days }),
      isSoftDeleteFeatureStateEditable: state !== 'AlwaysON',
    },
  };
}

export function presentEncryptionConfig({ id, encryption }: VaultRecord) {
  return {
    id: `${id}/backupEncryptionConfigs/backupResourceEncryptionConfig`,
    name: 'backupResourceEncryptionConfig',
    type: `${TYPE}/backupEncryptionConfigs`,
    properties: encryption
      ? {
          ...(encryption.userAssignedIdentity !== undefined && {
            userAssignedIdentity: encryption.userAssignedIdentity,
          }),
          useSystemAssignedIdentity: encryption.useSystemAssignedIdentity ?? true,
          encryptionAtRestType: 'CustomerManaged',
          keyUri: encryption.keyUri,
          subscriptionId: '',
          lastUpdateStatus: 'Succeeded',
          infrastructureEncryptionState: encryption.infrastructureEncryption,
        }
      : {
          useSystemAssignedIdentity: true,
          encryptionAtRestType: 'MicrosoftManaged',
          lastUpdateStatus: 'NotEnabled',
          infrastructureEncryptionState: 'Disabled',
        },
  };
}

export function presentGuardProxy(vault: VaultRecord, guard: ResourceGuardRecord) {
  return {
    id: `${vault.id}/backupResourceGuardProxies/VaultProxy`,
    name: 'VaultProxy',
    type: `${TYPE}/backupResourceGuardProxies`,
    properties: {
      resourceGuardResourceId: guard.id,
      resourceGuardOperationDetails: CRITICAL_OPERATIONS.map(([operation, action]) => ({
        vaultCriticalOperation: `${TYPE}/${action}`,
        defaultResourceRequest: guardRequestId(guard, operation),
      })),
      lastUpdatedTime: toWireTime(guard.updatedAt),
      description: '',
    },
  };
}

export function presentExtendedInfo({ id, extendedInfo }: VaultRecord) {
  return {
    name: 'vaultExtendedInfo',
    ...(extendedInfo && { etag: extendedInfo.etag }),
    properties: {
      integrityKey: extendedInfo?.integrityKey ?? '',
      algorithm: extendedInfo?.algorithm ?? 'None',
    },
    id: `${id}/extendedInformation/vaultExtendedInfo`,
    type: `${TYPE}/extendedInformation`,
  };
}
