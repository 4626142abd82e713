import { strict as assert } from 'node:assert';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../src/domain/errors';
import type { RecoveryPoint } from '../../../src/domain/views';
import { AzureLink } from '../../../src/extension/model/azureLink';
import { RestoreController, type RestoreKey } from '../../../src/extension/panels/restorePanel';
import { type RestoreForm, restoreProtocol } from '../../../src/messages/restore';
import { extensionWorld } from '../../support/extensionWorld';
import { disk, machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import { type Line, ScriptedUi } from '../../support/scriptedUi';

const HOUR = 3600_000;
const GB = 1024 ** 3;

function world(options: { script?: Line[]; freeBytes?: number | undefined } = {}) {
  const all = extensionWorld();
  const { connection, stores } = all;
  const vault = connection.addVault('home-vault');
  connection.groups = ['vm-backup', 'rg-web', 'restore-targets'].map((name) => ({
    id: `/g/${name}`,
    name,
    location: 'local',
  }));
  connection.allMachines.push(machine('web-01', { disks: [disk('os'), { ...disk('data'), lun: 0 }] }));
  const item = connection.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON - HOUR });
  const points = [point(item, 'new', NOON - HOUR), point(item, 'old', NOON - 25 * HOUR)];
  connection.points.set(item.id, points);
  const ui = new ScriptedUi(...(options.script ?? []));
  const opened: string[] = [];
  const freeBytes = async () => ('freeBytes' in options ? options.freeBytes : 100 * GB);
  const actions = { ui, freeBytes, openJob: (id: string) => void opened.push(id) };
  const { id: machineId } = machine('web-01');
  const open = async (key: Partial<RestoreKey> = {}) => {
    const panel = new RestoreController(stores, actions, { machineId, ...key });
    await panel.load();
    return panel;
  };
  return { ...all, vault, item, points, ui, opened, machineId, open };
}

function snapshotOf(panel: RestoreController) {
  const content = panel.content();
  assert.ok(content.kind === 'snapshot', JSON.stringify(content));
  const message = { type: 'snapshot', version: 1, key: {}, data: content.data };
  assert.deepEqual(restoreProtocol.hostMessage.parse(message), message);
  return content.data;
}

/** Checks the draft with changes. @returns the form and the lines: `ok folder`. */
async function checked(panel: RestoreController, changes: Partial<RestoreForm> = {}) {
  const form = { ...snapshotOf(panel).draft, ...changes };
  await panel.handle({ action: 'check', form });
  const { checked: found } = snapshotOf(panel);
  assert.deepEqual(found?.form, form);
  return { form, found, lines: found.checks.map(({ kind, id }) => `${kind} ${id}`) };
}

const lineOf = (
  found: { checks: readonly { id: string; kind: string; text: string; advice?: string | undefined }[] },
  id: string,
) => found.checks.find((check) => check.id === id);

function account(name: string, location: string) {
  return { id: `/sa/${name}`, name, resourceGroup: 'rg-sa', location };
}

function network(name: string, location: string) {
  const subnets = [{ id: '/vnet/n/subnets/default', name: 'default' }];
  const id = `/subscriptions/s/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/${name}`;
  return { id, name, resourceGroup: 'rg-net', location, subnets };
}

/** A machine of an Azure subscription. @param changes of its only point */
async function azure(changes: Partial<RecoveryPoint> = {}) {
  const all = extensionWorld();
  const { stores } = all;
  const { production: connection, subscriptions, options } = all.azure;
  const { production: subscription } = subscriptions;
  stores.links.setAzure([new AzureLink(subscription, options.open, options.pace)]);
  const vault = connection.addVault('prod-vault', { location: 'eastus' });
  const vm = machine('web-01', { location: 'eastus' }, connection.subscriptionId);
  connection.allMachines.push(vm);
  const item = connection.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON - HOUR });
  connection.points.set(item.id, [{ ...point(item, 'new', NOON - HOUR), ...changes }]);
  connection.accounts = [account('here', 'eastus'), account('there', 'westeurope')];
  connection.groups = [{ id: '/g/vm-backup', name: 'vm-backup', location: 'eastus' }];
  connection.networks = [
    network('n', 'East US'),
    network('far', 'westeurope'),
    { ...network('bare', 'eastus'), subnets: [] },
  ];
  const ui = new ScriptedUi();
  const actions = { ui, freeBytes: async () => 0, openJob: () => undefined };
  const open = async () => {
    const panel = new RestoreController(stores, actions, { machineId: vm.id });
    await panel.load();
    return panel;
  };
  return { connection, ui, open };
}

describe('the restore form', () => {
  it('starts with the newest point, all disks and a new folder in the home folder', async () => {
    const { open, points } = world();
    const panel = await open();
    const data = snapshotOf(panel);
    assert.equal(panel.title, 'Restore web-01');
    assert.deepEqual(data.draft, {
      pointId: points[0]?.id,
      target: 'disks',
      folder: join(homedir(), 'Restored', 'web-01'),
      storageAccountId: '',
      name: 'web-01-restored',
      resourceGroup: 'vm-backup',
      networkId: '',
      subnetId: '',
      typedName: '',
      rehydrationDays: '15',
      rehydrationPriority: 'Standard',
    });
    assert.deepEqual(data.groups, ['vm-backup', 'rg-web']);
    assert.deepEqual(
      data.disks.map(({ name, lun, sizeBytes }) => [name, lun, sizeBytes]),
      [
        ['os-disk', undefined, 64 * 1024 ** 2],
        ['data-disk', 0, 64 * 1024 ** 2],
      ],
    );
    assert.deepEqual([data.place, data.networks, data.notes.length], [{ kind: 'folder' }, undefined, 1]);
    panel.dispose();
  });

  it('starts with the point that was opened', async () => {
    const { open, points } = world();
    const panel = await open({ pointId: points[1]?.id ?? '' });
    assert.equal(snapshotOf(panel).draft.pointId, points[1]?.id);
  });

  it('suggests a name that no machine has', async () => {
    const { connection, open } = world();
    connection.allMachines.push(machine('web-01-restored'), machine('WEB-01-restored-2'));
    assert.equal(snapshotOf(await open()).draft.name, 'web-01-restored-3');
  });

  it('checks what this computer knows and asks the engine, without leaving a target behind', async () => {
    const { connection, open } = world();
    const { found, lines } = await checked(await open(), { folder: '/restored' });
    assert.deepEqual(lines, ['ok point', 'ok jobs', 'ok vault', 'ok folder', 'ok space', 'ok service', 'off duration']);
    assert.equal(found.ready, true);
    assert.equal(lineOf(found, 'space')?.text, '100 GB free, at most 128 MB are written.');
    const asked = connection.calls.filter((call) => /restoreTarget|restoreProblems/i.test(call));
    assert.deepEqual(asked, ['withRestoreTarget /restored', 'restoreProblems disks new to /restored']);
  });

  it('shows the checks as they come', async () => {
    const { open } = world();
    const panel = await open();
    const seen: string[] = [];
    panel.onDidChange(() => {
      const { checked: found } = snapshotOf(panel);
      if (found) seen.push(found.checks.find(({ id }) => id === 'service')?.kind ?? '');
    });
    await checked(panel);
    assert.equal(seen[0], 'running');
    assert.equal(seen.at(-1), 'ok');
  });

  it('does not ask the engine about what is wrong already, and says what to do', async () => {
    const { connection, open } = world();
    const { found, lines } = await checked(await open(), { folder: 'here' });
    assert.equal(found.ready, false);
    assert.ok(lines.includes('error folder'));
    assert.match(lineOf(found, 'folder')?.advice ?? '', /whole path/);
    assert.deepEqual(lineOf(found, 'service')?.text, 'It is asked once the rest is right.');
    assert.ok(!connection.calls.some((call) => call.startsWith('restoreProblems')));
  });

  it('puts what the engine finds in the line that it is about', async () => {
    const { connection, open } = world();
    connection.restoreBlockers = [{ code: 'LocalTargetNoSpace', message: 'Too small.', recommendation: 'Make room.' }];
    const { found, lines } = await checked(await open());
    assert.ok(lines.includes('error space') && lines.includes('ok folder') && !lines.includes('ok service'));
    assert.deepEqual([lineOf(found, 'space')?.text, lineOf(found, 'space')?.advice], ['Too small.', 'Make room.']);
    connection.restoreBlockers = [{ code: 'Other', message: 'Not today.' }];
    const again = await checked(await open());
    assert.equal(lineOf(again.found, 'service')?.text, 'Not today.');
    assert.ok(again.lines.includes('off folder'), 'what was refused for another reason proves nothing');
  });

  it('warns where the drive is smaller than the disks, or the vault or the check cannot be had', async () => {
    const { connection, open } = world({ freeBytes: 1024 });
    connection.failing.set('pointHolds', new AppError('X', 'The vault is locked.'));
    connection.failing.set('restoreProblems', new AppError('Y', 'Not now.'));
    const { found, lines } = await checked(await open());
    assert.deepEqual(
      lines.filter((line) => line.startsWith('warning')),
      ['warning vault', 'warning space', 'warning service'],
    );
    assert.equal(found.ready, true);
    assert.match(lineOf(found, 'vault')?.text ?? '', /^The vault is locked\./);
  });

  it('restores some disks, opens the job and closes', async () => {
    const { connection, open, opened } = world();
    const panel = await open();
    const { form } = await checked(panel, { folder: '~/back', luns: [] });
    const result = await panel.handle({ action: 'restore', form });
    assert.deepEqual([result, panel.closesAfter(result)], [{ outcome: 'done' }, true]);
    const folder = join(homedir(), 'back');
    assert.ok(
      connection.calls.includes(`restore disks new to target of ${folder}, luns `),
      connection.calls.join('\n'),
    );
    assert.deepEqual(opened, [connection.allJobs[0]?.id]);
  });

  it('makes a new machine under a name that is free', async () => {
    const { connection, open } = world();
    const panel = await open();
    const taken = await checked(panel, { target: 'newMachine', name: 'WEB-01' });
    assert.match(lineOf(taken.found, 'name')?.text ?? '', /There is a machine WEB-01 in vm-backup already/);
    assert.deepEqual(await panel.handle({ action: 'restore', form: taken.form }), { outcome: 'stays' });
    const { form, lines } = await checked(panel, { target: 'newMachine', resourceGroup: 'rg-web', folder: '/r' });
    assert.ok(lines.includes('ok name'));
    await panel.handle({ action: 'restore', form });
    assert.ok(connection.calls.includes('restore newMachine new to web-01-restored at target of /r'));
  });

  it('replaces disks only after the name is typed and the loss is agreed to', async () => {
    const script: Line[] = [
      { asks: 'modal', press: undefined },
      { asks: 'modal', press: 'Replace disks' },
    ];
    const { connection, open, ui, opened } = world({ script });
    const panel = await open();
    const untyped = await checked(panel, { target: 'replaceDisks' });
    assert.deepEqual(await panel.handle({ action: 'restore', form: untyped.form }), { outcome: 'stays' });
    assert.equal(ui.modals.length, 0);

    const form = { ...untyped.form, typedName: 'web-01 ' };
    assert.deepEqual(await panel.handle({ action: 'restore', form }), { outcome: 'stays' });
    assert.equal(ui.modals[0]?.text, 'Replace 2 disks of web-01 (128 MB) by the recovery point Today 11:00?');
    assert.match(ui.modals[0]?.detail ?? '', /loses what was written to them in the last 1 h\..*before-restore/);
    assert.deepEqual(opened, []);
    assert.deepEqual(await panel.handle({ action: 'restore', form }), { outcome: 'done' });
    assert.ok(connection.calls.includes('restore replaceDisks new to its place'));
    ui.done();
  });

  it('refuses to replace the disks of a machine that runs, and checks again once it is stopped', async () => {
    const { connection, stores, open } = world();
    const running = machine('web-01', { power: 'running', disks: [disk('os')] });
    connection.allMachines = [running];
    await stores.machines.refresh();
    const panel = await open();
    const { found } = await checked(panel, { target: 'replaceDisks' });
    assert.deepEqual([lineOf(found, 'machine')?.kind, lineOf(found, 'machine')?.text], ['error', 'web-01 is running.']);
    connection.allMachines = [{ ...running, power: 'stopped' }];
    const ready = new Promise<void>((resolve) => {
      panel.onDidChange(() => {
        if (snapshotOf(panel).checked?.ready) resolve();
      });
    });
    await stores.machines.refresh();
    await ready;
    panel.dispose();
  });

  it('refuses to replace the disks of an encrypted machine, and restores its keys with its disks', async () => {
    const { connection, item, points, open } = world();
    connection.points.set(
      item.id,
      points.map((one) => ({ ...one, encrypted: true })),
    );
    const panel = await open();
    const { found } = await checked(panel, { target: 'replaceDisks' });
    assert.equal(lineOf(found, 'point')?.kind, 'error');
    assert.match(lineOf(found, 'point')?.advice ?? '', /keys are written beside them/);
    assert.ok((await checked(panel)).lines.includes('ok point'));
  });

  it('shows the disks that a point without some of them has', async () => {
    const { connection, item, points, open } = world();
    const disks = [{ name: 'os-disk' }];
    connection.points.set(
      item.id,
      points.map((one) => ({ ...one, disks })),
    );
    const panel = await open();
    await checked(panel);
    assert.deepEqual(snapshotOf(panel).disks, [{ name: 'os-disk', sizeBytes: 64 * 1024 ** 2 }]);
  });

  it('tells how long the last restores took', async () => {
    const { connection, stores, open } = world();
    const ended = { operation: 'Restore', status: 'Completed', endTime: NOON } as const;
    connection.addJob('web-01', { ...ended, durationMs: 40_000 });
    connection.addJob('web-01', { ...ended, durationMs: 20_000 });
    await stores.jobs.refresh();
    const { found } = await checked(await open());
    assert.equal(lineOf(found, 'duration')?.text, 'About 30 s, as the last restores.');
  });

  it('copies the command line that does the same, where there is one', async () => {
    const { open, ui } = world();
    const panel = await open();
    const { form, found } = await checked(panel, { folder: "/my disks/it's" });
    assert.equal(found.canCopy, true);
    await panel.handle({ action: 'copyCommand', form });
    assert.deepEqual(ui.copied, [String.raw`vm-backup restore web-01 --point new --to '/my disks/it'\''s'`]);
    assert.equal((await checked(panel, { luns: [] })).found.canCopy, false);
  });

  it('takes a folder from the dialog', async () => {
    const { open } = world({
      script: [
        { asks: 'dialog', paths: ['/chosen'] },
        { asks: 'dialog', paths: [] },
      ],
    });
    const panel = await open();
    assert.deepEqual(await panel.handle({ action: 'browse' }), { outcome: 'folder', folder: '/chosen' });
    assert.deepEqual(await panel.handle({ action: 'browse' }), { outcome: 'stays' });
  });

  it('says so where there is nothing to restore from, or nothing can be read', async () => {
    const { connection, item, stores, open } = world();
    connection.points.set(item.id, []);
    const empty = (await open()).content();
    assert.match(empty.kind === 'notice' ? empty.sentence : '', /no recovery point of web-01/);
    connection.failing.set('machines', new AppError('X', 'The engine is gone.'));
    await stores.machines.refresh();
    const broken = (await open()).content();
    assert.match(broken.kind === 'notice' ? broken.sentence : '', /The engine is gone/);
  });

  describe('on Azure', () => {
    it('offers the accounts and networks of the location, and says what it leaves out', async () => {
      const { open } = await azure();
      const { place, networks, notes } = snapshotOf(await open());
      assert.ok(place.kind === 'account');
      assert.deepEqual(place.accounts, [{ id: '/sa/here', name: 'here', group: 'rg-sa' }]);
      assert.match(place.hidden ?? '', /^Not offered: 1 outside eastus/);
      assert.deepEqual(
        networks?.all.map(({ name }) => name),
        ['n'],
      );
      assert.match(networks?.hidden ?? '', /^Not offered: 2 outside eastus or without/);
      assert.deepEqual(notes, []);
    });

    it('asks for account and subnet, then sends both', async () => {
      const { connection, ui, open } = await azure();
      const panel = await open();
      const { lines } = await checked(panel, { target: 'newMachine' });
      assert.deepEqual(lines, [
        'ok point',
        'ok jobs',
        'error account',
        'ok name',
        'error network',
        'off service',
        'off duration',
      ]);
      const { id: networkId, subnets } = network('n', 'eastus');
      const chosen = { storageAccountId: '/sa/here', networkId, subnetId: subnets[0]?.id ?? '' };
      const { form, found } = await checked(panel, { target: 'newMachine', ...chosen });
      assert.equal(found.ready, true);
      await panel.handle({ action: 'copyCommand', form: { ...form, luns: [0, 1] } });
      assert.deepEqual(ui.copied, [
        `az backup restore restore-disks --vault-name prod-vault --resource-group vm-backup --container-name 'IaasVMContainer;iaasvmcontainerv2;vm-backup;web-01' --item-name 'VM;iaasvmcontainerv2;vm-backup;web-01' --rp-name new --storage-account /sa/here --diskslist 0 1 --target-resource-group vm-backup --restore-mode AlternateLocation --target-vm-name web-01-restored --target-vnet-name n --target-vnet-resource-group rg-net --target-subnet-name default --subscription ${connection.subscriptionId}`,
      ]);
      await panel.handle({ action: 'restore', form });
      assert.ok(connection.calls.includes('restore newMachine new to web-01-restored at /sa/here'));
    });

    it('has a point of the archive rehydrated as it is asked, and never restores one without', async () => {
      const { connection, ui, open } = await azure({ tiers: ['ArchivedRP'] });
      const panel = await open();
      assert.equal(snapshotOf(panel).points[0]?.archived, true);
      const { found, form, lines } = await checked(panel, { storageAccountId: '/sa/here' });
      assert.ok(lines.includes('warning rehydration') && found.ready);
      assert.match(lineOf(found, 'rehydration')?.text ?? '', /takes hours/);
      assert.match(lineOf(found, 'rehydration')?.advice ?? '', /for 15 days/);
      assert.match(lineOf(found, 'duration')?.text ?? '', /^Hours/);
      for (const rehydrationDays of ['', '9', '31', '15.5', 'P7D']) {
        const wrong = await checked(panel, { storageAccountId: '/sa/here', rehydrationDays });
        assert.ok(wrong.lines.includes('error rehydration') && !wrong.found.ready, rehydrationDays);
        assert.deepEqual(await panel.handle({ action: 'restore', form: wrong.form }), { outcome: 'stays' });
      }
      assert.ok(!connection.calls.some((call) => call.startsWith('restore ')));

      const high = { ...form, rehydrationDays: '30', rehydrationPriority: 'High' } as const;
      await checked(panel, high);
      await panel.handle({ action: 'copyCommand', form: high });
      assert.match(ui.copied[0] ?? '', / --rehydration-duration 30 --rehydration-priority High --subscription /);
      await panel.handle({ action: 'restore', form: high });
      assert.ok(connection.calls.includes('restore disks new to /sa/here, rehydrated 30 days High'));
    });

    it('asks nothing of the kind for a point that is rehydrated already, or has its snapshot still', async () => {
      for (const changes of [
        { tiers: ['ArchivedRP'], rehydrated: { until: NOON + HOUR } },
        { tiers: ['InstantRP', 'ArchivedRP'] },
        { tiers: ['HardenedRP'] },
      ]) {
        const { connection, open } = await azure(changes);
        const panel = await open();
        const { form, lines } = await checked(panel, { storageAccountId: '/sa/here' });
        assert.ok(!lines.some((line) => line.endsWith('rehydration')));
        await panel.handle({ action: 'restore', form });
        assert.ok(connection.calls.includes('restore disks new to /sa/here'), JSON.stringify(changes));
      }
    });
  });
});
