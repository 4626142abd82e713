import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../../src/extension/commands/ids';
import type { ExtensionApi } from '../../src/extension/extension';
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
