import assert from 'node:assert/strict';
import type { Method } from '../../src/engine/http/operation';
import { makeGroup, makeVault } from '../engine/services/life';
import { EngineWorld } from '../support/engineWorld';

/**
 * How an operation of the SDKs is answered: `answered` by a handler that does it (also when it refuses these made-up names
 * with an error of the service), `refused` with 501 as LIMITATIONS.md says.
 */
type Kind = 'answered' | 'refused';

const C = 'V/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;lab;web';
const I = `${C}/protectedItems/VM;iaasvmcontainerv2;lab;web`;
const P = `${I}/recoveryPoints/1`;
const STORAGE = 'V/backupstorageconfig/vaultstorageconfig';

/** Operation id of the specification → method and path (`S` subscription, `G` group, `V` vault, `L` location). */
const OPERATIONS: Readonly<Record<string, readonly [method: Method, path: string, kind: Kind]>> = {
  // Vaults
  Vaults_ListBySubscriptionId: ['GET', 'S/providers/Microsoft.RecoveryServices/vaults', 'answered'],
  Vaults_ListByResourceGroup: ['GET', 'G/providers/Microsoft.RecoveryServices/vaults', 'answered'],
  Vaults_Get: ['GET', 'V', 'answered'],
  Vaults_CreateOrUpdate: ['PUT', 'V', 'answered'],
  Vaults_Update: ['PATCH', 'V', 'answered'],
  Vaults_Delete: ['DELETE', 'G/providers/Microsoft.RecoveryServices/vaults/other', 'answered'],
  GetOperationStatus: ['GET', 'V/operationStatus/o', 'answered'],
  GetOperationResult: ['GET', 'V/operationResults/o', 'answered'],
  RecoveryServices_CheckNameAvailability: [
    'POST',
    'G/providers/Microsoft.RecoveryServices/locations/local/checkNameAvailability',
    'answered',
  ],
  RecoveryServices_Capabilities: ['POST', 'L/capabilities', 'answered'],
  DeletedVaults_ListBySubscriptionId: ['GET', 'L/deletedVaults', 'answered'],
  DeletedVaults_Get: ['GET', 'L/deletedVaults/v', 'answered'],
  DeletedVaults_Undelete: ['POST', 'L/deletedVaults/v/undelete', 'answered'],
  DeletedVaults_GetOperationStatus: ['GET', 'L/deletedVaults/v/operations/o', 'answered'],
  VaultExtendedInfo_Get: ['GET', 'V/extendedInformation/vaultExtendedInfo', 'answered'],
  VaultExtendedInfo_CreateOrUpdate: ['PUT', 'V/extendedInformation/vaultExtendedInfo', 'answered'],
  VaultExtendedInfo_Update: ['PATCH', 'V/extendedInformation/vaultExtendedInfo', 'answered'],
  Usages_ListByVaults: ['GET', 'V/usages', 'answered'],
  ReplicationUsages_List: ['GET', 'V/replicationUsages', 'answered'],
  RegisteredIdentities_Delete: ['DELETE', 'V/registeredIdentities/i', 'answered'],
  VaultCertificates_Create: ['PUT', 'V/certificates/c', 'refused'],
  PrivateLinkResources_List: ['GET', 'V/privateLinkResources', 'answered'],
  PrivateLinkResources_Get: ['GET', 'V/privateLinkResources/r', 'answered'],
  // Settings of a vault
  BackupResourceStorageConfigsNonCRR_Get: ['GET', STORAGE, 'answered'],
  BackupResourceStorageConfigsNonCRR_Update: ['PUT', STORAGE, 'answered'],
  BackupResourceStorageConfigsNonCRR_Patch: ['PATCH', STORAGE, 'answered'],
  BMSPrepareDataMove: ['POST', `${STORAGE}/prepareDataMove`, 'refused'],
  BMSTriggerDataMove: ['POST', `${STORAGE}/triggerDataMove`, 'refused'],
  BackupResourceVaultConfigs_Get: ['GET', 'V/backupconfig/vaultconfig', 'answered'],
  BackupResourceVaultConfigs_Update: ['PATCH', 'V/backupconfig/vaultconfig', 'answered'],
  BackupResourceVaultConfigs_Put: ['PUT', 'V/backupconfig/vaultconfig', 'answered'],
  BackupResourceEncryptionConfigs_Get: ['GET', 'V/backupEncryptionConfigs/backupResourceEncryptionConfig', 'answered'],
  BackupResourceEncryptionConfigs_Update: [
    'PUT',
    'V/backupEncryptionConfigs/backupResourceEncryptionConfig',
    'answered',
  ],
  ResourceGuardProxies_Get: ['GET', 'V/backupResourceGuardProxies', 'answered'],
  ResourceGuardProxy_Get: ['GET', 'V/backupResourceGuardProxies/VaultProxy', 'answered'],
  ResourceGuardProxy_Put: ['PUT', 'V/backupResourceGuardProxies/VaultProxy', 'answered'],
  ResourceGuardProxy_Delete: ['DELETE', 'V/backupResourceGuardProxies/VaultProxy', 'answered'],
  ResourceGuardProxy_UnlockDelete: ['POST', 'V/backupResourceGuardProxies/VaultProxy/unlockDelete', 'answered'],
  SecurityPINs_Get: ['POST', 'V/backupSecurityPIN', 'answered'],
  PrivateEndpointConnection_Get: ['GET', 'V/privateEndpointConnections/p', 'answered'],
  PrivateEndpointConnection_Put: ['PUT', 'V/privateEndpointConnections/p', 'refused'],
  PrivateEndpointConnection_Delete: ['DELETE', 'V/privateEndpointConnections/p', 'answered'],
  BackupEngines_List: ['GET', 'V/backupEngines', 'answered'],
  BackupEngines_Get: ['GET', 'V/backupEngines/e', 'answered'],
  BackupUsageSummaries_List: ['GET', 'V/backupUsageSummaries', 'answered'],
  // The second region of a vault
  AadProperties_Get: ['GET', 'L/backupAadProperties', 'answered'],
  CrossRegionRestore_Trigger: ['POST', 'L/backupCrossRegionRestore', 'answered'],
  BackupCrrJobDetails_Get: ['POST', 'L/backupCrrJob', 'answered'],
  BackupCrrJobs_List: ['POST', 'L/backupCrrJobs', 'answered'],
  CrrOperationStatus_Get: ['GET', 'L/backupCrrOperationsStatus/o', 'answered'],
  CrrOperationResults_Get: ['GET', 'L/backupCrrOperationResults/o', 'answered'],
  RecoveryPoints_GetAccessToken: ['POST', `${P}/accessToken`, 'answered'],
  // Locations and intents
  BackupStatus_Get: ['POST', 'L/backupStatus', 'answered'],
  ProtectionIntent_Validate: ['POST', 'L/backupPreValidateProtection', 'answered'],
  FeatureSupport_Validate: ['POST', 'L/backupValidateFeatures', 'answered'],
  ProtectionIntent_Get: ['GET', 'V/backupFabrics/Azure/backupProtectionIntent/i', 'answered'],
  ProtectionIntent_CreateOrUpdate: ['PUT', 'V/backupFabrics/Azure/backupProtectionIntent/i', 'answered'],
  ProtectionIntent_Delete: ['DELETE', 'V/backupFabrics/Azure/backupProtectionIntent/i', 'answered'],
  BackupProtectionIntent_List: ['GET', 'V/backupProtectionIntents', 'answered'],
  // Policies
  BackupPolicies_List: ['GET', 'V/backupPolicies', 'answered'],
  ProtectionPolicies_Get: ['GET', 'V/backupPolicies/DefaultPolicy', 'answered'],
  ProtectionPolicies_CreateOrUpdate: ['PUT', 'V/backupPolicies/p', 'answered'],
  ProtectionPolicies_Delete: ['DELETE', 'V/backupPolicies/p', 'answered'],
  // Discovery and containers
  ProtectionContainers_Refresh: ['POST', 'V/backupFabrics/Azure/refreshContainers', 'answered'],
  ProtectionContainerRefreshOperationResults_Get: ['GET', 'V/backupFabrics/Azure/operationResults/o', 'answered'],
  BackupProtectableItems_List: ['GET', 'V/backupProtectableItems', 'answered'],
  BackupProtectionContainers_List: ['GET', 'V/backupProtectionContainers', 'answered'],
  DeletedProtectionContainers_List: ['GET', 'V/backupDeletedProtectionContainers', 'answered'],
  // Protected items
  BackupProtectedItems_List: ['GET', 'V/backupProtectedItems', 'answered'],
  ProtectedItems_Get: ['GET', I, 'answered'],
  ProtectedItems_CreateOrUpdate: ['PUT', I, 'answered'],
  ProtectedItems_Delete: ['DELETE', I, 'answered'],
  ProtectedItemOperationStatuses_Get: ['GET', `${I}/operationsStatus/o`, 'answered'],
  ProtectedItemOperationResults_Get: ['GET', `${I}/operationResults/o`, 'answered'],
  BackupOperationStatuses_Get: ['GET', 'V/backupOperations/o', 'answered'],
  BackupOperationResults_Get: ['GET', 'V/backupOperationResults/o', 'answered'],
  Backups_Trigger: ['POST', `${I}/backup`, 'answered'],
  RecoveryPoints_List: ['GET', `${I}/recoveryPoints`, 'answered'],
  RecoveryPoints_Get: ['GET', P, 'answered'],
  Restores_Trigger: ['POST', `${P}/restore`, 'answered'],
  // Jobs
  BackupJobs_List: ['GET', 'V/backupJobs', 'answered'],
  JobDetails_Get: ['GET', 'V/backupJobs/j', 'answered'],
  JobCancellations_Trigger: ['POST', 'V/backupJobs/j/cancel', 'answered'],
  JobOperationResults_Get: ['GET', 'V/backupJobs/j/operationResults/o', 'answered'],
  Operation_Validate: ['POST', 'V/backupValidateOperation', 'answered'],
  ValidateOperation_Trigger: ['POST', 'V/backupTriggerValidateOperation', 'answered'],
  ValidateOperationResults_Get: ['GET', 'V/backupValidateOperationResults/o', 'answered'],
  ValidateOperationStatuses_Get: ['GET', 'V/backupValidateOperationsStatuses/o', 'answered'],
  Jobs_Export: ['POST', 'V/backupJobsExport', 'answered'],
  ExportJobsOperationResults_Get: ['GET', 'V/backupJobs/operationResults/o', 'answered'],
};

/** Known operations that are on their way: answered, or explicitly refused until they are. */
const EITHER: Readonly<Record<string, readonly [method: Method, path: string]>> = {
  ProtectionPolicyOperationStatuses_Get: ['GET', 'V/backupPolicies/p/operations/o'],
  ProtectionPolicyOperationResults_Get: ['GET', 'V/backupPolicies/p/operationResults/o'],
  ProtectionContainers_Get: ['GET', C],
  ProtectionContainers_Register: ['PUT', C],
  ProtectionContainers_Unregister: ['DELETE', C],
  ProtectionContainers_Inquire: ['POST', `${C}/inquire`],
  ProtectionContainerOperationResults_Get: ['GET', `${C}/operationResults/o`],
  ProtectableContainers_List: ['GET', 'V/backupFabrics/Azure/protectableContainers'],
  BackupWorkloadItems_List: ['GET', `${C}/items`],
  ItemLevelRecoveryConnections_Provision: ['POST', `${P}/provisionInstantItemRecovery`],
  ItemLevelRecoveryConnections_Revoke: ['POST', `${P}/revokeInstantItemRecovery`],
  MoveRecoveryPoint: ['POST', `${P}/move`],
  RecoveryPointsRecommendedForMove_List: ['POST', `${I}/recoveryPointsRecommendedForMove`],
  FetchTieringCost_Post: ['POST', 'V/backupTieringCost/default/fetchTieringCost'],
  TieringCostOperationStatus_Get: ['GET', 'V/backupTieringCost/default/operationsStatus/o'],
  GetTieringCostOperationResult_Get: ['GET', 'V/backupTieringCost/default/operationResults/o'],
};

describe('operations of the specification', () => {
  let world: EngineWorld;
  let vault: string;

  before(async () => {
    world = await EngineWorld.create();
    await makeGroup(world);
    vault = await makeVault(world, 'home-vault');
  });
  after(async () => world.close());

  const call = async (method: Method, path: string) => {
    const location = `${world.subscription}/providers/Microsoft.RecoveryServices/locations/local`;
    const absolute = path
      .replace(/^S(?=\/)/, world.subscription)
      .replace(/^G(?=\/)/, world.group)
      .replace(/^V(?=\/|$)/, vault)
      .replace(/^L(?=\/)/, location);
    const body = method === 'GET' || method === 'DELETE' ? undefined : {};
    const { status, body: answer } = await world.arm(method, absolute, body);
    return { status, code: String(answer?.error?.code ?? '') };
  };

  const ask = async (query: string) => {
    const { status, body } = await world.arm('GET', `${vault}?${query}`);
    return [status, body.error?.code];
  };

  for (const [id, [method, path, kind]] of Object.entries(OPERATIONS)) {
    it(`${id} is ${kind}`, async () => {
      const { status, code } = await call(method, path);
      if (kind === 'refused') assert.deepEqual([status, code], [501, 'NotImplemented']);
      else assert.ok(status < 500 && status !== 405 && code !== 'NotFound', `${status} ${code}`);
    });
  }

  for (const [id, [method, path]] of Object.entries(EITHER)) {
    it(`${id} is answered, or refused by name`, async () => {
      const { status, code } = await call(method, path);
      const byName = status === 501 && code === 'NotImplemented';
      assert.ok(byName || (status < 500 && status !== 405 && code !== 'NotFound'), `${status} ${code}`);
    });
  }

  it('are told from paths that nobody knows', async () => {
    assert.deepEqual(await call('GET', 'V/nothingOfThatKind'), { status: 404, code: 'NotFound' });
    assert.equal((await call('DELETE', 'V/usages')).status, 405);
  });

  it('§0 need an api-version, which is any date', async () => {
    assert.deepEqual(await ask('api-version='), [400, 'MissingApiVersionParameter']);
    assert.deepEqual(await ask('api-version=now'), [400, 'InvalidApiVersionParameter']);
    for (const version of ['2016-06-01', '2022-06-01-preview', '2099-12-31']) {
      assert.deepEqual(await ask(`api-version=${version}`), [200, undefined], version);
    }
  });

  it('§0 answer with the headers of ARM', async () => {
    const { headers } = await world.arm('PATCH', vault, {}, { headers: { 'x-ms-client-request-id': 'mine' } });
    assert.equal(headers['x-ms-client-request-id'], 'mine');
    for (const name of [
      'x-ms-request-id',
      'x-ms-correlation-request-id',
      'x-ms-ratelimit-remaining-subscription-writes',
    ]) {
      assert.ok(headers[name], name);
    }
    assert.deepEqual(
      [headers['cache-control'], headers.pragma, headers['x-content-type-options']],
      ['no-cache', 'no-cache', 'nosniff'],
    );
    const read = (await world.arm('GET', vault)).headers;
    assert.ok(read['x-ms-ratelimit-remaining-subscription-reads']);
  });
});
