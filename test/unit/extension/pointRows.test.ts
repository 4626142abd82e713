import { strict as assert } from 'node:assert';
import type { BackupPolicy } from '../../../src/domain/policy';
import type { RecoveryPoint } from '../../../src/domain/views';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { ensureWorld } from '../../../src/extension/model/stores';
import { MachineBranch } from '../../../src/extension/tree/machineBranch';
import { commandWorld } from '../../support/commandWorld';
import { machine, point } from '../../support/fakeConnection';
import { NO_COUNTERS } from '../../support/jobSamples';
import { NOON, settle } from '../../support/manualClock';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MB = 1024 * 1024;
/** A policy at noon UTC that keeps days, and weeks from Mondays, one of which is {@link NOON}. */
const RULE: BackupPolicy = {
  schedule: { frequency: 'Daily', time: '12:00' },
  timeZone: 'UTC',
  retention: { daily: { count: 30 }, weekly: { days: ['Monday'], count: 12 } },
  instantRestoreDays: 2,
};

/** Four points of one day, and one a day of the forty days before. */
const fourAndForty = (named: (name: string, time: number) => RecoveryPoint) => [
  ...Array.from({ length: 4 }, (_, n) => named(`today-${n}`, NOON - n * 60_000)),
  ...Array.from({ length: 40 }, (_, n) => named(`day-${n}`, NOON - (n + 1) * DAY)),
];

/** A machine with recovery points, and the branch that shows it. */
async function world(pointsOf: (named: (name: string, time: number) => RecoveryPoint) => RecoveryPoint[]) {
  const all = commandWorld();
  const { connection, stores } = all;
  const vault = connection.addVault('home-vault');
  connection.allPolicies = connection.allPolicies.map((policy) => ({ ...policy, rule: RULE }));
  connection.allMachines.push(machine('web-01'));
  const item = connection.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON });
  connection.points.set(
    item.id,
    pointsOf((name, time) => point(item, name, time)),
  );
  await ensureWorld(stores);
  const branch = new MachineBranch(stores, () => 20);
  const owner = { machineId: item.machineId, itemId: item.id };
  const rows = () => branch.children({ kind: 'points', ...owner }, 'machines');
  return { ...all, item, branch, rows };
}

describe('the row of a recovery point', () => {
  it('says what it added, every range that keeps it, and what it guarantees', async () => {
    const { connection, stores, branch, rows } = await world((named) => [
      { ...named('p1', NOON), ruleName: 'Weekly', expiryTime: NOON + 12 * 7 * DAY, consistency: 'AppConsistent' },
      { ...named('p2', NOON - DAY), ruleName: 'Daily', expiryTime: NOON + 29 * DAY },
      named('p3', NOON - DAY - HOUR),
    ]);
    const job = connection.addJob('web-01', { status: 'Completed', startTime: NOON - 5000, endTime: NOON + 5000 });
    connection.counters.set(job.id, { ...NO_COUNTERS, newBytes: 312 * MB });
    await stores.jobs.refresh();
    const changed = once(branch);
    assert.equal((await rows())[0]?.description, 'daily, weekly · application-consistent');
    await changed;
    const found = await rows();
    assert.deepEqual(
      found.map(({ description }) => description),
      ['+312 MB · daily, weekly · application-consistent', 'daily · crash-consistent', 'on demand · crash-consistent'],
    );
    const tooltip = found[0]?.tooltip?.() ?? '';
    assert.match(tooltip, /Kept as Daily until 2026.+ · Weekly until 2027/);
    assert.match(tooltip, /Added to the vault: 312 MB/);
    await settle();
    assert.equal(connection.calls.filter((call) => call === 'jobStatistics').length, 1);
  });
});

describe('the recovery points of a machine', () => {
  it('stand one below the other while they are few, and say what is kept', async () => {
    const { branch, item, rows } = await world((named) => [named('p1', NOON), named('p2', NOON - HOUR)]);
    assert.deepEqual(
      (await rows()).map(({ target }) => target.kind),
      ['point', 'point'],
    );
    const parts = await branch.children({ kind: 'machine', machineId: item.machineId }, 'machines');
    assert.deepEqual(
      parts.map(({ label, description }) => `${label}: ${description}`),
      ['web-01-disk: 64 MB · system disk', 'Recovery points: 2 points · Today'],
    );
    assert.match(
      parts[1]?.tooltip?.() ?? '',
      /^Policy DefaultPolicy keeps daily points 30 days, weekly .*\n\n2 points/,
    );
  });

  it('stand by day once they are many, where a day has several, and come a page at a time', async () => {
    const { run, opened, branch, item, rows } = await world(fourAndForty);
    const first = await rows();
    assert.equal(first.length, 21);
    assert.deepEqual([first[0]?.label, first[0]?.description], ['Today', '4 points']);
    assert.deepEqual([first[1]?.target.kind, first[20]?.description], ['point', '21 older points']);
    const below = await branch.children(first[0]?.target ?? assert.fail(), 'machines');
    assert.deepEqual(
      below.map(({ target }) => target.kind === 'point' && target.pointId.split('/').at(-1)),
      ['today-0', 'today-1', 'today-2', 'today-3'],
    );
    await run(COMMANDS.jobsLoadMore, first[20]);
    assert.deepEqual(opened, [`more of ${item.id}`]);
    branch.loadMore(item.id);
    branch.loadMore(item.id);
    const all = await rows();
    assert.equal(all.length, 41);
    assert.deepEqual(
      first.slice(0, 20).map(({ id }) => id),
      all.slice(0, 20).map(({ id }) => id),
    );
  });
});

/** Ends with the next change of a branch. */
function once(branch: MachineBranch): Promise<void> {
  return new Promise((resolve) => {
    const listening = branch.onDidChange(() => {
      listening.dispose();
      resolve();
    });
  });
}
