import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import type { Vault } from '../../../src/domain/views';
import { ShortMemory } from '../../../src/extension/model/memory';
import type { Row } from '../../../src/extension/model/row';
import { copyState } from '../../../src/extension/model/vaultView';
import { ViewFilter, viewChoices } from '../../../src/extension/model/viewChoices';
import { JobsTree } from '../../../src/extension/tree/jobsTree';
import { MachinesTree } from '../../../src/extension/tree/machinesTree';
import type { TreeModel } from '../../../src/extension/tree/treeModel';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { extensionWorld } from '../../support/extensionWorld';
import { machine, point } from '../../support/fakeConnection';
import { NO_COUNTERS } from '../../support/jobSamples';
import { NOON } from '../../support/manualClock';

const DAY = 24 * 3600_000;
function world() {
  const all = extensionWorld();
  const vault = all.connection.addVault('home-vault');
  all.connection.allMachines.push(machine('web-01'), machine('db-01'));
  const item = all.connection.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON });
  all.connection.points.set(item.id, [point(item, 'p1', NOON - DAY), point(item, 'p2', NOON)]);
  return { ...all, vault, item };
}

/** The rows of a tree as indented labels, unfolded to `depth`. */
async function outline(tree: TreeModel, depth: number): Promise<string[]> {
  const lines: string[] = [];
  const ids = new Set<string>();
  const walk = async (rows: readonly Row[], level: number) => {
    for (const row of rows) {
      assert.ok(!ids.has(row.id), `two rows with the id ${row.id}`);
      assert.equal(row.id, row.id.toLowerCase());
      ids.add(row.id);
      lines.push(`${'  '.repeat(level)}${row.label}`);
      if (level + 1 < depth && row.children !== 'none') await walk(await tree.children(row), level + 1);
    }
  };
  await walk(await tree.roots(), 0);
  return lines;
}

/** The rows below the row of a label, shortly. */
async function below(tree: TreeModel, label: string): Promise<string[]> {
  const find = async (rows: readonly Row[]): Promise<Row | undefined> => {
    for (const row of rows) {
      const found = row.label === label ? row : row.target.kind === 'group' && (await find(await tree.children(row)));
      if (found) return found;
    }
    return undefined;
  };
  const parent = await find(await tree.roots());
  assert.ok(parent, `no row ${label}`);
  const rows = await tree.children(parent);
  return rows.map((row) => [row.label, row.description, row.icon?.name].filter(Boolean).join(' · '));
}

describe('Machines view', () => {
  it('groups machines by state and shows points and disks below them', async () => {
    const tree = new MachinesTree(world().stores);
    assert.deepEqual(await outline(tree, 3), [
      'Protected',
      '  web-01',
      '    web-01-disk',
      '    Recovery points',
      'Not protected',
      '  db-01',
      '    db-01-disk',
    ]);
  });

  it('shows the points of a machine, newest first', async () => {
    const { stores } = world();
    const tree = new MachinesTree(stores);
    const [group] = await tree.roots();
    const [web] = await tree.children(group ?? assert.fail());
    const points = (await tree.children(web ?? assert.fail())).at(-1);
    const rows = await tree.children(points ?? assert.fail());
    assert.deepEqual(
      rows.map(({ label }) => label.split(' ')[0]),
      ['Today', 'Yesterday'],
    );
  });

  it('is empty for a fresh computer, so that the welcome text shows', async () => {
    assert.deepEqual(await new MachinesTree(extensionWorld().stores).roots(), []);
  });

  it('shows one row with Retry for an engine that does not start, told once', async () => {
    const { connection, stores } = world();
    connection.failing.set('open', new AppError('EngineUnfit', 'Node.js is too old.'));
    const rows = await new MachinesTree(stores).roots();
    assert.equal(rows.length, 1);
    assert.deepEqual(rows[0]?.tokens, ['error', 'can.retry', 'can.copy']);
    assert.match(rows[0]?.tooltip?.() ?? '', /Node\.js is too old\. Install Node\.js/);
  });

  it('shows the other machines when one vault cannot be read', async () => {
    const { connection, stores } = world();
    connection.failing.set('protectedItems', new AppError('Damaged', 'The catalog is damaged.'));
    assert.deepEqual(await outline(new MachinesTree(stores), 1), ['Could not read vault home-vault', 'Not protected']);
  });

  it('counts what needs attention and what was never backed up', async () => {
    const { connection, stores, vault } = world();
    connection.allMachines.push(machine('bad-01'));
    connection.addItem('bad-01', vault.id, { state: 'Protected', lastBackupStatus: 'Failed' });
    const tree = new MachinesTree(stores);
    await tree.roots();
    assert.equal(tree.attention().words, '1 machine needs attention');
    assert.equal(tree.message(), '2 of 3 machines were never backed up.');
  });
});

describe('what the person chose to see', () => {
  it('only what the filter lets through is grouped, and the view says so', async () => {
    const { stores } = world();
    const choices = viewChoices(new ShortMemory());
    const tree = new MachinesTree(stores, choices);
    choices.machines.set('state:unprotected');
    assert.deepEqual(await outline(tree, 2), ['Not protected', '  db-01']);
    assert.equal(tree.description(), 'state:unprotected');
    choices.machines.set('no such machine');
    assert.deepEqual(await tree.roots(), []);
    choices.machines.set('');
    assert.equal((await tree.roots()).length, 2);
    assert.equal(tree.description(), undefined);
  });

  it('groups by vault, provider or resource group, and remembers it', async () => {
    const { connection, stores } = world();
    connection.allMachines.push(machine('far-01', { resourceGroup: 'prod' }));
    const memory = new ShortMemory();
    const choices = viewChoices(memory);
    const tree = new MachinesTree(stores, choices);
    choices.grouping.set('vault');
    assert.deepEqual(await outline(tree, 2), ['home-vault', '  web-01', 'In no vault', '  db-01', '  far-01']);
    choices.grouping.set('resourceGroup');
    assert.deepEqual(await outline(tree, 1), ['prod', 'vm-backup']);
    choices.grouping.set('provider');
    assert.deepEqual(await outline(tree, 1), ['This computer']);
    assert.equal(tree.description(), 'by Provider');
    assert.equal(viewChoices(memory).grouping.current, 'provider');
  });

  it('keeps old rows and says when they were read, while they cannot be read again', async () => {
    const { connection, stores, clock: hands } = world();
    const tree = new MachinesTree(stores);
    await tree.roots();
    await hands.advance(3600_000);
    connection.failing.set('machines', new AppError('Busy', 'The catalog is busy.'));
    await stores.machines.refresh();
    const rows = await tree.roots();
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['Could not list machines', 'Protected', 'Not protected'],
    );
    assert.deepEqual(rows[0]?.target, {
      kind: 'error',
      branch: 'machines',
      text: 'Could not list machines. The catalog is busy. [Busy]',
    });
    assert.match(tree.message() ?? '', /^as of \d\d:\d\d$/);
  });

  it('filters jobs by state, machine and operation', async () => {
    const { connection, stores } = world();
    connection.addJob('web-01');
    connection.addJob('db-01', { status: 'Failed' });
    connection.addJob('db-01', { status: 'Completed', operation: 'Restore' });
    const filter = new ViewFilter();
    const tree = new JobsTree(stores, () => 50, filter);
    const shown = async (text: string) => {
      filter.set(text);
      return (await outline(tree, 2)).filter((line) => line.startsWith(' ')).map((line) => line.trim());
    };
    assert.deepEqual(await shown('state:failed'), ['Backup db-01']);
    assert.deepEqual(await shown('state:running'), ['Backup web-01']);
    assert.deepEqual(await shown('machine:db not:state:failed'), ['Restore db-01']);
    assert.deepEqual(await shown('operation:backup not:web'), ['Backup db-01']);
    assert.equal(tree.description(), 'operation:backup not:web');
  });
});

describe('Vaults view', () => {
  it('shows the protected machines and the policies of each vault, each row once', async () => {
    const { connection, stores } = world();
    connection.allPolicies = connection.allPolicies.map((policy) => ({ ...policy, protectedItems: 1 }));
    assert.deepEqual(
      await outline(new VaultsTree(stores), 5),
      [
        'home-vault',
        '  Protected VMs',
        '    web-01',
        '      web-01-disk',
        '      Recovery points',
        '        Today 12:00',
        '        Yesterday 12:00',
        '  Policies',
        '    DefaultPolicy',
        '      web-01',
        '        web-01-disk',
        '        Recovery points',
      ].map((line) => line.replace('12:00', clock())),
    );
  });
});

describe('the tooltip of a vault', () => {
  it('tells soft delete, immutability and the second region, as far as the list of vaults does', async () => {
    const { connection, stores } = world();
    const tooltip = async (changes: Partial<Vault>) => {
      connection.allVaults = connection.allVaults.map((vault) => ({ ...vault, ...changes }));
      await stores.vaults.refresh();
      return (await new VaultsTree(stores).roots())[0]?.tooltip?.() ?? '';
    };
    assert.doesNotMatch(await tooltip({}), /[Ss]oft delete|undeleted|Immutable|second region/);
    const guarded = await tooltip({ softDeleteDays: 14, immutability: 'Locked', crossRegionRestore: true });
    assert.match(guarded, /undeleted for 14 days/);
    assert.match(guarded, /Immutable, and locked for good/);
    assert.match(guarded, /second region may be restored from/);
    assert.match(
      await tooltip({ softDeleteDays: 0, immutability: 'Unlocked' }),
      /Soft delete is off[^]*not locked yet/,
    );
  });
});

describe('the tooltip of a machine', () => {
  it('leads to its page', async () => {
    const tree = new MachinesTree(world().stores);
    const [group] = await tree.roots();
    const [web] = await tree.children(group ?? assert.fail());
    assert.match(web?.tooltip?.() ?? '', /\[Open\]\(command:vmbackup\.open\?/);
  });
});

describe('a vault’s second site', () => {
  const copy = { replication: 'GeoRedundant', secondSite: 'attic', lagSeconds: 0, backlogObjects: 0, backlogBytes: 0 };
  const shown = async (changes: Partial<typeof copy> & { problem?: string }) => {
    const { connection, stores } = world();
    connection.copy = { ...copy, ...changes };
    const [row] = await new VaultsTree(stores).roots();
    return { icon: row?.icon?.name, description: row?.description ?? '', tooltip: row?.tooltip?.() ?? '' };
  };

  it('is attention while it is missing', async () => {
    const row = await shown({ secondSite: 'missing' });
    assert.equal(row.icon, 'warning');
    assert.match(row.description, /^second site missing · geo-redundant · /);
    assert.match(row.tooltip, /there is only one copy/);
  });

  it('is told with lag and backlog while it is behind, as attention after an hour or a failure', async () => {
    const behind = await shown({ lagSeconds: 600, backlogObjects: 3, backlogBytes: 5 * 1024 * 1024 });
    assert.equal(behind.icon, 'archive');
    assert.match(behind.tooltip, /attic is 10 min.* behind: 3 objects, 5 MB are not copied yet/);
    const late = await shown({ lagSeconds: 7200, backlogObjects: 3, backlogBytes: 1 });
    assert.match(late.description, /^second site 2 h.* behind/);
    const failed = await shown({ backlogObjects: 1, problem: 'The folder is not there.' });
    assert.deepEqual([failed.icon, failed.tooltip.endsWith('The folder is not there\\.')], ['warning', true]);
  });

  it('is not called complete while there is no recovery point to copy', () => {
    const { sentence, attention } = copyState(copy, 0) ?? assert.fail();
    assert.equal(attention, false);
    assert.equal(sentence, 'There is no recovery point yet; each is copied to the second site attic.');
    assert.match(copyState({ ...copy, problem: 'The folder is not there.' }, 0)?.sentence ?? '', /is not there/);
  });

  it('is quiet when it is complete', async () => {
    const row = await shown({});
    assert.equal(row.icon, 'archive');
    assert.match(row.tooltip, /copy at the second site attic is complete/);
    assert.ok(!row.description.includes('attic'));
  });
});

/** Noon UTC on the clock of the computer that runs the tests. */
function clock(): string {
  return new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(NOON);
}

describe('Jobs view', () => {
  it('shows what runs, then days, a page at a time', async () => {
    const { connection, stores } = world();
    connection.addJob('web-01');
    for (let n = 0; n < 3; n++) connection.addJob(`m${n}`, { status: 'Completed', startTime: NOON - n * DAY });
    const tree = new JobsTree(stores, () => 2);
    assert.deepEqual(await outline(tree, 2), [
      'Running',
      '  Backup web-01',
      'Today',
      '  Backup m0',
      'Yesterday',
      '  Backup m1',
      'Load more…',
    ]);
    tree.loadMore();
    assert.equal((await outline(tree, 2)).includes('Load more…'), false);
  });

  it('unfolds a job into its phases, which are read once for each state of the job', async () => {
    const { connection, stores } = world();
    const job = connection.addJob('web-01');
    connection.counters.set(job.id, {
      ...NO_COUNTERS,
      phase: 'Read and store',
      phases: [
        { phase: 'Prepare', startTime: NOON - 5_000, endTime: NOON - 3_000 },
        { phase: 'Read and store', startTime: NOON - 3_000 },
      ],
    });
    const tree = new JobsTree(stores, () => 50);
    const unfolded = () => below(tree, 'Backup web-01');
    assert.deepEqual(await unfolded(), ['Prepare · 2 s · pass', 'Read and store · In progress · 3 s · sync~spin']);
    const reads = () => connection.calls.filter((call) => call === 'job').length;
    assert.equal(reads(), 1);
    await unfolded();
    assert.equal(reads(), 1);

    connection.changeJob(job.id, { status: 'Failed', endTime: NOON });
    await stores.jobs.refresh();
    assert.deepEqual(await unfolded(), ['Prepare · 2 s · pass', 'Read and store · Stopped here · 3 s · error']);
    assert.equal(reads(), 2);
  });

  it('shows the tasks of a service by the names and states that it gives them, and why they cannot be read', async () => {
    const { connection, stores } = world();
    const tasks = [
      { name: 'Take Snapshot', status: 'Completed', durationMs: 61_000 },
      { name: 'Transfer data to vault', status: 'InProgress', progressPercent: 41, detail: '2 GB / 5 GB' },
      { name: 'Remove snapshot', status: 'NotStarted', durationMs: 0 },
    ];
    connection.addJob('web-01', { tasks });
    connection.addJob('db-01');
    const tree = new JobsTree(stores, () => 50);
    assert.deepEqual(await below(tree, 'Backup web-01'), [
      'Take Snapshot · Completed · 1 min 1 s · pass',
      'Transfer data to vault · In progress · 41% · 2 GB / 5 GB · sync~spin',
      'Remove snapshot · Not started · circle-outline',
    ]);
    connection.failing.set('job', new AppError('Damaged', 'The job cannot be read.'));
    assert.deepEqual(await below(tree, 'Backup db-01'), ['Could not read the job · The job cannot be read. · error']);
  });
});
