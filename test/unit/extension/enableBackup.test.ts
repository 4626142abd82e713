import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../src/domain/errors';
import { formatBytes } from '../../../src/domain/sizes';
import { enableBackup } from '../../../src/extension/wizards/enableBackup';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { NO_COUNTERS } from '../../support/jobSamples';
import { type Line, ScriptedUi } from '../../support/scriptedUi';

const GB = 1024 ** 3;
const noForm = () => Promise.reject(new Error('the policy form was not expected'));
const goal: Line = { asks: 'Backup goal', accept: true };

describe('Enable backup', () => {
  it('protects the ticked machines and offers to back up now', async () => {
    const { connection, stores } = extensionWorld();
    connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'), machine('db-01'));
    const ui = new ScriptedUi(
      goal,
      { asks: 'Vault', choose: 'home-vault' },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines to protect', tick: ['web-01', 'db-01'] },
      { asks: 'Check', choose: 'Enable backup' },
    );
    await enableBackup({ stores, ui, createPolicy: noForm });
    ui.done();
    assert.deepEqual(connection.allItems.map(({ machineName }) => machineName).toSorted(), ['db-01', 'web-01']);
    assert.equal(ui.toasts.length, 1);
    assert.match(ui.toasts[0]?.text ?? '', /web-01.*no recovery point yet/);
    assert.equal(ui.toasts[0]?.actions?.[0]?.title, 'Back up now');
    assert.equal(connection.allJobs.length, 0);
  });

  it('backs up at once when the summary says so', async () => {
    const { connection, stores } = extensionWorld();
    connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'));
    const ui = new ScriptedUi(
      goal,
      { asks: 'Vault', accept: true },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines to protect', accept: true },
      { asks: 'Check', choose: 'Back up now: no' },
      { asks: 'Check', choose: 'Enable backup' },
    );
    await enableBackup({ stores, ui, createPolicy: noForm, machineIds: [machine('web-01').id] });
    ui.done();
    assert.ok(connection.calls.includes('backupNow web-01 default'));
    assert.deepEqual(ui.toasts, []);
  });

  describe('validation of the machines', () => {
    const missing = { code: 'LocalDiskNotFound', message: 'There is no file /d/db.raw.', recommendation: 'Look there' };
    const toMachines: Line[] = [
      goal,
      { asks: 'Vault', accept: true },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines to protect', tick: ['web-01', 'db-01'] },
    ];

    it('asks nothing if all pass, and says so in the summary', async () => {
      const { connection, stores } = validating();
      const ui = new ScriptedUi(...toMachines, { asks: 'Check', accept: true });
      await enableBackup({ stores, ui, createPolicy: noForm });
      ui.done();
      assert.equal(connection.calls.filter((call) => call === 'protectionProblem').length, 2);
      assert.ok(ui.shown.some(({ label }) => label === 'Validation: all machines passed'));
      assert.deepEqual(ui.asked.slice(-2), ['Enable backup (4/5)', 'Enable backup (5/5)']);
      assert.equal(ui.reports.at(-1), '2 of 2 machines validated');
    });

    it('lists those that did not pass with the reason, and goes on without them', async () => {
      const { connection, stores } = validating();
      connection.protectionBlockers.set('db-01', missing);
      const ui = new ScriptedUi(
        ...toMachines,
        { asks: 'Validation: 1 of 2', accept: true },
        { asks: 'Check', choose: 'Validation: 1 of 2 machines passed; left out: db-01' },
        { asks: 'Validation: 1 of 2', back: true },
        { asks: 'Machines to protect', accept: true },
        { asks: 'Validation: 1 of 2', choose: 'Go on with 1 machine' },
        { asks: 'Check', accept: true },
      );
      await enableBackup({ stores, ui, createPolicy: noForm });
      ui.done();
      assert.deepEqual(names(connection.allItems), ['web-01']);
    });

    it('shows ✓ and ✗ for each, and looks again at those that did not pass', async () => {
      const { connection, stores } = validating();
      connection.protectionBlockers.set('db-01', missing);
      const ui = new ScriptedUi(
        ...toMachines,
        { asks: 'Validation: 1 of 2', choose: 'db-01' },
        { asks: 'Validation: 1 of 2', cancel: true },
      );
      await assert.rejects(enableBackup({ stores, ui, createPolicy: noForm }), { name: 'Cancelled' });
      ui.done();
      assert.equal(connection.calls.filter((call) => call === 'protectionProblem').length, 3);
      assert.deepEqual(
        ui.shown.map(({ label, detail }) => [label, detail]),
        [
          ['$(arrow-right) Go on with 1 machine', 'Those that did not pass are left out.'],
          ['$(refresh) Validate again', 'Looks once more at those that did not pass.'],
          ['$(error) db-01', 'There is no file /d/db.raw. Look there.'],
          ['$(pass) web-01', undefined],
        ],
      );
    });

    it('does not go on with none, and goes on by itself once they pass; a service that fails is told as a reason', async () => {
      const { connection, stores } = validating();
      connection.failing.set('protectionProblem', new AppError('Forbidden', 'You may not ask.'));
      const ui = new ScriptedUi(...toMachines, { asks: 'Validation: 2 of 2', cancel: true });
      await assert.rejects(enableBackup({ stores, ui, createPolicy: noForm }), { name: 'Cancelled' });
      const labels = ui.shown.map(({ label }) => label);
      assert.deepEqual(labels, ['$(refresh) Validate again', '$(error) web-01', '$(error) db-01']);
      assert.equal(ui.shown[1]?.detail, 'You may not ask.');
      connection.failing.delete('protectionProblem');
      let looks = 0;
      connection.protectionProblem = async () => {
        looks += 1;
        return looks > 4 ? undefined : missing;
      };
      const again = new ScriptedUi(
        ...toMachines,
        { asks: 'Validation: 2 of 2', choose: 'Validate again' },
        { asks: 'Validation: 2 of 2', choose: 'Validate again' },
        { asks: 'Check', accept: true },
      );
      await enableBackup({ stores, ui: again, createPolicy: noForm });
      again.done();
      assert.deepEqual(names(connection.allItems).toSorted(), ['db-01', 'web-01']);
    });
  });

  it('creates the first vault on the way, and comes back from it', async () => {
    const { connection, stores } = extensionWorld();
    connection.allMachines.push(machine('sample-web'));
    const ui = new ScriptedUi(
      goal,
      { asks: 'Name of the vault', back: true },
      goal,
      { asks: 'Name of the vault', accept: true },
      { asks: 'new resource group', accept: true },
      { asks: 'Location:', accept: true },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', accept: true },
      { asks: 'modal', press: 'Done' },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines to protect', accept: true },
      { asks: 'Check', accept: true },
    );
    const machineIds = [machine('sample-web').id];
    await enableBackup({ stores, ui, createPolicy: noForm, machineIds, newVaultName: 'sample-vault' });
    ui.done();
    assert.equal(connection.allItems[0]?.vaultId, connection.allVaults[0]?.id);
    assert.equal(connection.allVaults[0]?.name, 'sample-vault');
  });

  it('suggests a new vault in the resource group of the machine', async () => {
    const { connection, stores } = extensionWorld();
    connection.groups = [
      { id: '/g/first', name: 'first', location: 'local' },
      { id: '/g/webs', name: 'webs', location: 'local' },
    ];
    connection.allMachines.push(machine('web-01', { resourceGroup: 'webs' }));
    await stores.machines.ensure();
    const ui = new ScriptedUi(
      goal,
      { asks: 'Name of the vault', type: 'web-vault' },
      { asks: 'Resource group', accept: true },
      { asks: 'Location:', accept: true },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', accept: true },
      { asks: 'modal', press: 'Done' },
      { asks: 'Backup policy', cancel: true },
    );
    const machineIds = stores.machines.machines.value?.map(({ id }) => id) ?? [];
    await assert.rejects(enableBackup({ stores, ui, createPolicy: noForm, machineIds }), { name: 'Cancelled' });
    ui.done();
    assert.equal(connection.allVaults[0]?.resourceGroup, 'webs');
  });

  it('opens the policy form and returns with the new policy chosen', async () => {
    const { connection, stores } = extensionWorld();
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'));
    const ui = new ScriptedUi(
      goal,
      { asks: 'Vault', accept: true },
      { asks: 'Backup policy', choose: 'Create new policy' },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines to protect', tick: ['web-01'] },
      { asks: 'Check', accept: true },
    );
    const [usual] = connection.allPolicies;
    assert.ok(usual?.rule);
    const { rule } = usual;
    await enableBackup({ stores, ui, createPolicy: (id) => connection.savePolicy(id, 'Weekly', rule) });
    ui.done();
    assert.equal(connection.allItems[0]?.policyId, `${vault.id}/backupPolicies/Weekly`);
  });

  it('tells of each policy when it runs, what it keeps and how far back it lets one go', async () => {
    const { connection, stores } = extensionWorld();
    connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'));
    const ui = new ScriptedUi(goal, { asks: 'Vault', accept: true }, { asks: 'Backup policy', cancel: true });
    await assert.rejects(enableBackup({ stores, ui, createPolicy: noForm }), { name: 'Cancelled' });
    assert.match(
      ui.shown[0]?.detail ?? '',
      /^Daily at .*, keeps daily points 30 days · once filled, you can go back to \d{4}-\d\d-\d\d$/,
    );
  });

  it('says of machines that a vault has already what helps', async () => {
    const { connection, stores } = extensionWorld();
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('stopped'), machine('deleted'), machine('clash'));
    connection.addItem('stopped', vault.id, { state: 'ProtectionStopped' });
    connection.addItem('deleted', vault.id, { state: 'ProtectionStopped', softDeleted: { remainingMs: 1 } });
    const elsewhere = machine('clash', {}, 'another').id;
    connection.addItem('clash', vault.id, { machineId: elsewhere });
    const ui = new ScriptedUi(
      goal,
      { asks: 'Vault', accept: true },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines to protect', cancel: true },
    );
    await assert.rejects(enableBackup({ stores, ui, createPolicy: noForm }), { name: 'Cancelled' });
    const reason = (name: string) => ui.shown.find(({ label }) => label === name)?.detail ?? '';
    assert.match(reason('stopped'), /already protected by the vault home-vault\. Resume its protection there/);
    assert.match(reason('deleted'), /already protected by the vault home-vault\. Undelete it there/);
    assert.match(reason('clash'), /^The vault has another machine clash .* Choose another vault\.$/);
    assert.ok(ui.shown.every(({ section }) => section === 'Not eligible'));
  });

  it('estimates the first backup: disks by what their images take, time only from earlier backups', async () => {
    const { connection, stores } = extensionWorld();
    const vault = connection.addVault('home-vault');
    const folder = mkdtempSync(join(tmpdir(), 'images-'));
    const path = join(folder, 'sparse.raw');
    writeFileSync(path, Buffer.alloc(64 * 1024, 'x'));
    truncateSync(path, 8 * GB);
    const disk = { id: '/disk', name: 'os', sizeBytes: 8 * GB, path };
    connection.allMachines.push(
      machine('web-01', { disks: [disk] }),
      machine('db-01', { disks: [{ ...disk, path: '/none' }] }),
    );
    const summaryOf = async (name: string) => {
      const ui = new ScriptedUi(
        goal,
        { asks: 'Vault', accept: true },
        { asks: 'Backup policy', accept: true },
        { asks: 'Machines to protect', tick: [name] },
        { asks: 'Check', cancel: true },
      );
      await assert.rejects(enableBackup({ stores, ui, createPolicy: noForm }), { name: 'Cancelled' });
      return ui.shown.map(({ label }) => label).filter((label) => /^(First backup|Vault growth)/.test(label));
    };
    const known = statSync(path).blocks > 0 ? formatBytes(statSync(path).blocks * 512) : '8 GB';
    const growth = 'data is compressed, and what the vault has already is not stored again (estimate)';
    assert.deepEqual(await summaryOf('web-01'), [
      `First backup: about ${known} (estimate)`,
      `Vault growth: at most ${known}; ${growth}`,
    ]);
    const job = connection.addJob('old-01', { vaultId: vault.id, status: 'Completed', durationMs: 60_000 });
    connection.counters.set(job.id, { ...NO_COUNTERS, readBytes: 4 * GB });
    await stores.jobs.refresh();
    assert.deepEqual(
      (await summaryOf('db-01'))[0],
      'First backup: about 8 GB, 2 min at the speed of earlier backups (estimate)',
    );
    rmSync(folder, { recursive: true });
  });

  it('finds new machines, and lists those that are not eligible with the reason', async () => {
    const { connection, stores } = extensionWorld();
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'), machine('far-01', { location: 'attic' }));
    connection.addItem('web-01', vault.id);
    connection.hidden = [machine('new-01')];
    const ui = new ScriptedUi(
      goal,
      { asks: 'Vault', accept: true },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines to protect', cancel: true },
    );
    await assert.rejects(enableBackup({ stores, ui, createPolicy: noForm }), { name: 'Cancelled' });
    ui.done();
    const lines = ui.shown.map(({ label, section, disabled }) => ({ label, section, disabled: disabled ?? false }));
    assert.deepEqual(lines, [
      { label: 'new-01', section: 'Ready to protect', disabled: false },
      { label: 'far-01', section: 'Not eligible', disabled: true },
      { label: 'web-01', section: 'Not eligible', disabled: true },
    ]);
    assert.match(ui.shown[0]?.description ?? '', /new/);
    assert.match(ui.shown[2]?.detail ?? '', /already protected by the vault home-vault/);
  });

  it('lists how each machine fared, and retries only those that failed with the same vault and policy', async () => {
    const { connection, stores } = extensionWorld();
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('db-01'), machine('web-01'));
    const protect = connection.protect.bind(connection);
    let refusals = 1;
    connection.protect = async (input) => {
      if (input.machineId.endsWith('web-01') && refusals-- > 0) throw new AppError('Locked', 'The disk is locked.');
      return protect(input);
    };
    const ui = new ScriptedUi(
      goal,
      { asks: 'Vault', accept: true },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines to protect', tick: ['db-01', 'web-01'] },
      { asks: 'Check', accept: true },
      { asks: '1 of 2 machines failed', choose: 'Retry the one' },
    );
    await enableBackup({ stores, ui, createPolicy: noForm });
    ui.done();
    assert.deepEqual(
      ui.shown.map(({ label, detail, description }) => [label, detail ?? description]),
      [
        ['$(debug-rerun) Retry the one that failed', undefined],
        ['$(pass) db-01', 'done'],
        ['$(error) web-01', 'The disk is locked.'],
      ],
    );
    assert.deepEqual(
      connection.calls.filter((call) => call.startsWith('protect ')),
      ['protect db-01 DefaultPolicy', 'protect web-01 DefaultPolicy'],
    );
    assert.deepEqual(
      connection.allItems.map(({ machineName, vaultId }) => [machineName, vaultId]),
      [
        ['db-01', vault.id],
        ['web-01', vault.id],
      ],
    );
    assert.equal(ui.toasts.length, 1);
    assert.match(ui.toasts[0]?.text ?? '', /^Backup is enabled for db-01, web-01\./);
  });

  it('retries a single machine the same way, and says no more once that is not wanted', async () => {
    const { connection, stores } = extensionWorld();
    connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'));
    connection.failing.set('protect', new AppError('Locked', 'The disk is locked.'));
    const ui = new ScriptedUi(
      goal,
      { asks: 'Vault', accept: true },
      { asks: 'Backup policy', accept: true },
      { asks: 'Machines to protect', tick: ['web-01'] },
      { asks: 'Check', accept: true },
      { asks: '1 of 1 machines failed', choose: 'Retry the one' },
      { asks: '1 of 1 machines failed', cancel: true },
    );
    await enableBackup({ stores, ui, createPolicy: noForm });
    ui.done();
    assert.deepEqual([ui.toasts, connection.allItems], [[], []]);
  });
});

/** A vault, and two machines that can be protected in it. */
function validating() {
  const all = extensionWorld();
  all.connection.addVault('home-vault');
  all.connection.allMachines.push(machine('web-01'), machine('db-01'));
  return all;
}

function names(items: readonly { readonly machineName: string }[]): string[] {
  return items.map(({ machineName }) => machineName);
}
