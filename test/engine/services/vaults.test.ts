import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Method } from '../../../src/engine/http/operation';
import { DAY, EngineWorld } from '../../support/engineWorld';
import { makeGroup, makeProtected, makeVault, must, propertiesOf, vaultIdOf } from './life';

const IDENTITIES = '/subscriptions/s/resourcegroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const immutability = (state: string) => ({ properties: { securitySettings: { immutabilitySettings: { state } } } });
const redundancy = (given: object) => ({ properties: { redundancySettings: given } });
const crossSubscription = (state: string) => ({
  properties: { restoreSettings: { crossSubscriptionRestoreSettings: { crossSubscriptionRestoreState: state } } },
});

/** Vaults as the service answers them (SPEC §1.2–1.4, §2.1, §2.9, §2.15, §2.16). */
describe('vaults', () => {
  let world: EngineWorld;
  let id: string;

  beforeEach(async () => {
    world = await EngineWorld.create();
    await makeGroup(world);
    id = await makeVault(world, 'home-vault');
  });
  afterEach(async () => world.close());

  /** A call under another api-version than the usual one. */
  const at = async (version: string, method: Method, path: string, body?: unknown) =>
    world.arm(method, `${path}?api-version=${version}`, body);
  const patched = async (body: unknown) => {
    const answer = await world.arm('PATCH', id, body);
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return propertiesOf(world, id);
  };
  const refused = async (method: Method, path: string, body: unknown) => {
    const { status, body: answer } = await world.arm(method, path, body);
    return [status, answer?.error?.code];
  };
  const vaultConfig = () => `${id}/backupconfig/vaultconfig`;
  const storageConfig = () => `${id}/backupstorageconfig/vaultstorageconfig`;
  const listed = async (version: string) => {
    const { body } = await at(version, 'GET', id.replace('/home-vault', ''));
    return Object.keys(body.value[0].properties);
  };
  const deletedVaults = () =>
    `${world.subscription}/providers/Microsoft.RecoveryServices/locations/local/deletedVaults`;

  const set = async (properties: object, method: 'PATCH' | 'PUT' = 'PATCH') =>
    (await must(world, 200, [method, vaultConfig(), { properties }])).properties;

  describe('§1.2 PUT', () => {
    it('shows only what was asked for while it is provisioned', async () => {
      const securitySettings = { immutabilitySettings: { state: 'unlocked' } };
      const made = await world.arm('PUT', vaultIdOf(world, 'v2'), {
        location: 'local',
        properties: { securitySettings },
      });
      assert.deepEqual(
        [made.status, made.body.properties.provisioningState, made.body.properties.secureScore],
        [201, 'Provisioning', 'None'],
      );
      assert.deepEqual(made.body.properties.securitySettings, {
        immutabilitySettings: { state: 'Unlocked' },
        softDeleteSettings: null,
        multiUserAuthorization: 'Invalid',
      });
      assert.equal('backupStorageVersion' in made.body.properties, false);
      const link = String(made.headers['azure-asyncoperation']);
      const operation = (await world.follow(link)).body;
      assert.deepEqual(Object.keys(operation), ['id', 'name', 'status']);
      assert.equal(operation.status, 'Succeeded');
      assert.match(Buffer.from(operation.name, 'base64').toString(), /^2047;/);
      const { secureScore, bcdrSecurityLevel } = await propertiesOf(world, vaultIdOf(world, 'v2'));
      assert.deepEqual([secureScore, bcdrSecurityLevel], ['Minimum', 'Fair']);
    });

    it('of an existing vault answers 201 with what it was, then changes what is given and keeps the rest', async () => {
      await patched({ properties: { publicNetworkAccess: 'Disabled' } });
      const again = await world.arm('PUT', id, { location: 'LOCAL', tags: { a: 'b' } });
      assert.deepEqual(
        [again.status, again.body.tags, again.body.properties.provisioningState],
        [201, undefined, 'Updating'],
      );
      const { body } = await world.arm('GET', id);
      assert.deepEqual(
        [body.tags, body.properties.publicNetworkAccess, body.properties.provisioningState],
        [{ a: 'b' }, 'Disabled', 'Succeeded'],
      );
    });

    it('of an existing vault in another location is refused with InvalidResourceLocation', async () => {
      await must(world, 201, [
        'PUT',
        '/providers/VmBackup.Local/sites/second',
        { properties: { folder: join(world.folder, 'second') } },
      ]);
      const { status, body } = await world.arm('PUT', id, { location: 'second' });
      assert.deepEqual([status, body.error.code], [409, 'InvalidResourceLocation']);
      assert.match(body.error.message, /^The resource 'home-vault' already exists in location 'local'/);
    });

    it('twice at once for a new vault makes one repository', async () => {
      const folder = join(world.dataFolder, 'sites', 'local', 'vaults');
      const before = readdirSync(folder).length;
      const put = async () => world.arm('PUT', vaultIdOf(world, 'twin'), { location: 'local' });
      const answers = await Promise.all([put(), put(), put()]);
      const states = answers.map(({ body }): string => body.properties.provisioningState);
      assert.deepEqual(states.toSorted(), ['Provisioning', 'Updating', 'Updating']);
      assert.equal(readdirSync(folder).length, before + 1);
    });

    it('in a group that is not there is refused, and so is a list of it', async () => {
      const other = vaultIdOf(world, 'v2').replace('/lab/', '/nowhere/');
      assert.deepEqual(await refused('PUT', other, { location: 'local' }), [404, 'ResourceGroupNotFound']);
      assert.deepEqual(await refused('GET', other.replace('/v2', ''), undefined), [404, 'ResourceGroupNotFound']);
    });
  });

  describe('§1.2 PATCH', () => {
    it('of tags or a system-assigned identity is done at once, of anything else an operation to poll', async () => {
      const tagged = await world.arm('PATCH', id, { tags: { a: 'b' } });
      assert.deepEqual([tagged.status, tagged.body.tags], [200, { a: 'b' }]);
      const identity = await world.arm('PATCH', id, { identity: { type: 'systemassigned' } });
      assert.equal(identity.status, 200);
      assert.equal(identity.body.identity.type, 'SystemAssigned');
      assert.match(identity.body.identity.principalId, UUID);
      assert.match(identity.body.identity.tenantId, UUID);
      const later = await world.arm('PATCH', id, { properties: { publicNetworkAccess: 'Disabled' } });
      assert.deepEqual([later.status, later.body], [202, undefined]);
      const status = await world.follow(later.headers['azure-asyncoperation']);
      assert.deepEqual([status.status, status.body.status], [200, 'Succeeded']);
      const result = await world.follow(later.headers.location);
      assert.deepEqual([result.status, result.body.properties.publicNetworkAccess], [200, 'Disabled']);
    });

    it('of a vault that is not there is not found', async () => {
      assert.deepEqual(await refused('PATCH', vaultIdOf(world, 'v9'), {}), [404, 'ResourceNotFound']);
    });

    it('adds and takes away user-assigned identities one by one', async () => {
      const identityOf = async (given: object) => {
        await world.arm('PATCH', id, { identity: given });
        return (await must(world, 200, ['GET', id])).identity;
      };
      const [one, two] = [`${IDENTITIES}/one`, `${IDENTITIES}/two`];
      const first = await identityOf({ type: 'userassigned', userAssignedIdentities: { [one]: {}, [two]: {} } });
      assert.deepEqual([first.type, Object.keys(first.userAssignedIdentities)], ['UserAssigned', [one, two]]);
      assert.equal('principalId' in first, false);
      const second = await identityOf({ type: 'SystemAssigned,UserAssigned', userAssignedIdentities: { [one]: null } });
      assert.deepEqual(
        [second.type, Object.keys(second.userAssignedIdentities)],
        ['SystemAssigned, UserAssigned', [two]],
      );
      assert.deepEqual(second.userAssignedIdentities[two], first.userAssignedIdentities[two]);
      const third = await identityOf({ type: 'UserAssigned' });
      assert.deepEqual([third.type, 'principalId' in third], ['UserAssigned', false]);
      assert.deepEqual(await identityOf({ type: 'None' }), { type: 'None' });
      assert.deepEqual(await refused('PATCH', id, { identity: { type: 'Secret' } }), [400, 'InvalidRequestContent']);
    });

    it('keeps monitoring settings as given and shows older api-versions the two that they know', async () => {
      assert.equal('monitoringSettings' in (await propertiesOf(world, id)), false);
      const monitoringSettings = {
        azureMonitorAlertSettings: { alertsForAllJobFailures: 'Enabled', alertsForAllFailoverIssues: 'Disabled' },
        classicAlertSettings: { alertsForCriticalOperations: 'Disabled' },
      };
      assert.deepEqual((await patched({ properties: { monitoringSettings } })).monitoringSettings, monitoringSettings);
      const older = await at('2023-02-01', 'GET', id);
      assert.deepEqual(older.body.properties.monitoringSettings, {
        azureMonitorAlertSettings: { alertsForAllJobFailures: 'Enabled' },
        classicAlertSettings: { alertsForCriticalOperations: 'Disabled' },
      });
    });

    it('keeps customer-managed key settings, which also the encryption config shows', async () => {
      const config = `${id}/backupEncryptionConfigs/backupResourceEncryptionConfig`;
      assert.deepEqual(await propertiesOf(world, config), {
        useSystemAssignedIdentity: true,
        encryptionAtRestType: 'MicrosoftManaged',
        lastUpdateStatus: 'NotEnabled',
        infrastructureEncryptionState: 'Disabled',
      });
      const keyUri = 'https://v.vault.azure.net/keys/k/1';
      const kekIdentity = { userAssignedIdentity: `${IDENTITIES}/one` };
      const properties = await patched({
        properties: {
          encryption: { keyVaultProperties: { keyUri }, kekIdentity, infrastructureEncryption: 'Enabled' },
        },
      });
      assert.deepEqual(properties.encryption, {
        keyVaultProperties: { keyUri },
        kekIdentity: { useSystemAssignedIdentity: false, userAssignedIdentity: `${IDENTITIES}/one` },
        infrastructureEncryption: 'Enabled',
      });
      assert.equal(properties.backupStorageVersion, 'V2');
      assert.deepEqual(await propertiesOf(world, config), {
        userAssignedIdentity: `${IDENTITIES}/one`,
        useSystemAssignedIdentity: false,
        encryptionAtRestType: 'CustomerManaged',
        keyUri,
        subscriptionId: '',
        lastUpdateStatus: 'Succeeded',
        infrastructureEncryptionState: 'Enabled',
      });
      const system = { properties: { encryption: { kekIdentity: { useSystemAssignedIdentity: true } } } };
      assert.deepEqual((await patched(system)).encryption.kekIdentity, {
        useSystemAssignedIdentity: true,
        userAssignedIdentity: null,
      });
      const once = { properties: { encryption: { infrastructureEncryption: 'Disabled' } } };
      assert.deepEqual(await refused('PATCH', id, once), [400, 'LocalVaultSettingRefused']);
      const put = { encryptionAtRestType: 'CustomerManaged', keyUri: `${keyUri}2`, useSystemAssignedIdentity: true };
      await must(world, 200, ['PUT', config, { properties: put }]);
      assert.equal((await propertiesOf(world, id)).encryption.keyVaultProperties.keyUri, `${keyUri}2`);
    });
  });

  describe('§2.16 immutability', () => {
    it('goes from Disabled over Unlocked to Locked, and there it stays', async () => {
      assert.equal((await propertiesOf(world, id)).securitySettings.immutabilitySettings, null);
      assert.deepEqual(await refused('PATCH', id, immutability('Locked')), [400, 'LocalVaultSettingRefused']);
      const unlocked = await patched(immutability('Unlocked'));
      assert.deepEqual(unlocked.securitySettings.immutabilitySettings, { state: 'Unlocked' });
      await patched(immutability('Disabled'));
      await patched(immutability('Unlocked'));
      await patched(immutability('Locked'));
      for (const state of ['Unlocked', 'Disabled']) {
        assert.deepEqual(await refused('PATCH', id, immutability(state)), [400, 'LocalVaultSettingRefused'], state);
        assert.deepEqual(await refused('PUT', id, { location: 'local', ...immutability(state) }), [
          400,
          'LocalVaultSettingRefused',
        ]);
      }
    });
  });

  describe('§1.4 soft delete', () => {
    it('is one setting in two places', async () => {
      assert.deepEqual(await propertiesOf(world, vaultConfig()), {
        enhancedSecurityState: 'Enabled',
        softDeleteFeatureState: 'Enabled',
        softDeleteRetentionPeriodInDays: 14,
        isSoftDeleteFeatureStateEditable: true,
      });
      await set({ softDeleteFeatureState: 'Disabled', enhancedSecurityState: 'Disabled' });
      const { softDeleteSettings } = (await propertiesOf(world, id)).securitySettings;
      assert.deepEqual(softDeleteSettings, {
        softDeleteRetentionPeriodInDays: 14,
        softDeleteState: 'Disabled',
        enhancedSecurityState: 'Disabled',
      });
      const given = { softDeleteState: 'Enabled', softDeleteRetentionPeriodInDays: 30 };
      await patched({ properties: { securitySettings: { softDeleteSettings: given } } });
      const { softDeleteFeatureState, softDeleteRetentionPeriodInDays: days } = await propertiesOf(
        world,
        vaultConfig(),
      );
      assert.deepEqual([softDeleteFeatureState, days], ['Enabled', 30]);
    });

    it('is always on for ever, and keeps data for 14 to 180 days', async () => {
      for (const days of [13, 181]) {
        const body = { properties: { softDeleteRetentionPeriodInDays: days } };
        assert.deepEqual(await refused('PATCH', vaultConfig(), body), [400, 'LocalVaultSettingRefused'], String(days));
      }
      const on = await set({ softDeleteFeatureState: 'alwayson', softDeleteRetentionPeriodInDays: 180 }, 'PUT');
      assert.deepEqual([on.softDeleteFeatureState, on.isSoftDeleteFeatureStateEditable], ['AlwaysON', false]);
      const off = { properties: { softDeleteFeatureState: 'Disabled' } };
      assert.deepEqual(await refused('PATCH', vaultConfig(), off), [400, 'LocalVaultSettingRefused']);
    });

    it('shows no days to api-versions that do not know them', async () => {
      const { body } = await at('2021-01-01', 'GET', vaultConfig());
      assert.deepEqual(Object.keys(body.properties), [
        'enhancedSecurityState',
        'softDeleteFeatureState',
        'isSoftDeleteFeatureStateEditable',
      ]);
    });
  });

  describe('§1.3 §2.15 storage replication', () => {
    it('is one setting in two places, whatever its kind, and the usage tells what is not kept', async () => {
      const missing = async () =>
        (await must(world, 200, ['GET', `${id}/providers/VmBackup.Local/usage/default`])).missingCopy;
      assert.match(await missing(), /has no paired site/);
      await patched(redundancy({ standardTierStorageRedundancy: 'LocallyRedundant' }));
      assert.equal((await propertiesOf(world, storageConfig())).storageModelType, 'LocallyRedundant');
      assert.equal(await missing(), undefined);
      await must(world, 200, ['PUT', storageConfig(), { properties: { storageModelType: 'ZoneRedundant' } }]);
      assert.equal((await propertiesOf(world, id)).redundancySettings.standardTierStorageRedundancy, 'ZoneRedundant');
      assert.match(await missing(), /no second zone/);
    });

    it('restores across regions from geo-redundant storage only, and never less again', async () => {
      await must(world, 204, ['PATCH', storageConfig(), { properties: { storageType: 'LocallyRedundant' } }]);
      const on = { properties: { crossRegionRestoreFlag: true } };
      assert.deepEqual(await refused('PUT', storageConfig(), on), [400, 'LocalVaultSettingRefused']);
      await must(world, 204, ['PATCH', storageConfig(), { properties: { storageType: 'GeoRedundant' } }]);
      assert.equal((await must(world, 200, ['PUT', storageConfig(), on])).properties.crossRegionRestoreFlag, true);
      assert.equal((await propertiesOf(world, id)).redundancySettings.crossRegionRestore, 'Enabled');
      const off = redundancy({ crossRegionRestore: 'Disabled' });
      assert.deepEqual(await refused('PATCH', id, off), [400, 'LocalVaultSettingRefused']);
    });

    it('is locked while any item is there, but for switching on cross-region restore', async () => {
      const { vault } = await makeProtected(world, 'web', { vault: 'other-vault' });
      const locally = redundancy({ standardTierStorageRedundancy: 'LocallyRedundant' });
      assert.deepEqual(await refused('PATCH', vault, locally), [400, 'LocalStorageConfigLocked']);
      const on = redundancy({ standardTierStorageRedundancy: 'GeoRedundant', crossRegionRestore: 'Enabled' });
      assert.equal((await world.arm('PATCH', vault, on)).status, 202);
      const shown = await propertiesOf(world, `${vault}/backupstorageconfig/vaultstorageconfig`);
      assert.deepEqual([shown.storageTypeState, shown.crossRegionRestoreFlag], ['Locked', true]);
    });

    it('shows no cross-region flag to api-versions that do not know it', async () => {
      const { body } = await at('2016-12-01', 'GET', storageConfig());
      assert.equal('crossRegionRestoreFlag' in body.properties, false);
    });
  });

  it('restores to other subscriptions unless that was disabled for ever', async () => {
    await patched(crossSubscription('Disabled'));
    const { restoreSettings } = await patched(crossSubscription('PermanentlyDisabled'));
    assert.equal(restoreSettings.crossSubscriptionRestoreSettings.crossSubscriptionRestoreState, 'PermanentlyDisabled');
    assert.deepEqual(await refused('PATCH', id, crossSubscription('Enabled')), [400, 'LocalVaultSettingRefused']);
  });

  describe('shown to older api-versions', () => {
    for (const [version, members] of [
      ['2016-06-01', 'provisioningState privateEndpointStateForBackup privateEndpointStateForSiteRecovery'],
      [
        '2022-04-01',
        'provisioningState privateEndpointStateForBackup privateEndpointStateForSiteRecovery encryption backupStorageVersion',
      ],
      [
        '2023-02-01',
        'provisioningState privateEndpointStateForBackup privateEndpointStateForSiteRecovery backupStorageVersion securitySettings publicNetworkAccess restoreSettings',
      ],
      [
        '2023-04-01',
        'provisioningState privateEndpointStateForBackup privateEndpointStateForSiteRecovery backupStorageVersion securitySettings redundancySettings secureScore publicNetworkAccess restoreSettings',
      ],
      [
        '2024-04-01',
        'provisioningState privateEndpointStateForBackup privateEndpointStateForSiteRecovery backupStorageVersion securitySettings redundancySettings secureScore bcdrSecurityLevel publicNetworkAccess restoreSettings',
      ],
    ] as const) {
      it(`${version} has the recorded members`, async () => {
        const { body } = await at(version, 'GET', id);
        assert.deepEqual(Object.keys(body.properties).toSorted(), members.split(' ').toSorted());
      });
    }

    it('and in lists, which leave out what a vault has for itself', async () => {
      assert.deepEqual(await listed('2023-04-01'), ['provisioningState', 'publicNetworkAccess', 'restoreSettings']);
      assert.deepEqual(await listed('2024-04-01'), [
        'provisioningState',
        'privateEndpointStateForBackup',
        'privateEndpointStateForSiteRecovery',
        'secureScore',
        'bcdrSecurityLevel',
        'publicNetworkAccess',
        'restoreSettings',
      ]);
      assert.ok((await listed('2026-07-01')).includes('redundancySettings'));
    });
  });

  describe('§2.9 DELETE', () => {
    it('answers 200 before 2024, then 202 with an operation that stays readable', async () => {
      assert.equal((await at('2023-04-01', 'DELETE', id)).status, 200);
      await makeVault(world, 'home-vault');
      const { status, headers } = await at('2024-04-01', 'DELETE', id);
      assert.equal(status, 202);
      const operation = await world.follow(headers['azure-asyncoperation']);
      assert.deepEqual([operation.status, operation.body.status], [200, 'Succeeded']);
      assert.match(Buffer.from(operation.body.name, 'base64').toString(), /^1023;/);
      assert.equal((await world.follow(headers.location)).status, 204);
      assert.equal((await at('2024-04-01', 'DELETE', id)).status, 204);
      const nowhere = id.replace('/lab/', '/nowhere/');
      assert.deepEqual(await refused('DELETE', nowhere, undefined), [404, 'ResourceGroupNotFound']);
    });

    describe('with soft-deleted items only', () => {
      let vault: string;
      beforeEach(async () => {
        ({ vault } = await makeProtected(world, 'web', { vault: 'other-vault' }));
        const { time } = world.clock;
        await world.stop();
        world.edit((catalog) => {
          for (const item of catalog.items.list()) {
            const softDelete = { at: time, purgeAt: time + 14 * DAY, policyName: item.policyName };
            catalog.items.put({ ...item, state: 'ProtectionStopped', softDelete });
          }
        });
        await world.start();
      });

      it('is refused with ServiceResourceNotEmptyWithBackendMessage', async () => {
        const { status, body } = await world.arm('DELETE', vault);
        assert.deepEqual([status, body.error.code], [400, 'ServiceResourceNotEmptyWithBackendMessage']);
        assert.match(body.error.message, /^Recovery Services vault cannot be deleted as there are backup items/);
      });

      it('keeps the vault for its days under api-versions that know deleted vaults, and undelete brings it back', async () => {
        const deleted = await at('2026-07-01', 'DELETE', vault);
        assert.equal(deleted.status, 202);
        assert.equal((await world.follow(deleted.headers['azure-asyncoperation'])).body.status, 'Succeeded');
        assert.equal((await world.arm('GET', vault)).status, 404);
        const { value } = (await at('2026-07-01', 'GET', deletedVaults())).body;
        assert.deepEqual(
          value.map((row: { name: string }) => row.name),
          ['other-vault'],
        );
        assert.deepEqual((await at('2026-07-01', 'GET', `${deletedVaults()}/other-vault`)).body.properties, {
          vaultId: vault,
          vaultDeletionTime: '2026-10-12T12:00:00Z',
          purgeAt: '2026-10-26T12:00:00Z',
        });
        assert.deepEqual(await refused('PUT', vault, { location: 'local' }), [409, 'LocalVaultSoftDeleted']);
        const undelete = `${deletedVaults()}/other-vault/undelete`;
        const elsewhere = { properties: { recoveryResourceGroupId: `${world.subscription}/resourceGroups/x` } };
        assert.deepEqual(await refused('POST', undelete, elsewhere), [501, 'NotImplemented']);
        const here = { properties: { recoveryResourceGroupId: world.group } };
        const started = await world.arm('POST', undelete, here);
        assert.equal(started.status, 202);
        assert.equal((await world.follow(started.headers['azure-asyncoperation'])).body.status, 'Succeeded');
        assert.equal((await world.arm('GET', vault)).status, 200);
        assert.deepEqual(await refused('POST', undelete, here), [404, 'DeletedVaultNotFound']);
      });

      it('removes the vault and all in it after its days', async () => {
        await at('2026-07-01', 'DELETE', vault);
        const folder = join(world.dataFolder, 'sites', 'local', 'vaults');
        assert.equal(readdirSync(folder).length, 2);
        world.clock.advance(13 * DAY);
        await world.restart();
        assert.equal(readdirSync(folder).length, 2);
        world.clock.advance(DAY + 60_000);
        await world.restart();
        await world.restart(); // closing waits for the removal that starting began
        assert.equal(readdirSync(folder).length, 1);
        assert.deepEqual((await at('2026-07-01', 'GET', deletedVaults())).body.value, []);
      });
    });
  });

  it('opens a catalog of the first version, whose vaults have none of the settings', async () => {
    await world.stop();
    world.edit((catalog) => {
      const [vault] = catalog.vaults.list();
      const { sku, publicNetworkAccess, crossSubscriptionRestore, softDelete, ...first } = vault!;
      assert.deepEqual(
        [sku, publicNetworkAccess, crossSubscriptionRestore, softDelete.state],
        [{ name: 'Standard' }, 'Enabled', 'Enabled', 'Enabled'],
      );
      // @ts-expect-error a vault of today has the settings that are left out
      catalog.vaults.put(first);
    });
    await world.start();
    const { securitySettings, publicNetworkAccess } = await propertiesOf(world, id);
    assert.deepEqual(
      [publicNetworkAccess, securitySettings.softDeleteSettings.softDeleteState],
      ['Enabled', 'Enabled'],
    );
  });

  it('keeps extended information and gives it a new etag with each change', async () => {
    const info = `${id}/extendedInformation/vaultExtendedInfo`;
    const first = (await must(world, 200, ['GET', info])).properties;
    assert.deepEqual(first, { integrityKey: '', algorithm: 'None' });
    const put = await must(world, 200, ['PUT', info, { properties: { integrityKey: 'k', algorithm: 'None' } }]);
    const patch = await must(world, 200, ['PATCH', info, { properties: { algorithm: 'AES' } }]);
    assert.deepEqual(patch.properties, { integrityKey: 'k', algorithm: 'AES' });
    assert.notEqual(put.etag, patch.etag);
    assert.deepEqual(await must(world, 200, ['GET', info]), patch);
  });
});
