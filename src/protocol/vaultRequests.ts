import * as z from 'zod';
import { CROSS_SUBSCRIPTION_STATES, IMMUTABILITY_STATES, SOFT_DELETE_STATES } from '../domain/vaultRules';

/** Bodies of vault requests (SPEC §1.2–1.4). Unknown members are dropped, enumerations are read without regard to case. */

/** An enumeration whose values are read in any case, as Azure does. */
function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  const canonical = (text: unknown) =>
    typeof text === 'string' ? (values.find((value) => value.toLowerCase() === text.toLowerCase()) ?? text) : text;
  return z.preprocess(canonical, z.enum(values));
}

const onOff = oneOf(['Enabled', 'Disabled']);
const tags = z.record(z.string(), z.string()).optional();

export const replication = oneOf(['GeoRedundant', 'LocallyRedundant', 'ZoneRedundant', 'ReadAccessGeoZoneRedundant']);

/** Requests of a resource guard that approve a critical operation. */
export const guardRequests = z.array(z.string()).nullish();

const identity = z.object({
  /** One or more of SystemAssigned, UserAssigned and None, joined by a comma. */
  type: z.string(),
  userAssignedIdentities: z.record(z.string(), z.unknown()).nullish(),
});

const softDeleteSettings = z.object({
  softDeleteState: oneOf(SOFT_DELETE_STATES).nullish(),
  softDeleteRetentionPeriodInDays: z.number().int().nullish(),
  enhancedSecurityState: onOff.nullish(),
});

const encryption = z.object({
  keyVaultProperties: z.object({ keyUri: z.string().nullish() }).nullish(),
  kekIdentity: z
    .object({ useSystemAssignedIdentity: z.boolean().nullish(), userAssignedIdentity: z.string().nullish() })
    .nullish(),
  infrastructureEncryption: onOff.nullish(),
});

const properties = z.object({
  publicNetworkAccess: onOff.nullish(),
  monitoringSettings: z
    .object({
      azureMonitorAlertSettings: z.record(z.string(), onOff).nullish(),
      classicAlertSettings: z.record(z.string(), onOff).nullish(),
    })
    .nullish(),
  redundancySettings: z
    .object({ standardTierStorageRedundancy: replication.nullish(), crossRegionRestore: onOff.nullish() })
    .nullish(),
  restoreSettings: z
    .object({
      crossSubscriptionRestoreSettings: z
        .object({ crossSubscriptionRestoreState: oneOf(CROSS_SUBSCRIPTION_STATES).nullish() })
        .nullish(),
    })
    .nullish(),
  securitySettings: z
    .object({
      immutabilitySettings: z.object({ state: oneOf(IMMUTABILITY_STATES).nullish() }).nullish(),
      softDeleteSettings: softDeleteSettings.nullish(),
    })
    .nullish(),
  encryption: encryption.nullish(),
  resourceGuardOperationRequests: guardRequests,
});

export const vaultPatch = z.object({
  tags,
  sku: z.object({ name: z.string(), tier: z.string().optional() }).optional(),
  identity: identity.nullish(),
  properties: properties.nullish(),
});
export type VaultPatch = z.infer<typeof vaultPatch>;

export const vaultRequest = vaultPatch.extend({ location: z.string().min(1) });

export const storageConfigRequest = z.object({
  properties: z.object({
    storageModelType: replication.nullish(),
    storageType: replication.nullish(),
    crossRegionRestoreFlag: z.boolean().nullish(),
  }),
});

export const vaultConfigRequest = z.object({
  properties: z.object({
    softDeleteFeatureState: oneOf(SOFT_DELETE_STATES).nullish(),
    softDeleteRetentionPeriodInDays: z.number().int().nullish(),
    enhancedSecurityState: onOff.nullish(),
    resourceGuardOperationRequests: guardRequests,
  }),
});

export const encryptionConfigRequest = z.object({
  properties: z.object({
    encryptionAtRestType: oneOf(['MicrosoftManaged', 'CustomerManaged', 'Invalid']).nullish(),
    keyUri: z.string().nullish(),
    useSystemAssignedIdentity: z.boolean().nullish(),
    userAssignedIdentity: z.string().nullish(),
    infrastructureEncryptionState: oneOf(['Enabled', 'Disabled', 'Invalid']).nullish(),
  }),
});

export const guardProxyRequest = z.object({ properties: z.object({ resourceGuardResourceId: z.string().min(1) }) });

export const unlockDeleteRequest = z.object({
  resourceGuardOperationRequests: guardRequests,
  resourceToBeDeleted: z.string().nullish(),
});

export const securityPinRequest = z.object({ resourceGuardOperationRequests: guardRequests });

export const extendedInfoRequest = z.object({
  properties: z.object({ integrityKey: z.string().nullish(), algorithm: z.string().nullish() }),
});

export const undeleteVaultRequest = z.object({ properties: z.object({ recoveryResourceGroupId: z.string().min(1) }) });

export const nameAvailabilityRequest = z.object({ name: z.string(), type: z.string() });

export const capabilitiesRequest = z.object({
  type: z.string(),
  properties: z.object({ dnsZones: z.array(z.object({ subResource: z.string() })).nullish() }).nullish(),
});

export const backupStatusRequest = z.object({
  resourceType: z.string().nullish(),
  resourceId: z.string().min(1),
});

export const preValidateRequest = backupStatusRequest.extend({ vaultId: z.string().min(1) });

export const featureRequest = z.object({
  featureType: z.string(),
  vmSize: z.string().nullish(),
  vmSku: z.string().nullish(),
});

export const intentRequest = z.object({
  properties: z.object({
    protectionIntentItemType: z.string(),
    sourceResourceId: z.string().min(1),
    policyId: z.string().min(1),
  }),
});
