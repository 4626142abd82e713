import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { engineCall } from '../../src/client/local/engineCall';
import { DEFAULT_ENGINE_SETTINGS } from '../../src/domain/engineSettings';
import { isFinished } from '../../src/domain/states';
import { COMMANDS, VIEWS } from '../../src/extension/commands/ids';
import type { ExtensionApi } from '../../src/extension/extension';
import type { Row } from '../../src/extension/model/row';
import { refreshWorld } from '../../src/extension/model/stores';
import type { TreeModel } from '../../src/extension/tree/treeModel';
import { ENDPOINT_FILE, parseEndpoint } from '../../src/protocol/engineEndpoint';
import { engineSettings } from '../../src/protocol/local';
import { type MenuManifest, rowMenu } from '../support/menus';
import { waitFor } from '../support/waitFor';

const ID = 'vm-backup.vm-backup';

/** Measured on slow computers too; the aim is a third of it. */
const ACTIVATION_MS = 150;

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { command: string; title: string }[];
    readonly views: { readonly vmbackup: readonly { id: string }[] };
  };
}

function extension(): vscode.Extension<ExtensionApi> {
  const found = vscode.extensions.getExtension<ExtensionApi>(ID);
  assert.ok(found, `${ID} is not installed`);
  return found;
}

/** Processes whose parent is this extension host. */
function childProcesses(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        return status.includes(`PPid:\t${process.pid}\n`) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

function tabLabels(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
}

describe('activation', () => {
  it('asks nobody, starts nothing and loads no client', async () => {
    const api = await extension().activate();
    const { engine } = api.services.stores;
    assert.equal(engine.state.kind, 'idle');
    const dist = join(realpathSync(extension().extensionPath), 'dist');
    const loaded = Object.keys(require.cache).filter((path) => path.startsWith(dist));
    assert.deepEqual(loaded, [join(dist, 'extension.js')]);
    assert.deepEqual(
      childProcesses().filter((command) => command.includes('engine')),
      [],
    );
    assert.equal(existsSync(api.dataFolder), false, `${api.dataFolder} exists`);
  });

  it(`takes less than ${ACTIVATION_MS} ms`, async function () {
    const { activationMs } = await extension().activate();
    // The report is the only place where the figure is seen.
    if (this.test) this.test.title += `: ${activationMs.toFixed(1)} ms`;
    assert.ok(activationMs < ACTIVATION_MS, `${activationMs} ms`);
  });
});

function manifest(): Manifest {
  return extension().packageJSON as Manifest;
}

describe('contributions', () => {
  it('registers every command that is declared, and no other', async () => {
    const all = await vscode.commands.getCommands(true);
    const views = Object.values(VIEWS);
    // VS Code makes commands of its own for each view, such as `vmbackup.jobs.focus`.
    const own = all.filter((id) => id.startsWith('vmbackup.') && !views.some((view) => id.startsWith(`${view}.`)));
    const expected = Object.values(COMMANDS).filter((id) => !views.some((view) => id.startsWith(`${view}.`)));
    assert.deepEqual(own.toSorted(), expected.toSorted());
    const declared = manifest().contributes.commands.map(({ command }) => command);
    assert.deepEqual(declared.toSorted(), Object.values(COMMANDS).toSorted());
    for (const id of declared) assert.ok(all.includes(id), id);
  });

  it('shows texts, not their keys', () => {
    for (const { title } of manifest().contributes.commands) assert.doesNotMatch(title, /^%/);
  });

  it('has the three views', async () => {
    const all = await vscode.commands.getCommands(true);
    for (const view of Object.values(VIEWS)) assert.ok(all.includes(`${view}.focus`), view);
  });
});

describe('engine on demand', () => {
  it('starts with the first view that is looked at', async () => {
    const { services } = await extension().activate();
    await vscode.commands.executeCommand(`${VIEWS.machines}.focus`);
    const { engine } = services.stores;
    await waitFor(
      'the engine to be ready or to say why not',
      () => engine.state.kind !== 'idle' && engine.state.kind !== 'starting',
    );
    assert.equal(engine.state.kind, 'ready', JSON.stringify(engine.state));
  });

  it('shows a fresh data folder as empty views', async () => {
    const { views } = await extension().activate();
    assert.deepEqual(await views.machines.roots(), []);
    assert.deepEqual(await views.jobs.roots(), []);
  });
});

describe('panels', () => {
  it('open as tabs and are used again', async () => {
    const { services } = await extension().activate();
    const { stores } = services;
    const group = { name: 'host-tests', location: 'local' };
    await stores.engine.run((client) => client.createResourceGroup(group));
    const vault = await stores.engine.run((client) =>
      client.createVault({ name: 'host-vault', resourceGroup: group.name, location: group.location }),
    );
    await stores.vaults.refresh();
    await vscode.commands.executeCommand(COMMANDS.openDashboard);
    await waitFor('the dashboard of all vaults', () => tabLabels().includes('VM Backup dashboard'));
    await vscode.commands.executeCommand(COMMANDS.vaultOpenDashboard, { kind: 'vault', vaultId: vault.id });
    await waitFor('the dashboard of the vault', () => tabLabels().includes('host-vault'));
    assert.ok(!tabLabels().includes('VM Backup dashboard'), 'the one tab of dashboards shows the vault now');
  });

  it('say in a tab what cannot be shown', async () => {
    const { services } = await extension().activate();
    const vaultId = services.stores.vaults.vaults.value?.[0]?.id ?? '';
    const jobId = `${vaultId}/backupJobs/gone`;
    await vscode.commands.executeCommand(COMMANDS.jobOpen, { kind: 'job', jobId });
    await waitFor('the job tab', () => tabLabels().includes('Job'));
    await waitFor('the reason', () => services.stores.jobs.jobFailure(jobId));
  });

  it('show the policy form for a vault', async () => {
    const { services } = await extension().activate();
    const vaultId = services.stores.vaults.vaults.value?.[0]?.id ?? '';
    const saved = vscode.commands.executeCommand(COMMANDS.policyCreate, { kind: 'vault', vaultId });
    await waitFor('the form', () => tabLabels().includes('Create policy'));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await saved;
  });
});

/** What a row offers, by its kind: the buttons beside it, and the entries of its context menu in order. */
const MENUS: Readonly<Record<string, { view: string; inline: readonly string[]; context: readonly string[] }>> = {
  vault: {
    view: VIEWS.vaults,
    inline: [COMMANDS.protect, COMMANDS.vaultOpenDashboard],
    context: [
      COMMANDS.vaultOpenDashboard,
      COMMANDS.protect,
      COMMANDS.policyCreate,
      COMMANDS.vaultSetRedundancy,
      COMMANDS.vaultSettings,
      COMMANDS.vaultRotateKey,
      COMMANDS.copyId,
      COMMANDS.vaultDelete,
    ],
  },
  policy: {
    view: VIEWS.vaults,
    inline: [COMMANDS.policyEdit],
    context: [
      COMMANDS.policyEdit,
      COMMANDS.policyPreview,
      COMMANDS.policyDuplicate,
      COMMANDS.copyId,
      COMMANDS.policyDelete,
    ],
  },
  'protected machine': {
    view: VIEWS.machines,
    inline: [COMMANDS.backupNow, COMMANDS.restore],
    context: [COMMANDS.backupNow, COMMANDS.restore, COMMANDS.policyAssign, COMMANDS.copyId, COMMANDS.stopProtection],
  },
  'unprotected machine': {
    view: VIEWS.machines,
    inline: [COMMANDS.protect],
    context: [COMMANDS.protect, COMMANDS.whyNotProtected, COMMANDS.copyId, COMMANDS.machineRemove],
  },
  job: {
    view: VIEWS.jobs,
    inline: [COMMANDS.jobViewLog],
    context: [COMMANDS.jobOpen, COMMANDS.jobViewLog, COMMANDS.jobCopyDetails, COMMANDS.copyId],
  },
  'recovery point': {
    view: VIEWS.machines,
    inline: [COMMANDS.restore],
    context: [COMMANDS.restore, COMMANDS.pointPin, COMMANDS.copyId],
  },
};

/** The first row of a kind, looked for level by level. */
async function findRow(tree: TreeModel, kind: string, fits: (row: Row) => boolean): Promise<Row> {
  const level = [...(await tree.roots())];
  for (const row of level) {
    if (row.target.kind === kind && fits(row)) return row;
    if (row.children !== 'none') level.push(...(await tree.children(row)));
  }
  throw new Error(`There is no row of a ${kind}.`);
}

function named(label: string): (row: Row) => boolean {
  return (row) => row.label === label;
}

describe('menus', () => {
  const rows = new Map<string, Row>();
  let folder = '';

  before('back a machine up, and leave another one alone', async function () {
    this.timeout(120_000);
    folder = mkdtempSync(join(tmpdir(), 'vm-backup-menus-'));
    const { services, views } = await extension().activate();
    const { engine, jobs } = services.stores;
    const { job, vault } = await engine.run(async (client) => {
      await client.createResourceGroup({ name: 'menus', location: 'local' });
      const made = await client.createVault({ name: 'menus-vault', resourceGroup: 'menus', location: 'local' });
      const add = (name: string) => {
        const path = join(folder, `${name}.img`);
        writeFileSync(path, Buffer.alloc(1024 * 1024, name));
        const place = { resourceGroup: 'menus', location: 'local', osType: 'Linux' } as const;
        return client.local.addMachine({ ...place, name, diskPaths: [path] });
      };
      await add('menus-bare');
      const { id: machineId } = await add('menus-protected');
      await client.discover(made.id);
      const [policy] = await client.policies(made.id);
      const item = await client.protect({ vaultId: made.id, machineId, policyId: policy?.id ?? '' });
      return { vault: made, job: await client.backupNow(item.id) };
    });
    await refreshWorld(services.stores); // the jobs are read from the vaults that are known
    const ended = await waitFor(
      'the backup to end',
      async () => {
        await jobs.refresh();
        const known = jobs.job(job);
        return known && isFinished(known.status) ? known : undefined;
      },
      { withinMs: 100_000, everyMs: 200 },
    );
    assert.equal(ended.status, 'Completed', JSON.stringify(ended.errors));
    await refreshWorld(services.stores);
    const ofVault = ({ target }: Row) => 'vaultId' in target && target.vaultId === vault.id;
    rows.set('vault', await findRow(views.vaults, 'vault', named('menus-vault')));
    rows.set('policy', await findRow(views.vaults, 'policy', ofVault));
    rows.set('protected machine', await findRow(views.machines, 'machine', named('menus-protected')));
    rows.set('unprotected machine', await findRow(views.machines, 'machine', named('menus-bare')));
    rows.set('job', await findRow(views.jobs, 'job', ({ target }) => target.kind === 'job' && target.jobId === job));
    rows.set('recovery point', await findRow(views.machines, 'point', () => true));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [kind, { view, inline, context }] of Object.entries(MENUS)) {
    it(`of a row of kind "${kind}" are exactly these`, () => {
      const contextValue = rows.get(kind)?.tokens.join(' ') ?? '';
      const shown = rowMenu(extension().packageJSON as MenuManifest, { view, contextValue });
      assert.deepEqual(shown, { inline, context });
    });
  }
});

/** Changes a setting of the engine; `undefined` takes the choice back. */
async function change(name: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('vmbackup.local');
  await configuration.update(name, value, vscode.ConfigurationTarget.Global);
}

describe('settings of the engine', () => {
  after(async () => {
    for (const name of ['maxParallelJobs', 'runMissedSchedules']) await change(name, undefined);
  });

  it('reach the engine when it is connected, and while it runs', async () => {
    const { dataFolder, services } = await extension().activate();
    const { engine } = services.stores;
    await engine.readHealth();
    const endpoint = parseEndpoint(readFileSync(join(dataFolder, ENDPOINT_FILE), 'utf8'));
    assert.ok(endpoint);
    const path = '/providers/VmBackup.Local/settings/default';
    const kept = async () => engineSettings.parse(await engineCall(endpoint, { method: 'GET', path }));
    assert.deepEqual(await kept(), DEFAULT_ENGINE_SETTINGS);
    await change('maxParallelJobs', 5);
    await change('runMissedSchedules', false);
    const chosen = { ...DEFAULT_ENGINE_SETTINGS, maxParallelJobs: 5, runMissedSchedules: false };
    await waitFor('the engine to take them over', async () => !(await kept()).runMissedSchedules);
    assert.deepEqual(await kept(), chosen);
    assert.equal(engine.state.kind, 'ready');
  });
});
