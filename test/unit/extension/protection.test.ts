import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import { COMMANDS, type CommandId } from '../../../src/extension/commands/ids';
import { ensureWorld } from '../../../src/extension/model/stores';
import { MachineBranch } from '../../../src/extension/tree/machineBranch';
import { commandWorld } from '../../support/commandWorld';
import { type FakeConnection, machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import type { Line } from '../../support/scriptedUi';

const DAY = 24 * 3600_000;
const target = (name: string) => ({ kind: 'machine', machineId: machine(name).id });

/** Lists without numbers of points, as those of Azure are. */
function listWithoutCounts(connection: FakeConnection): void {
  const list = connection.protectedItems.bind(connection);
  connection.protectedItems = async (vault) =>
    (await list(vault)).map(({ recoveryPointCount: _count, oldestRecoveryPoint: _oldest, ...item }) => item);
}

/** Two protected machines, and how to run a command on some of them. */
function world(...script: Line[]) {
  const all = commandWorld(...script);
  const { connection } = all;
  const vault = { ...connection.addVault('home-vault'), softDeleteDays: 14 };
  connection.allVaults = [vault];
  for (const name of ['web-01', 'db-01']) {
    connection.allMachines.push(machine(name));
    connection.addItem(name, vault.id, {
      state: 'Protected',
      lastBackupStatus: 'Completed',
      lastRecoveryPointTime: NOON,
      oldestRecoveryPoint: NOON - 13 * DAY,
      recoveryPointCount: 14,
    });
  }
  const runOn = (id: CommandId, ...names: string[]) => {
    const targets = names.map(target);
    return all.run(id, targets[0], targets.length > 1 ? targets : undefined);
  };
  const item = (name: string) => connection.allItems.find(({ machineName }) => machineName === name);
  return { ...all, vault, item, run: all.run, runOn };
}

describe('Stop protection', () => {
  it('keeps the data, says that it does not expire, and can be undone with the policy it had', async () => {
    const { ui, item, run, runOn } = world({ asks: 'recovery points of web-01', choose: 'Keep backup data' });
    await runOn(COMMANDS.stopProtection, 'web-01');
    ui.done();
    assert.match(ui.shown[0]?.detail ?? '', /^14 points kept\. Nothing expires by itself/);
    assert.match(ui.shown[1]?.detail ?? '', /^Deletes 14 points, oldest 2026-\d\d-\d\d; kept soft-deleted for 14 days/);
    assert.equal(item('web-01')?.state, 'ProtectionStopped');
    const [undo] = ui.toasts[0]?.actions ?? [];
    assert.deepEqual([undo?.title, undo?.command], ['Undo', COMMANDS.resumeProtection]);
    await run(COMMANDS.resumeProtection, undo?.targets?.[0]);
    assert.deepEqual([item('web-01')?.state, item('web-01')?.policyName], ['Protected', 'DefaultPolicy']);
  });

  it('deletes only after the name is typed as it is', async () => {
    const { ui, item, runOn } = world(
      { asks: 'recovery points of web-01', choose: 'Delete backup data' },
      { asks: 'Deletes 14 points', type: 'web-1', problem: 'Type web-01' },
      { asks: 'Deletes 14 points', type: 'web-01' },
    );
    await runOn(COMMANDS.stopProtection, 'web-01');
    ui.done();
    assert.ok(item('web-01')?.softDeleted);
    assert.match(ui.toasts[0]?.text ?? '', /can be undeleted for 14 days/);
  });

  it('takes a selection as one: one question, one message, each machine stopped', async () => {
    const { ui, item, runOn } = world({ asks: 'recovery points of 2 machines', accept: true });
    await runOn(COMMANDS.stopProtection, 'web-01', 'db-01');
    ui.done();
    // Nobody else is in the vault: what it stores is theirs.
    assert.match(ui.shown[0]?.detail ?? '', /^28 points, 12 MB kept/);
    assert.equal(ui.toasts.length, 1);
    assert.deepEqual([item('web-01')?.state, item('db-01')?.state], ['ProtectionStopped', 'ProtectionStopped']);
  });

  it('lists each machine when one of them fails, and tries only that one again', async () => {
    const { ui, item, connection, runOn } = world(
      { asks: 'recovery points of', accept: true },
      { asks: '1 of 2 machines failed', choose: 'Retry the one' },
    );
    const stop = connection.stopProtection.bind(connection);
    let refusals = 1;
    connection.stopProtection = async (input) => {
      if (input.itemId.includes('db-01') && refusals-- > 0) throw new AppError('Locked', 'A job of db-01 runs.');
      await stop(input);
    };
    await runOn(COMMANDS.stopProtection, 'web-01', 'db-01');
    ui.done();
    assert.deepEqual(
      ui.shown.map(({ label, detail }) => detail ?? label),
      ['$(debug-rerun) Retry the one that failed', 'A job of db-01 runs.', '$(pass) web-01'],
    );
    assert.deepEqual(
      connection.calls.filter((call) => call.startsWith('stopProtection')),
      ['stopProtection web-01', 'stopProtection db-01'],
    );
    assert.equal(item('db-01')?.state, 'ProtectionStopped');
  });

  it('asks the service for the number of points that a list does not tell', async () => {
    const { ui, connection, runOn } = world(
      { asks: 'recovery points of web-01', choose: 'Delete backup data' },
      { asks: 'Deletes 14 points, oldest', cancel: true },
    );
    listWithoutCounts(connection);
    await assert.rejects(runOn(COMMANDS.stopProtection, 'web-01'), { name: 'Cancelled' });
    ui.done();
    assert.match(ui.shown[0]?.detail ?? '', /^14 points kept\./);
    assert.match(ui.shown[1]?.detail ?? '', /^Deletes 14 points, oldest 2026-\d\d-\d\d;/);
    assert.equal(connection.calls.filter((call) => call === 'protectedItem').length, 1, 'counted once');
  });

  it('counts the points themselves where the item does not tell their number either', async () => {
    const { ui, connection, item, runOn } = world({ asks: 'recovery points of web-01', accept: true });
    connection.allItems = connection.allItems.map(({ recoveryPointCount: _count, ...one }) => one);
    const web = item('web-01') ?? assert.fail();
    connection.points.set(web.id, [point(web, 'p1', NOON), point(web, 'p2', NOON - DAY)]);
    await runOn(COMMANDS.stopProtection, 'web-01');
    ui.done();
    assert.match(ui.shown[0]?.detail ?? '', /^2 points kept\./);
    assert.match(ui.toasts[0]?.text ?? '', /with 2 points kept/);
  });

  it('says that the points could not be counted, and why, in place of a number', async () => {
    const { ui, connection, runOn } = world({ asks: 'recovery points of web-01', accept: true });
    listWithoutCounts(connection);
    connection.failing.set('protectedItem', new AppError('ResourceRequestsThrottled', 'Too many requests.'));
    await runOn(COMMANDS.stopProtection, 'web-01');
    ui.done();
    assert.match(
      ui.shown[0]?.detail ?? '',
      /^All recovery points are kept\..*could not be found out: Too many requests\./,
    );
    assert.match(
      ui.shown[1]?.detail ?? '',
      /^Deletes all recovery points; kept soft-deleted for 14 days.*Too many requests/,
    );
    assert.match(ui.toasts[0]?.text ?? '', /Their recovery points are kept/);
    assert.ok(!JSON.stringify([ui.shown, ui.toasts]).includes('0 points'));
  });

  it('throws what went wrong with a single machine, for the message with Retry', async () => {
    const { connection, runOn } = world({ asks: 'recovery points of', accept: true });
    connection.failing.set('stopProtection', new AppError('Locked', 'A job runs.'));
    await assert.rejects(runOn(COMMANDS.stopProtection, 'web-01'), { code: 'Locked' });
  });

  it('says why nothing can be stopped when every chosen machine is stopped', async () => {
    const { connection, runOn } = world();
    connection.allItems = connection.allItems.map((item) => ({ ...item, state: 'ProtectionStopped' }));
    await assert.rejects(runOn(COMMANDS.stopProtection, 'web-01'), { code: 'NothingToChoose' });
  });
});

describe('what follows a stop', () => {
  it('Resume asks for a policy of the machine’s vault', async () => {
    const { ui, item, connection, runOn } = world({ asks: 'Which policy?', choose: 'DefaultPolicy' });
    connection.allItems = connection.allItems.map((one) => ({
      ...one,
      state: 'ProtectionStopped' as const,
      policyId: '',
    }));
    await runOn(COMMANDS.resumeProtection, 'web-01');
    ui.done();
    assert.ok(ui.shown.at(-1)?.label.includes('Create new…'));
    assert.equal(item('web-01')?.state, 'Protected');
  });

  it('Delete Backup Data of several asks for their number, and Undelete brings all back', async () => {
    const { ui, item, connection, runOn } = world({ asks: 'Deletes 28 points', type: '2 machines' });
    connection.allItems = connection.allItems.map((one) => ({ ...one, state: 'ProtectionStopped' as const }));
    await runOn(COMMANDS.deleteBackupData, 'web-01', 'db-01');
    ui.done();
    assert.deepEqual(
      ui.toasts[0]?.actions?.map(({ command }) => command),
      [COMMANDS.undelete],
    );
    await runOn(COMMANDS.undelete, 'web-01', 'db-01');
    assert.deepEqual([item('web-01')?.softDeleted, item('db-01')?.softDeleted], [undefined, undefined]);
    assert.match(ui.toasts[1]?.text ?? '', /^The backup data of 2 machines is back, with 28 points, 12 MB\./);
  });

  it('Change Policy confirms with what the change does to the points, and can be undone', async () => {
    const { ui, vault, item, connection, run, runOn } = world(
      { asks: 'Which policy?', choose: 'weekly' },
      { asks: 'modal', press: 'Change policy' },
    );
    const [policy] = connection.allPolicies;
    if (!policy) assert.fail();
    connection.allPolicies.push({ ...policy, id: `${vault.id}/backupPolicies/weekly`, name: 'weekly' });
    await runOn(COMMANDS.policyAssign, 'web-01');
    ui.done();
    assert.match(ui.modals[0]?.detail ?? '', /What it does not keep is removed\. No recovery point is removed now\.$/);
    assert.equal(item('web-01')?.policyName, 'weekly');
    const [undo] = ui.toasts[0]?.actions ?? [];
    await run(COMMANDS.policyAssign, undo?.targets?.[0]);
    assert.equal(item('web-01')?.policyName, 'DefaultPolicy');
  });

  it('Change Policy counts what the new policy does not keep, of the chosen machines only', async () => {
    const { ui, vault, item, connection, runOn } = world(
      { asks: 'Which policy?', choose: 'weekly' },
      { asks: 'modal', press: undefined },
    );
    const [policy] = connection.allPolicies;
    if (!policy) assert.fail();
    connection.allPolicies.push({ ...policy, id: `${vault.id}/backupPolicies/weekly`, name: 'weekly' });
    connection.previewed = ['web-01', 'db-01'].map((name) => ({
      id: item(name)?.id ?? '',
      machineName: name,
      points: 14,
      removed: 5,
    }));
    await runOn(COMMANDS.policyAssign, 'web-01');
    ui.done();
    assert.match(
      ui.modals[0]?.detail ?? '',
      /Those are 5 recovery points now, which cannot be brought back\. web-01: 5 of 14 points\.$/,
    );
  });

  it('Change Policy says that it could not be counted, and why', async () => {
    const { ui, vault, connection, runOn } = world(
      { asks: 'Which policy?', choose: 'weekly' },
      { asks: 'modal', press: undefined },
    );
    const [policy] = connection.allPolicies;
    if (!policy) assert.fail();
    connection.allPolicies.push({ ...policy, id: `${vault.id}/backupPolicies/weekly`, name: 'weekly' });
    connection.failing.set('previewPolicy', new AppError('ServiceBusy', 'The vault is busy.'));
    await runOn(COMMANDS.policyAssign, 'web-01', 'db-01');
    ui.done();
    assert.match(ui.modals[0]?.detail ?? '', /What 2 machines lose could not be counted\. The vault is busy\.$/);
  });

  it('Change Policy of machines of different vaults says to choose those of one', async () => {
    const { connection, runOn } = world();
    const other = connection.addVault('other-vault');
    connection.allMachines.push(machine('far-01'));
    connection.addItem('far-01', other.id, { state: 'Protected' });
    await assert.rejects(runOn(COMMANDS.policyAssign, 'web-01', 'far-01'), { code: 'SeveralVaults' });
  });
});

describe('recovery points', () => {
  it('are put on hold with a reason, show what keeps them, and are let go again', async () => {
    const { connection, stores, ui, item, run } = world({
      asks: 'Why is the recovery point kept?',
      type: 'upgrade',
    });
    const web = item('web-01');
    if (!web) assert.fail();
    const daily = { ...point(web, 'p1', NOON), ruleName: 'Daily', expiryTime: NOON + 30 * DAY };
    connection.points.set(web.id, [daily]);
    const owner = { machineId: web.machineId, itemId: web.id };
    await ensureWorld(stores);
    const row = async () => (await new MachineBranch(stores).children({ kind: 'points', ...owner }, 'machines'))[0];
    assert.match((await row())?.tooltip?.() ?? '', /Kept as Daily until 2026/);
    assert.ok((await row())?.tokens.includes('can.pin'));

    await run(COMMANDS.pointPin, { kind: 'point', ...owner, pointId: daily.id });
    const held = await row();
    assert.equal(held?.icon?.name, 'lock');
    assert.ok(held.tokens.includes('can.unpin') && !held.tokens.includes('can.pin'));
    assert.match(held.tooltip?.() ?? '', /held by you/);
    assert.match(held.description ?? '', /^daily, on hold · /);

    const [undo] = ui.toasts[0]?.actions ?? [];
    await run(COMMANDS.pointUnpin, undo?.targets?.[0]);
    assert.equal((await row())?.icon?.name, 'circle-filled');
    ui.done();
  });

  it('whose time is over are let go only after a question', async () => {
    const { connection, stores, ui, item, run } = world({ asks: 'modal', press: undefined });
    const web = item('web-01');
    if (!web) assert.fail();
    const old = { ...point(web, 'p1', NOON - 40 * DAY), expiryTime: NOON - DAY };
    connection.points.set(web.id, [old]);
    connection.holds.set(old.id, 'upgrade');
    await stores.machines.ensurePoints(web.id);
    await run(COMMANDS.pointUnpin, {
      kind: 'point',
      machineId: web.machineId,
      itemId: web.id,
      pointId: old.id,
    });
    ui.done();
    assert.match(ui.modals[0]?.detail ?? '', /removed within the hour/);
    assert.ok(connection.holds.has(old.id));
  });
});
