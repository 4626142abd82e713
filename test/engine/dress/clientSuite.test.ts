import assert from 'node:assert/strict';
import type { Connection, RestoreInput, RestoreTarget } from '../../../src/client/connection';
import { isAppError } from '../../../src/domain/errors';
import { enhancedPolicy, newPolicyTemplate } from '../../../src/domain/policyDefaults';
import { groupId } from '../../../src/protocol/ids';
import { hashOf, PLACES, type Place } from '../../support/dress/places';
import { DAY } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';

const KIB = 1024;
const CONTENTS = [Buffer.alloc(96 * KIB, 'os disk'), Buffer.alloc(64 * KIB, 'data disk')];
const HASHES = CONTENTS.map(hashOf);
const GROUP = 'lab';

/** The whole story by the client, the same wherever the subscription is. */
for (const { name: where, open } of PLACES) {
  describe(`the client on ${where}`, () => {
    let place: Place;
    let client: Connection;

    before(async () => {
      place = await open();
      ({ client } = place);
      await client.createResourceGroup({ name: GROUP, location: place.location });
    });
    after(() => place.close());
    afterEach(() => place.releaseJobs());

    async function makeVault(name: string): Promise<string> {
      return (await client.createVault({ name, resourceGroup: GROUP, location: place.location })).id;
    }

    /** A machine in a vault of its own. */
    async function protect(machine: string) {
      const machineId = await place.addMachine(machine, CONTENTS);
      const vaultId = await makeVault(`vault-${machine}`);
      await client.discover(vaultId);
      const policyId = `${vaultId}/backupPolicies/DefaultPolicy`;
      const { id: itemId } = await client.protect({ vaultId, machineId, policyId });
      return { machineId, vaultId, itemId, policyId };
    }

    /** A machine with a recovery point. */
    async function backUp(machine: string) {
      const made = await protect(machine);
      const jobId = await client.backupNow(made.itemId);
      await place.jobsEnded();
      const [point] = await client.recoveryPoints(made.itemId);
      return { ...made, jobId, pointId: point?.id ?? assert.fail('There is no point.') };
    }

    async function restored(input: RestoreInput) {
      const job = await client.restore(input);
      await place.jobsEnded();
      const { status, operation, errors } = await client.job(job);
      assert.deepEqual([operation, status], ['Restore', 'Completed'], JSON.stringify(errors));
    }

    it('names the subscription, its locations and its groups', async () => {
      assert.ok((await client.subscriptions()).some(({ id }) => id === place.subscriptionId));
      const here = (await client.locations()).find(({ name }) => name === place.location);
      assert.ok(here?.displayName);
      assert.ok((await client.locations()).some(({ name }) => name === here.pairedWith));
      const made = await client.createResourceGroup({ name: 'other', location: place.location });
      assert.deepEqual(made, { id: groupId(place.subscriptionId, 'other'), name: 'other', location: place.location });
      assert.deepEqual(
        (await client.resourceGroups()).find(({ name }) => name === 'other'),
        made,
      );
    });

    it('creates a vault, changes its redundancy until something is protected, and deletes it empty', async () => {
      const made = await client.createVault({
        name: 'redundant',
        resourceGroup: GROUP,
        location: place.location,
        replication: 'LocallyRedundant',
      });
      assert.deepEqual(
        [made.name, made.resourceGroup, made.location, made.replication],
        ['redundant', GROUP, place.location, 'LocallyRedundant'],
      );
      assert.deepEqual(await client.vaultStorage(made.id), { replication: 'LocallyRedundant', locked: false });
      const changed = await client.setVaultReplication(made.id, 'GeoRedundant');
      assert.deepEqual(changed, { replication: 'GeoRedundant', locked: false });
      assert.ok(
        (await client.vaults()).some(({ id, replication }) => id === made.id && replication === 'GeoRedundant'),
      );
      await client.deleteVault(made.id);
      assert.ok(!(await client.vaults()).some(({ id }) => id === made.id));
      await assert.rejects(client.vaultStorage(made.id), { code: 'ResourceNotFound' });
    });

    it('tells what a vault is set to, changes it, and says why something cannot be', async () => {
      const vaultId = await makeVault('settings');
      const { advanced } = client;
      const made = await advanced.vaultSettings(vaultId);
      assert.deepEqual(made, {
        softDelete: { state: 'Enabled', days: 14 },
        immutability: 'Disabled',
        crossRegionRestore: false,
        jobFailureAlerts: false,
        multiUserAuthorization: false,
      });
      const softDelete = { state: 'Enabled', days: 30 } as const;
      const changed = await advanced.setVaultSettings(vaultId, { softDelete, jobFailureAlerts: true });
      assert.deepEqual(changed, { ...made, softDelete, jobFailureAlerts: true });
      assert.equal((await advanced.setVaultSettings(vaultId, { immutability: 'Unlocked' })).immutability, 'Unlocked');
      assert.deepEqual(await advanced.vaultSettings(vaultId), { ...changed, immutability: 'Unlocked' });
      await assert.rejects(
        advanced.setVaultSettings(vaultId, { softDelete: { state: 'Enabled', days: 3 } }),
        /14 to 180/,
      );
    });

    it('has the policies of a new vault, saves one, changes it and deletes it', async () => {
      const vaultId = await makeVault('policies');
      const names = async () => (await client.policies(vaultId)).map(({ name }) => name);
      assert.deepEqual((await names()).toSorted(), ['DefaultPolicy', 'EnhancedPolicy']);
      const rule = newPolicyTemplate({ time: '23:00', timeZone: 'UTC' });
      const saved = await client.savePolicy(vaultId, 'nightly', rule);
      assert.deepEqual([saved.name, saved.vaultId, saved.protectedItems], ['nightly', vaultId, 0]);
      assert.deepEqual(saved.rule, rule);
      const longer = { ...rule, retention: { daily: { count: 90 } } };
      assert.deepEqual((await client.savePolicy(vaultId, 'nightly', longer)).rule, longer);
      const hourly = { ...enhancedPolicy(), instantRestoreDays: 7, crashConsistentOnly: true };
      const enhanced = await client.savePolicy(vaultId, 'hourly', hourly);
      assert.deepEqual(enhanced.rule, hourly);
      await client.deletePolicy(enhanced.id);
      await client.deletePolicy(saved.id);
      assert.ok(!(await names()).includes('nightly'));
    });

    it('finds machines, and offers those that no vault protects', async () => {
      const vaultId = await makeVault('finding');
      const machineId = await place.addMachine('found', CONTENTS);
      await client.discover(vaultId);
      const found = (await client.machines()).find(({ id }) => id === machineId);
      assert.deepEqual(
        [found?.name, found?.resourceGroup, found?.location, found?.disks.map(({ lun }) => lun)],
        ['found', GROUP, place.location, [undefined, 0]],
      );
      const offered = async () => (await client.protectableItems(vaultId)).map((one) => one.machineId);
      assert.ok((await offered()).includes(machineId));
      await client.protect({ vaultId, machineId, policyId: `${vaultId}/backupPolicies/DefaultPolicy` });
      assert.ok(!(await offered()).includes(machineId));
    });

    it('has the protection of a machine validated first, by its disks too', async () => {
      const vaultId = await makeVault('checking');
      const machineId = await place.addMachine('checked', CONTENTS);
      const { location } = place;
      const problem = () => client.protectionProblem({ vaultId, machineId, location });
      assert.equal(await problem(), undefined);
      place.hideDisks('checked', true);
      const missing = await problem();
      assert.equal(missing?.code, 'LocalDiskNotFound');
      assert.match(missing.message, /^There is no file .*checked-0\.raw\.$/);
      assert.match(missing.recommendation ?? '', /^Check the path/);
      place.hideDisks('checked', false);
      await client.discover(vaultId);
      await client.protect({ vaultId, machineId, policyId: `${vaultId}/backupPolicies/DefaultPolicy` });
      assert.equal((await problem())?.code, 'VirtualMachineAlreadyProtected');
      const nowhere = `${vaultId}-not`;
      assert.equal(
        (await client.protectionProblem({ vaultId: nowhere, machineId, location }))?.code,
        'ResourceNotFound',
      );
      await assert.rejects(client.protectionProblem({ vaultId, machineId, location: 'mars' }), (error: Error) =>
        isAppError(error),
      );
    });

    it('leaves disks of a machine out of its backups, and takes them in again', async () => {
      const { vaultId, itemId, machineId } = await protect('disks');
      const { policyId = '', disks: before } = await client.protectedItem(itemId);
      assert.equal(before, undefined);
      const left = await client.protect({ vaultId, machineId, policyId, excludedLuns: [0] });
      assert.deepEqual(left.disks, { luns: [0], included: false });
      const changed = await client.protect({ vaultId, machineId, policyId });
      assert.deepEqual(changed.disks, left.disks, 'who says nothing of disks leaves them alone');
      await client.backupNow(itemId);
      await place.jobsEnded();
      const [point] = await client.recoveryPoints(itemId);
      assert.deepEqual(
        (await client.recoveryPoint(point?.id ?? '')).disks?.map(({ lun }) => lun),
        [undefined],
      );
      const all = await client.protect({ vaultId, machineId, policyId, excludedLuns: [] });
      assert.equal(all.disks, undefined);
    });

    it('protects a machine, which locks the redundancy, and keeps the vault from being deleted', async () => {
      const { vaultId, itemId, machineId } = await protect('protected');
      const item = await client.protectedItem(itemId);
      assert.deepEqual(
        [item.machineName, item.policyName, item.state, item.vaultId, item.machineId],
        ['protected', 'DefaultPolicy', 'IRPending', vaultId, machineId],
      );
      const [listed] = await client.protectedItems(vaultId);
      assert.deepEqual([listed?.id, listed?.state], [itemId, 'IRPending']);
      assert.equal((await client.vaultStorage(vaultId)).locked, true);
      const [job] = await client.jobs(vaultId);
      assert.deepEqual([job?.operation, job?.status, job?.machineName], ['ConfigureBackup', 'Completed', 'protected']);
      await assert.rejects(client.deleteVault(vaultId), { code: /^ServiceResourceNotEmpty/ });
    });

    it('backs up now, with sub-tasks to follow, and has a point of it', async () => {
      const { vaultId, itemId, policyId } = await protect('backed-up');
      place.holdJobs();
      const retainUntil = place.now + 40 * DAY;
      const jobId = await client.backupNow(itemId, { retainUntil });
      const running = await client.job(jobId);
      assert.deepEqual([running.operation, running.status, running.cancellable], ['Backup', 'InProgress', true]);
      assert.ok(running.tasks.length > 0);
      assert.deepEqual(
        (await client.jobs(vaultId, { status: 'InProgress' })).map(({ id }) => id),
        [jobId],
      );
      place.releaseJobs();
      await place.jobsEnded();
      const ended = await client.job(jobId);
      assert.deepEqual([ended.status, ended.cancellable, ended.errors], ['Completed', false, []]);
      assert.deepEqual(new Set(ended.tasks.map(({ status }) => status)), new Set(['Completed']));
      assert.deepEqual(await client.jobs(vaultId, { status: 'InProgress' }), []);

      const [point] = await client.recoveryPoints(itemId);
      assert.deepEqual([point?.consistency, point?.expiryTime], ['CrashConsistent', retainUntil]);
      const { time, name } = await client.recoveryPoint(point?.id ?? '');
      assert.deepEqual([time, name], [point?.time, point?.name]);
      const item = await client.protectedItem(itemId);
      assert.deepEqual(
        [item.state, item.lastBackupStatus, item.recoveryPointCount, item.policyId],
        ['Protected', 'Completed', 1, policyId],
      );
    });

    it('cancels a job', async () => {
      const { itemId } = await protect('cancelled');
      place.holdJobs();
      const jobId = await client.backupNow(itemId);
      await client.cancelJob(jobId);
      place.releaseJobs();
      await place.jobsEnded();
      assert.equal((await client.job(jobId)).status, 'Cancelled');
      assert.deepEqual(await client.recoveryPoints(itemId), []);
      await assert.rejects(client.cancelJob(jobId));
    });

    it('restores all disks or some, as a new machine, and in place', async () => {
      const { machineId, pointId } = await backUp('restored');
      const input = (target: RestoreTarget, luns?: readonly number[]): RestoreInput => ({
        pointId,
        machineId,
        location: place.location,
        target,
        ...(luns && { luns }),
      });
      const account = async (name: string) => place.addStorageAccount(name);

      await restored(input({ kind: 'disks', storageAccountId: await account('all') }));
      for (const hash of HASHES) assert.ok(place.stagedHashes('all').includes(hash));
      await restored(input({ kind: 'disks', storageAccountId: await account('os-only') }, []));
      assert.ok(place.stagedHashes('os-only').includes(HASHES[0] ?? ''));
      assert.ok(!place.stagedHashes('os-only').includes(HASHES[1] ?? ''));

      const storageAccountId = await account('new');
      assert.ok((await client.storageAccounts()).some(({ id }) => id === storageAccountId));
      const newMachine = { kind: 'newMachine', machineId: `${machineId}-2`, storageAccountId } as const;
      await restored(input(newMachine));
      const made = (await client.machines()).find(({ name }) => name === 'restored-2');
      assert.deepEqual([made?.location, made?.disks.length], [place.location, 2]);
      for (const hash of HASHES) assert.ok(place.stagedHashes('new').includes(hash));

      await restored(input({ kind: 'replaceDisks' }));
      assert.deepEqual(place.diskHashes('restored', 2), HASHES);
    });

    it('has a restore validated first', async () => {
      const { machineId, pointId } = await backUp('validated');
      const storageAccountId = await place.addStorageAccount('checks');
      const problems = async (target: RestoreTarget) =>
        (await client.restoreProblems({ pointId, machineId, location: place.location, target })).map(
          ({ code }) => code,
        );
      assert.deepEqual(await problems({ kind: 'disks', storageAccountId }), []);
      assert.deepEqual(await problems({ kind: 'replaceDisks' }), []);
      assert.equal((await problems({ kind: 'newMachine', machineId, storageAccountId })).length, 1);
      assert.deepEqual(await client.virtualNetworks(), []);
    });

    it('stops, resumes, deletes, undeletes, and deletes the vault once nothing is left in it', async () => {
      const { itemId, machineId, vaultId, policyId, pointId } = await backUp('long-lived');
      const known = async () => client.protectedItem(itemId);
      await client.stopProtection({ itemId, machineId });
      assert.deepEqual([(await known()).state, (await known()).policyId], ['ProtectionStopped', undefined]);
      await client.protect({ vaultId, machineId, policyId });
      assert.deepEqual([(await known()).state, (await known()).policyName], ['Protected', 'DefaultPolicy']);
      await client.deleteBackupData(itemId);
      assert.equal((await known()).softDeleted?.remainingMs, 14 * DAY);
      await client.undelete({ itemId, machineId });
      assert.deepEqual([(await known()).state, (await known()).softDeleted], ['ProtectionStopped', undefined]);
      assert.ok((await client.recoveryPoints(itemId)).some(({ id }) => id === pointId));
      await client.deleteBackupData(itemId);
      assert.notEqual((await known()).softDeleted, undefined);
      place.sleep(15 * DAY);
      await waitFor('the removal', async () => (await client.protectedItems(vaultId)).length === 0);
      await assert.rejects(known());
      await client.deleteVault(vaultId);
      assert.ok(!(await client.vaults()).some(({ id }) => id === vaultId));
    });

    it('ends a call that is called off, and names the service’s code for one that is refused', async () => {
      const ended = new AbortController();
      ended.abort();
      await assert.rejects(client.vaults({ signal: ended.signal }), { name: 'AbortError' });
      const nobody = `${groupId(place.subscriptionId, GROUP)}/providers/Microsoft.RecoveryServices/vaults/nobody`;
      await assert.rejects(client.policies(nobody), { name: 'AppError', code: 'ResourceNotFound' });
    });
  });
}
