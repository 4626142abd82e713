import { strict as assert } from 'node:assert';
import type { SiteInput } from '../../../src/client/connection';
import { AppError } from '../../../src/domain/errors';
import { type CommandHandler, CommandRunner } from '../../../src/extension/commands/commandRunner';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { Cancelled } from '../../../src/extension/model/failure';
import { statusView } from '../../../src/extension/model/statusView';
import { commandWorld } from '../../support/commandWorld';
import { RecordingLog } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { ManualClock } from '../../support/manualClock';
import { ScriptedUi } from '../../support/scriptedUi';

function runner() {
  const ui = new ScriptedUi();
  const log = new RecordingLog();
  const clock = new ManualClock();
  return { ui, log, clock, runner: new CommandRunner({ log, messages: ui, clock, title: () => 'Refresh' }) };
}
const failing = (error: Error): CommandHandler => ({
  run: async () => {
    throw error;
  },
  retry: true,
});
const jobTarget = (jobId: string) => ({ kind: 'job', jobId });

describe('command runner', () => {
  it('shows what failed, why and what to do, and offers Retry and the log', async () => {
    const { ui, log, runner: runs } = runner();
    const error = new AppError('Full', 'The disk is full', { details: { recommendation: 'Free some space.' } });
    const target = { kind: 'vault', vaultId: '/v' };
    await runs.run(COMMANDS.refresh, failing(error), [{ target }]);
    assert.equal(ui.toasts[0]?.text, 'Refresh: The disk is full. Free some space.');
    assert.deepEqual(ui.toasts[0]?.actions, [
      { title: 'Retry', command: COMMANDS.refresh, targets: [target] },
      { title: 'Show log', command: COMMANDS.showLog },
    ]);
    assert.ok(log.lines.some((line) => line.startsWith('#1 vmbackup.refresh failed')));
  });

  it('tells what has begun in Azure and is not known to have ended as a warning, and does not offer to do it twice', async () => {
    const { ui, runner: runs } = runner();
    await runs.run(COMMANDS.refresh, failing(new AppError('AzureOutcomeUnknown', 'It is not known yet.')), []);
    assert.deepEqual(ui.toasts[0], {
      level: 'warning',
      text: 'Refresh: It is not known yet.',
      actions: [{ title: 'Show log', command: COMMANDS.showLog }],
    });
  });

  it('offers to restart an engine that is the trouble', async () => {
    const { ui, runner: runs } = runner();
    await runs.run(COMMANDS.refresh, failing(new AppError('EngineStartFailed', 'It ended at once.')), []);
    assert.equal(ui.toasts[0]?.actions?.[0]?.command, COMMANDS.engineRestart);
  });

  it('says nothing when the person cancelled', async () => {
    const { ui, runner: runs } = runner();
    await runs.run(COMMANDS.refresh, failing(new Cancelled()), []);
    await runs.run(COMMANDS.open, failing(new DOMException('aborted', 'AbortError')), []);
    assert.deepEqual(ui.toasts, []);
  });

  it('takes the second half of a double click for nothing while the first runs, but not another row or a later click', async () => {
    const { clock, runner: runs } = runner();
    const started: string[] = [];
    const ends: (() => void)[] = [];
    const slow: CommandHandler = {
      run: (argument) => {
        started.push(JSON.stringify(argument));
        return new Promise<void>((resolve) => ends.push(resolve));
      },
    };
    const click = (id: string) => runs.run(COMMANDS.open, slow, [jobTarget(id)]);
    const running = [click('a'), click('a')];
    assert.equal(started.length, 1);
    running.push(click('b'));
    assert.equal(started.length, 2);
    await clock.advance(600);
    running.push(click('a'));
    assert.equal(started.length, 3);
    for (const end of ends) end();
    await Promise.all(running);
  });

  it('runs the same command again at once after it has ended', async () => {
    const { runner: runs } = runner();
    let ran = 0;
    const count: CommandHandler = { run: async () => void (ran += 1) };
    await runs.run(COMMANDS.vaultSetRedundancy, count, []);
    await runs.run(COMMANDS.vaultSetRedundancy, count, []);
    assert.equal(ran, 2);
  });
});

describe('commands', () => {
  it('run without an argument on a fresh computer: each asks, explains itself or does nothing harmful', async () => {
    for (const id of Object.values(COMMANDS)) {
      const { run, ui } = commandWorld({ asks: '', cancel: true });
      const outcome = await run(id).then(
        () => 'done',
        (error: unknown) => error,
      );
      if (outcome === 'done') continue;
      const cancelled = outcome instanceof Cancelled;
      const explained = outcome instanceof AppError && outcome.message !== '';
      const asked = ui.modals.length > 0;
      assert.ok(cancelled || explained || asked, `${id}: ${String(outcome)}`);
    }
  });

  it('run with a row of every kind: each acts, asks or explains itself, and none asks which one is meant again', async () => {
    const kinds = ['machine', 'point', 'disk', 'vault', 'policy', 'job', 'error'] as const;
    for (const kind of kinds) {
      for (const id of Object.values(COMMANDS)) {
        const { connection, run, ui } = commandWorld({ asks: '', cancel: true });
        const vault = connection.addVault('home-vault');
        const web = machine('web-01');
        connection.allMachines.push(web);
        const item = connection.addItem('web-01', vault.id, { state: 'Protected' });
        const row = {
          kind,
          vaultId: vault.id,
          machineId: web.id,
          itemId: item.id,
          pointId: `${item.id}/recoveryPoints/p1`,
          diskId: web.disks[0]?.id,
          policyId: item.policyId,
          jobId: connection.addJob('web-01', { status: 'Failed' }).id,
          branch: 'machines',
          text: 'It failed.',
        };
        const outcome = await run(id, { target: row }).then(
          () => undefined,
          (error: unknown) => error,
        );
        const told = outcome instanceof Cancelled || outcome instanceof AppError || ui.modals.length > 0;
        assert.ok(outcome === undefined || told, `${id} on a ${kind}: ${String(outcome)}`);
        if (!id.startsWith(`vmbackup.${kind}.`)) continue;
        assert.ok(
          !ui.shown.some(({ label }) => label === 'home-vault' || label === 'web-01'),
          `${id} asks which ${kind}`,
        );
      }
    }
  });

  it('open the dashboard of all vaults, and that of the only vault without asking', async () => {
    const { connection, opened, run } = commandWorld();
    const vault = connection.addVault('home-vault');
    await run(COMMANDS.openDashboard);
    await run(COMMANDS.vaultOpenDashboard);
    assert.deepEqual(opened, ['all vaults', vault.id]);
  });

  it('the sample lab has everything suggested: a vault, its policy, both machines and a first backup', async () => {
    const { connection, ui, run } = commandWorld(
      { asks: 'Check the vault', accept: true },
      { asks: 'modal', press: 'Done' },
      { asks: 'Check, then enable backup', accept: true },
    );
    await run(COMMANDS.labCreate);
    ui.done();
    const names = ['sample-db', 'sample-web'];
    assert.deepEqual(connection.allItems.map(({ machineName }) => machineName).toSorted(), names);
    assert.deepEqual(
      connection.calls.filter((call) => call.startsWith('backupNow')).toSorted(),
      names.map((name) => `backupNow ${name} default`),
    );
  });

  it('what the sample lab suggests can be changed, from the last step back', async () => {
    const { connection, ui, run } = commandWorld(
      { asks: 'Check the vault', choose: 'Name' },
      { asks: 'Name of the vault', type: 'my-vault' },
      { asks: 'new resource group', accept: true },
      { asks: 'Location:', accept: true },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', accept: true },
      { asks: 'modal', press: 'Done' },
      { asks: 'Check, then enable backup', back: true },
      { asks: 'Machines', tick: ['sample-db'] },
      { asks: 'Check, then enable backup', choose: 'Back up now: yes' },
      { asks: 'Check, then enable backup', accept: true },
    );
    await run(COMMANDS.labCreate);
    ui.done();
    assert.deepEqual(
      connection.allVaults.map(({ name }) => name),
      ['my-vault'],
    );
    assert.deepEqual(
      connection.allItems.map(({ machineName }) => machineName),
      ['sample-db'],
    );
    assert.deepEqual(connection.allJobs, []);
  });

  it('the sample lab asks in full where there is a vault already', async () => {
    const { connection, ui, run } = commandWorld(
      { asks: 'Backup goal', accept: true },
      { asks: 'Vault', accept: true },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines', accept: true },
      { asks: 'Check', accept: true },
    );
    connection.addVault('home-vault');
    await run(COMMANDS.labCreate);
    ui.done();
    assert.equal(connection.allItems.length, 2);
  });

  it('changing sample files says which, and offers to back up', async () => {
    const { connection, ui, opened, run } = commandWorld();
    await connection.local.createLab();
    await run(COMMANDS.labChangeFiles);
    assert.match(ui.toasts[0]?.text ?? '', /^1 file was changed\. sample-web: \/srv\/www\/index\.html$/);
    assert.equal(ui.toasts[0]?.actions?.[0]?.targets?.length, 2);
    assert.deepEqual(opened, ['lab changed']);
  });

  it('cancelling a job asks first', async () => {
    const { connection, ui, run } = commandWorld(
      { asks: 'modal', press: 'Keep it running' },
      { asks: 'modal', press: 'Cancel the job' },
    );
    connection.addVault('home-vault');
    const job = connection.addJob('web-01');
    await run(COMMANDS.jobCancel, { kind: 'job', jobId: job.id });
    assert.equal(connection.calls.includes('cancelJob'), false);
    await run(COMMANDS.jobCancel, { kind: 'job', jobId: job.id });
    ui.done();
    assert.ok(connection.calls.includes('cancelJob'));
  });

  it('retrying a failed backup starts it again', async () => {
    const { connection, run } = commandWorld();
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'));
    connection.addItem('web-01', vault.id);
    const job = connection.addJob('web-01', { status: 'Failed' });
    await run(COMMANDS.jobRetry, { kind: 'job', jobId: job.id });
    assert.ok(connection.calls.includes('backupNow web-01 default'));
  });

  it('helps with a failed job, with any failure, and with the VM agent', async () => {
    const { connection, opened, ui, run } = commandWorld(
      { asks: 'What do you need help with?', choose: 'Backup web-01' },
      { asks: 'What do you need help with?', choose: 'Every failure' },
    );
    connection.addVault('home-vault');
    const job = connection.addJob('web-01', { status: 'Failed' });
    await run(COMMANDS.jobTroubleshoot, { kind: 'job', jobId: job.id });
    await run(COMMANDS.jobTroubleshoot);
    await run(COMMANDS.jobTroubleshoot);
    await run(COMMANDS.agentHelp);
    ui.done();
    assert.deepEqual(opened, [`help: ${job.id}`, `help: ${job.id}`, 'help: guide', 'help: agent']);
  });

  it('says why a machine is not protected, with the way to change that', async () => {
    const { connection, ui, run } = commandWorld();
    connection.allMachines.push(machine('web-01'));
    await run(COMMANDS.whyNotProtected, { kind: 'machine', machineId: machine('web-01').id });
    assert.match(ui.toasts[0]?.text ?? '', /there is no vault yet/);
    assert.equal(ui.toasts[0]?.actions?.[0]?.command, COMMANDS.protect);
  });

  it('protects the machine that a disk image in the Explorer belongs to', async () => {
    const { connection, ui, run } = commandWorld(
      { asks: 'Backup goal', accept: true },
      { asks: 'Vault', cancel: true },
    );
    connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'));
    await assert.rejects(run(COMMANDS.protect, { fsPath: '/images/web-01.img' }), { name: 'Cancelled' });
    ui.done();
    assert.equal(connection.calls.includes('addMachine'), false);
  });

  it('says why redundancy cannot be changed once it is locked', async () => {
    const { connection, ui, run } = commandWorld({ asks: 'Locked since', accept: true });
    const vault = connection.addVault('home-vault');
    connection.storage = { replication: 'LocallyRedundant', locked: true };
    await run(COMMANDS.vaultSetRedundancy, { kind: 'vault', vaultId: vault.id });
    ui.done();
    assert.deepEqual(
      ui.shown.map(({ disabled, description }) => disabled ?? description),
      ['in use', true, true, undefined],
    );
    assert.match(ui.shown[1]?.detail ?? '', /Create another vault/);
    assert.ok(!connection.calls.some((call) => call.startsWith('setVaultReplication')));
  });

  it('adds the second site that a geo-redundant vault lacks, and shows the copy afterwards', async () => {
    const { connection, ui, run } = commandWorld(
      { asks: 'Locked once', choose: 'Add a second site' },
      { asks: 'Name of the site', type: 'attic' },
      { asks: 'Folder of the site', type: '/mnt/nas' },
      { asks: 'Pair with which site', accept: true },
      { asks: 'Check the site', choose: 'Add site' },
      { asks: 'Locked once', accept: true },
    );
    const vault = connection.addVault('home-vault', { replication: 'GeoRedundant' });
    connection.storage = { replication: 'GeoRedundant', locked: false };
    const copied = {
      replication: 'GeoRedundant',
      secondSite: 'attic',
      lagSeconds: 0,
      backlogObjects: 0,
      backlogBytes: 0,
    };
    connection.copy = { ...copied, secondSite: 'missing' };
    const save = connection.local.saveSite.bind(connection.local);
    Object.assign(connection.local, {
      saveSite: async (input: SiteInput) => {
        connection.copy = copied;
        return save(input);
      },
    });
    await run(COMMANDS.vaultSetRedundancy, { kind: 'vault', vaultId: vault.id });
    ui.done();
    assert.equal(connection.places.find(({ name }) => name === 'local')?.pairedWith, 'attic');
    assert.match(ui.shown[1]?.detail ?? '', /copy at the second site attic is complete/);
    assert.equal(ui.shown.length, 3);
  });

  it('asks for the second zone that a zone-redundant vault is written to, once for a site', async () => {
    const { connection, ui, run } = commandWorld(
      { asks: 'Locked once', choose: 'Zone-redundant' },
      { asks: 'Folder of the second zone', type: '/mnt/second' },
    );
    const vault = connection.addVault('home-vault');
    await run(COMMANDS.vaultSetRedundancy, { kind: 'vault', vaultId: vault.id });
    ui.done();
    assert.equal(connection.zones.get('local'), '/mnt/second');
    assert.ok(connection.calls.some((call) => call.startsWith('setVaultReplication')));
    const again = commandWorld({ asks: 'Locked once', cancel: true });
    const second = again.connection.addVault('office-vault');
    again.connection.zones.set('local', '/mnt/second');
    await assert.rejects(again.run(COMMANDS.vaultSetRedundancy, { kind: 'vault', vaultId: second.id }));
    const kept = commandWorld(
      { asks: 'Locked since', choose: 'Zone-redundant' },
      { asks: 'Folder of the second zone', type: '/mnt/third' },
    );
    const zoneless = kept.connection.addVault('zone-vault', { replication: 'ZoneRedundant' });
    kept.connection.storage = { replication: 'ZoneRedundant', locked: true };
    await kept.run(COMMANDS.vaultSetRedundancy, { kind: 'vault', vaultId: zoneless.id });
    kept.ui.done();
    assert.equal(kept.connection.zones.get('local'), '/mnt/third');
    assert.ok(!kept.connection.calls.some((call) => call.startsWith('setVaultReplication')));
    assert.match(again.ui.shown.at(-2)?.detail ?? '', /: \/data\/sites\/local and \/mnt\/second\.$/);
  });

  it('opens the form of a policy at its preview, for a row and for the policy that is chosen', async () => {
    const { connection, run, opened, ui } = commandWorld({ asks: 'Which policy', choose: 'DefaultPolicy' });
    const vault = connection.addVault('home-vault');
    const policyId = connection.allPolicies.find(({ name }) => name === 'DefaultPolicy')?.id ?? '';
    await run(COMMANDS.policyPreview, { kind: 'policy', vaultId: vault.id, policyId });
    await run(COMMANDS.policyEdit, { kind: 'policy', vaultId: vault.id, policyId });
    connection.addVault('office-vault');
    await run(COMMANDS.refresh);
    await run(COMMANDS.policyPreview);
    ui.done();
    assert.deepEqual(opened.slice(0, 2), [`preview of ${policyId}`, `form of ${policyId}`]);
    assert.match(opened[2] ?? '', /^preview of /);
  });

  it('opens the restore form for a row, for a point, or for the machine that is chosen', async () => {
    const { connection, run, opened, ui } = commandWorld({
      asks: 'Which machine do you want to restore',
      choose: 'db-01',
    });
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'), machine('db-01'), machine('new-01'));
    for (const name of ['web-01', 'db-01']) connection.addItem(name, vault.id, { lastRecoveryPointTime: 1 });
    const { id: machineId } = machine('web-01');
    await run(COMMANDS.restore, { target: { kind: 'machine', machineId } });
    await run(COMMANDS.restore, { target: { kind: 'point', machineId, itemId: 'i', pointId: 'p' } });
    await run(COMMANDS.restore);
    assert.deepEqual(opened, [`restore ${machineId}`, 'restore p', `restore ${machine('db-01').id}`]);
    const notYet = { target: { kind: 'machine', machineId: machine('new-01').id } };
    await assert.rejects(run(COMMANDS.restore, notYet), /no recovery point to restore from/);
    ui.done();
  });

  it('opens an existing vault, tells what came back, and offers to restore what there is', async () => {
    const { connection, ui, log, run } = commandWorld(
      { asks: 'Folder of the vault', type: '/mnt/nas' },
      { asks: 'Recovery key of the vault', type: 'SECRET-1' },
      { asks: 'still use the vault', accept: true },
    );
    await run(COMMANDS.vaultAttach);
    ui.done();
    assert.ok(connection.calls.includes('attachVault /mnt/nas'));
    assert.match(ui.toasts[0]?.text ?? '', /^The vault found is open: 0 machines · 0 points\./);
    assert.deepEqual(ui.toasts[0]?.actions, []);
    assert.ok(![...log.lines, ui.toasts[0]?.text].some((line) => line?.includes('SECRET-1')));
  });

  it('makes a new recovery key only once that is confirmed, and shows it once', async () => {
    const { connection, ui, log, run } = commandWorld(
      { asks: 'modal', press: undefined },
      { asks: 'modal', press: 'Rotate recovery key' },
      { asks: 'modal', press: 'Copy' },
      { asks: 'modal', press: 'Done' },
    );
    const vault = { kind: 'vault', vaultId: connection.addVault('home-vault').id };
    await run(COMMANDS.vaultRotateKey, vault);
    assert.ok(!connection.calls.includes('rotateRecoveryKey'));
    await run(COMMANDS.vaultRotateKey, vault);
    ui.done();
    assert.match(ui.modals[0]?.detail ?? '', /opens the vault no more/);
    assert.match(ui.modals[2]?.detail ?? '', /^KEY-5678/);
    assert.deepEqual(ui.copied, ['KEY-5678']);
    assert.ok(!log.lines.some((line) => line.includes('KEY-5678')));
  });

  it('does not restart an engine with running jobs', async () => {
    const { connection, stores, run } = commandWorld();
    await stores.engine.readHealth();
    connection.stopEngine = async () => false;
    await assert.rejects(run(COMMANDS.engineRestart), { code: 'EngineBusy' });
  });

  it('Discover Machines looks into the chosen folders, without a vault too, and tells what it could not take', async () => {
    const { connection, run, ui } = commandWorld();
    const message = 'The folder /gone cannot be looked in for disk images: ENOENT';
    connection.folderProblems = [{ code: 'LocalMachineFolderNotReadable', message }];
    await run(COMMANDS.discover);
    assert.ok(connection.calls.includes('lookForMachines'));
    assert.deepEqual([ui.toasts[0]?.level, ui.toasts[0]?.text], ['warning', `No new machine was found. ${message}`]);
  });

  it('connects to an engine of somebody else anew, and never stops it', async () => {
    const { connection, stores, run, ui } = commandWorld();
    Object.assign(connection, { foreignEndpoint: '/srv/endpoint.json' });
    await stores.engine.readHealth();
    connection.stopEngine = async () => assert.fail('stopped');
    await run(COMMANDS.engineRestart);
    assert.equal(connection.calls.filter((call) => call === 'open').length, 2);
    assert.equal(ui.toasts[0]?.level, 'info');
  });

  it('Show Protection Status lists what needs attention first, and opens the job that explains it', async () => {
    const { connection, ui, opened, run } = commandWorld({ asks: 'Choose a line', choose: 'bad-01' });
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'), machine('bad-01'));
    connection.addItem('bad-01', vault.id, { state: 'Protected', lastBackupStatus: 'Failed' });
    const job = connection.addJob('bad-01', { status: 'Failed' });
    await run(COMMANDS.showStatus);
    ui.done();
    assert.deepEqual(
      ui.shown.map(({ section }) => section),
      ['Needs attention', 'Machines', 'Engine', 'Engine'],
    );
    assert.deepEqual(opened, [job.id]);
  });

  it('Filter Machines refuses keys that it does not know; Group By offers the present one first', async () => {
    const { ui, run } = commandWorld(
      { asks: 'Words that all', type: 'stat:failed', problem: 'not known here' },
      { asks: 'Words that all', type: 'state:failed' },
      { asks: 'Words that all', accept: true },
      { asks: 'Group machines by', choose: 'Vault' },
      { asks: 'Group machines by', accept: true },
    );
    await run(COMMANDS.machinesFilter);
    await run(COMMANDS.machinesFilter);
    await run(COMMANDS.machinesGroupBy);
    await run(COMMANDS.machinesGroupBy);
    await run(COMMANDS.machinesClearFilter);
    ui.done();
  });

  it('Copy Error Details copies what is known of the failure', async () => {
    const { ui, run } = commandWorld();
    await run(COMMANDS.errorCopyDetails, { kind: 'error', branch: 'jobs', text: 'Could not list jobs. Busy. [Busy]' });
    assert.deepEqual(ui.copied, ['Could not list jobs. Busy. [Busy]']);
  });

  it('Copy Error Details and Copy Details of a job leave out who and where', async () => {
    const { connection, ui, run } = commandWorld();
    const id = '5ab5c4c2-1111-4222-8333-0123456789ab';
    await run(COMMANDS.errorCopyDetails, {
      kind: 'error',
      branch: 'jobs',
      text: `No access to ${id} for ann@a.example.`,
    });
    const message = `Refused for ann@a.example in /subscriptions/${id}.`;
    const job = connection.addJob('web-01', {
      status: 'Failed',
      errors: [{ code: 1, title: 'Refused', message, recommendations: [`Ask bob@a.example about ${id}.`] }],
    });
    await run(COMMANDS.jobCopyDetails, { kind: 'job', jobId: job.id });
    assert.equal(ui.copied[0], 'No access to …89ab for a…@….');
    assert.match(ui.copied[1] ?? '', /Refused for a…@… in \/subscriptions\/…89ab\.\n +Ask b…@… about …89ab\./);
  });

  it('Pause Scheduled Backups shows in the status bar, and can be undone', async () => {
    const { stores, ui, run } = commandWorld();
    await run(COMMANDS.schedulePause);
    const shown = { machines: [], running: [], alerts: [], now: stores.clock.now() };
    const paused = statusView({ engine: stores.engine.state, ...shown });
    assert.equal(paused.text, '$(debug-pause) Scheduled backups paused');
    assert.match(paused.tooltip, /paused since/);
    assert.equal(ui.toasts[0]?.actions?.[0]?.command, COMMANDS.scheduleResume);
    await run(COMMANDS.scheduleResume);
    assert.equal(statusView({ engine: stores.engine.state, ...shown }).text, '$(shield) VM Backup');
  });

  it('Report Issue shows states and counts, and nothing that names a machine, a vault, a folder or an id', async () => {
    const { connection, opened, run } = commandWorld();
    const vault = connection.addVault('secret-vault');
    connection.allMachines.push(machine('secret-machine'));
    connection.addItem('secret-machine', vault.id, { state: 'Protected', lastBackupStatus: 'Failed' });
    const error = { code: 400153, title: 'secret cause', message: '/secret/path', recommendations: [] };
    connection.addJob('secret-machine', { status: 'Failed', errors: [error] });
    await run(COMMANDS.reportIssue);
    const [text = ''] = opened;
    for (const fact of ['VM Backup 0.1.0', 'failed: 1', 'LocallyRedundant: 1', 'Backup Failed: 1', '400153: 1']) {
      assert.ok(text.includes(fact), `${fact} in ${text}`);
    }
    assert.doesNotMatch(text, /secret|\/data|subscriptions|[0-9a-f]{8}-[0-9a-f]{4}/i);
  });

  it('Remove Machine takes a selection, and leaves protected machines out', async () => {
    const { connection, ui, run } = commandWorld({ asks: 'modal', press: 'Remove' });
    const vault = connection.addVault('home-vault');
    const names = ['web-01', 'db-01', 'app-01'];
    for (const name of names) connection.allMachines.push(machine(name));
    connection.addItem('web-01', vault.id);
    const targets = names.map((name) => ({ kind: 'machine', machineId: machine(name).id }));
    await run(COMMANDS.machineRemove, targets[0], targets);
    ui.done();
    assert.equal(ui.modals[0]?.text, 'Remove app-01, db-01 from VM Backup?');
    assert.deepEqual(
      connection.allMachines.map(({ name }) => name),
      ['web-01'],
    );
  });
});
