import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, EngineWorld, HOUR } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import {
  backedUp,
  backup,
  ended,
  imageContent,
  itemIdOf,
  jobOf,
  makeMachine,
  makeProtected,
  must,
  pointsOf,
  propertiesOf,
  protectBody,
  verified,
} from './life';

describe('the life of a protected item', () => {
  let world: EngineWorld;
  let vault: string;
  let machine: string;
  let item: string;

  beforeEach(async () => {
    world = await EngineWorld.create();
    ({ vault, machine, item } = await makeProtected(world, 'web', { contents: [imageContent(1), imageContent(2)] }));
  });
  afterEach(() => world.close());

  const stopBody = (change: object = {}) => ({
    properties: {
      ...protectBody(vault, machine).properties,
      policyId: '',
      protectionState: 'ProtectionStopped',
      ...change,
    },
  });

  /** A change that must be accepted. @returns the job's properties once it has ended */
  async function changed(method: 'PUT' | 'DELETE', body?: unknown) {
    const answer = await world.arm(method, item, body);
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    const operation = await waitFor('the end of the operation', async () => {
      const { body: found } = await world.follow(answer.headers['azure-asyncoperation']);
      return found.status !== 'InProgress' && found;
    });
    assert.equal(operation.status, 'Succeeded', JSON.stringify(operation.error));
    return ended(world, await jobOf(world, item, answer.headers['azure-asyncoperation']));
  }

  async function refused(method: 'PUT' | 'DELETE' | 'POST', path: string, body?: unknown) {
    const answer = await world.arm(method, path, body);
    return [answer.status, answer.body?.error?.code];
  }

  const resume = async () => changed('PUT', protectBody(vault, machine));
  const selection = (luns: readonly number[] | undefined, isInclusionList = true) => ({
    properties: {
      ...protectBody(vault, machine).properties,
      extendedProperties: {
        diskExclusionProperties: luns === undefined ? null : { diskLunList: luns, isInclusionList },
      },
    },
  });

  async function newest() {
    await backedUp(world, item);
    world.clock.advance(1000);
    const [point] = await pointsOf(world, item);
    return (await must(world, 200, ['GET', `${item}/recoveryPoints/${point.name}`])).properties;
  }

  const container = () => item.slice(0, item.indexOf('/protectedItems/'));
  const registration = async (version = '2024-04-01') =>
    (await propertiesOf(world, `${container()}?api-version=${version}`)).registrationStatus;

  describe('§2.13 stop and retain', () => {
    it('keeps every point and runs no backup, until it is resumed', async () => {
      await backedUp(world, item);
      const { operation, status, extendedInfo, actionsInfo } = await changed('PUT', stopBody());
      assert.deepEqual([operation, status, actionsInfo], ['DisableBackup', 'Completed', undefined]);
      assert.deepEqual(extendedInfo, { tasksList: [], propertyBag: { 'VM Name': 'web', 'Policy Name': '' } });
      const stopped = await propertiesOf(world, item);
      assert.deepEqual([stopped.protectionState, stopped.policyId, stopped.policyName], ['ProtectionStopped', '', '']);
      world.clock.sleepUntil(world.clock.time + 400 * DAY);
      assert.equal((await pointsOf(world, item)).length, 1, 'kept indefinitely');
      assert.deepEqual(await refused('POST', `${item}/backup`), [409, 'LocalBackupNotAllowed']);

      assert.equal((await resume()).operation, 'ConfigureBackup');
      const resumed = await propertiesOf(world, item);
      assert.deepEqual([resumed.protectionState, resumed.policyName], ['Protected', 'DefaultPolicy']);
    });

    it('§4 resumes to IRPending while there is no point', async () => {
      await changed('PUT', stopBody());
      await resume();
      assert.equal((await propertiesOf(world, item)).protectionState, 'IRPending');
    });

    it('leaves the policy free to be deleted, and the machine not free for another vault (§2.3)', async () => {
      await must(world, 200, [
        'PUT',
        `${vault}/backupPolicies/Other`,
        { properties: (await must(world, 200, ['GET', `${vault}/backupPolicies/DefaultPolicy`])).properties },
      ]);
      await changed('PUT', protectBody(vault, machine, 'Other'));
      assert.deepEqual(await refused('DELETE', `${vault}/backupPolicies/Other`), [400, 'BMSUserErrorPolicyInUse']);
      await changed('PUT', stopBody());
      await must(world, 200, ['DELETE', `${vault}/backupPolicies/Other`]);
      const { value } = await must(world, 200, ['GET', `${vault}/backupProtectableItems`]);
      assert.deepEqual(value, []);
    });
  });

  it('§1.7 suspending backups is refused in a vault that is not immutable, with the sentence of §9.1', async () => {
    const body = stopBody({ protectionState: 'BackupsSuspended', policyId: `${vault}/backupPolicies/DefaultPolicy` });
    const answer = await world.arm('PUT', item, body);
    assert.deepEqual([answer.status, answer.body.error.code], [400, 'UserErrorOperationDeniedOnImmutableItem']);
    assert.match(answer.body.error.message, /^The Vault and Bakcup Item is in Immutable state/);
    assert.equal((await propertiesOf(world, item)).protectionState, 'IRPending');
  });

  describe('§2.13 delete with soft delete', () => {
    it('keeps item and points for 14 days, marked on the wire, with links at the vault', async () => {
      await backedUp(world, item);
      const answer = await world.arm('DELETE', item);
      assert.equal(answer.status, 202);
      assert.match(String(answer.headers['azure-asyncoperation']), /home-vault\/backupOperations\/[^/]+\?/);
      assert.match(String(answer.headers.location), /home-vault\/backupOperationResults\/[^/]+\?/);
      assert.equal((await world.follow(answer.headers.location)).status, 204);
      const job = await ended(world, await jobOf(world, item, answer.headers['azure-asyncoperation']));
      assert.deepEqual([job.operation, job.status], ['DeleteBackupData', 'Completed']);
      assert.deepEqual(job.extendedInfo.propertyBag, { 'VM Name': 'web', 'Number of Recovery Points': '1' });

      world.clock.advance(HOUR + 1);
      const deleted = await propertiesOf(world, item);
      assert.deepEqual(
        [deleted.protectionState, deleted.isScheduledForDeferredDelete, deleted.softDeleteRetentionPeriod],
        ['ProtectionStopped', true, 14],
      );
      assert.equal(deleted.deferredDeleteTimeInUTC, '2026-10-12T12:00:00Z');
      assert.equal(deleted.deferredDeleteTimeRemaining, '13.22:59:59.9990000');
      assert.deepEqual([deleted.policyId, deleted.policyName], ['', '']);
      const containers = await must(world, 200, [
        'GET',
        `${vault}/backupDeletedProtectionContainers?$filter=backupManagementType eq 'AzureIaasVM'`,
      ]);
      assert.deepEqual(
        containers.value.map((c: { properties: object }) => c.properties),
        [
          {
            virtualMachineId: machine,
            virtualMachineVersion: 'Compute',
            resourceGroup: 'lab',
            friendlyName: 'web',
            backupManagementType: 'AzureIaasVM',
            registrationStatus: 'SoftDeleted',
            healthStatus: 'Healthy',
            containerType: 'Microsoft.Compute/virtualMachines',
            protectableObjectType: 'Microsoft.Compute/virtualMachines',
          },
        ],
      );
    });

    it('allows nothing but undelete (§2.14)', async () => {
      await changed('DELETE');
      const gone = [400, 'LocalItemSoftDeleted'];
      assert.deepEqual(await refused('DELETE', item), gone);
      assert.deepEqual(await refused('PUT', item, stopBody()), gone);
      assert.deepEqual(await refused('PUT', item, protectBody(vault, machine)), gone);
      assert.deepEqual(await refused('POST', `${item}/backup`), [409, 'LocalBackupNotAllowed']);
    });

    it('§2.14 is taken back by undelete with all points, then resumed', async () => {
      await backedUp(world, item);
      await changed('DELETE');
      const { operation, extendedInfo } = await changed('PUT', stopBody({ isRehydrate: true }));
      assert.equal(operation, 'Undelete');
      assert.deepEqual(extendedInfo, { tasksList: [], propertyBag: { 'VM Name': 'web', 'Undelete flag': 'True' } });
      const back = await propertiesOf(world, item);
      assert.deepEqual(
        [back.protectionState, back.softDeleteRetentionPeriod, 'isScheduledForDeferredDelete' in back],
        ['ProtectionStopped', 0, false],
      );
      assert.equal((await pointsOf(world, item)).length, 1);
      world.clock.sleepUntil(world.clock.time + 20 * DAY);
      assert.equal((await pointsOf(world, item)).length, 1, 'no day counts any more');
      assert.equal(await registration(), 'SoftDeleted', 'as recorded from 2023 on');
      assert.equal(await registration('2016-12-01'), 'Registered', 'as recorded before');
      await resume();
      assert.equal((await propertiesOf(world, item)).protectionState, 'Protected');
      assert.equal(await registration(), 'Registered');
    });

    it('undelete of what is not deleted is refused', async () => {
      const body = stopBody({ isRehydrate: true });
      assert.deepEqual(await refused('PUT', item, body), [400, 'LocalItemNotSoftDeleted']);
    });

    it('ends after its days: points, item and container are gone, the space can be swept', async () => {
      await backedUp(world, item);
      await changed('DELETE');
      world.clock.sleepUntil(world.clock.time + 14 * DAY - HOUR);
      assert.equal((await pointsOf(world, item)).length, 1);
      world.clock.sleepUntil(world.clock.time + 2 * HOUR);
      await waitFor('the removal', async () => (await world.arm('GET', item)).status === 404);
      const { value } = await must(world, 200, ['GET', `${vault}/backupProtectionContainers`]);
      assert.deepEqual(value, []);
      const report = await verified(world);
      assert.deepEqual([report.ok, report.vaults[0].points], [true, 0]);
      const jobs = await must(world, 200, ['GET', `${vault}/backupJobs?$filter=operation eq 'DeleteBackupData'`]);
      assert.deepEqual(
        jobs.value.map((job: { properties: { status: string } }) => job.properties.status),
        ['Completed', 'Completed'],
      );
    });

    it('§2.10 still holds its policy (the code is assumed)', async () => {
      await must(world, 200, [
        'PUT',
        `${vault}/backupPolicies/Other`,
        { properties: (await must(world, 200, ['GET', `${vault}/backupPolicies/DefaultPolicy`])).properties },
      ]);
      await changed('PUT', protectBody(vault, machine, 'Other'));
      await changed('DELETE');
      assert.deepEqual(await refused('DELETE', `${vault}/backupPolicies/Other`), [400, 'BMSUserErrorPolicyInUse']);
    });
  });

  it('§1.7 deleting an item that is not there is 204', async () => {
    assert.equal((await world.arm('DELETE', itemIdOf(vault, 'nobody'))).status, 204);
  });

  it('§2.13 delete without soft delete removes points, item and container at once', async () => {
    await backedUp(world, item);
    const off = { properties: { softDeleteFeatureState: 'Disabled', enhancedSecurityState: 'Disabled' } };
    await must(world, 200, ['PATCH', `${vault}/backupconfig/vaultconfig`, off]);
    const { status, extendedInfo } = await changed('DELETE');
    assert.equal(status, 'Completed');
    assert.equal(extendedInfo.propertyBag['Number of Recovery Points'], '1');
    assert.equal((await world.arm('GET', item)).status, 404);
    for (const list of ['backupProtectedItems', 'backupProtectionContainers', 'backupDeletedProtectionContainers'])
      assert.deepEqual((await must(world, 200, ['GET', `${vault}/${list}`])).value, [], list);
    const report = await verified(world);
    assert.deepEqual([report.ok, report.vaults[0].points], [true, 0]);
    assert.equal((await must(world, 200, ['GET', `${vault}/backupProtectableItems`])).value.length, 1);
  });

  describe('conflicting operations', () => {
    it('§9.1 while a backup runs are refused with BMSUserErrorObjectLocked', async () => {
      world.pool.hold();
      const job = await backup(world, item);
      for (const call of [
        ['PUT', stopBody()],
        ['DELETE', undefined],
        ['PUT', protectBody(vault, machine)],
      ] as const) {
        assert.deepEqual(await refused(call[0], item, call[1]), [409, 'BMSUserErrorObjectLocked']);
      }
      world.pool.release();
      assert.equal((await ended(world, job)).status, 'Completed');
      assert.equal((await propertiesOf(world, item)).protectionState, 'Protected');
    });

    it('wait for a backup that was cancelled already', async () => {
      world.pool.hold();
      const job = await backup(world, item);
      await waitFor('the reading', () => world.pool.waiting > 0);
      await must(world, 202, ['POST', `${job}/cancel`]);
      const stopping = changed('PUT', stopBody());
      world.pool.release();
      await stopping;
      assert.equal((await ended(world, job)).status, 'Cancelled');
      assert.equal((await propertiesOf(world, item)).protectionState, 'ProtectionStopped');
    });

    it('§2.21 none of these jobs can be cancelled', async () => {
      const answer = await world.arm('PUT', item, stopBody());
      const job = await jobOf(world, item, answer.headers['azure-asyncoperation']);
      const refusal = await world.arm('POST', `${job}/cancel`);
      assert.deepEqual([refusal.status, refusal.body.error.code], [400, 'CancellationNotSupported']);
      assert.match(refusal.body.error.message, /^Cancellation isn't supported for this job type/);
    });
  });

  describe('§2.20 disk selection', () => {
    it('leaves excluded disks unread, and the point and the job say so', async () => {
      const read = new Set<string>();
      world.pool.onRead = ({ path }) => read.add(path.split('/').at(-1) ?? '');
      await changed('PUT', selection([0], false));
      const { extendedProperties } = await propertiesOf(world, item);
      assert.deepEqual(extendedProperties, {
        diskExclusionProperties: { diskLunList: [0], isInclusionList: false },
      });
      const job = await ended(world, await backedUp(world, item));
      assert.equal(job.extendedInfo.propertyBag['Backed-up disk(s)'], 'web-os');
      assert.equal(job.extendedInfo.propertyBag['Excluded disk(s)'], 'web-data1');
      assert.deepEqual([...read], ['web-0.raw']);
      const [listed] = await pointsOf(world, item);
      assert.deepEqual(listed.properties.recoveryPointDiskConfiguration, {
        numberOfDisksIncludedInBackup: 1,
        numberOfDisksAttachedToVm: 2,
      });
      const point = await must(world, 200, ['GET', `${item}/recoveryPoints/${listed.name}`]);
      assert.deepEqual(point.properties.recoveryPointDiskConfiguration, {
        numberOfDisksIncludedInBackup: 1,
        numberOfDisksAttachedToVm: 2,
        includedDiskList: [{ lun: -1, name: 'web-os' }],
        excludedDiskList: [{ lun: 0, name: 'web-data1' }],
      });
    });

    it('excludes all data disks by an empty inclusion list, and is reset by null', async () => {
      await changed('PUT', selection([]));
      assert.equal((await newest()).recoveryPointDiskConfiguration.numberOfDisksIncludedInBackup, 1);
      await changed('PUT', protectBody(vault, machine));
      assert.equal((await newest()).recoveryPointDiskConfiguration.numberOfDisksIncludedInBackup, 1, 'kept');
      await changed('PUT', selection(undefined));
      assert.equal('recoveryPointDiskConfiguration' in (await newest()), false);
    });

    it('includes a disk that is attached later, unless there is an inclusion list', async () => {
      await makeMachine(world, 'web', [imageContent(1), imageContent(2), imageContent(3)]);
      await changed('PUT', selection([0], false));
      const excluded = (await newest()).recoveryPointDiskConfiguration;
      assert.deepEqual(
        excluded.includedDiskList.map(({ lun }: { lun: number }) => lun),
        [-1, 1],
      );
      await changed('PUT', selection([0]));
      const included = (await newest()).recoveryPointDiskConfiguration;
      assert.deepEqual(
        included.includedDiskList.map(({ lun }: { lun: number }) => lun),
        [-1, 0],
      );
    });

    it('of a LUN that no disk has is refused, and the answer names the LUNs there are', async () => {
      const answer = await world.arm('PUT', item, selection([0, 7]));
      assert.deepEqual([answer.status, answer.body.error.code], [400, 'LocalDiskLunUnknown']);
      assert.match(answer.body.error.message, /no data disk with LUN 7\..*: 0\./);
    });
  });

  it('§2.11 a tenth on-demand backup within 24 hours is refused', async () => {
    for (let i = 0; i < 9; i++) {
      await backedUp(world, item);
      world.clock.advance(HOUR / 4);
    }
    const answer = await world.arm('POST', `${item}/backup`, { properties: { objectType: 'IaasVMBackupRequest' } });
    assert.deepEqual([answer.status, answer.body.error.code], [409, 'LocalOnDemandLimit']);
    assert.match(answer.body.error.message, /already had 9 on-demand backups/);
  });

  describe('§2.22 a deleted machine', () => {
    it('leaves an item that says so; its next backup fails with 320001', async () => {
      await backedUp(world, item);
      await must(world, [200, 202, 204], ['DELETE', machine]);
      const { status, errorDetails } = await ended(world, await backup(world, item));
      assert.deepEqual([status, errorDetails[0].errorCode], ['Failed', 320001]);
      const old = await must(world, 200, ['GET', `${item}?api-version=2021-01-01`]);
      const { healthDetails, healthStatus, kpisHealths, protectionStatus } = old.properties;
      assert.deepEqual([healthStatus, protectionStatus], ['ActionRequired', 'Unhealthy']);
      assert.deepEqual([healthDetails[0].code, healthDetails[0].title], [400136, 'UserErrorVmNotFoundV2']);
      assert.equal(kpisHealths.BackupOperationStatusKPI.resourceHealthDetails[0].code, 320001);
      assert.equal('kpisHealths' in (await propertiesOf(world, item)), false, 'newer versions do not have it');
    });

    it('is stopped, deleted and undeleted like another', async () => {
      await backedUp(world, item);
      await must(world, [200, 202, 204], ['DELETE', machine]);
      await changed('PUT', stopBody());
      await changed('DELETE');
      await changed('PUT', stopBody({ isRehydrate: true }));
      assert.equal((await pointsOf(world, item)).length, 1);
    });
  });

  describe('§1.6 its container', () => {
    it('is read, and answers an inquiry at once', async () => {
      const found = await must(world, 200, ['GET', container()]);
      assert.deepEqual(
        [found.name, found.properties.registrationStatus],
        ['IaasVMContainer;iaasvmcontainerv2;lab;web', 'Registered'],
      );
      const inquiry = await world.arm('POST', `${container()}/inquire`);
      assert.equal(inquiry.status, 202);
      assert.equal((await world.follow(inquiry.headers.location)).status, 204);
      assert.equal((await world.follow(inquiry.headers['azure-asyncoperation'])).body.status, 'Succeeded');
      assert.deepEqual(await refused('PUT', container(), { properties: {} }), [501, 'NotImplemented']);
      assert.equal((await world.arm('GET', container().replace(';web', ';nobody'))).status, 404);
    });
  });

  it('whose removal was cut off by a kill is removed by the next start, and its job is completed', async () => {
    await backedUp(world, item);
    await changed('DELETE');
    await world.stop();
    world.edit((catalog) => {
      const record = catalog.items.get(item)!;
      const [job] = catalog.jobs.list({ where: { operation: 'DeleteBackupData' } });
      catalog.items.put({ ...record, removalJob: job!.id });
      catalog.jobs.put({ ...job!, status: 'InProgress', endTime: undefined });
    });
    await world.start();
    assert.equal((await world.arm('GET', item)).status, 404);
    const jobs = await must(world, 200, ['GET', `${vault}/backupJobs?$filter=operation eq 'DeleteBackupData'`]);
    assert.equal(jobs.value[0].properties.status, 'Completed');
    const report = await verified(world);
    assert.deepEqual([report.ok, report.vaults[0].points], [true, 0]);
    const folder = join(world.dataFolder, 'sites', 'local', 'vaults');
    assert.equal(readdirSync(folder).length, 1, 'the vault itself stays');
  });
});
