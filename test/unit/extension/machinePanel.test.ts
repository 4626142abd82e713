import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import { COMMANDS, type CommandId } from '../../../src/extension/commands/ids';
import { pointRows } from '../../../src/extension/model/machinePage';
import { pointActions } from '../../../src/extension/model/pointView';
import type { Target } from '../../../src/extension/model/target';
import { MachineController } from '../../../src/extension/panels/machinePanel';
import { english, useLanguage } from '../../../src/extension/text';
import type { JobsFilter } from '../../../src/messages/jobsList';
import { machineProtocol } from '../../../src/messages/machine';
import { extensionWorld } from '../../support/extensionWorld';
import { machine, point } from '../../support/fakeConnection';
import { NO_COUNTERS } from '../../support/jobSamples';
import { NOON } from '../../support/manualClock';

const HOUR = 3600_000;

function world() {
  const all = extensionWorld();
  const vault = all.connection.addVault('home-vault');
  all.connection.allMachines.push(machine('web-01'), machine('db-01'));
  const executed: [CommandId, ...Target[]][] = [];
  const lists: JobsFilter[] = [];
  const actions = {
    execute: (command: CommandId, ...targets: readonly Target[]) => void executed.push([command, ...targets]),
    openJobsList: (filter: JobsFilter) => void lists.push(filter),
  };
  const machineId = machine('web-01').id;
  const open = (pointId?: string) => new MachineController(all.stores, actions, { machineId, pointId });
  return { ...all, vault, executed, lists, machineId, open };
}

function snapshotOf(panel: MachineController) {
  const content = panel.content();
  assert.ok(content.kind === 'snapshot');
  const message = { type: 'snapshot', version: 1, key: {}, data: content.data };
  assert.deepEqual(machineProtocol.hostMessage.parse(message), message);
  return content.data;
}

describe('the machine panel', () => {
  it('says that the initial backup is pending, and names the next scheduled run of the policy', async () => {
    const { connection, vault, open } = world();
    connection.addItem('web-01', vault.id);
    const panel = open();
    assert.equal(panel.content().kind, 'notice');
    await panel.load();
    const data = snapshotOf(panel);
    assert.match(data.sentence, /^Warning \(Initial backup pending\) · next /);
    assert.ok((data.policy?.nextRun ?? 0) > NOON);
    assert.deepEqual(data.can, { protect: false, backUp: true, restore: false, stop: true });
    assert.deepEqual(data.points, []);
    assert.ok(data.settings.some(({ name, value }) => name === 'Retention range' && value.startsWith('keeps')));
    panel.dispose();
  });

  it('tells of each point how much new data its backup brought, where the engine knows it', async () => {
    const { connection, vault, open } = world();
    const item = connection.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON - HOUR });
    const held = { ...point(item, 'held', NOON - 2 * HOUR), hold: 'before upgrade' };
    connection.points.set(item.id, [point(item, 'new', NOON - HOUR), held]);
    const ended = { status: 'Completed', startTime: NOON - HOUR - 60_000, endTime: NOON - HOUR + 60_000 } as const;
    const job = connection.addJob('web-01', ended);
    connection.counters.set(job.id, {
      ...NO_COUNTERS,
      totalBytes: 64,
      readBytes: 64,
      newBytes: 12,
      storedBytes: 6,
      skippedBytes: 52,
    });
    const panel = open(`${item.id}/recoveryPoints/held`);
    await panel.load();
    const data = snapshotOf(panel);
    assert.deepEqual(
      data.points?.map(({ newBytes, held: isHeld }) => [newBytes, isHeld]),
      [
        [12, false],
        [undefined, true],
      ],
    );
    assert.equal(data.openedPoint, held.id);
    // Each backup is asked once.
    const asked = () => connection.calls.filter((call) => call === 'jobStatistics').length;
    const before = asked();
    await panel.load();
    assert.equal(asked(), before);
    panel.dispose();
  });

  it('offers of each point what its row in the tree offers', async () => {
    const { connection, vault, open } = world();
    const item = connection.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON });
    const held = { ...point(item, 'held', NOON - HOUR), hold: 'before upgrade' };
    connection.points.set(item.id, [point(item, 'free', NOON), held]);
    connection.holds.set(held.id, held.hold);
    const panel = open();
    await panel.load();
    assert.deepEqual(
      snapshotOf(panel).points?.map(({ actions }) => actions),
      [['hold'], ['release']],
    );
    panel.dispose();
    const azure = { provider: 'azure', heldBy: undefined } as const;
    const movable = { ...point(item, 'old', NOON - HOUR), archiving: { possible: true } };
    const archived = { ...movable, tiers: ['ArchivedRP'], archiving: { possible: false } };
    assert.deepEqual(
      [held, movable, archived].map((one) => pointActions(one, azure)),
      [['recoverFiles'], ['recoverFiles', 'archive'], []],
    );
    assert.deepEqual(pointActions(held, { provider: 'local', heldBy: 'attic-pc' }), []);
  });

  it('runs its commands on the machine, the point, the job and the disk', async () => {
    const { connection, vault, open, executed, lists, machineId } = world();
    const item = connection.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON - HOUR });
    const panel = open();
    await panel.load();
    const target = { kind: 'machine', machineId } as const;
    await panel.handle({ action: 'backupNow' });
    await panel.handle({ action: 'stop' });
    await panel.handle({ action: 'restore' });
    await panel.handle({ action: 'restore', pointId: 'p' });
    for (const action of ['hold', 'release', 'recoverFiles', 'archive'] as const) {
      await panel.handle({ action, pointId: 'p' });
    }
    await panel.handle({ action: 'openJob', jobId: 'j' });
    await panel.handle({ action: 'revealDisk', diskId: 'd' });
    await panel.handle({ action: 'openVault' });
    await panel.handle({ action: 'allJobs' });
    const point1 = { kind: 'point', machineId, itemId: item.id, pointId: 'p' } as const;
    assert.deepEqual(executed, [
      [COMMANDS.backupNow, target],
      [COMMANDS.stopProtection, target],
      [COMMANDS.restore, target],
      [COMMANDS.restore, point1],
      [COMMANDS.pointPin, point1],
      [COMMANDS.pointUnpin, point1],
      [COMMANDS.restoreFiles, point1],
      [COMMANDS.pointArchive, point1],
      [COMMANDS.jobOpen, { kind: 'job', jobId: 'j' }],
      [COMMANDS.diskReveal, { kind: 'disk', machineId, diskId: 'd' }],
      [COMMANDS.vaultOpenDashboard, { kind: 'vault', vaultId: vault.id }],
    ]);
    assert.deepEqual(lists, [{ machine: 'web-01', vaultId: vault.id }]);
    panel.dispose();
  });

  it('offers to protect a machine that is not, and has no points of it', async () => {
    const { open } = world();
    const panel = open();
    await panel.load();
    const data = snapshotOf(panel);
    assert.deepEqual(data.can, { protect: true, backUp: false, restore: false, stop: false });
    assert.equal(data.points, undefined);
    assert.equal(data.disks.length, 1);
    panel.dispose();
  });

  it('keeps the rest where the points cannot be read, and says of a machine that is gone', async () => {
    const { connection, vault, open, stores } = world();
    connection.addItem('web-01', vault.id, { state: 'Protected' });
    connection.failing.set('recoveryPoints', new AppError('Damaged', 'The index is damaged.'));
    const panel = open();
    await panel.load();
    assert.deepEqual(snapshotOf(panel).failures, ['The index is damaged.']);
    connection.allMachines = [];
    connection.allItems = [];
    await Promise.all([stores.machines.refresh(), stores.vaults.refresh()]);
    const content = panel.content();
    assert.ok(content.kind === 'notice');
    assert.match(content.sentence, /is not known any more/);
    panel.dispose();
  });

  it('tells where a point is stored and why it is kept in the language of the window', () => {
    const { connection, vault } = world();
    const item = connection.addItem('web-01', vault.id);
    const daily = { ...point(item, 'p', NOON), ruleName: 'Daily', tiers: ['InstantRP', 'HardenedRP'] };
    useLanguage({ translator: (message) => `<${message}>`, language: 'en' });
    try {
      const [row] = pointRows([daily], [], () => undefined);
      assert.deepEqual([row?.tierText, row?.keptText], ['<snapshot>, <vault>', '<Daily>']);
    } finally {
      useLanguage({ translator: english, language: 'en' });
    }
  });

  it('takes a point for that of the backup in whose time it lies, although the wire cuts times to seconds', () => {
    const { connection, vault } = world();
    const item = connection.addItem('web-01', vault.id);
    const times = { operation: 'Backup', startTime: NOON + 400, endTime: NOON + 2000 } as const;
    const job = connection.addJob('web-01', times);
    const restore = connection.addJob('web-01', { ...times, operation: 'Restore' });
    const sizes = (time: number) =>
      pointRows([point(item, 'p', time)], [restore, job], (id) => (id === job.id ? 7 : 99)).map(
        ({ newBytes }) => newBytes,
      );
    assert.deepEqual(sizes(NOON), [7]);
    assert.deepEqual(sizes(NOON + 9000), [undefined]);
  });
});
