import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../src/domain/errors';
import type { Job, ProtectedItem } from '../../../src/domain/views';
import { VIEWS } from '../../../src/extension/commands/ids';
import type { Row } from '../../../src/extension/model/row';
import { ensureWorld } from '../../../src/extension/model/stores';
import { JobsTree } from '../../../src/extension/tree/jobsTree';
import { MachinesTree } from '../../../src/extension/tree/machinesTree';
import type { TreeModel } from '../../../src/extension/tree/treeModel';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { SAMPLE_TAG } from '../../../src/protocol/local';
import { extensionWorld } from '../../support/extensionWorld';
import { disk, machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import { holds, type MenuManifest, rowMenu, whenTerms } from '../../support/menus';

const HOUR = 3600_000;
const PREFIX = 'vmbackup.';
/** One fewer than there are: the oldest one stands behind Load more. */
const ENDED_JOBS_SHOWN = 8;
const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as MenuManifest;

/** A row of a tree, and the view that it stands in. */
interface Standing {
  readonly view: string;
  readonly row: Row;
}

const GOOD = { state: 'Protected', lastBackupStatus: 'Completed', lastRecoveryPointTime: NOON - 2 * HOUR } as const;

/** Protected machines by their names, which say in what state they are. */
const ITEMS: Readonly<Record<string, Partial<ProtectedItem>>> = {
  pending: {},
  protected: GOOD,
  failed: { ...GOOD, lastBackupStatus: 'Failed' },
  broken: { ...GOOD, state: 'ProtectionError' },
  overdue: { ...GOOD, lastRecoveryPointTime: NOON - 72 * HOUR },
  suspended: { ...GOOD, state: 'BackupsSuspended' },
  stopped: { ...GOOD, state: 'ProtectionStopped' },
  'soft-deleted': { ...GOOD, state: 'ProtectionStopped', softDeleted: { remainingMs: 300 * HOUR } },
  busy: GOOD,
  'two-disks': GOOD,
};

/** Jobs by the names of their machines, which say in what state they are. */
const JOBS: Readonly<Record<string, Partial<Job>>> = {
  'job-running': { tasks: [{ name: 'Take Snapshot', status: 'InProgress' }] },
  'job-unstoppable': { cancellable: false },
  'job-cancelling': { status: 'Cancelling' },
  'job-completed': { status: 'Completed' },
  'job-warnings': { status: 'CompletedWithWarnings' },
  'job-failed': { status: 'Failed' },
  'job-cancelled': { status: 'Cancelled' },
  'job-unknown': { status: 'Paused' },
  'job-restored': { operation: 'Restore', status: 'Completed' },
  'job-restore-failed': { operation: 'Restore', status: 'Failed' },
};

/** Every row that the three views make of a world in which each kind and state occurs. */
async function everyRow(): Promise<Standing[]> {
  const { connection, stores, azure } = extensionWorld();
  const vault = connection.addVault('home-vault');
  connection.allMachines.push(
    machine('unprotected'),
    machine('sample', { tags: { [SAMPLE_TAG]: 'true' } }),
    machine('diskless', { disks: [] }),
    machine('remote-disk', { disks: [{ id: '/disks/far', name: 'far-disk', sizeBytes: 1 }] }),
  );
  for (const [name, state] of Object.entries(ITEMS)) {
    const disks = [disk(`${name}-os`), { ...disk(`${name}-data`), lun: 0 }];
    connection.allMachines.push(machine(name, name === 'two-disks' ? { disks } : {}));
    const item = connection.addItem(name, vault.id, state);
    if (name !== 'protected') continue;
    connection.points.set(item.id, [point(item, 'held', NOON - 24 * HOUR), point(item, 'free', NOON - 2 * HOUR)]);
    connection.holds.set(`${item.id}/recoveryPoints/held`, 'before the upgrade');
  }
  connection.allPolicies = connection.allPolicies.map((policy) => ({ ...policy, protectedItems: 1 }));
  connection.addJob('busy');
  for (const [name, state] of Object.entries(JOBS)) connection.addJob(name, state);
  const old = { status: 'Completed', operation: 'ConfigureBackup', startTime: NOON - 48 * HOUR };
  connection.addJob('job-old', old);
  inAzure(azure);
  await stores.azure.signIn();
  await ensureWorld(stores);
  const trees: [string, TreeModel][] = [
    [VIEWS.machines, new MachinesTree(stores)],
    [VIEWS.vaults, new VaultsTree(stores)],
    [VIEWS.jobs, new JobsTree(stores, () => ENDED_JOBS_SHOWN)],
  ];
  const rows = await Promise.all(trees.map(([view, tree]) => standing(view, tree)));
  connection.failing.set('machines', new AppError('Damaged', 'The catalog is damaged.'));
  await stores.machines.refresh();
  return [...rows.flat(), ...(await standing(VIEWS.machines, new MachinesTree(stores)))];
}

/** One of each in a subscription, and two tenants of which nothing is seen. */
function inAzure({ account, production, subscriptions }: ReturnType<typeof extensionWorld>['azure']): void {
  const vault = production.addVault('prod-vault');
  const id = production.subscriptionId;
  production.allMachines = [machine('cloud', {}, id), machine('bare', {}, id)];
  const item = production.addItem('cloud', vault.id, GOOD);
  production.allPolicies = production.allPolicies.map((policy) => ({ ...policy, protectedItems: 1 }));
  production.points.set(item.id, [
    point(item, 'cloud-point', NOON - HOUR),
    { ...point(item, 'cloud-ready', NOON - 2 * HOUR), archiving: { possible: true } },
    { ...point(item, 'cloud-archived', NOON - 3 * HOUR), tiers: ['ArchivedRP'] },
  ]);
  const paired = production.addVault('geo-vault', { replication: 'GeoRedundant' });
  production.allVaults = production.allVaults.map((one) =>
    one === paired ? { ...one, crossRegionRestore: true } : one,
  );
  production.allMachines.push(machine('geo', {}, id));
  production.addItem('geo', paired.id, GOOD);
  production.addJob('cloud-job', { operation: 'Restore', status: 'Completed' });
  const { person } = subscriptions.production;
  const [known] = account.reach;
  account.reach = [
    ...(known ? [known] : []),
    { tenant: { id: 'shy', name: 'Shy', person }, problem: 'signIn', subscriptions: [] },
    { tenant: { id: 'ill', name: 'Ill', person }, problem: { error: new Error('broken') }, subscriptions: [] },
  ];
}

async function standing(view: string, tree: TreeModel): Promise<Standing[]> {
  const below = async (rows: readonly Row[]): Promise<Standing[]> => {
    const found: Standing[] = [];
    for (const row of rows) {
      found.push({ view, row });
      if (row.children !== 'none') found.push(...(await below(await tree.children(row))));
    }
    return found;
  };
  return below(await tree.roots());
}

/** What a row is called in the table: its kind, and the name that says its state. */
function kindOf({ row }: Standing): string {
  const { target } = row;
  const kind = target.kind;
  const cloud = row.tokens.includes('azure');
  if (row.tokens.includes('task')) return 'task';
  if (kind === 'tenant') return `tenant ${row.label}`;
  if (kind === 'machine') return `machine ${row.label}`;
  if (kind === 'job') return `job ${row.label.split(' ').at(-1)}`;
  if (kind === 'point') return `point ${target.pointId.split('/').at(-1)}`;
  if (kind === 'disk') return row.tokens.includes('can.reveal') ? 'disk' : 'disk without a file';
  return cloud && kind !== 'account' && kind !== 'subscription' ? `azure ${kind}` : kind;
}

/** The menu as one line: `inline buttons | context entries`, without the prefix that all have. */
function menuLine({ view, row }: Standing): string {
  const { inline, context } = rowMenu(manifest, { view, contextValue: row.tokens.join(' ') });
  return [inline, context].map((commands) => commands.map((id) => id.slice(PREFIX.length)).join(' ')).join(' | ');
}

const NOTHING = ' | ';
const RUNNING = 'job.cancel job.viewLog | job.open job.viewLog job.cancel job.copyDetails copyId';
const ENDED = 'job.viewLog | job.open job.viewLog job.copyDetails copyId';
const RETRY = 'job.retry job.viewLog | job.open job.viewLog job.retry job.troubleshoot job.copyDetails copyId';
const BACKED_UP = 'backupNow restore | backupNow restore policy.assign copyId stopProtection';
const RESTING = 'restore | restore resumeProtection copyId deleteBackupData';

const EXPECTED: Readonly<Record<string, string>> = {
  account: 'azure.selectSubscriptions | azure.selectSubscriptions azure.signOut',
  'azure policy': 'policy.edit | policy.edit policy.preview policy.duplicate copyId policy.delete',
  'azure points': NOTHING,
  'azure vault':
    'protect vault.openDashboard | vault.openDashboard protect policy.create vault.setRedundancy vault.settings copyId openInPortal vault.delete',
  'azure vaultItems': NOTHING,
  'azure vaultPolicies': 'policy.create | policy.create',
  'job cloud-job': ENDED,
  'machine bare': 'protect | protect whyNotProtected copyId openInPortal',
  'machine cloud': 'backupNow restore | backupNow restore policy.assign copyId openInPortal stopProtection',
  'machine geo':
    'backupNow restore | backupNow restore restore.secondRegion policy.assign copyId openInPortal stopProtection',
  'point cloud-archived': 'restore | restore point.undeleteTier copyId',
  'point cloud-point': 'restore | restore restore.files copyId',
  'point cloud-ready': 'restore | restore restore.files point.archive copyId',
  subscription: ' | azure.protectAllUnprotected copyId openInPortal',
  'tenant Ill': 'refresh | ',
  'tenant Shy': 'azure.signIn | azure.signIn',
  disk: 'disk.reveal | disk.reveal copyId',
  'disk without a file': ' | copyId',
  error: 'refresh error.copyDetails | error.copyDetails',
  group: NOTHING,
  task: 'job.viewLog | job.open job.viewLog',
  'job busy': RUNNING,
  'job job-cancelled': RETRY,
  'job job-cancelling': ENDED,
  'job job-completed': ENDED,
  'job job-failed': RETRY,
  'job job-restore-failed': RETRY,
  'job job-restored': 'job.openFolder job.viewLog | job.open job.viewLog job.openFolder job.copyDetails copyId',
  'job job-running': RUNNING,
  'job job-unknown': ENDED,
  'job job-unstoppable': ENDED,
  'job job-warnings': ENDED,
  'machine broken': 'restore | restore policy.assign copyId stopProtection',
  'machine busy': ' | copyId',
  'machine diskless': ' | whyNotProtected copyId machine.remove',
  'machine failed': BACKED_UP,
  'machine overdue': BACKED_UP,
  'machine pending': 'backupNow | backupNow policy.assign copyId stopProtection',
  'machine protected': BACKED_UP,
  'machine remote-disk': 'protect | protect whyNotProtected copyId machine.remove',
  'machine sample': 'protect | protect whyNotProtected lab.changeFiles copyId machine.remove',
  'machine soft-deleted': ' | undelete copyId',
  'machine stopped': RESTING,
  'machine suspended': RESTING,
  'machine two-disks': 'backupNow restore | backupNow restore policy.assign machine.chooseDisks copyId stopProtection',
  'machine unprotected': 'protect | protect whyNotProtected copyId machine.remove',
  more: NOTHING,
  'point free': 'restore | restore point.pin copyId',
  'point held': 'restore | restore point.unpin copyId',
  points: NOTHING,
  policy: 'policy.edit | policy.edit policy.preview policy.duplicate copyId policy.delete',
  vault:
    'protect vault.openDashboard | vault.openDashboard protect policy.create vault.setRedundancy vault.settings vault.rotateKey copyId vault.delete',
  vaultDeleted: NOTHING,
  vaultItems: NOTHING,
  vaultPolicies: 'policy.create | policy.create',
};

describe('menus of rows', () => {
  let rows: Standing[];
  before(async () => {
    rows = await everyRow();
  });

  it('are exactly these, for every kind of row in every state', () => {
    const menus = new Map<string, Set<string>>();
    for (const row of rows) {
      const kind = kindOf(row);
      menus.set(kind, (menus.get(kind) ?? new Set()).add(menuLine(row)));
    }
    const shown = Object.fromEntries(Array.from(menus, ([kind, lines]) => [kind, Array.from(lines).join(' or ')]));
    assert.deepEqual(shown, EXPECTED);
  });

  it('have no entry that no row shows', () => {
    for (const { command, when } of manifest.contributes.menus['view/item/context'] ?? []) {
      const shown = rows.some(({ view, row }) => holds(when, { view, viewItem: row.tokens.join(' ') }));
      assert.ok(shown, `${command} when ${when}`);
    }
  });

  it('show at most three buttons beside a row, and none that destroys', () => {
    for (const { view, row } of rows) {
      const { inline } = rowMenu(manifest, { view, contextValue: row.tokens.join(' ') });
      assert.ok(inline.length <= 3, `${row.label}: ${inline.join(', ')}`);
    }
    const dangers = (manifest.contributes.menus['view/item/context'] ?? []).filter(({ group }) =>
      group?.startsWith('9_danger'),
    );
    assert.ok(dangers.length > 0);
    for (const { view, row } of rows) {
      const { inline } = rowMenu(manifest, { view, contextValue: row.tokens.join(' ') });
      for (const { command } of dangers) assert.ok(!inline.includes(command), `${command} beside ${row.label}`);
    }
  });

  it('do not appear in the views of others', () => {
    for (const { row } of rows) {
      const menu = rowMenu(manifest, { view: 'somebody.elses', contextValue: row.tokens.join(' ') });
      assert.deepEqual(menu, { inline: [], context: [] });
    }
  });
});

describe('menus of views, the palette and the Explorer', () => {
  it('have no entry whose clause can never hold, but for those hidden from the palette', () => {
    for (const [menu, entries] of Object.entries(manifest.contributes.menus)) {
      if (menu === 'view/item/context') continue;
      for (const { command, when } of entries) {
        if (menu === 'commandPalette' && when === 'false') continue;
        assert.ok(canHold(when), `${command} in ${menu} when ${when}`);
      }
    }
  });
});

describe('when clauses', () => {
  const table: [clause: string | undefined, holds: boolean][] = [
    [undefined, true],
    ['on', true],
    ['!on', false],
    ['off', false],
    ['unknown', false],
    ['!unknown', true],
    ['false', false],
    ['view == a.b', true],
    ['view == a', false],
    ['view =~ /^A\\./', false],
    ['view =~ /^A\\./i', true],
    ['unknown =~ /.*/', false],
    ['on && view == a.b', true],
    ['on && !on', false],
  ];
  for (const [clause, expected] of table) {
    it(`${clause} is ${expected}`, () => {
      assert.equal(holds(clause, { on: true, off: false, view: 'a.b' }), expected);
    });
  }

  it('of a form that is not understood are refused, not taken for true', () => {
    for (const clause of ['a || b', '!a == b', 'a in b', 'a >= 3', '']) assert.throws(() => whenTerms(clause));
  });
});

/** True if some values of the keys make a clause hold: every comparison can be met unless two contradict each other. */
function canHold(when: string | undefined): boolean {
  const samples = ['', ...Object.values(VIEWS), 'file', '.img', '.raw'];
  const keys = when === undefined ? [] : Array.from(new Set(whenTerms(when).map(({ key }) => key)));
  const worlds = keys.reduce<Record<string, string | boolean>[]>(
    (all, key) => all.flatMap((world) => valuesOf(key, samples).map((value) => ({ ...world, [key]: value }))),
    [{}],
  );
  return worlds.some((world) => holds(when, world));
}

function valuesOf(key: string, samples: readonly string[]): readonly (string | boolean)[] {
  if (key === 'false') return [false];
  return key.startsWith(PREFIX) ? [true, false] : samples;
}
