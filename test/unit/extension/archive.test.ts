import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import type { RecoveryPoint } from '../../../src/domain/views';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { MachinesTree } from '../../../src/extension/tree/machinesTree';
import type { TreeModel } from '../../../src/extension/tree/treeModel';
import { commandWorld } from '../../support/commandWorld';
import { machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import type { Line } from '../../support/scriptedUi';

const DAY = 24 * 3600_000;
const NOT_YET = "We're still determining if this Recovery Point can be moved.";

/** A machine in Azure with three points: one that can go to the archive, one that cannot, and one that is there. */
async function world(...script: Line[]) {
  const all = commandWorld(...script);
  const { production } = all.azure;
  const vault = production.addVault('prod-vault');
  const vm = machine('web-01', {}, production.subscriptionId);
  production.allMachines = [vm];
  const item = production.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON - DAY });
  const points: RecoveryPoint[] = [
    { ...point(item, 'new', NOON - DAY), archiving: { possible: false, reason: NOT_YET } },
    { ...point(item, 'ready', NOON - 100 * DAY), archiving: { possible: true } },
    { ...point(item, 'old', NOON - 400 * DAY), tiers: ['ArchivedRP'], archiving: { possible: false } },
  ];
  production.points.set(item.id, points);
  all.azure.account.reach = all.azure.account.reach.slice(0, 1);
  await all.stores.azure.signIn();
  const row = (name: string) => ({
    target: { kind: 'point', machineId: vm.id, itemId: item.id, pointId: `${item.id}/recoveryPoints/${name}` },
  });
  const moved = () => production.calls.filter((call) => call.startsWith('archivePoint'));
  return { ...all, production, item, points, row, moved };
}

async function rowsBelow(tree: TreeModel, kind: string) {
  const found: { label: string; description?: string | undefined; tokens: readonly string[] }[] = [];
  const look = async (rows: Awaited<ReturnType<TreeModel['roots']>>): Promise<void> => {
    for (const one of rows) {
      if (one.target.kind === kind) found.push(one);
      if (one.children !== 'none') await look(await tree.children(one));
    }
  };
  await look(await tree.roots());
  return found;
}

describe('Move to Archive', () => {
  it('says what it means, moves the point of its row, and follows the job', async () => {
    const { run, row, ui, moved, stores, production } = await world(
      { asks: 'modal', press: undefined },
      { asks: 'modal', press: 'Move to archive' },
    );
    await run(COMMANDS.pointArchive, row('ready'));
    assert.deepEqual(moved(), []);
    await run(COMMANDS.pointArchive, row('ready'));
    ui.done();
    assert.match(ui.modals[0]?.text ?? '', /of web-01 to the archive\?$/);
    assert.match(ui.modals[0]?.detail ?? '', /no way back.*rehydrate it first.*at least 180 days/);
    assert.deepEqual(moved(), ['archivePoint ready']);
    const [job] = production.allJobs;
    assert.deepEqual(ui.toasts[0]?.actions?.[0]?.targets, [{ kind: 'job', jobId: job?.id }]);
    assert.deepEqual(
      stores.jobs.running.map(({ id }) => id),
      [job?.id],
    );
  });

  it('shows the new tier in the row once the job has ended', async () => {
    const { run, row, production, item, points, stores, clock } = await world({
      asks: 'modal',
      press: 'Move to archive',
    });
    const tree = new MachinesTree(stores);
    const ready = async () => (await rowsBelow(tree, 'point'))[1];
    assert.ok((await ready())?.tokens.includes('can.archive'));
    await run(COMMANDS.pointArchive, row('ready'));
    production.allJobs = production.allJobs.map((job) => ({ ...job, status: 'Completed' }));
    production.points.set(
      item.id,
      points.map((one) =>
        one.name === 'ready' ? { ...one, tiers: ['ArchivedRP'], archiving: { possible: false } } : one,
      ),
    );
    await clock.advance(60_000);
    const after = await ready();
    assert.match(after?.description ?? '', /· archive$/);
    assert.ok(after?.tokens.includes('can.rehydrate') && !after.tokens.includes('can.archive'));
  });

  it('asks for the machine, then offers what the service recommends, all of it chosen', async () => {
    const { run, ui, moved, production, item, points } = await world(
      { asks: 'recommends to move together', accept: true },
      { asks: 'modal', press: 'Move to archive' },
    );
    const another = { ...point(item, 'another', NOON - 130 * DAY), archiving: { possible: true } };
    production.recommended.set(item.id, [...points.slice(1, 2), another]);
    await run(COMMANDS.pointArchive);
    ui.done();
    assert.match(ui.modals[0]?.text ?? '', /^Move 2 recovery points of web-01/);
    assert.deepEqual(moved(), ['archivePoint ready', 'archivePoint another']);
    assert.match(ui.toasts[0]?.text ?? '', /^2 recovery points are being moved/);
  });

  it('gives the reason, in the service’s own words, where nothing can be moved', async () => {
    const { run, row } = await world();
    await assert.rejects(
      run(COMMANDS.pointArchive),
      (error: unknown) =>
        error instanceof AppError &&
        error.message === 'Azure recommends no recovery point of web-01 for the archive.' &&
        (error.details.recommendation ?? '').startsWith(NOT_YET),
    );
    await assert.rejects(
      run(COMMANDS.pointArchive, row('new')),
      (error: unknown) => error instanceof AppError && error.details.recommendation === NOT_YET,
    );
    await assert.rejects(run(COMMANDS.pointArchive, row('old')), { code: 'InArchive' });
  });

  it('tells of several points which could not be moved, and goes on with the others', async () => {
    const { run, ui, production, item, points } = await world(
      { asks: 'recommends to move together', accept: true },
      { asks: 'modal', press: 'Move to archive' },
    );
    production.recommended.set(item.id, points.slice(0, 2));
    production.advanced.archivePoint = async (id) => {
      if (id.endsWith('/new')) throw new AppError('X', 'The point has dependencies.');
      return production.addJob('web-01', { operation: 'MoveRecoveryPoint' }).id;
    };
    await run(COMMANDS.pointArchive);
    assert.deepEqual(
      ui.toasts.map(({ level }) => level),
      ['info', 'error'],
    );
    assert.match(ui.toasts[1]?.text ?? '', /^1 of 2 recovery points were not moved.*The point has dependencies\./);
  });

  it('is not for points of this computer', async () => {
    const { run, connection, stores } = await world();
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('home-vm'));
    const item = connection.addItem('home-vm', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON - DAY });
    connection.points.set(item.id, [point(item, 'p', NOON - DAY)]);
    await Promise.all([stores.machines.refresh(), stores.vaults.refresh()]);
    const target = {
      kind: 'point',
      machineId: item.machineId,
      itemId: item.id,
      pointId: `${item.id}/recoveryPoints/p`,
    };
    const ofMachine = { kind: 'machine', machineId: item.machineId };
    await assert.rejects(run(COMMANDS.pointArchive, { target }), { code: 'NoArchiveTier' });
    await assert.rejects(run(COMMANDS.pointArchive, ofMachine), { code: 'NoArchiveTier' });
    await assert.rejects(run(COMMANDS.pointUndeleteTier, { target }), { code: 'NoArchiveTier' });
    await assert.rejects(run(COMMANDS.pointUndeleteTier, ofMachine), { code: 'NothingToChoose' });
  });
});

describe('Rehydrate from Archive', () => {
  it('opens the restore form at a point of the archive', async () => {
    const { run, row, opened, item } = await world({ asks: 'Which recovery point?', accept: true });
    await run(COMMANDS.pointUndeleteTier, row('old'));
    await run(COMMANDS.pointUndeleteTier);
    const form = `restore ${item.id}/recoveryPoints/old`;
    assert.deepEqual(opened, [form, form]);
  });

  it('comes first where single files are wanted: nothing is mounted out of the archive', async () => {
    const { run, production, item, points, stores } = await world();
    production.points.set(item.id, points.slice(2));
    await stores.machines.refreshPoints(item.id);
    await assert.rejects(
      run(COMMANDS.restoreFiles),
      (error: unknown) => error instanceof AppError && /in the archive/.test(error.details.recommendation ?? ''),
    );
  });

  it('says of other points that they need it not', async () => {
    const { run, row, production, item, points, stores } = await world();
    await assert.rejects(
      run(COMMANDS.pointUndeleteTier, row('new')),
      (error: unknown) =>
        error instanceof AppError && error.details.recommendation?.endsWith('stored in vault.') === true,
    );
    production.points.set(item.id, points.slice(0, 2));
    await stores.machines.refreshPoints(item.id);
    await assert.rejects(run(COMMANDS.pointUndeleteTier), { code: 'NothingToChoose' });
  });
});
