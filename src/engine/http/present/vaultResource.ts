import { securityOf } from '../../../domain/vaultRules';
import { toWireTime } from '../../../protocol/time';
import type { OperationRecord, VaultRecord } from '../../catalog/records';
import type { VaultEncryption, VaultIdentity } from '../../catalog/vaultRecords';

/** Which answer shows the vault: each has members of its own (recorded). */
export type VaultView = 'one' | 'list' | 'created' | 'updating';

export interface VaultFacts {
  readonly view: VaultView;
  readonly apiVersion: string;
  /** The tenant that identities belong to. */
  readonly tenantId: string;
  /** True once storage was put under the vault: backup data or a key. */
  readonly storageAssigned: boolean;
}

/** A vault as the asked api-version shows it: members came with the years (recorded 2016-06-01 to 2024-04-01). */
export function presentVault(vault: VaultRecord, facts: VaultFacts) {
  return {
    location: vault.location,
    name: vault.name,
    etag: `W/"datetime'${encodeURIComponent(toWireTime(vault.modifiedAt))}'"`,
    ...(Object.keys(vault.tags).length > 0 && { tags: vault.tags }),
    ...(vault.identity && { identity: presentIdentity(vault.identity, facts.tenantId) }),
    properties: presentProperties(vault, facts),
    id: vault.id,
    type: 'Microsoft.RecoveryServices/vaults',
    sku: vault.sku,
  };
}

const PROVISIONING = { one: 'Succeeded', list: 'Succeeded', created: 'Provisioning', updating: 'Updating' } as const;

function presentProperties(vault: VaultRecord, { view, apiVersion, storageAssigned }: VaultFacts) {
  const from = (date: string) => apiVersion >= date;
  const list = view === 'list';
  // Lists were short once, then had most members; what they show after 2024-04-01 is not recorded and assumed to be all.
  const whole = !list || from('2024-04-02');
  const settled = view === 'one' || view === 'updating' || (list && whole);
  const { secureScore, bcdrSecurityLevel } = securityOf({
    immutability: vault.immutability,
    softDelete: vault.softDelete.state,
    guarded: vault.resourceGuard !== undefined,
  });
  const showsMost = !list || !from('2023-01-01') || from('2024-01-01');
  const showsRedundancy = whole && (from('2023-04-01') || (from('2022-04-01') && vault.touched && settled));
  return {
    provisioningState: PROVISIONING[view],
    ...(showsMost && { privateEndpointStateForBackup: 'None', privateEndpointStateForSiteRecovery: 'None' }),
    ...(showsMost && from('2020-07-01') && presentEncryption(vault.encryption, from)),
    ...(showsMost && from('2022-03-01') && presentMonitoring(vault, from)),
    ...(settled && from('2022-02-01') && { backupStorageVersion: storageVersion(vault, storageAssigned) }),
    ...(whole && from('2023-01-01') && presentSecurity(vault, settled, from)),
    ...(showsRedundancy && {
      redundancySettings: {
        standardTierStorageRedundancy: vault.replication,
        crossRegionRestore: vault.crossRegionRestore ? 'Enabled' : 'Disabled',
      },
    }),
    ...(showsMost && from('2023-04-01') && { secureScore: settled ? secureScore : 'None' }),
    ...(showsMost && from('2024-01-01') && { bcdrSecurityLevel: settled ? bcdrSecurityLevel : 'Poor' }),
    ...(from('2023-01-01') && {
      publicNetworkAccess: vault.publicNetworkAccess,
      restoreSettings: {
        crossSubscriptionRestoreSettings: { crossSubscriptionRestoreState: vault.crossSubscriptionRestore },
      },
    }),
  };
}

/** A vault that can be restored in its second region is on the older kind of storage (recorded). */
function storageVersion({ crossRegionRestore }: VaultRecord, assigned: boolean): string {
  if (!assigned) return 'Unassigned';
  return crossRegionRestore ? 'V1' : 'V2';
}

type Since = (date: string) => boolean;

function presentMonitoring({ monitoring }: VaultRecord, from: Since) {
  if (!monitoring) return {};
  const { azureMonitorAlertSettings, classicAlertSettings } = monitoring;
  if (from('2024-01-01')) return { monitoringSettings: monitoring };
  return {
    monitoringSettings: {
      azureMonitorAlertSettings: pick(azureMonitorAlertSettings, 'alertsForAllJobFailures'),
      classicAlertSettings: pick(classicAlertSettings, 'alertsForCriticalOperations'),
    },
  };
}

function pick(settings: Readonly<Record<string, string>> | undefined, name: string) {
  const value = settings?.[name];
  return value === undefined ? {} : { [name]: value };
}

/** The answer that creates a vault shows only what was asked for, the rest comes with the first GET (recorded). */
function presentSecurity(vault: VaultRecord, settled: boolean, from: Since) {
  const immutabilitySettings = vault.immutability === undefined ? null : { state: vault.immutability };
  if (!settled) {
    if (immutabilitySettings === null) return {};
    return { securitySettings: { immutabilitySettings, softDeleteSettings: null, multiUserAuthorization: 'Invalid' } };
  }
  const { state, days, enhancedSecurity } = vault.softDelete;
  return {
    securitySettings: {
      immutabilitySettings,
      softDeleteSettings: {
        softDeleteRetentionPeriodInDays: days,
        softDeleteState: state,
        ...(from('2023-04-01') && { enhancedSecurityState: enhancedSecurity }),
      },
      multiUserAuthorization: vault.resourceGuard ? 'Enabled' : 'Disabled',
    },
  };
}

function presentEncryption(encryption: VaultEncryption | undefined, from: Since) {
  if (!encryption) return from('2022-01-01') && !from('2023-01-01') ? { encryption: null } : {};
  return {
    encryption: {
      keyVaultProperties: { keyUri: encryption.keyUri },
      kekIdentity: {
        useSystemAssignedIdentity: encryption.useSystemAssignedIdentity ?? true,
        userAssignedIdentity: encryption.userAssignedIdentity ?? null,
      },
      infrastructureEncryption: encryption.infrastructureEncryption,
    },
  };
}

function presentIdentity({ type, principalId, userAssigned }: VaultIdentity, tenantId: string) {
  return {
    ...(type !== 'None' && { tenantId }),
    ...(principalId !== undefined && { principalId }),
    type,
    ...(Object.keys(userAssigned).length > 0 && { userAssignedIdentities: userAssigned }),
  };
}

/** The state of an operation on a vault itself, which says less than those of backup (recorded). */
export function presentVaultOperation({ id }: { readonly id: string }, operation: OperationRecord) {
  return {
    id: `${id}/operationStatus/${operation.id}`,
    name: operation.id,
    status: operation.status,
    ...(operation.error && { error: operation.error }),
  };
}
