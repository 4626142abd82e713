import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import {
  backedUp,
  ended,
  imageContent,
  makeProtected,
  makeTarget,
  must,
  pointsOf,
  propertiesOf,
  restoreBody,
  sha256,
} from './life';

const CONTENTS = [imageContent(1), imageContent(2)];
const CHANGED = imageContent(9);

function hashOf(path: string): string {
  return sha256(readFileSync(path));
}

describe('§1.10 kinds of restore', () => {
  let world: EngineWorld;
  let vault: string;
  let machine: string;
  let item: string;
  let point: string;
  let target: string;

  beforeEach(async () => {
    world = await EngineWorld.create();
    ({ vault, machine, item } = await makeProtected(world, 'web', { contents: CONTENTS }));
    await backedUp(world, item);
    point = (await pointsOf(world, item))[0].name;
    target = await makeTarget(world, join(world.folder, 'restored'));
  });
  afterEach(() => world.close());

  const image = (i: number) => join(world.folder, 'images', `web-${i}.raw`);
  const kept = () => readdirSync(join(world.folder, 'images')).filter((name) => name.includes('.before-restore-'));
  const wanted = CONTENTS.map((content) => sha256(content));

  /** Starts a restore. @returns the operation once it has ended */
  async function operationOf(more: object) {
    const answer = await world.arm('POST', `${item}/recoveryPoints/${point}/restore`, restoreBody(target, more));
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return waitFor('the end of the operation', async () => {
      const { body } = await world.follow(answer.headers['azure-asyncoperation']);
      return body.status !== 'InProgress' && body;
    });
  }

  async function restored(more: object) {
    const operation = await operationOf(more);
    assert.equal(operation.status, 'Succeeded', JSON.stringify(operation.error));
    const job = await ended(world, `${vault}/backupJobs/${operation.properties.jobId}`);
    assert.equal(job.status, 'Completed', JSON.stringify(job.errorDetails));
    return job;
  }

  const newMachine = (name: string) => ({
    recoveryType: 'AlternateLocation',
    targetVirtualMachineId: `${world.group}/providers/Microsoft.Compute/virtualMachines/${name}`,
    targetResourceGroupId: world.group,
    virtualNetworkId: `${world.group}/providers/Microsoft.Network/virtualNetworks/net`,
  });

  /** What a validation says, by both of its ways. */
  async function validation(more: object) {
    const body = {
      id: `${item}/recoveryPoints/${point}`,
      properties: {
        objectType: 'ValidateIaasVMRestoreOperationRequest',
        restoreRequest: restoreBody(target, more).properties,
      },
    };
    const { validateOperationResponse } = await must(world, 200, ['POST', `${vault}/backupValidateOperation`, body]);
    const started = await world.arm('POST', `${vault}/backupTriggerValidateOperation`, body);
    assert.equal(started.status, 202);
    const status = await waitFor('the validation', async () => {
      const { body: found } = await world.follow(started.headers['azure-asyncoperation']);
      return found.status !== 'InProgress' && found;
    });
    assert.equal(status.properties.objectType, 'OperationStatusValidateOperationExtendedInfo');
    assert.deepEqual(status.properties.validateOperationResponse, validateOperationResponse);
    assert.deepEqual((await world.follow(started.headers.location)).body, { validateOperationResponse });
    return validateOperationResponse.validationResults.map(({ code }: { code: string }) => code);
  }

  describe('RestoreDisks', () => {
    it('writes a description and a template of what it restored, and the job names both', async () => {
      const { extendedInfo } = await restored({});
      const bag = extendedInfo.propertyBag;
      const config = JSON.parse(readFileSync(fileURLToPath(bag['Config Blob Uri']), 'utf8'));
      assert.deepEqual(
        config.disks.map(({ file }: { file: string }) => hashOf(file)),
        wanted,
      );
      const template = JSON.parse(readFileSync(fileURLToPath(bag['Template Blob Uri']), 'utf8'));
      assert.deepEqual(
        template.resources.map(({ type }: { type: string }) => type),
        ['Microsoft.Compute/disks', 'Microsoft.Compute/disks', 'Microsoft.Compute/virtualMachines'],
      );
      assert.equal(bag['Config Blob Container Name'], readdirSync(join(world.folder, 'restored'))[0]);
    });

    it('takes the folder of an identity-based request, and a request to rehydrate what lies in no archive', async () => {
      const identityBasedRestoreDetails = { targetStorageAccountId: target };
      const { extendedInfo } = await restored({ storageAccountId: undefined, identityBasedRestoreDetails });
      assert.equal(extendedInfo.propertyBag['Target Storage Account Name'], 'restoretarget');
      const info = { rehydrationRetentionDuration: 'P7D', rehydrationPriority: 'Standard' };
      await restored({ objectType: 'IaasVMRestoreWithRehydrationRequest', recoveryPointRehydrationInfo: info });
      assert.equal(readdirSync(join(world.folder, 'restored')).length, 2);
    });

    it('is validated in the vault that is asked, whatever group the body names', async () => {
      const { storageAccountId: _none, ...restoreRequest } = restoreBody(target).properties;
      const id = `${item}/recoveryPoints/${point}`.replace('/resourceGroups/lab/', '/resourceGroups/elsewhere/');
      const properties = { objectType: 'ValidateIaasVMRestoreOperationRequest', restoreRequest };
      const { validateOperationResponse } = await must(world, 200, [
        'POST',
        `${vault}/backupValidateOperation`,
        { id, properties },
      ]);
      assert.equal(validateOperationResponse.validationResults.length, 1, 'no storage account');
    });

    it('of an empty list of LUNs restores the OS disk alone; of an unknown LUN nothing', async () => {
      const { extendedInfo } = await restored({ restoreDiskLunList: [] });
      assert.equal(extendedInfo.propertyBag['Restored disk(s)'], 'web-os');
      assert.equal(extendedInfo.propertyBag['Backed-up disk(s)'], 'web-os; web-data1');
      const { status, error } = await operationOf({ restoreDiskLunList: [0, 5] });
      assert.deepEqual([status, error.code], ['Failed', 'LocalPointLunUnknown']);
      assert.deepEqual(await validation({ restoreDiskLunList: [5] }), ['LocalPointLunUnknown']);
      assert.deepEqual(await validation({}), []);
    });
  });

  describe('AlternateLocation', () => {
    it('makes a machine of the restored disks, which is backed up like any other', async () => {
      const job = await restored(newMachine('web-2'));
      assert.deepEqual(
        job.extendedInfo.tasksList.map(({ taskId, status }: { taskId: string; status: string }) => [taskId, status]),
        [
          ['Transfer data from vault', 'Completed'],
          ['Create the restored virtual machine', 'Completed'],
        ],
      );
      const bag = job.extendedInfo.propertyBag;
      assert.deepEqual(
        [
          bag['Job Type'],
          bag['Original VM Name'],
          bag['Target VM Name'],
          bag['Target VNet Name'],
          bag['Target resource group'],
        ],
        ['Recover VM to an alternate location', 'web', 'web-2', 'Group lab net', 'lab'],
      );
      assert.equal(job.extendedInfo.internalPropertyBag.restoreLocationType, 'AlternateLocation');
      const { storageProfile } = await propertiesOf(world, newMachine('web-2').targetVirtualMachineId);
      const hashes: string[] = [];
      for (const { managedDisk } of [storageProfile.osDisk, ...storageProfile.dataDisks]) {
        const { creationData } = await propertiesOf(world, managedDisk.id);
        hashes.push(hashOf(fileURLToPath(creationData.sourceUri)));
      }
      assert.deepEqual(hashes, wanted);
      assert.equal(storageProfile.dataDisks[0].lun, 0);
    });

    it('under a name that is taken, in a group that is not there, or without a name fails before anything is written', async () => {
      const elsewhere = newMachine('x').targetVirtualMachineId.replace('/lab/', '/nowhere/');
      for (const [more, code] of [
        [newMachine('web'), 'LocalRestoreNameTaken'],
        [{ ...newMachine('x'), targetVirtualMachineId: elsewhere }, 'ResourceGroupNotFound'],
        [{ recoveryType: 'AlternateLocation' }, 'LocalRestoreTargetMissing'],
      ] as const) {
        assert.deepEqual(await validation(more), [code]);
        const { status, error } = await operationOf(more);
        assert.deepEqual([status, error.code], ['Failed', code]);
      }
      assert.equal(existsSync(join(world.folder, 'restored')), false);
    });
  });

  describe('OriginalLocation', () => {
    const replace = { recoveryType: 'OriginalLocation' };

    it('replaces the disks of the machine and keeps the old ones beside them', async () => {
      writeFileSync(image(0), CHANGED);
      const { mode } = statSync(image(0));
      assert.deepEqual(await validation(replace), []);
      const job = await restored(replace);
      assert.deepEqual(
        job.extendedInfo.tasksList.map(({ taskId, status }: { taskId: string; status: string }) => [taskId, status]),
        [
          ['Transfer data from vault', 'Completed'],
          ['Update the virtual machine', 'Completed'],
        ],
      );
      assert.equal(job.extendedInfo.propertyBag['Job Type'], 'Replace disks');
      assert.deepEqual([hashOf(image(0)), hashOf(image(1))], wanted);
      assert.equal(statSync(image(0)).mode, mode);
      assert.deepEqual(kept().toSorted(), [
        'web-0.raw.before-restore-20261012T120000Z',
        'web-1.raw.before-restore-20261012T120000Z',
      ]);
      assert.equal(hashOf(join(world.folder, 'images', kept()[0] ?? '')), sha256(CHANGED));
      await backedUp(world, item);
    });

    it('names its machine once the disks are there', async () => {
      world.pool.hold();
      const { properties } = await operationOf(replace);
      const job = `${vault}/backupJobs/${properties.jobId}`;
      assert.equal((await propertiesOf(world, job)).extendedInfo.propertyBag['Target VM Name'], null);
      world.pool.release();
      assert.equal((await ended(world, job)).extendedInfo.propertyBag['Target VM Name'], 'web');
    });

    it('of the OS disk alone leaves the others', async () => {
      writeFileSync(image(0), CHANGED);
      writeFileSync(image(1), CHANGED);
      await restored({ ...replace, restoreDiskLunList: [] });
      assert.deepEqual([hashOf(image(0)), hashOf(image(1))], [wanted[0], sha256(CHANGED)]);
    });

    it('of a machine that is gone is refused (§2.19)', async () => {
      await must(world, [200, 202, 204], ['DELETE', machine]);
      assert.deepEqual(await validation(replace), ['UserErrorVmNotFoundV2']);
      assert.equal((await operationOf(replace)).error.code, 'UserErrorVmNotFoundV2');
    });

    it('is finished by the next start when a kill came between the two names of a disk', async () => {
      writeFileSync(image(0), CHANGED);
      const job = await restored(replace);
      assert.equal(job.status, 'Completed');
      await world.stop();
      const [first, second] = kept().toSorted();
      // As it was in between: the first disk has its new name already, the second has lost its own.
      const images = join(world.folder, 'images');
      let id = '';
      world.edit((catalog) => {
        const [record] = catalog.jobs.list({ where: { operation: 'Restore' } });
        id = record!.id;
        renameSync(image(1), record!.swaps![1]!.fresh);
        const tasks = record!.tasks.map((task, i) => (i === 1 ? { ...task, status: 'InProgress' as const } : task));
        catalog.jobs.put({ ...record!, status: 'InProgress', endTime: undefined, tasks });
      });
      assert.equal(existsSync(image(1)), false);
      await world.start();
      assert.deepEqual([hashOf(image(0)), hashOf(image(1))], wanted);
      assert.equal(existsSync(join(images, first ?? '')) && existsSync(join(images, second ?? '')), true);
      assert.equal((await propertiesOf(world, id)).status, 'Completed');
    });

    it('that was killed while it restored leaves the machine as it was, and no file', async () => {
      writeFileSync(image(0), CHANGED);
      await restored(replace);
      await world.stop();
      let fresh = '';
      world.edit((catalog) => {
        const [record] = catalog.jobs.list({ where: { operation: 'Restore' } });
        fresh = record!.swaps![0]!.fresh;
        writeFileSync(fresh, 'half');
        const tasks = record!.tasks.map((task, i) => ({
          ...task,
          status: i === 0 ? ('InProgress' as const) : ('NotStarted' as const),
        }));
        catalog.jobs.put({ ...record!, status: 'InProgress', endTime: undefined, tasks });
      });
      await world.start();
      assert.equal(existsSync(fresh), false);
      assert.deepEqual([hashOf(image(0)), hashOf(image(1))], wanted);
    });
  });

  it('§1.9 what needs an archive tier or file recovery is refused by name', async () => {
    const path = `${item}/recoveryPoints/${point}`;
    const { value } = await must(world, 200, ['POST', `${item}/recoveryPointsRecommendedForMove`, {}]);
    assert.deepEqual(value, []);
    for (const call of ['move', 'provisionInstantItemRecovery', 'revokeInstantItemRecovery']) {
      const { status, body } = await world.arm('POST', `${path}/${call}`, {});
      assert.deepEqual([status, body.error.code], [501, 'NotImplemented']);
    }
  });
});
