import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, EngineWorld, HOUR, START } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import {
  backedUp,
  backup,
  DAILY_AT_TEN,
  discover,
  ended,
  imageContent,
  itemIdOf,
  jobOf,
  makeGroup,
  makeMachine,
  makeProtected,
  makeTarget,
  makeVault,
  must,
  pointsOf,
  propertiesOf,
  protectBody,
  restoreBody,
  restoredHashes,
  sha256,
  statisticsOf,
  vaultIdOf,
  verified,
} from './life';

/** The whole way by raw calls: statuses, headers and bodies as the service's. */
describe('ARM life cycle', () => {
  let world: EngineWorld;

  beforeEach(async () => {
    world = await EngineWorld.create();
  });
  afterEach(() => world.close());

  const locked = async (vault: string) =>
    (await propertiesOf(world, `${vault}/backupstorageconfig/vaultstorageconfig`)).storageTypeState;

  describe('subscription and groups', () => {
    it('are this computer, whatever the case', async () => {
      const { value, count } = await must(world, 200, ['GET', '/subscriptions']);
      assert.deepEqual([value.length, count.value, value[0].state], [1, 1, 'Enabled']);
      assert.equal(value[0].id, world.subscription);
      const upper = await must(world, 200, ['GET', world.subscription.toUpperCase()]);
      assert.equal(upper.displayName, 'This computer');
      const { value: locations } = await must(world, 200, ['GET', `${world.subscription}/locations`]);
      assert.deepEqual(
        locations.map((location: { name: string }) => location.name),
        ['local'],
      );
    });

    it('of somebody else are not found', async () => {
      const { status, body } = await world.arm('GET', '/subscriptions/other/resourceGroups');
      assert.equal(status, 404);
      assert.deepEqual(body.error.code, 'SubscriptionNotFound');
      assert.equal(body.error.message, "The subscription 'other' could not be found.");
      const put = await world.arm('PUT', '/subscriptions/other/resourceGroups/g', { location: 'local' });
      assert.equal(put.status, 404);
    });

    it('are made, updated, listed, asked for and deleted', async () => {
      const made = await world.arm('PUT', world.group, { location: 'local', tags: { a: '1' } });
      assert.equal(made.status, 201);
      assert.deepEqual(made.body, {
        id: world.group,
        name: 'lab',
        type: 'Microsoft.Resources/resourceGroups',
        location: 'local',
        tags: { a: '1' },
        properties: { provisioningState: 'Succeeded' },
      });
      const again = await world.arm('PUT', world.group.replace('/lab', '/LAB'), { location: 'local' });
      assert.deepEqual([again.status, again.body.name, again.body.tags], [200, 'lab', {}]);
      const list = await must(world, 200, ['GET', `${world.subscription}/resourcegroups/`]);
      assert.equal(list.value.length, 1);
      assert.equal((await world.arm('HEAD', world.group)).status, 204);
      const deleted = await world.arm('DELETE', world.group);
      assert.equal(deleted.status, 202);
      assert.equal((await world.follow(deleted.headers.location)).status, 200);
      assert.equal((await world.arm('HEAD', world.group)).status, 404);
      const gone = await world.arm('GET', world.group);
      assert.deepEqual(
        [gone.status, gone.body.error.code, gone.body.error.message],
        [404, 'ResourceGroupNotFound', "Resource group 'lab' could not be found."],
      );
    });

    it('with machines only are deleted with them, and no file is touched', async () => {
      await makeGroup(world);
      const machine = await makeMachine(world, 'web', [imageContent(1), imageContent(2)]);
      await must(world, 202, ['DELETE', world.group]);
      assert.equal((await world.arm('GET', machine)).status, 404);
      const disks = await must(world, 200, ['GET', `${world.subscription}/providers/Microsoft.Compute/disks`]);
      assert.deepEqual(disks.value, []);
      assert.equal(readdirSync(join(world.folder, 'images')).length, 2);
    });

    it('SPEC §2.23: with a vault are not deleted, and the answer names it', async () => {
      await makeGroup(world);
      const vault = await makeVault(world, 'home-vault');
      const { status, body } = await world.arm('DELETE', world.group);
      assert.deepEqual([status, body.error.code], [409, 'ResourceGroupDeletionBlocked']);
      assert.ok(body.error.message.includes(vault));
      assert.equal((await world.arm('GET', vault)).status, 200);
    });

    it('with a machine that a vault of another group protects are not deleted', async () => {
      const { item, vault } = await makeProtected(world, 'web');
      await must(world, 201, ['PUT', `${world.subscription}/resourceGroups/other`, { location: 'local' }]);
      const other = vault.replace('/lab/', '/other/').replace('home-vault', 'other-vault');
      await must(world, 201, ['PUT', other, { location: 'local' }]);
      const { body } = await world.arm('DELETE', world.group);
      assert.match(body.error.message, /virtualMachines\/web/);
      assert.equal((await world.arm('GET', item)).status, 200);
    });
  });

  describe('disks and machines', () => {
    it('are shown with their sizes and power state', async () => {
      await makeGroup(world);
      const id = await makeMachine(world, 'web', [imageContent(1), imageContent(2, 3 * 1024 * 1024)]);
      const machine = await must(world, 200, ['GET', `${id}?$expand=instanceView`]);
      const { osDisk, dataDisks } = machine.properties.storageProfile;
      assert.deepEqual(
        [osDisk.name, osDisk.osType, dataDisks[0].name, dataDisks[0].lun],
        ['web-os', 'Linux', 'web-data1', 0],
      );
      const codes = machine.properties.instanceView.statuses.map((status: { code: string }) => status.code);
      assert.ok(codes.includes('PowerState/stopped'));
      const disk = await must(world, 200, ['GET', dataDisks[0].managedDisk.id]);
      assert.equal(disk.properties.diskSizeBytes, 3 * 1024 * 1024);
      assert.equal(disk.managedBy, id);
      const view = await must(world, 200, ['GET', `${id}/instanceView`]);
      assert.equal(view.vmAgent.statuses[0].displayStatus, 'Not Ready');
    });

    it('keep their id and the spelling of their names when they are written again', async () => {
      await makeGroup(world);
      const id = await makeMachine(world, 'Web', [imageContent(1)]);
      const before = await must(world, 200, ['GET', id]);
      const body = { location: 'local', properties: { storageProfile: before.properties.storageProfile } };
      const after = await must(world, 200, ['PUT', id.toLowerCase(), body]);
      assert.deepEqual([after.id, after.name, after.properties.vmId], [before.id, 'Web', before.properties.vmId]);
    });

    it('attached to a machine are not deleted nor attached twice', async () => {
      await makeGroup(world);
      const id = await makeMachine(world, 'web', [imageContent(1)]);
      const { storageProfile } = await propertiesOf(world, id);
      const deleted = await world.arm('DELETE', storageProfile.osDisk.managedDisk.id);
      assert.deepEqual([deleted.status, deleted.body.error.code], [409, 'LocalDiskAttached']);
      assert.equal(deleted.body.error.message, 'The disk web-os is attached to the machine web.');
      const body = { location: 'local', properties: { storageProfile } };
      const second = await world.arm('PUT', id.replace(/web$/, 'db'), body);
      assert.deepEqual([second.status, second.body.error.code], [409, 'LocalDiskAttached']);
      const twice = { ...storageProfile, dataDisks: [{ ...storageProfile.osDisk, lun: 0 }] };
      const doubled = await world.arm('PUT', id, { location: 'local', properties: { storageProfile: twice } });
      assert.deepEqual([doubled.status, doubled.body.error.code], [400, 'InvalidParameter']);
      await must(world, 202, ['DELETE', id]);
      await must(world, 202, ['DELETE', storageProfile.osDisk.managedDisk.id]);
    });
  });

  describe('vault', () => {
    beforeEach(() => makeGroup(world));

    it('is made with 201 and an operation, then stands as Succeeded', async () => {
      const id = vaultIdOf(world, 'home-vault');
      const body = { location: 'local', sku: { name: 'RS0', tier: 'Standard' }, tags: { a: 'b' }, properties: {} };
      const made = await world.arm('PUT', id, body);
      assert.equal(made.status, 201);
      assert.equal(made.body.properties.provisioningState, 'Provisioning');
      const link = String(made.headers['azure-asyncoperation']);
      assert.ok(link.startsWith(`http://localhost:80${id}/operationStatus/`), link);
      assert.match(link, /\?api-version=2024-04-01$/);
      const operation = await world.follow(link);
      assert.equal(operation.status, 200);
      assert.equal(operation.body.status, 'Succeeded');
      assert.match(Buffer.from(operation.body.name, 'base64').toString(), /^\d+;[0-9a-f-]{36}$/);

      const vault = await must(world, 200, ['GET', id.toUpperCase()]);
      assert.equal(vault.properties.provisioningState, 'Succeeded');
      assert.deepEqual(
        [vault.id, vault.name, vault.location, vault.type, vault.sku, vault.tags],
        [id, 'home-vault', 'local', 'Microsoft.RecoveryServices/vaults', body.sku, { a: 'b' }],
      );
      assert.match(vault.etag, /^W\/"datetime'2026-10-12T12%3A00%3A00Z'"$/);
      assert.equal('backupStorageVersion' in made.body.properties, false);
      assert.equal(vault.properties.backupStorageVersion, 'Unassigned');
      assert.equal(vault.properties.redundancySettings.standardTierStorageRedundancy, 'GeoRedundant');
    });

    it('is updated by another PUT, which keeps what it holds', async () => {
      const id = await makeVault(world, 'home-vault');
      world.clock.advance(1000);
      const again = await world.arm('PUT', id, { location: 'local', tags: { x: 'y' } });
      assert.deepEqual([again.status, again.body.properties.provisioningState], [201, 'Updating']);
      const redundancySettings = { standardTierStorageRedundancy: 'LocallyRedundant' };
      await must(world, 201, ['PUT', id, { location: 'local', properties: { redundancySettings } }]);
      const { storageType } = await propertiesOf(world, `${id}/backupstorageconfig/vaultstorageconfig`);
      assert.equal(storageType, 'LocallyRedundant');
      for (const list of [`${world.subscription}/providers`, `${world.group}/providers`]) {
        const { value } = await must(world, 200, ['GET', `${list}/Microsoft.RecoveryServices/vaults`]);
        assert.equal(value.length, 1);
      }
    });

    it('is not found in the words of the service', async () => {
      const { status, body } = await world.arm('GET', vaultIdOf(world, 'nowhere'));
      assert.equal(status, 404);
      assert.equal(body.error.code, 'ResourceNotFound');
      assert.equal(
        body.error.message,
        "The Resource 'Microsoft.RecoveryServices/vaults/nowhere' under resource group 'lab' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
      );
      for (const child of [
        'backupPolicies',
        'backupJobs',
        'backupProtectedItems',
        'backupPolicies/p',
        'backupJobs/j',
      ]) {
        const answer = await world.arm('GET', `${vaultIdOf(world, 'nowhere')}/${child}`);
        assert.deepEqual([answer.status, answer.body.error.code], [404, 'ResourceNotFound'], child);
      }
    });

    it('has a name with a percent sign nowhere: 404, not a failure of the engine', async () => {
      const { status, body } = await world.arm('GET', vaultIdOf(world, 'a%25zz'));
      assert.deepEqual([status, body.error.code], [404, 'ResourceNotFound']);
    });

    it('is deleted with its folder when it is empty, and once more without complaint', async () => {
      const id = await makeVault(world, 'home-vault');
      const folder = join(world.dataFolder, 'sites', 'local', 'vaults');
      assert.equal(readdirSync(folder).length, 1);
      await must(world, 202, ['DELETE', id]);
      assert.deepEqual(readdirSync(folder), []);
      assert.equal((await world.arm('GET', id)).status, 404);
      await must(world, 204, ['DELETE', id]);
      await makeVault(world, 'home-vault');
      assert.equal((await must(world, 200, ['GET', `${id}/backupPolicies`])).value.length, 3);
    });

    it('is deleted also when somebody removed its folder', async () => {
      const id = await makeVault(world, 'home-vault');
      const folder = join(world.dataFolder, 'sites', 'local', 'vaults');
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
      await must(world, 202, ['DELETE', id]);
      assert.equal((await world.arm('GET', id)).status, 404);
    });

    it('is not deleted while it protects a machine, and the answer names the machine', async () => {
      const { vault, item } = await makeProtected(world, 'web');
      await backedUp(world, item);
      const { status, body } = await world.arm('DELETE', vault);
      assert.deepEqual([status, body.error.code], [400, 'ServiceResourceNotEmptyWithContainerDetails']);
      assert.match(body.error.message, /before proceeding for deletion : web$/);
      assert.equal((await pointsOf(world, item)).length, 1);
      assert.equal((await verified(world)).ok, true);
    });
  });

  describe('storage configuration', () => {
    it('is read, set by PUT and PATCH, and locked by the first protection', async () => {
      await makeGroup(world);
      const vault = await makeVault(world, 'home-vault');
      const config = `${vault}/backupstorageconfig/vaultstorageconfig`;
      const first = await must(world, 200, ['GET', config]);
      assert.deepEqual(first, {
        id: config,
        name: 'vaultstorageconfig',
        type: 'Microsoft.RecoveryServices/vaults/backupstorageconfig',
        properties: {
          storageModelType: 'GeoRedundant',
          storageType: 'GeoRedundant',
          dedupState: 'Disabled',
          xcoolState: 'Disabled',
          storageTypeState: 'Unlocked',
          crossRegionRestoreFlag: false,
        },
      });
      const touched = await propertiesOf(world, vault);
      assert.equal(touched.backupStorageVersion, 'Unassigned');

      const put = await must(world, 200, ['PUT', config, { properties: { storageModelType: 'LocallyRedundant' } }]);
      assert.equal(put.properties.storageType, 'LocallyRedundant');
      const inVault = await propertiesOf(world, vault);
      assert.equal(inVault.redundancySettings.standardTierStorageRedundancy, 'LocallyRedundant');
      const patched = await world.arm('PATCH', config, { properties: { storageType: 'GeoRedundant' } });
      assert.deepEqual([patched.status, patched.body], [204, undefined]);

      const machine = await makeMachine(world, 'web', [imageContent(1)]);
      await discover(world, vault);
      await must(world, 202, ['PUT', itemIdOf(vault, 'web'), protectBody(vault, machine)]);
      assert.equal(await locked(vault), 'Locked');
      assert.equal((await propertiesOf(world, vault)).backupStorageVersion, 'V2');
      for (const method of ['PUT', 'PATCH'] as const) {
        const late = await world.arm(method, config, { properties: { storageModelType: 'LocallyRedundant' } });
        assert.deepEqual([late.status, late.body.error.code], [400, 'LocalStorageConfigLocked']);
      }
      const same = await must(world, 200, ['PUT', config, { properties: { storageModelType: 'GeoRedundant' } }]);
      assert.equal(same.properties.storageTypeState, 'Locked');
    });
  });

  describe('policies', () => {
    let vault: string;
    beforeEach(async () => {
      await makeGroup(world);
      vault = await makeVault(world, 'home-vault');
    });

    it('of a new vault are the two built-in ones for machines', async () => {
      const { value } = await must(world, 200, [
        'GET',
        `${vault}/backupPolicies/?$filter=backupManagementType eq 'AzureIaasVM'`,
      ]);
      assert.equal(value.length, 2);
      const [policy] = value;
      assert.deepEqual(
        [policy.name, policy.type],
        ['DefaultPolicy', 'Microsoft.RecoveryServices/vaults/backupPolicies'],
      );
      assert.deepEqual(policy.properties.retentionPolicy.dailySchedule.retentionDuration, {
        count: 30,
        durationType: 'Days',
      });
      assert.deepEqual([policy.properties.timeZone, policy.properties.protectedItemsCount], ['UTC', 0]);
    });

    it('are made with 200, changed, counted and deleted', async () => {
      const id = `${vault}/backupPolicies/Nightly`;
      const made = await must(world, 200, ['PUT', id, { properties: { ...DAILY_AT_TEN, protectedItemsCount: 7 } }]);
      assert.deepEqual([made.id, made.properties.protectedItemsCount], [id, 0]);
      const changed = { ...DAILY_AT_TEN, timeZone: 'Taipei Standard Time' };
      const put = await must(world, 200, ['PUT', id.toUpperCase(), { properties: changed }]);
      assert.deepEqual([put.name, put.properties.timeZone], ['Nightly', 'Taipei Standard Time']);

      const machine = await makeMachine(world, 'web', [imageContent(1)]);
      await discover(world, vault);
      const item = itemIdOf(vault, 'web');
      await must(world, 202, ['PUT', item, protectBody(vault, machine, 'nightly')]);
      assert.equal((await propertiesOf(world, id)).protectedItemsCount, 1);
      assert.equal((await propertiesOf(world, item)).policyName, 'Nightly');
      const used = await world.arm('DELETE', id);
      assert.deepEqual([used.status, used.body.error.code], [400, 'BMSUserErrorPolicyInUse']);
      await must(world, 202, ['PUT', item, protectBody(vault, machine, 'DefaultPolicy')]);
      await must(world, 200, ['DELETE', id]);
      await must(world, 204, ['DELETE', id]);
      assert.equal((await world.arm('GET', id)).status, 404);
    });

    for (const [what, change, code] of [
      ['a time zone that is unknown', { timeZone: 'Middle Earth Standard Time' }, 'UnknownTimeZone'],
      ['snapshots for too long', { instantRpRetentionRangeInDays: 6 }, 'InstantRestoreDays'],
      ['a run at a quarter', JSON.parse(JSON.stringify(DAILY_AT_TEN).replaceAll('T22:00', 'T22:15')), 'ScheduleTime'],
      [
        'no daily retention',
        { retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy' } },
        'DailyRetentionRequired',
      ],
      ['too few days', JSON.parse(JSON.stringify(DAILY_AT_TEN).replace('"count":30', '"count":6')), 'CountOutOfRange'],
      [
        'a weekly schedule with daily retention',
        {
          schedulePolicy: {
            ...DAILY_AT_TEN.schedulePolicy,
            scheduleRunFrequency: 'Weekly',
            scheduleRunDays: ['Monday'],
          },
        },
        'DailyRetentionForbidden',
      ],
      [
        'another kind of schedule',
        { schedulePolicy: { schedulePolicyType: 'LogSchedulePolicy', scheduleFrequencyInMins: 60 } },
        'InvalidPolicyMember',
      ],
      [
        "a retention time that is not the schedule's",
        { schedulePolicy: { ...DAILY_AT_TEN.schedulePolicy, scheduleRunTimes: ['2024-01-01T21:00:00Z'] } },
        'RetentionTime',
      ],
    ] as const) {
      it(`with ${what} are refused, and nothing is stored`, async () => {
        const id = `${vault}/backupPolicies/Nightly`;
        const { status, body } = await world.arm('PUT', id, { properties: { ...DAILY_AT_TEN, ...change } });
        assert.deepEqual([status, body.error.code], [400, 'BMSUserErrorInvalidPolicyInput']);
        assert.equal(
          body.error.message,
          'Input for create or update policy is not in proper format\r\nPlease check format of parameters like schedule time, schedule days, retention time and retention days',
        );
        const codes = body.error.details.map((detail: { code: string }) => detail.code);
        assert.ok(codes.includes(code), codes.join());
        for (const { message, target } of body.error.details) assert.ok(message.length > 5 && target.length > 3);
        assert.equal((await world.arm('GET', id)).status, 404);
      });
    }

    it('with a bad name are refused', async () => {
      for (const name of ['ab', '1st', 'no spaces'].map(encodeURIComponent)) {
        const { status, body } = await world.arm('PUT', `${vault}/backupPolicies/${name}`, {
          properties: DAILY_AT_TEN,
        });
        assert.deepEqual([status, body.error.code], [400, 'BMSUserErrorInvalidPolicyInput'], name);
        assert.equal(body.error.details[0].target, 'name');
      }
    });
  });

  describe('discovery and protection', () => {
    let vault: string;
    const protectable = async () => (await must(world, 200, ['GET', `${vault}/backupProtectableItems`])).value;

    beforeEach(async () => {
      await makeGroup(world);
      vault = await makeVault(world, 'home-vault');
    });

    it('shows a machine after a refresh, until it is protected', async () => {
      const machine = await makeMachine(world, 'Web', [imageContent(1)]);
      assert.deepEqual(await protectable(), []);

      const filter = '$filter=backupManagementType%20eq%20%27AzureIaasVM%27';
      const refresh = await world.arm('POST', `${vault}/backupFabrics/Azure/refreshContainers?${filter}`);
      assert.deepEqual([refresh.status, refresh.body], [202, undefined]);
      assert.match(String(refresh.headers['azure-asyncoperation']), /\/backupFabrics\/Azure\/operationsStatus\//);
      assert.match(String(refresh.headers.location), /\/backupFabrics\/Azure\/operationResults\//);
      assert.equal((await world.follow(refresh.headers.location)).status, 204);
      assert.equal((await world.follow(refresh.headers['azure-asyncoperation'])).body.status, 'Succeeded');

      const name = 'iaasvmcontainerv2;lab;Web';
      assert.deepEqual(await protectable(), [
        {
          id: `${vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${name}/protectableItems/vm;${name}`,
          name,
          type: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectableItems',
          properties: {
            virtualMachineId: machine,
            virtualMachineVersion: 'Compute',
            resourceGroup: 'lab',
            backupManagementType: 'AzureIaasVM',
            protectableItemType: 'Microsoft.Compute/virtualMachines',
            friendlyName: 'Web',
            protectionState: 'NotProtected',
          },
        },
      ]);
      await must(world, 202, ['PUT', itemIdOf(vault, 'Web'), protectBody(vault, machine)]);
      assert.deepEqual(await protectable(), []);
      await discover(world, vault);
      assert.deepEqual(await protectable(), []);
    });

    it('is answered with 202; the operation is found on three routes and names its job', async () => {
      const machine = await makeMachine(world, 'web', [imageContent(1)]);
      await discover(world, vault);
      const item = itemIdOf(vault, 'web');
      const container = item.slice(item.indexOf('/protectionContainers/'), item.indexOf('/protectedItems/'));
      // As clients send it: lower-case types, and semicolons percent-encoded.
      const asked = item
        .replace(container, container.replace('IaasVMContainer', 'iaasvmcontainer'))
        .replace('/VM;', '/vm;')
        .replaceAll(';', '%3B');
      const put = await world.arm('PUT', asked, protectBody(vault, machine));
      assert.deepEqual([put.status, put.body, put.headers['retry-after']], [202, undefined, '0']);
      const operation = new URL(String(put.headers['azure-asyncoperation'])).pathname.split('/').at(-1);
      const jobs = new Set<string>();
      for (const route of [
        `${asked}/operationsStatus`,
        `${vault}/backupOperations`,
        `${vault}/backupFabrics/Azure/operationsStatus`,
      ]) {
        const body = await must(world, 200, ['GET', `${route}/${operation}`]);
        assert.deepEqual([body.name, body.status], [operation, 'Succeeded']);
        assert.deepEqual([body.startTime, body.endTime], ['2026-10-12T12:00:00Z', '2026-10-12T12:00:00Z']);
        assert.equal(body.properties.objectType, 'OperationStatusJobExtendedInfo');
        jobs.add(body.properties.jobId);
      }
      assert.equal(jobs.size, 1);
      for (const route of [`${asked}/operationResults`, `${vault}/backupOperationResults`]) {
        const body = await must(world, 200, ['GET', `${route}/${operation}`]);
        assert.equal(body.id, item);
        assert.equal(body.properties.extendedInfo.recoveryPointCount, 0);
      }
      const job = await must(world, 200, ['GET', `${vault}/backupJobs/${[...jobs][0]}`]);
      assert.deepEqual(
        [job.properties.operation, job.properties.status, job.properties.extendedInfo.tasksList],
        ['ConfigureBackup', 'Completed', []],
      );
      assert.deepEqual(job.properties.extendedInfo.propertyBag, { 'VM Name': 'web', 'Policy Name': 'DefaultPolicy' });
      assert.equal('actionsInfo' in job.properties, false);
    });

    it('makes no point: the item waits for its first backup, then is Protected', async () => {
      const { item, machine } = await makeProtected(world, 'web');
      const pending = await propertiesOf(world, item);
      assert.deepEqual(
        [pending.protectionState, pending.protectionStatus, pending.healthStatus, pending.lastBackupStatus],
        ['IRPending', 'Healthy', 'Passed', ''],
      );
      assert.equal(pending.lastBackupTime, '2001-01-01T00:00:00Z');
      assert.deepEqual(await pointsOf(world, item), []);

      world.clock.advance(HOUR);
      await backedUp(world, item);
      const done = await must(world, 200, ['GET', `${item}?$filter=expand eq 'extendedInfo'`]);
      const { properties } = done;
      assert.deepEqual([done.id, done.name], [item, 'VM;iaasvmcontainerv2;lab;web']);
      assert.deepEqual(
        [properties.protectionState, properties.lastBackupStatus, properties.lastBackupTime],
        ['Protected', 'Completed', '2026-10-12T13:00:00Z'],
      );
      assert.equal(properties.lastRecoveryPoint, '2026-10-12T13:00:00Z');
      assert.deepEqual(properties.healthDetails[0].code, 400239);
      assert.deepEqual(properties.extendedInfo, {
        oldestRecoveryPoint: '2026-10-12T13:00:00Z',
        oldestRecoveryPointInVault: '2026-10-12T13:00:00Z',
        recoveryPointCount: 1,
        policyInconsistent: false,
      });
      assert.deepEqual([properties.sourceResourceId, properties.virtualMachineId], [machine, machine]);
      assert.equal(properties.containerName, 'iaasvmcontainerv2;lab;web');
      assert.equal('extendedInfo' in (await propertiesOf(world, item)), false);
    });

    it('SPEC §1.12: a key of a filter that is not known is ignored (assumed)', async () => {
      await makeProtected(world, 'web');
      for (const list of ['backupProtectedItems', 'backupProtectionContainers', 'backupJobs', 'backupPolicies']) {
        const whole = (await must(world, 200, ['GET', `${vault}/${list}`])).value;
        const { value } = await must(world, 200, ['GET', `${vault}/${list}?$filter=moonPhase eq 'full'`]);
        assert.ok(value.length > 0, list);
        assert.deepEqual(value, whole, list);
      }
    });

    it('lists items and containers by the filters that clients send, in both encodings', async () => {
      await makeProtected(world, 'web');
      await makeProtected(world, 'db', { contents: [imageContent(2)] });
      const names = async (list: string, filter: string) => {
        const { value } = await must(world, 200, ['GET', `${vault}/${list}?${filter}`]);
        return value.map((row: { properties: { friendlyName: string } }) => row.properties.friendlyName);
      };
      for (const [filter, expected] of [
        ["$filter=backupManagementType eq 'AzureIaasVM' and itemType eq 'VM'", ['web', 'db']],
        ['%24filter=backupManagementType+eq+%27AzureIaasVM%27+and+friendlyName+eq+%27DB%27', ['db']],
        ['$filter=policyName%20eq%20%27defaultpolicy%27', ['web', 'db']],
        ["$filter=policyName eq 'Other'", []],
        ["$filter=backupManagementType eq 'AzureWorkload'", []],
        ["$filter=somethingElse eq 'x'", ['web', 'db']],
      ] as const) {
        assert.deepEqual(await names('backupProtectedItems', filter), expected, filter);
      }
      const filter =
        "$filter=backupManagementType eq 'AzureIaasVM' and friendlyName eq 'web' and status eq 'Registered'";
      assert.deepEqual(await names('backupProtectionContainers', filter), ['web']);
      assert.deepEqual(await names('backupProtectionContainers', "$filter=status eq 'SoftDeleted'"), []);
      const bad = await world.arm('GET', `${vault}/backupProtectedItems?$filter=friendlyName like 'w'`);
      assert.deepEqual([bad.status, bad.body.error.code], [400, 'BMSUserErrorInvalidFilter']);
    });
  });

  describe('pages', () => {
    it('are as large as asked, each with a link to the next that keeps the query', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) {
        await must(world, 201, ['PUT', `${world.subscription}/resourceGroups/${name}`, { location: 'local' }]);
      }
      const first = await must(world, 200, ['GET', `${world.subscription}/resourceGroups?$top=2&$filter=x eq 'y'`]);
      const names: string[] = first.value.map((group: { name: string }) => group.name);
      let link: string | undefined = first.nextLink;
      assert.match(String(link), /^http:\/\/localhost:80\/subscriptions\/.*\$filter=x(\+|%20)eq(\+|%20)%27y%27/);
      for (; link !== undefined; ) {
        const { status, body } = await world.follow(link);
        assert.equal(status, 200);
        assert.ok(body.value.length <= 2);
        names.push(...body.value.map((group: { name: string }) => group.name));
        link = body.nextLink;
      }
      assert.deepEqual(names, ['a', 'b', 'c', 'd', 'e']);
      for (const bad of ['$top=x', '$skipToken=-1', '$skipToken=abc', '$skipToken=']) {
        const { status, body } = await world.arm('GET', `${world.subscription}/resourceGroups?${bad}`);
        assert.deepEqual([status, body.error.code], [400, 'InvalidRequestContent'], bad);
      }
    });
  });

  describe('on-demand backup', () => {
    let item: string;
    let vault: string;
    beforeEach(async () => {
      ({ item, vault } = await makeProtected(world, 'web', { contents: [imageContent(1), imageContent(2)] }));
    });

    it('is answered with 202; its job tells what it does and, at the end, what it did', async () => {
      world.pool.hold();
      const expiry = '2026-11-12T00:00:00.000Z';
      const answer = await world.arm('POST', `${item}/backup`, {
        properties: { objectType: 'IaasVMBackupRequest', recoveryPointExpiryTimeInUTC: expiry },
      });
      assert.deepEqual([answer.status, answer.body], [202, undefined]);
      const job = await jobOf(world, item, answer.headers['azure-asyncoperation']);
      assert.equal((await world.follow(answer.headers.location)).status, 204);
      await waitFor('the reading', () => world.pool.waiting === 2);

      world.clock.advance(90_000);
      const running = await must(world, 200, ['GET', job]);
      assert.deepEqual([running.type, running.id], ['Microsoft.RecoveryServices/vaults/backupJobs', job]);
      const { extendedInfo, ...now } = running.properties;
      assert.deepEqual(now, {
        jobType: 'AzureIaaSVMJob',
        actionsInfo: ['Cancellable'],
        containerName: 'iaasvmcontainerv2;lab;web',
        duration: 'PT1M30S',
        virtualMachineVersion: 'Compute',
        entityFriendlyName: 'web',
        backupManagementType: 'AzureIaasVM',
        operation: 'Backup',
        status: 'InProgress',
        startTime: '2026-10-12T12:00:00Z',
        activityId: now.activityId,
      });
      const tasks = extendedInfo.tasksList.map((task: { taskId: string; status: string }) => [
        task.taskId,
        task.status,
      ]);
      assert.deepEqual(tasks, [
        ['Take Snapshot', 'Completed'],
        ['Transfer data to vault', 'InProgress'],
      ]);
      assert.equal(extendedInfo.tasksList[1].endTime, '0001-01-01T00:00:00');
      assert.equal(extendedInfo.tasksList[1].duration, 'PT1M30S');
      assert.equal(extendedInfo.propertyBag['Recovery Point Expiry Time in UTC'], '11/12/2026 12:00:00 AM');

      world.pool.release();
      const done = await ended(world, job);
      assert.deepEqual([done.status, done.endTime, done.duration], ['Completed', '2026-10-12T12:01:30Z', 'PT1M30S']);
      assert.deepEqual(done.extendedInfo.propertyBag, {
        'VM Name': 'web',
        'Recovery Point Expiry Time in UTC': '11/12/2026 12:00:00 AM',
        'Backup Size': '1 MB',
      });
      for (const task of done.extendedInfo.tasksList) assert.equal(task.status, 'Completed');
      const statistics = await statisticsOf(world, job);
      assert.deepEqual(
        [statistics.phase, statistics.totalBytes, statistics.readBytes],
        ['Done', 2 * 1024 * 1024, 2 * 1024 * 1024],
      );
      assert.deepEqual(
        statistics.phases.map((phase: { phase: string }) => phase.phase),
        ['Queued', 'Prepare', 'Read and store', 'Commit', 'Done'],
      );
      for (const phase of statistics.phases) assert.equal(typeof phase.endTime, 'number', phase.phase);
      const [point] = await pointsOf(world, item);
      assert.equal(point.properties.recoveryPointProperties.expiryTime, '2026-11-12T00:00:00.0000000');
      assert.equal(point.properties.recoveryPointProperties.ruleName, 'On-Demand');
    });

    it('is kept for 30 days when nobody says otherwise', async () => {
      await backedUp(world, item);
      const [point] = await pointsOf(world, item);
      assert.equal(Date.parse(point.properties.recoveryPointProperties.expiryTime), START + 30 * DAY);
    });

    it('must be kept until a moment in the future, and not for ever', async () => {
      for (const [until, reason] of [
        ['2026-10-12T11:59:59Z', 'The date until which to keep the backup must be in the future.'],
        ['2026-10-12T12:00:00Z', 'The date until which to keep the backup must be in the future.'],
        ['2126-01-01T00:00:00Z', 'A backup can be kept for at most 99 years.'],
      ] as const) {
        const properties = { objectType: 'IaasVMBackupRequest', recoveryPointExpiryTimeInUTC: until };
        const { status, body } = await world.arm('POST', `${item}/backup`, { properties });
        assert.deepEqual([status, body.error.code], [400, 'LocalRetainUntilInvalid']);
        assert.equal(body.error.message, `The backup of web was not started. ${reason}`);
      }
      const { value } = await must(world, 200, ['GET', `${vault}/backupJobs?$filter=operation eq 'Backup'`]);
      assert.deepEqual(value, []);
    });

    it('§2.11 asked for while one runs is a job that fails, and the one that runs completes', async () => {
      world.pool.hold();
      const first = await backup(world, item);
      const second = await ended(world, await backup(world, item));
      assert.equal(second.status, 'Failed');
      assert.deepEqual(
        [second.errorDetails[0].errorTitle, second.errorDetails[0].errorString],
        [
          'UserErrorBackupOperationInProgress',
          'Unable to initiate backup as another backup operation is currently in progress',
        ],
      );
      world.pool.release();
      assert.equal((await ended(world, first)).status, 'Completed');
      assert.equal((await propertiesOf(world, item)).lastBackupStatus, 'Completed');
      assert.equal((await pointsOf(world, item)).length, 1);
    });

    it('can be cancelled: no point, and the item stays as it was', async () => {
      const before = await propertiesOf(world, item);
      world.pool.hold();
      const job = await backup(world, item);
      await waitFor('the reading', () => world.pool.waiting === 2);
      const cancel = await world.arm('POST', `${job}/cancel`);
      assert.equal(cancel.status, 202);
      assert.match(String(cancel.headers.location), new RegExp(`${job}/operationResults/`));
      assert.equal((await world.follow(cancel.headers.location)).status, 204);
      assert.equal((await propertiesOf(world, job)).status, 'Cancelling');
      world.pool.release();
      const done = await ended(world, job);
      assert.deepEqual([done.status, 'errorDetails' in done], ['Cancelled', false]);
      assert.equal(done.extendedInfo.tasksList[1].status, 'Cancelled');
      assert.deepEqual(await pointsOf(world, item), []);
      assert.deepEqual(await propertiesOf(world, item), before);
      const { log } = await statisticsOf(world, job);
      assert.match(log.at(-1).text, /^The job was cancelled at \d+ %\.$/);

      const late = await world.arm('POST', `${job}/cancel`);
      assert.deepEqual([late.status, late.body.error.code], [400, 'JobNotCancellable']);
      await backedUp(world, item);
      assert.equal((await verified(world)).ok, true);
    });

    it('waits when two others run, and can be cancelled while it waits', async () => {
      const others = [];
      for (const [i, name] of ['two', 'three'].entries()) {
        others.push((await makeProtected(world, name, { contents: [imageContent(5 + i)] })).item);
      }
      world.pool.hold();
      const first = await backup(world, item);
      const second = await backup(world, others[0] ?? '');
      const third = await backup(world, others[1] ?? '');
      await waitFor('the first to read', () => world.pool.waiting > 0);
      assert.equal((await statisticsOf(world, third)).phase, 'Queued');
      await must(world, 202, ['POST', `${third}/cancel`]);
      assert.equal((await ended(world, third)).status, 'Cancelled');
      world.pool.release();
      for (const job of [first, second]) assert.equal((await ended(world, job)).status, 'Completed');
    });

    it('of a configuration cannot be cancelled', async () => {
      const { value } = await must(world, 200, ['GET', `${vault}/backupJobs`]);
      const { status, body } = await world.arm('POST', `${value[0].id}/cancel`);
      assert.deepEqual([status, body.error.code], [400, 'CancellationNotSupported']);
    });
  });

  describe('jobs', () => {
    it('are listed newest first, without details, by the filters that clients send', async () => {
      const { item, vault } = await makeProtected(world, 'web');
      world.clock.advance(HOUR);
      await backedUp(world, item);
      world.clock.advance(HOUR);
      await backedUp(world, item);
      const starts = async (filter: string) => {
        const { value } = await must(world, 200, ['GET', `${vault}/backupJobs?$filter=${encodeURIComponent(filter)}`]);
        for (const job of value) assert.equal('extendedInfo' in job.properties, false);
        return value.map((job: { properties: { startTime: string } }) => job.properties.startTime.slice(11, 16));
      };
      assert.deepEqual(await starts(''), ['14:00', '13:00', '12:00']);
      assert.deepEqual(await starts("operation eq 'backup' and status eq 'COMPLETED'"), ['14:00', '13:00']);
      assert.deepEqual(await starts("status eq 'InProgress'"), []);
      assert.deepEqual(await starts("startTime eq '2026-10-12 01:00:00 PM'"), ['14:00', '13:00']);
      assert.deepEqual(await starts("endTime eq '2026-10-12 01:00:00 PM'"), ['13:00', '12:00']);
      assert.deepEqual(await starts("startTime eq '2026-10-12 13:00:00' and endTime eq '2026-10-12 13:00:00'"), [
        '13:00',
      ]);
      assert.deepEqual(await starts("entityFriendlyName eq 'WEB' and operation eq 'ConfigureBackup'"), ['12:00']);
      const { value } = await must(world, 200, ['GET', `${vault}/backupJobs`]);
      assert.deepEqual(await starts(`jobId eq '${value[1].name}'`), ['13:00']);
      for (const bad of ["startTime eq 'yesterday'", "status like 'x'"]) {
        const answer = await world.arm('GET', `${vault}/backupJobs?$filter=${encodeURIComponent(bad)}`);
        assert.deepEqual([answer.status, answer.body.error.code], [400, 'BMSUserErrorInvalidFilter'], bad);
      }
    });

    it('and operations of another vault are not found', async () => {
      const { item, vault } = await makeProtected(world, 'web');
      const job = await backedUp(world, item);
      const other = await makeVault(world, 'other-vault');
      assert.equal((await world.arm('GET', job.replace(vault, other))).status, 404);
      const made = await world.arm('PUT', other, { location: 'local' });
      const { pathname } = new URL(String(made.headers['azure-asyncoperation']));
      assert.equal((await world.arm('GET', pathname.replace(other, vault))).status, 404);
    });
  });

  describe('recovery points', () => {
    it('are listed newest first, within a window, and found by name', async () => {
      const { item } = await makeProtected(world, 'web', { contents: [imageContent(1), imageContent(2)] });
      for (let i = 0; i < 3; i++) {
        await backedUp(world, item);
        world.clock.advance(HOUR);
      }
      const points = await pointsOf(world, item);
      const times = (rows: typeof points) =>
        rows.map((row: { properties: { recoveryPointTime: string } }) =>
          row.properties.recoveryPointTime.slice(11, 13),
        );
      assert.deepEqual(times(points), ['14', '13', '12']);
      const window = async (filter: string) => {
        const { value } = await must(world, 200, [
          'GET',
          `${item}/recoveryPoints?$filter=${encodeURIComponent(filter)}`,
        ]);
        return times(value);
      };
      assert.deepEqual(await window("startDate eq '2026-10-12 12:30:00 PM' and endDate eq '2026-10-12 01:30:00 PM'"), [
        '13',
      ]);
      assert.deepEqual(await window("startDate eq '2026-10-12 01:00:00 PM'"), ['14', '13']);
      const [newest] = points;
      assert.match(newest.name, /^[1-9]\d+$/);
      const point = await must(world, 200, ['GET', `${item}/recoveryPoints/${newest.name}`]);
      assert.deepEqual(point, newest);
      const { properties } = point;
      assert.deepEqual(
        [properties.objectType, properties.recoveryPointType, properties.osType, properties.isManagedVirtualMachine],
        ['IaasVMRecoveryPoint', 'CrashConsistent', 'Linux', true],
      );
      assert.equal('recoveryPointDiskConfiguration' in properties, false, 'all disks, nothing was chosen');
      const missing = await world.arm('GET', `${item}/recoveryPoints/123`);
      assert.deepEqual([missing.status, missing.body.error.code], [404, 'ResourceNotFound']);
      const elsewhere = item.replace('/Azure/', '/Other/');
      assert.equal((await world.arm('GET', `${elsewhere}/recoveryPoints`)).status, 404);
    });
  });

  describe('restore', () => {
    const contents = [imageContent(1), imageContent(2, 3 * 1024 * 1024 + 512)];
    let item: string;
    let vault: string;
    let point: string;
    let target: string;
    beforeEach(async () => {
      ({ item, vault } = await makeProtected(world, 'web', { contents }));
      await backedUp(world, item);
      point = (await pointsOf(world, item))[0].name;
      target = await makeTarget(world, join(world.folder, 'restored'));
    });

    it('writes every disk byte for byte; its job has the id of its operation', async () => {
      const started = await world.arm('POST', `${item}/recoveryPoints/${point}/restore`, restoreBody(target));
      assert.equal(started.status, 202);
      const operation = await waitFor('the operation', async () => {
        const { body } = await world.follow(started.headers['azure-asyncoperation']);
        return body.status === 'Succeeded' && body;
      });
      assert.equal(operation.properties.jobId, operation.name);
      assert.equal((await world.follow(started.headers.location)).status, 204);
      const job = `${vault}/backupJobs/${operation.name}`;
      const { status, extendedInfo, operation: kind } = await ended(world, job);
      assert.deepEqual([kind, status], ['Restore', 'Completed']);
      assert.deepEqual(
        [extendedInfo.propertyBag['Job Type'], extendedInfo.propertyBag['Recovery point time ']],
        ['Recover disks', '10/12/2026 12:00:00 PM'],
      );
      assert.equal(extendedInfo.tasksList[0].taskExecutionDetails, '4 MB / 4 MB Transferred');
      const { files } = await statisticsOf(world, job);
      for (const [i, file] of files.entries()) {
        assert.equal(sha256(readFileSync(file.path)), sha256(contents[i] ?? Buffer.alloc(0)), file.path);
        assert.equal(file.sizeBytes, contents[i]?.length);
      }
      assert.equal(files.length, 2);
    });

    it('never overwrites: each goes to a folder of its own', async () => {
      const expected = contents.map(sha256);
      assert.deepEqual(await restoredHashes(world, item, point), expected);
      assert.deepEqual(await restoredHashes(world, item, point), expected);
      assert.equal(readdirSync(join(world.folder, 'restored')).length, 2);
    });

    it('of the OS disk alone leaves the others', async () => {
      const body = restoreBody(target, { restoreDiskLunList: [] });
      const started = await world.arm('POST', `${item}/recoveryPoints/${point}/restore`, body);
      await waitFor('the operation', async () => {
        return (await world.follow(started.headers['azure-asyncoperation'])).body.status === 'Succeeded';
      });
      const job = await jobOf(world, item, started.headers['azure-asyncoperation']);
      await ended(world, job);
      const { files } = await statisticsOf(world, job);
      assert.deepEqual(
        files.map((file: { disk: string }) => file.disk),
        ['web-os'],
      );
    });

    it('can be cancelled: no file stays that could be taken for a disk', async () => {
      world.pool.hold();
      const started = await world.arm('POST', `${item}/recoveryPoints/${point}/restore`, restoreBody(target));
      await waitFor('the restore to write', () => world.pool.waiting > 0);
      const job = await jobOf(world, item, started.headers['azure-asyncoperation']);
      await must(world, 202, ['POST', `${job}/cancel`]);
      world.pool.release();
      assert.equal((await ended(world, job)).status, 'Cancelled');
      const left = readdirSync(join(world.folder, 'restored'), { recursive: true, encoding: 'utf8' });
      assert.deepEqual(
        left.filter((name) => name.endsWith('.raw')),
        [],
      );
    });

    it('while a backup runs is refused, and a backup while it runs', async () => {
      world.pool.hold();
      const running = await backup(world, item);
      const refused = await world.arm('POST', `${item}/recoveryPoints/${point}/restore`, restoreBody(target));
      const operation = await waitFor('the end of the operation', async () => {
        const { body } = await world.follow(refused.headers['azure-asyncoperation']);
        return body.status !== 'InProgress' && body;
      });
      assert.deepEqual([operation.status, operation.error.code], ['Failed', 'BMSUserErrorObjectLocked']);
      world.pool.release();
      assert.equal((await ended(world, running)).status, 'Completed');
    });

    it('of another kind is refused with NotImplemented', async () => {
      const body = restoreBody(target, { objectType: 'AzureWorkloadSQLRestoreRequest' });
      const answer = await world.arm('POST', `${item}/recoveryPoints/${point}/restore`, body);
      assert.deepEqual([answer.status, answer.body.error.code], [501, 'NotImplemented']);
    });

    it('goes on when the machine and its images are gone', async () => {
      const { virtualMachineId } = await propertiesOf(world, item);
      await must(world, 202, ['DELETE', virtualMachineId]);
      assert.ok(existsSync(join(world.folder, 'images')));
      assert.deepEqual(await restoredHashes(world, item, point), contents.map(sha256));
      const { protectionStatus, healthStatus } = await propertiesOf(world, item);
      assert.deepEqual([protectionStatus, healthStatus], ['Unhealthy', 'ActionRequired']);
    });
  });
});
