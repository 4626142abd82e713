import { appError } from '../../domain/errorCatalogue';
import {
  crossRegionProblem,
  crossSubscriptionProblem,
  immutabilityProblem,
  softDeleteProblem,
} from '../../domain/vaultRules';
import type { VaultPatch } from '../../protocol/vaultRequests';
import type { VaultRecord } from '../catalog/records';
import type { VaultEncryption, VaultIdentity } from '../catalog/vaultRecords';
import { nameUuid } from '../ids';

type Given = NonNullable<VaultPatch['properties']>;

export interface VaultFacts {
  /** True from the first protection on (SPEC §2.15). */
  readonly storageLocked: boolean;
  readonly uuid: () => string;
}

/**
 * The vault with what a request gives; what it leaves out stays as it is, on PUT too (recorded).
 * @throws AppError `LocalVaultSettingRefused` with the rule, `LocalStorageConfigLocked`, `InvalidRequestContent`
 */
export function changedVault(vault: VaultRecord, patch: VaultPatch, facts: VaultFacts): VaultRecord {
  const given = patch.properties ?? {};
  return {
    ...vault,
    tags: patch.tags ?? vault.tags,
    sku: patch.sku ?? vault.sku,
    identity: patch.identity ? changedIdentity(vault.identity, patch.identity, facts.uuid) : vault.identity,
    publicNetworkAccess: given.publicNetworkAccess ?? vault.publicNetworkAccess,
    monitoring: changedMonitoring(vault, given),
    ...changedRedundancy(vault, given, facts.storageLocked),
    crossSubscriptionRestore: changedCrossSubscription(vault, given),
    immutability: changedImmutability(vault, given),
    softDelete: changedSoftDelete(vault, given),
    encryption: changedEncryption(vault, given),
  };
}

function refuse(vault: VaultRecord, setting: string, reason: string | undefined): void {
  if (reason !== undefined) throw appError('LocalVaultSettingRefused', { setting, vault: vault.name, reason });
}

function changedRedundancy(
  vault: VaultRecord,
  { redundancySettings: given }: Given,
  locked: boolean,
): Pick<VaultRecord, 'replication' | 'crossRegionRestore'> {
  const replication = given?.standardTierStorageRedundancy ?? vault.replication;
  const crossRegionRestore = given?.crossRegionRestore
    ? given.crossRegionRestore === 'Enabled'
    : vault.crossRegionRestore;
  if (locked && replication !== vault.replication) throw appError('LocalStorageConfigLocked', { vault: vault.name });
  refuse(vault, 'cross-region restore', crossRegionProblem(vault.crossRegionRestore, crossRegionRestore, replication));
  return { replication, crossRegionRestore };
}

function changedCrossSubscription(vault: VaultRecord, { restoreSettings }: Given) {
  const state = restoreSettings?.crossSubscriptionRestoreSettings?.crossSubscriptionRestoreState;
  if (!state) return vault.crossSubscriptionRestore;
  refuse(vault, 'cross-subscription restore', crossSubscriptionProblem(vault.crossSubscriptionRestore, state));
  return state;
}

function changedImmutability(vault: VaultRecord, { securitySettings }: Given) {
  const state = securitySettings?.immutabilitySettings?.state;
  if (!state) return vault.immutability;
  refuse(vault, 'immutability', immutabilityProblem(vault.immutability ?? 'Disabled', state));
  return state;
}

function changedSoftDelete(vault: VaultRecord, { securitySettings }: Given): VaultRecord['softDelete'] {
  const given = securitySettings?.softDeleteSettings;
  if (!given) return vault.softDelete;
  const changed = {
    state: given.softDeleteState ?? vault.softDelete.state,
    days: given.softDeleteRetentionPeriodInDays ?? vault.softDelete.days,
    enhancedSecurity: given.enhancedSecurityState ?? vault.softDelete.enhancedSecurity,
  };
  refuse(vault, 'soft delete', softDeleteProblem(vault.softDelete, changed));
  return changed;
}

function changedMonitoring({ monitoring }: VaultRecord, { monitoringSettings: given }: Given) {
  if (!given) return monitoring;
  return {
    azureMonitorAlertSettings: { ...monitoring?.azureMonitorAlertSettings, ...given.azureMonitorAlertSettings },
    classicAlertSettings: { ...monitoring?.classicAlertSettings, ...given.classicAlertSettings },
  };
}

function changedEncryption(vault: VaultRecord, { encryption: given }: Given): VaultEncryption | undefined {
  const known = vault.encryption;
  if (!given) return known;
  const infrastructure = given.infrastructureEncryption ?? known?.infrastructureEncryption ?? 'Disabled';
  if (known && infrastructure !== known.infrastructureEncryption) {
    refuse(vault, 'infrastructure encryption', 'It is chosen once, together with the first key.');
  }
  const { kekIdentity } = given;
  return {
    keyUri: given.keyVaultProperties?.keyUri ?? known?.keyUri,
    ...(kekIdentity
      ? {
          useSystemAssignedIdentity: kekIdentity.useSystemAssignedIdentity ?? !kekIdentity.userAssignedIdentity,
          userAssignedIdentity: kekIdentity.userAssignedIdentity ?? undefined,
        }
      : {
          useSystemAssignedIdentity: known?.useSystemAssignedIdentity,
          userAssignedIdentity: known?.userAssignedIdentity,
        }),
    infrastructureEncryption: infrastructure,
  };
}

function changedIdentity(
  known: VaultIdentity | undefined,
  given: NonNullable<VaultPatch['identity']>,
  uuid: () => string,
): VaultIdentity {
  const kinds = given.type.split(',').map((word) => word.trim().toLowerCase());
  const wrong = kinds.find((kind) => !['systemassigned', 'userassigned', 'none'].includes(kind));
  if (wrong !== undefined) {
    throw appError('InvalidRequestContent', { reason: `'${given.type}' is no type of identity.` });
  }
  const system = kinds.includes('systemassigned');
  const user = kinds.includes('userassigned');
  return {
    type: typeOf(system, user),
    ...(system && { principalId: known?.principalId ?? uuid() }),
    userAssigned: user ? changedUserIdentities(known?.userAssigned ?? {}, given.userAssignedIdentities ?? {}) : {},
  };
}

function typeOf(system: boolean, user: boolean): VaultIdentity['type'] {
  if (system) return user ? 'SystemAssigned, UserAssigned' : 'SystemAssigned';
  return user ? 'UserAssigned' : 'None';
}

/** `null` takes an identity away; any other value adds it. */
function changedUserIdentities(
  known: VaultIdentity['userAssigned'],
  given: Readonly<Record<string, unknown>>,
): VaultIdentity['userAssigned'] {
  const changed = new Map(Object.entries(known));
  for (const [id, value] of Object.entries(given)) {
    const key = [...changed.keys()].find((other) => other.toLowerCase() === id.toLowerCase()) ?? id;
    if (value === null) changed.delete(key);
    else if (!changed.has(key)) {
      changed.set(key, { clientId: nameUuid(`client ${key}`), principalId: nameUuid(`principal ${key}`) });
    }
  }
  return Object.fromEntries(changed);
}
