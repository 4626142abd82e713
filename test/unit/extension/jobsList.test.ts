import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import type { Job } from '../../../src/domain/views';
import { COMMANDS, type CommandId } from '../../../src/extension/commands/ids';
import { csvText } from '../../../src/extension/model/csv';
import { type JobsFacts, jobChoices, jobListRow, jobsCsv, matchingJobs } from '../../../src/extension/model/jobsList';
import type { Target } from '../../../src/extension/model/target';
import { jobsListKey, jobsListPanelKind } from '../../../src/extension/panels/jobsListPanel';
import type { SaveFileOptions } from '../../../src/extension/ui/messages';
import { type JobsFilter, type JobsSort, jobsListProtocol } from '../../../src/messages/jobsList';
import { extensionWorld } from '../../support/extensionWorld';
import { NOON } from '../../support/manualClock';

const HOUR = 3600_000;
const vaults = ['home', 'office'].map((name) => ({
  id: `/vaults/${name}`,
  name: `${name}-vault`,
  resourceGroup: 'rg',
  location: 'local',
  replication: 'LocallyRedundant' as const,
}));

function job(name: string, changes: Partial<Job> = {}): Job {
  return {
    id: `/vaults/home/backupJobs/${name}`,
    name,
    vaultId: '/vaults/home',
    operation: 'Backup',
    status: 'Completed',
    machineName: 'web-01',
    startTime: NOON - HOUR,
    endTime: NOON,
    durationMs: 1000,
    cancellable: false,
    tasks: [],
    properties: {},
    errors: [],
    ...changes,
  };
}

const errors = [{ code: 400153, title: 'VM agent not ready', message: 'The agent is silent.', recommendations: [] }];
const jobs = [
  job('running', { status: 'InProgress', startTime: NOON - 10_000, machineName: 'db-01' }),
  job('stopping', { status: 'Cancelling', startTime: NOON - 20_000 }),
  job('failed', { status: 'Failed', errors, durationMs: 9000 }),
  job('restore', { operation: 'Restore', vaultId: '/vaults/office', startTime: NOON - 30 * HOUR, durationMs: 5000 }),
  job('old', { machineName: 'web-10', startTime: NOON - 200 * HOUR }),
  job('older', { machineName: 'web-9', startTime: NOON - 300 * HOUR }),
];
const world: JobsFacts = { jobs, vaults, now: NOON, statistics: () => undefined };
const NEWEST: JobsSort = { column: 'started', descending: true };
const names = (filter: JobsFilter, sort = NEWEST) => matchingJobs(world, filter, sort).map(({ name }) => name);

describe('the jobs list', () => {
  const filters: [JobsFilter, string[]][] = [
    [{}, ['running', 'stopping', 'failed', 'restore', 'old', 'older']],
    [{ status: 'InProgress' }, ['running', 'stopping']],
    [{ status: 'Failed' }, ['failed']],
    [{ operation: 'Restore' }, ['restore']],
    [{ vaultId: '/VAULTS/office' }, ['restore']],
    [{ machine: 'DB-01' }, ['running']],
    [{ hours: 24 }, ['running', 'stopping', 'failed']],
    [{ text: 'AGENT web' }, ['failed']],
    [{ text: 'office' }, ['restore']],
    [{ text: 'nothing of this' }, []],
    [{ hours: 24, machine: 'web-01', status: 'InProgress' }, ['stopping']],
  ];
  for (const [filter, expected] of filters) {
    it(`${JSON.stringify(filter)} lets through ${expected.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(names(filter), expected);
    });
  }

  const sorts: [JobsSort, string[]][] = [
    [{ column: 'started', descending: false }, ['older', 'old', 'restore', 'failed', 'stopping', 'running']],
    // Numbers in names count as numbers, and equal ones stay newest first.
    [{ column: 'machine', descending: false }, ['running', 'stopping', 'failed', 'restore', 'older', 'old']],
    [{ column: 'vault', descending: true }, ['restore', 'running', 'stopping', 'failed', 'old', 'older']],
    [{ column: 'duration', descending: true }, ['stopping', 'running', 'failed', 'restore', 'old', 'older']],
  ];
  for (const [sort, expected] of sorts) {
    it(`sorts by ${sort.column}${sort.descending ? ', descending' : ''}`, () =>
      assert.deepEqual(names({}, sort), expected));
  }

  it('shows of a failed job its first cause, and of a running one how long it runs', () => {
    const rows = jobs.map((one) => jobListRow(one, world));
    assert.equal(rows[2]?.cause, 'VM agent not ready');
    assert.deepEqual([rows[0]?.stateText, rows[0]?.stateKind, rows[0]?.durationMs], ['In progress', 'running', 10_000]);
    assert.equal(rows[3]?.vaultName, 'office-vault');
  });

  it('offers what the jobs have', () => {
    assert.deepEqual(jobChoices(world), {
      operations: [
        { value: 'Backup', text: 'Backup' },
        { value: 'Restore', text: 'Restore' },
      ],
      vaults: [
        { value: '/vaults/home', text: 'home-vault' },
        { value: '/vaults/office', text: 'office-vault' },
      ],
      machines: ['db-01', 'web-01', 'web-9', 'web-10'],
    });
  });

  it('becomes a CSV file with the cause in full', () => {
    const [heading, failed] = jobsCsv(matchingJobs(world, { status: 'Failed' }, NEWEST), world)
      .slice(1)
      .split('\r\n');
    assert.match(heading ?? '', /^Machine,Operation,State,Vault,Started \(UTC\)/);
    const start = new Date(NOON - HOUR).toISOString();
    const end = new Date(NOON).toISOString();
    assert.equal(failed, `web-01,Backup,Failed,home-vault,${start},${end},9,400153,The agent is silent.,failed`);
  });

  it('filters and sorts ten thousand jobs; equal ones stay newest first', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => job(`j${index}`, { startTime: NOON - index * 1000 }));
    const found = matchingJobs({ ...world, jobs: many }, { text: 'web' }, { column: 'machine', descending: true });
    assert.equal(found.length, 10_000);
    assert.equal(found[0]?.name, 'j0');
  });
});

describe('CSV', () => {
  it('quotes what needs it and keeps formulas from running', () => {
    assert.equal(
      csvText([
        ['a,b', 'say "x"', 'two\nlines'],
        ['=1+1', '-x', 'a-b'],
      ]),
      '\u{feff}"a,b","say ""x""","two\nlines"\r\n\'=1+1,\'-x,a-b\r\n',
    );
  });
});

function opened(filter?: JobsFilter) {
  const all = extensionWorld();
  all.connection.addVault('home-vault');
  const executed: [CommandId, ...Target[]][] = [];
  const saved: SaveFileOptions[] = [];
  const kind = jobsListPanelKind(all.stores, {
    execute: (command, ...targets) => void executed.push([command, ...targets]),
    saveFile: async (options) => {
      saved.push(options);
      return saved.length > 1 ? undefined : '/out.csv';
    },
  });
  const key = jobsListKey(filter, NOON);
  const panel = kind.control(key);
  assert.ok(panel);
  return { ...all, panel, key, executed, saved };
}

describe('the jobs list panel', () => {
  it('starts with the filter it was opened with, and gives the rows that are asked for', async () => {
    const { panel, connection, executed, key } = opened({ status: 'InProgress' });
    const running = connection.addJob('web-01');
    connection.addJob('db-01', { status: 'Completed', endTime: NOON });
    assert.equal(panel.content().kind, 'notice');
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    const message = { type: 'snapshot', version: 1, key, data: content.data };
    assert.deepEqual(jobsListProtocol.hostMessage.parse(message), message);
    assert.deepEqual(content.data.filter, { status: 'InProgress' });
    assert.equal(content.data.total, 2);
    const { filter } = content.data;
    const result = await panel.handle({ action: 'rows', filter, sort: NEWEST, from: 0, count: 100 });
    assert.ok(result.outcome === 'rows');
    assert.deepEqual([result.matching, result.rows.map(({ id }) => id)], [1, [running.id]]);
    await panel.handle({ action: 'open', jobId: running.id });
    assert.deepEqual(executed, [[COMMANDS.jobOpen, { kind: 'job', jobId: running.id }]]);
    panel.dispose();
  });

  it('shows an empty list, not a waiting one, where there is no job', async () => {
    const { panel } = opened();
    let told = 0;
    panel.onDidChange(() => (told += 1));
    await panel.load();
    assert.ok(told > 0);
    const content = panel.content();
    assert.ok(content.kind === 'snapshot' && content.data.total === 0);
    panel.dispose();
  });

  it('gives a changed job anew, and exports what the filter lets through', async () => {
    const { panel, connection, stores, saved } = opened();
    const first = connection.addJob('web-01');
    await panel.load();
    const ask = () => panel.handle({ action: 'rows', filter: {}, sort: NEWEST, from: 0, count: 10 });
    assert.ok((await ask()).outcome === 'rows');
    connection.changeJob(first.id, { status: 'Failed', endTime: NOON, errors });
    await stores.jobs.refresh();
    const after = await ask();
    assert.ok(after.outcome === 'rows');
    assert.equal(after.rows[0]?.stateText, 'Failed');
    const result = await panel.handle({ action: 'export', filter: {}, sort: NEWEST });
    assert.deepEqual(result, { outcome: 'exported', path: '/out.csv', rows: 1 });
    assert.deepEqual(saved[0]?.kind, { name: 'CSV', extension: 'csv' });
    assert.match(saved[0]?.fileName ?? '', /^vm-backup-jobs-\d{4}-\d\d-\d\d\.csv$/);
    // The person closed the dialog.
    assert.deepEqual(await panel.handle({ action: 'export', filter: {}, sort: NEWEST }), { outcome: 'done' });
    panel.dispose();
  });

  it('keeps the last known jobs when they cannot be read, and says so', async () => {
    const { panel, connection } = opened();
    connection.addJob('web-01');
    await panel.load();
    connection.failing.set('jobs', new AppError('EngineUnreachable', 'The engine does not answer.'));
    assert.deepEqual(await panel.handle({ action: 'refresh' }), { outcome: 'done' });
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assert.match(content.data.failure ?? '', /does not answer/);
    assert.equal(content.data.total, 1);
    panel.dispose();
  });

  it('opened twice with a filter is two openings; without one it stays as it was left', () => {
    assert.notDeepEqual(jobsListKey({ hours: 24 }, 1), jobsListKey({ hours: 24 }, 2));
    assert.deepEqual(jobsListKey(undefined, 1), jobsListKey(undefined, 2));
  });
});
