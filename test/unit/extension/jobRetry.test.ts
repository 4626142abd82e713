import { strict as assert } from 'node:assert';
import { canStartAgain, JOB_OPERATIONS } from '../../../src/domain/states';
import type { Job } from '../../../src/domain/views';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { jobRow } from '../../../src/extension/model/jobView';
import { commandWorld } from '../../support/commandWorld';
import { machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import type { Line } from '../../support/scriptedUi';

const HOUR = 3600_000;

/** A protected machine with a job that ended without doing what it was for. */
function world(changes: Partial<Job>, ...script: Line[]) {
  const all = commandWorld(...script);
  const { connection } = all;
  const vault = connection.addVault('home-vault');
  connection.allMachines.push(machine('web-01'));
  const item = connection.addItem('web-01', vault.id, { state: 'Protected', recoveryPointCount: 3 });
  const job = connection.addJob('web-01', { status: 'Failed', cancellable: false, ...changes });
  const change = (state: (typeof item)['state']) => {
    connection.allItems = connection.allItems.map((one) => ({ ...one, state }));
  };
  const now = () => connection.allItems[0];
  const retry = () => all.run(COMMANDS.jobRetry, { kind: 'job', jobId: job.id });
  return { ...all, vault, item, job, change, now, retry };
}

describe('Retry of a job', () => {
  it('is offered where what failed or was cancelled can be started again, and nowhere else', () => {
    const { job } = world({});
    const options = { key: 'local:test', now: NOON, provider: 'local' as const };
    const offered = (status: string, operation: string) =>
      jobRow({ job: { ...job, status, operation } }, options).tokens.includes('can.retry');
    for (const operation of JOB_OPERATIONS) {
      assert.deepEqual(
        [offered('Failed', operation), offered('Cancelled', operation), offered('Completed', operation)],
        [true, true, false],
        operation,
      );
    }
    // What Azure calls a move to the archive is told nowhere: a job of an unknown kind cannot be repeated.
    assert.equal(offered('Failed', 'MoveToArchive'), false);
    assert.equal(canStartAgain({ status: 'Failed', operation: 'MoveToArchive' }), false);
  });

  it('stops protection again, with the data kept', async () => {
    const { connection, ui, now, retry } = world({ operation: 'DisableBackup' });
    await retry();
    ui.done();
    assert.equal(now()?.state, 'ProtectionStopped');
    assert.ok(connection.calls.includes('stopProtection web-01'));
  });

  it('deletes backup data again, after the name is typed', async () => {
    const { now, ui, retry } = world(
      { operation: 'DeleteBackupData', status: 'Cancelled' },
      { asks: 'Deletes 3 points', type: 'web-01' },
    );
    await retry();
    ui.done();
    assert.ok(now()?.softDeleted);
  });

  it('undeletes again', async () => {
    const { connection, item, ui, now, retry } = world({ operation: 'Undelete' });
    await connection.deleteBackupData(item.id);
    await retry();
    ui.done();
    assert.equal(now()?.softDeleted, undefined);
  });

  it('changes the policy again: the one of the job is proposed', async () => {
    const { connection, vault, ui, now, retry } = world(
      { operation: 'ConfigureBackup', properties: { 'VM Name': 'web-01', 'Policy Name': 'weekly' } },
      { asks: 'Which policy?', accept: true },
      { asks: 'modal', press: 'Change policy' },
    );
    const [policy] = connection.allPolicies;
    if (!policy) assert.fail();
    connection.allPolicies.push({ ...policy, id: `${vault.id}/backupPolicies/weekly`, name: 'weekly' });
    await retry();
    ui.done();
    assert.equal(now()?.policyName, 'weekly');
  });

  it('resumes backups of a machine that is stopped', async () => {
    const { change, ui, now, retry } = world({ operation: 'ConfigureBackup' });
    change('ProtectionStopped');
    await retry();
    ui.done();
    assert.equal(now()?.state, 'Protected');
  });

  it('opens Enable Backup only for a machine that is not protected', async () => {
    const { connection, ui, retry } = world({ operation: 'ConfigureBackup' }, { asks: '', cancel: true });
    connection.allItems = [];
    await assert.rejects(retry(), { name: 'Cancelled' });
    assert.match(ui.asked[0] ?? '', /^Enable backup/);
  });

  it('restores from the same recovery point again', async () => {
    const { connection, item, opened, retry } = world({
      operation: 'Restore',
      properties: { 'Job Type': 'Recover disks', 'Recovery point time ': '10/12/2026 9:00:00 AM' },
    });
    const wanted = point(item, 'p9', NOON - 3 * HOUR + 250);
    connection.points.set(item.id, [point(item, 'p11', NOON - HOUR), wanted]);
    await retry();
    assert.deepEqual(opened, [`restore ${wanted.id}`]);
  });

  it('restores from a point that is asked for where the job does not tell it, or it is gone', async () => {
    const { connection, item, opened, retry } = world({
      operation: 'Restore',
      properties: { 'Recovery point time ': '10/11/2026 9:00:00 AM' },
    });
    connection.points.set(item.id, [point(item, 'p11', NOON - HOUR)]);
    await retry();
    assert.deepEqual(opened, [`restore ${item.machineId}`]);
  });

  for (const [operation, state] of [
    ['DisableBackup', 'ProtectionStopped'],
    ['Undelete', 'Protected'],
  ] as const) {
    it(`says that the machine is in another state now: ${operation}`, async () => {
      const { change, connection, retry } = world({ operation });
      change(state);
      await assert.rejects(retry(), { code: 'MachineStateChanged' });
      assert.ok(!connection.calls.some((call) => /^(stopProtection|undelete|protect) /.test(call)));
    });
  }

  it('says that a job of an unknown kind cannot be started again', async () => {
    const { retry } = world({ operation: 'MoveToArchive' });
    await assert.rejects(retry(), { code: 'JobNotRepeatable' });
  });
});
