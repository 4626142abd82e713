import { strict as assert } from 'node:assert';
import { EventEmitter, once } from 'node:events';
import { AppError } from '../../../src/domain/errors';
import { enhancedPolicy, newPolicyTemplate } from '../../../src/domain/policyDefaults';
import { policyProblems } from '../../../src/domain/policyRules';
import type { CommandId } from '../../../src/extension/commands/ids';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { DashboardFacts } from '../../../src/extension/model/dashboardFacts';
import { matches, parseFilter } from '../../../src/extension/model/filter';
import { findableMachine } from '../../../src/extension/model/machineGroups';
import { LOCAL_PACE } from '../../../src/extension/model/pollPace';
import { knownMachines } from '../../../src/extension/model/stores';
import type { Target } from '../../../src/extension/model/target';
import { JobController } from '../../../src/extension/panels/jobPanel';
import { machinePanelKind } from '../../../src/extension/panels/machinePanel';
import { noticeHtml } from '../../../src/extension/panels/noticeHtml';
import { PolicyForm } from '../../../src/extension/panels/policyPanel';
import { mayLeave } from '../../../src/extension/panels/unsavedInput';
import { type DashboardActions, VaultController, vaultPanelKind } from '../../../src/extension/panels/vaultPanel';
import { jobProtocol } from '../../../src/messages/job';
import type { JobsFilter } from '../../../src/messages/jobsList';
import { policyProtocol } from '../../../src/messages/policy';
import { vaultProtocol } from '../../../src/messages/vault';
import { SAMPLE_TAG } from '../../../src/protocol/local';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { NO_COUNTERS } from '../../support/jobSamples';
import { NOON, settle } from '../../support/manualClock';
import { ScriptedUi } from '../../support/scriptedUi';

function world() {
  const all = extensionWorld();
  const vault = all.connection.addVault('home-vault');
  const executed: [CommandId, ...Target[]][] = [];
  const execute = (command: CommandId, ...targets: readonly Target[]) => void executed.push([command, ...targets]);
  return { ...all, vault, executed, execute };
}

/** What a person agrees to who saw no warning. */
const NOTHING = { removed: 0, uncounted: 0 };

/** For dashboards whose tiles are not pressed. */
const nowhere = { showMachines: () => undefined, openJobs: () => undefined };

type Dashboard = Pick<ReturnType<typeof world>, 'stores' | 'execute'> & Partial<Omit<DashboardActions, 'execute'>>;

const DAY_MS = 24 * 3600_000;

/** The dashboard of a vault, or of all. */
function dashboard({ stores, ...actions }: Dashboard, vaultId?: string) {
  const all = { ...nowhere, freeBytes: async () => undefined, ...actions };
  return new VaultController(stores, { ...all, asked: new DashboardFacts(stores, all.freeBytes) }, vaultId);
}

function assertValid(schema: { safeParse(value: unknown): { success: boolean; error?: unknown } }, data: unknown) {
  const message = JSON.parse(JSON.stringify({ type: 'snapshot', version: 1, key: {}, data })) as unknown;
  const parsed = schema.safeParse(message);
  assert.ok(parsed.success, String(parsed.error));
}

describe('job panel', () => {
  it('shows the job with its details, live', async () => {
    const { connection, stores, clock, execute, executed } = world();
    const job = connection.addJob('web-01');
    const panel = new JobController(stores, execute, job.id);
    assert.equal(panel.content().kind, 'notice');
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assert.equal(content.data.vaultName, 'home-vault');
    assert.equal(content.data.connection.state, 'live');
    assertValid(jobProtocol.hostMessage, content.data);
    await panel.handle({ action: 'cancel' });
    await panel.handle({ action: 'explain' });
    const target = { kind: 'job', jobId: job.id };
    assert.deepEqual(executed, [
      [COMMANDS.jobCancel, target],
      [COMMANDS.jobTroubleshoot, target],
    ]);
    panel.dispose();
    await clock.advance(0);
    assert.deepEqual(clock.waits, []);
  });

  it('keeps the last known state when the engine is gone, and says so', async () => {
    const { connection, stores, execute, clock } = world();
    const job = connection.addJob('web-01');
    const panel = new JobController(stores, execute, job.id);
    await panel.load();
    connection.failing.set('jobs', new AppError('EngineUnreachable', 'The engine does not answer.'));
    await clock.advance(1_000);
    const content = panel.content();
    assert.ok(content.kind === 'snapshot' && content.data.connection.state === 'lost');
    assert.match(content.data.connection.reason, /Restart Engine/);
  });

  it('says in one sentence that a job is gone', async () => {
    const { stores, execute, vault } = world();
    const panel = new JobController(stores, execute, `${vault.id}/backupJobs/gone`);
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'notice');
    assert.match(content.sentence, /cannot be shown\. It was not found\./);
  });
});

/** The id that a resource had in another data folder. */
function inOtherFolder(id: string): string {
  return id.replace(/^\/subscriptions\/[^/]+/, '/subscriptions/99999999-0000-0000-0000-000000000009');
}

describe('pages of another data folder', () => {
  it('show the vault that was opened again in the one of now, and act on it', async () => {
    const { connection, stores, vault, execute, executed } = world();
    const known = connection.allVaults;
    connection.allVaults = [];
    const panel = dashboard({ stores, execute }, inOtherFolder(vault.id));
    await panel.load();
    const gone = panel.content();
    assert.ok(gone.kind === 'notice');
    assert.match(gone.sentence, /home-vault does not exist any more/);

    connection.allVaults = known;
    await stores.vaults.refresh();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assert.deepEqual([panel.title, content.data.one?.vault.name], ['home-vault', 'home-vault']);
    await panel.handle({ action: 'enableBackup' });
    assert.deepEqual(executed, [[COMMANDS.protect, { kind: 'vault', vaultId: vault.id }]]);
    panel.dispose();
  });

  it('do not take a vault of another name or group for theirs, nor one of Azure', async () => {
    const { stores, vault, azure } = world();
    azure.production.addVault('home-vault');
    await stores.azure.signIn();
    await stores.vaults.refresh();
    const others = [
      vault.id.replace('home-vault', 'other'),
      vault.id.replace(/resourceGroups\/[^/]+/i, 'resourceGroups/x'),
    ];
    for (const id of others) assert.equal(stores.vaults.here(inOtherFolder(id)), inOtherFolder(id));
    const inAzure = vault.id.replace(/^\/subscriptions\/[^/]+/, `/subscriptions/${azure.subscriptions.production.id}`);
    assert.equal(stores.vaults.here(inAzure), inAzure);
    assert.equal(stores.vaults.here(inOtherFolder(vault.id)), vault.id);
  });

  it('show the machine of the same name and group', async () => {
    const { connection, stores } = world();
    const web = machine('web-01');
    connection.allMachines.push(web);
    const actions = { execute: () => undefined, openJobsList: () => undefined };
    const panel = machinePanelKind(stores, actions).control({ machineId: inOtherFolder(web.id) });
    await panel?.load();
    assert.deepEqual([panel?.title, panel?.content().kind], ['web-01', 'snapshot']);
    panel?.dispose();
  });
});

describe('vault dashboard', () => {
  it('shows tiles, items and jobs, and runs its commands', async () => {
    const { connection, stores, vault, execute, executed } = world();
    connection.allMachines.push(machine('web-01'), machine('db-01'));
    const item = connection.addItem('web-01', vault.id, { lastBackupTime: NOON });
    connection.addJob('web-01', { status: 'Failed', endTime: NOON });
    const views: string[] = [];
    const actions = {
      stores,
      execute,
      showMachines: (filter: string) => void views.push(filter),
      openJobs: (filter: JobsFilter) => void views.push(JSON.stringify({ ...filter, vaultId: undefined })),
    };
    const panel = dashboard(actions, vault.id);
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assertValid(vaultProtocol.hostMessage, content.data);
    assert.deepEqual(content.data.tiles, {
      items: { total: 1, notBackedUp: 1 },
      jobs: { inProgress: 0, failed: 1, completed: 0 },
      notProtected: 1,
      storageBytes: 12 * 1024 * 1024,
      recoveryPoints: 3,
      instances: { count: 1, usedBytes: 30 * 1024 * 1024 },
      attention: 0,
    });
    assert.equal(content.data.items[0]?.stateText, 'Warning (Initial backup pending)');
    await panel.handle({ action: 'backupNow', itemId: item.id });
    await panel.handle({ action: 'openTile', tile: 'jobs' });
    assert.deepEqual(executed, [[COMMANDS.backupNow, { kind: 'machine', machineId: machine('web-01').id }]]);
    assert.deepEqual(views, ['{"hours":24}']);
    panel.dispose();
  });

  it('shows all vaults together, and leads to one of them', async () => {
    const { connection, stores, vault, execute, executed } = world();
    const other = connection.addVault('archive-vault');
    connection.allMachines.push(machine('web-01'), machine('db-01'), machine('lab-01'));
    connection.addItem('web-01', vault.id);
    connection.addItem('db-01', other.id);
    const panel = dashboard({ stores, execute });
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assertValid(vaultProtocol.hostMessage, content.data);
    assert.equal(content.data.one, undefined);
    assert.deepEqual(
      content.data.items.map(({ name, vaultName }) => [name, vaultName]),
      [
        ['db-01', 'archive-vault'],
        ['web-01', 'home-vault'],
      ],
    );
    assert.deepEqual(content.data.tiles.items, { total: 2, notBackedUp: 2 });
    assert.deepEqual(content.data.tiles.instances, { count: 2, usedBytes: 60 * 1024 * 1024 });
    await panel.handle({ action: 'openScope', vaultId: other.id });
    await panel.handle({ action: 'openScope' });
    await panel.handle({ action: 'openMachine', machineId: machine('web-01').id });
    await panel.handle({ action: 'openTile', tile: 'notProtected' });
    assert.deepEqual(executed, [
      [COMMANDS.vaultOpenDashboard, { kind: 'vault', vaultId: other.id }],
      [COMMANDS.openDashboard],
      [COMMANDS.open, { kind: 'machine', machineId: machine('web-01').id }],
      [COMMANDS.protect],
    ]);
    panel.dispose();
  });

  it('of one vault counts only machines that it could protect, in its tile and its coverage alike', async () => {
    const { connection, stores, vault, execute, azure } = world();
    connection.allMachines.push(
      machine('web-01'),
      machine('db-01'),
      machine('far-01', { location: 'east' }),
      machine('sample-web', { tags: { [SAMPLE_TAG]: 'true' } }),
    );
    connection.places.push({ name: 'east', displayName: 'East' });
    connection.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON });
    azure.production.allMachines.push(machine('cloud-01', {}, azure.subscriptions.production.id));
    await stores.azure.signIn();
    await stores.machines.refresh();
    const counted = async (vaultId?: string) => {
      const panel = dashboard({ stores, execute }, vaultId);
      await panel.load();
      const content = panel.content();
      panel.dispose();
      assert.ok(content.kind === 'snapshot');
      const { coverage, tiles } = content.data;
      return [tiles.notProtected, coverage.map(({ isProtected, total }) => `${isProtected} of ${total}`).join()];
    };
    assert.deepEqual(await counted(vault.id), [1, '1 of 2']);
    assert.deepEqual(await counted(), [3, '1 of 4']);
  });

  it('of Azure asks for the oldest points and the usages, and not for the points again unless told to', async () => {
    const { stores, execute, azure } = world();
    const cloud = azure.production;
    const vault = cloud.addVault('cloud-vault');
    const { id } = azure.subscriptions.production;
    cloud.allMachines.push(machine('cloud-01', {}, id), machine('cloud-02', {}, id));
    for (const name of ['cloud-01', 'cloud-02']) {
      cloud.addItem(name, vault.id, { state: 'Protected', lastRecoveryPointTime: NOON });
    }
    const listed = cloud.protectedItems.bind(cloud);
    cloud.protectedItem = async (itemId) => {
      cloud.calls.push('protectedItem');
      const [first, second] = await listed(vault.id);
      assert.ok(first && second);
      return itemId === first.id
        ? { ...first, oldestRecoveryPoint: NOON - 9 * DAY_MS }
        : { ...second, oldestRecoveryPoint: NOON - 5 * DAY_MS };
    };
    cloud.usages = { protectedInstances: 2, storedBytes: 7 };
    await stores.azure.signIn();
    const actions = { ...nowhere, execute, freeBytes: async () => undefined };
    const kind = vaultPanelKind(stores, actions);
    const open = async () => {
      const panel = kind.control({ vaultId: vault.id });
      assert.ok(panel);
      await panel.load();
      return panel;
    };
    const panel = await open();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    const { goBackTo, instances, storageBytes, recoveryPoints } = content.data.tiles;
    assert.deepEqual([goBackTo, instances, storageBytes], [NOON - 5 * DAY_MS, { count: 2 }, 7]);
    assert.equal(recoveryPoints, undefined);
    panel.dispose();
    const asked = () => cloud.calls.filter((call) => call === 'protectedItem').length;
    assert.equal(asked(), 2);
    const again = await open();
    assert.equal(asked(), 2);
    await again.handle({ action: 'refresh' });
    assert.equal(asked(), 4);
    again.dispose();
  });

  it('says that the common date is not known where Azure does not tell it', async () => {
    const { stores, execute, azure } = world();
    const vault = azure.production.addVault('cloud-vault');
    azure.production.addItem('cloud-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON });
    azure.production.failing.set('protectedItem', new AppError('AuthorizationFailed', 'No.'));
    azure.production.failing.set('vaultUsages', new AppError('AuthorizationFailed', 'No.'));
    await stores.azure.signIn();
    const panel = dashboard({ stores, execute }, vault.id);
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assert.deepEqual([content.data.tiles.goBackTo, content.data.tiles.instances], [undefined, undefined]);
    panel.dispose();
  });

  it('tells how fast its storage grows and when the disk is full, by the backups that ended', async () => {
    const { connection, stores, vault, execute } = world();
    connection.allMachines.push(machine('web-01'));
    connection.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON });
    const backup = (daysAgo: number, storedBytes: number) => {
      const startTime = NOON - daysAgo * DAY_MS;
      const changes = { status: 'Completed', startTime, endTime: startTime + 1000 } as const;
      connection.counters.set(connection.addJob('web-01', changes).id, { ...NO_COUNTERS, storedBytes });
    };
    backup(4, 5000);
    backup(2, 300);
    const panel = dashboard({ stores, execute, freeBytes: async () => 15_000 }, vault.id);
    await panel.load();
    const grown = () => {
      const content = panel.content();
      assert.ok(content.kind === 'snapshot');
      return [content.data.tiles.newPerDay, content.data.tiles.daysLeft];
    };
    assert.deepEqual(grown(), [150, 100]);
    panel.dispose();
  });

  it('leads into the Machines view with a filter', async () => {
    const { connection, stores, vault, execute, executed } = world();
    connection.allMachines.push(machine('web-01'), machine('db-01'));
    connection.addItem('web-01', vault.id, { state: 'Protected', lastBackupStatus: 'Failed' });
    const filters: string[] = [];
    const actions = { stores, execute, showMachines: (filter: string) => void filters.push(filter) };
    for (const vaultId of [vault.id, undefined]) {
      const panel = dashboard(actions, vaultId);
      await panel.load();
      for (const tile of ['items', 'recoveryPoints', 'goBackTo', 'instances', 'attention'] as const) {
        await panel.handle({ action: 'openTile', tile });
      }
      panel.dispose();
    }
    const inVault = Array.from({ length: 4 }, () => 'vault:"home-vault"');
    const inAny = Array.from({ length: 4 }, () => 'not:state:not-protected not:state:not-eligible');
    assert.deepEqual(filters, [...inVault, 'state:attention vault:"home-vault"', ...inAny, 'state:attention']);
    assert.deepEqual(executed, []);
    const found = (filter: string) =>
      knownMachines(stores)
        .filter((one) => matches(parseFilter(filter), findableMachine(one)))
        .map(({ name }) => name);
    assert.deepEqual(
      filters.map(found),
      filters.map(() => ['web-01']),
    );
  });

  it('opens what an alert is about', async () => {
    const { connection, stores, vault, execute, executed } = world();
    connection.allMachines.push(machine('web-01'));
    connection.addItem('web-01', vault.id, { state: 'Protected', lastBackupStatus: 'Failed' });
    const panel = dashboard({ stores, execute }, vault.id);
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    const [alert] = content.data.alerts;
    assert.ok(alert);
    assert.equal(content.data.tiles.attention, 1);
    await panel.handle({ action: 'openAlert', alertId: alert.id });
    assert.deepEqual(executed, [[COMMANDS.open, { kind: 'machine', machineId: machine('web-01').id }]]);
    panel.dispose();
  });

  it('shows the rest when a part cannot be read', async () => {
    const { connection, stores, vault, execute } = world();
    connection.failing.set('vaultUsage', new AppError('Damaged', 'The index is damaged.'));
    const panel = dashboard({ stores, execute }, vault.id);
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assert.deepEqual(content.data.failedParts, [{ part: 'storage', reason: 'The index is damaged.' }]);
    assert.equal(content.data.tiles.storageBytes, undefined);
    panel.dispose();
  });

  it('follows the copy of its vault while it is open, and asks nothing after', async () => {
    const { clock, connection, stores, vault, execute } = world();
    const behind = { replication: 'GeoRedundant', secondSite: 'east', lagSeconds: 60, backlogObjects: 3 } as const;
    connection.copy = { ...behind, backlogBytes: 4096 };
    const panel = dashboard({ stores, execute }, vault.id);
    await panel.load();
    const note = () => {
      const content = panel.content();
      assert.ok(content.kind === 'snapshot');
      return content.data.one?.note;
    };
    assert.match(note() ?? '', /3 objects/);
    let told = 0;
    panel.onDidChange(() => void (told += 1));
    connection.copy = { ...behind, lagSeconds: 0, backlogObjects: 0, backlogBytes: 0 };
    await clock.advance(LOCAL_PACE.idleMs);
    assert.equal(note(), 'The copy at the second site east is complete.');
    assert.equal(told, 1);
    const asked = () => connection.calls.filter((call) => call === 'replication' || call === 'vaultUsage').length;
    const before = asked();
    await clock.advance(LOCAL_PACE.idleMs);
    assert.equal(asked(), before + 2);
    panel.dispose();
    await clock.advance(3600_000);
    assert.equal(asked(), before + 2);
    assert.deepEqual(clock.waits, []);
  });

  it('asks for no copy again before the last answer is there, nor after it was closed meanwhile', async () => {
    const { clock, connection, stores, vault, execute } = world();
    const panel = dashboard({ stores, execute }, vault.id);
    await panel.load();
    const gate = new EventEmitter();
    const read = connection.local.vaultUsage.bind(connection.local);
    connection.local.vaultUsage = async (id) => {
      await once(gate, 'open');
      return read(id);
    };
    const asked = () => connection.calls.filter((call) => call === 'replication').length;
    const before = asked();
    await clock.advance(5 * LOCAL_PACE.idleMs);
    assert.equal(asked(), before + 1);
    panel.dispose();
    gate.emit('open');
    await clock.advance(5 * LOCAL_PACE.idleMs);
    assert.equal(asked(), before + 1);
  });

  it('says that a vault does not exist any more', async () => {
    const { stores, vault, execute } = world();
    const panel = dashboard({ stores, execute }, `${vault.id}x`);
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'notice');
    assert.match(content.sentence, /does not exist any more/);
    panel.dispose();
  });
});

async function form(policyName?: string) {
  const all = world();
  const edited: Record<string, string> =
    policyName === undefined ? {} : { policyId: `${all.vault.id}/backupPolicies/${policyName}` };
  const policyForm = new PolicyForm(all.stores);
  const panel = policyForm.kind.control({ vaultId: all.vault.id, ...edited });
  assert.ok(panel);
  const outcome = policyForm.outcome({ vaultId: all.vault.id, ...edited });
  await panel.load();
  return { ...all, policyForm, panel, outcome };
}

describe('policy form', () => {
  const policy = newPolicyTemplate({ time: '02:00', timeZone: 'UTC' });

  it('starts with a template and the names that are taken', async () => {
    const { panel } = await form();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assert.deepEqual(content.data.existingNames, ['DefaultPolicy']);
    assertValid(policyProtocol.hostMessage, content.data);
  });

  it('returns the saved policy and closes', async () => {
    const { panel, outcome } = await form();
    const result = await panel.handle({ action: 'save', draft: { name: 'Nightly', policy }, agreed: NOTHING });
    assert.equal(panel.closesAfter(result), true);
    assert.equal((await outcome)?.name, 'Nightly');
  });

  it('tells every broken rule and stays', async () => {
    const { panel, connection } = await form();
    const broken = { ...policy, retention: { ...policy.retention, daily: { count: 1 } } };
    const result = await panel.handle({
      action: 'save',
      draft: { name: 'defaultpolicy', policy: broken },
      agreed: NOTHING,
    });
    assert.ok(result.outcome === 'problems');
    assert.deepEqual(
      result.problems.map(({ target }) => target),
      ['name', ...policyProblems(broken).map(({ target }) => target)],
    );
    assert.equal(panel.closesAfter(result), false);
    assert.ok(!connection.calls.some((call) => call.startsWith('savePolicy')));
  });

  it('edits a saved policy only once the points it deletes are agreed to, by their number', async () => {
    const { panel, connection, outcome } = await form('DefaultPolicy');
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assert.equal(panel.title, 'Edit policy DefaultPolicy');
    assert.deepEqual([content.data.mode, content.data.existingNames], ['edit', []]);
    assertValid(policyProtocol.hostMessage, content.data);
    const counts = { points: 30, oldest: NOON, newOldest: NOON + 1 };
    connection.previewed = [
      { id: 'a', machineName: 'web-01', removed: 9, ...counts },
      { id: 'b', machineName: 'db-01', removed: 7, ...counts },
      { id: 'c', machineName: 'new-01', points: 1, removed: 0 },
    ];
    const draft = { name: 'DefaultPolicy', policy };
    const impact = {
      removed: 16,
      uncounted: 0,
      machines: [
        { name: 'web-01', removed: 9, ...counts },
        { name: 'db-01', removed: 7, ...counts },
      ],
    };
    assert.deepEqual(await panel.handle({ action: 'preview', draft }), { outcome: 'impact', impact });
    const refused = await panel.handle({ action: 'save', draft, agreed: NOTHING });
    assert.deepEqual(refused, { outcome: 'impact', impact });
    assert.equal(panel.closesAfter(refused), false);
    assert.ok(!connection.calls.some((call) => call.startsWith('savePolicy')));
    const saved = await panel.handle({ action: 'save', draft, agreed: { removed: 16, uncounted: 0 } });
    assert.equal(panel.closesAfter(saved), true);
    assert.equal((await outcome)?.name, 'DefaultPolicy');
  });

  it('keeps what it does not show of an edited policy, shows an Enhanced one, and says so of an unknown kind', async () => {
    const { panel, connection, stores, vault } = await form('DefaultPolicy');
    const [saved] = connection.allPolicies;
    assert.ok(saved?.rule);
    const extra = { snapshotGroup: { prefix: 'snap' } };
    connection.allPolicies[0] = { ...saved, rule: { ...saved.rule, ...extra } };
    await stores.vaults.refreshVault(vault.id);
    await panel.handle({ action: 'save', draft: { name: 'DefaultPolicy', policy }, agreed: NOTHING });
    assert.deepEqual(connection.allPolicies.at(-1)?.rule, { ...policy, ...extra });
    await settle();
    connection.allPolicies = [{ ...saved, rule: enhancedPolicy() }];
    await stores.vaults.refreshVault(vault.id);
    const enhanced = panel.content();
    assert.ok(enhanced.kind === 'snapshot');
    assertValid(policyProtocol.hostMessage, enhanced.data);
    assert.deepEqual(enhanced.data.draft.policy, enhancedPolicy());
    const { rule: _unknown, ...without } = saved;
    connection.allPolicies = [without];
    await stores.vaults.refreshVault(vault.id);
    const content = panel.content();
    assert.ok(content.kind === 'notice');
    assert.match(content.sentence, /does not show policies of the kind of DefaultPolicy/);
  });

  it('tells how the machines that use an edited policy grow, with the prices of the person', async () => {
    const { connection, stores, vault } = world();
    connection.allMachines.push(machine('web-01'), machine('db-01'));
    connection.addItem('web-01', vault.id, { state: 'Protected' });
    connection.addItem('db-01', vault.id, { state: 'Protected' });
    for (const [daysAgo, storedBytes] of [
      [4, 5000],
      [2, 300],
    ] as const) {
      const startTime = NOON - daysAgo * DAY_MS;
      const job = connection.addJob('web-01', { status: 'Completed', startTime, endTime: startTime + 1000 });
      connection.counters.set(job.id, { ...NO_COUNTERS, storedBytes });
    }
    const basis = async (key: Record<string, string>) => {
      const panel = new PolicyForm(stores, () => ({ perGB: 2 })).kind.control({ vaultId: vault.id, ...key });
      assert.ok(panel);
      await panel.load();
      const content = panel.content();
      panel.dispose();
      assert.ok(content.kind === 'snapshot');
      assertValid(policyProtocol.hostMessage, content.data);
      return [content.data.growth, content.data.prices];
    };
    assert.deepEqual(await basis({ policyId: `${vault.id}/backupPolicies/DefaultPolicy` }), [
      { known: 1, machines: 2, baseBytes: 5000, bytesPerDay: 150 },
      { perGB: 2 },
    ]);
    assert.deepEqual(await basis({}), [undefined, undefined]);
  });

  it('gives nothing when it is closed', async () => {
    const { panel, outcome } = await form();
    panel.dispose();
    await settle();
    assert.equal(await outcome, undefined);
  });
});

/** Whether an open form may be left by somebody who presses these, and what was asked. */
const leaving = async (hasInput: boolean, ...presses: (string | undefined)[]) => {
  const ui = new ScriptedUi(...presses.map((press) => ({ asks: 'modal', press }) as const));
  const may = await mayLeave(ui, { title: 'Edit policy Nightly', hasInput });
  ui.done();
  return [may, ui.modals[0]?.text, ui.modals[0]?.closing];
};

describe('a form that is to show something else', () => {
  it('asks only if something was entered, and stays unless that is discarded', async () => {
    assert.deepEqual(await leaving(false), [true, undefined, undefined]);
    const question = ['Discard what was entered in "Edit policy Nightly"?', 'Keep editing'];
    assert.deepEqual(await leaving(true, 'Discard'), [true, ...question]);
    assert.deepEqual(await leaving(true, 'Keep editing'), [false, ...question]);
    assert.deepEqual(await leaving(true, undefined), [false, ...question]);
  });
});

describe('notice page', () => {
  it('runs nothing and shows text as text', () => {
    const html = noticeHtml({ title: '<b>', sentence: '"x" & y', lang: 'en' });
    assert.ok(
      html.includes(`default-src 'none'`) && html.includes('&lt;b&gt;') && html.includes('&quot;x&quot; &amp; y'),
    );
    assert.ok(!html.includes('<script'));
  });
});
