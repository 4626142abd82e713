import { strict as assert } from 'node:assert';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../src/domain/errors';
import { LastPlaces } from '../../../src/extension/model/lastPlaces';
import { ShortMemory } from '../../../src/extension/model/memory';
import { createVault } from '../../../src/extension/wizards/createVault';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { type Line, ScriptedUi } from '../../support/scriptedUi';

describe('Create vault', () => {
  it('creates a vault on a fresh computer with five answers, and shows the recovery key', async () => {
    const { connection, stores } = extensionWorld();
    const ui = new ScriptedUi(
      { asks: 'Name of the vault', type: 'home-vault' },
      { asks: 'new resource group', accept: true },
      { asks: 'Location:', accept: true },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', choose: 'Create' },
      { asks: 'modal', press: 'Done' },
    );
    const vault = await createVault(stores, ui);
    ui.done();
    assert.equal(vault?.name, 'home-vault');
    assert.ok(connection.calls.includes('createResourceGroup vm-backup'));
    assert.ok(connection.calls.includes('createVault home-vault LocallyRedundant'));
    assert.match(ui.modals[0]?.detail ?? '', /KEY-1234/);
    assert.equal(stores.vaults.branches[0]?.vault.name, 'home-vault');
    assert.deepEqual(ui.asked, [
      'Create vault (1/5)',
      'Create vault (2/5)',
      'Create vault (3/5)',
      'Create vault (4/5)',
      'Create vault (5/5)',
    ]);
  });

  it('warns of a location on the disk of a machine, where it is chosen and in the summary', async () => {
    const { connection, stores } = extensionWorld();
    const folder = tmpdir();
    connection.folders.set('local', folder);
    const disk = { id: '/d', name: 'os', sizeBytes: 1, path: join(folder, 'web.raw') };
    connection.allMachines.push(machine('web-01', { disks: [disk] }));
    const warning = '$(warning) Same physical disk as web-01: a disk failure loses both.';
    const toLocation: Line[] = [
      { asks: 'Name of the vault', type: 'home-vault' },
      { asks: 'new resource group', accept: true },
    ];
    const choosing = new ScriptedUi(...toLocation, { asks: 'Location:', cancel: true });
    await assert.rejects(createVault(stores, choosing), { name: 'Cancelled' });
    assert.ok(choosing.shown[0]?.detail?.endsWith(` · ${warning}`));
    const ui = new ScriptedUi(
      ...toLocation,
      { asks: 'Location:', accept: true },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', cancel: true },
    );
    await assert.rejects(createVault(stores, ui), { name: 'Cancelled' });
    assert.deepEqual(
      ui.shown.filter(({ detail }) => detail === warning).map(({ label }) => label),
      ['Location: This computer'],
    );
  });

  it('starts at the group and the location of the vault that was made last', async () => {
    const { connection, stores } = extensionWorld();
    connection.groups = ['first', 'second'].map((name) => ({ id: `/g/${name}`, name, location: 'local' }));
    connection.places = ['local', 'attic'].map((name) => ({ name, displayName: name }));
    const places = new LastPlaces(new ShortMemory());
    const make = async (name: string, ...where: Line[]) => {
      const ui = new ScriptedUi(
        { asks: 'Name of the vault', type: name },
        ...where,
        { asks: 'Storage replication', accept: true },
        { asks: 'Check the vault', accept: true },
        { asks: 'modal', press: 'Done' },
      );
      const vault = await createVault(stores, ui, { places });
      ui.done();
      return [vault?.resourceGroup, vault?.location];
    };
    await make('one', { asks: 'Resource group', choose: 'second' }, { asks: 'Location:', choose: 'attic' });
    const accept: Line[] = [
      { asks: 'Resource group', accept: true },
      { asks: 'Location:', accept: true },
    ];
    assert.deepEqual(await make('two', ...accept), ['second', 'attic']);
  });

  it('names the broken rule, and a vault of the same name in another group', async () => {
    const { connection, stores } = extensionWorld();
    connection.addVault('home-vault', { resourceGroup: 'elsewhere' });
    const ui = new ScriptedUi(
      { asks: 'Name of the vault', type: '1st', problem: 'letter' },
      { asks: 'Name of the vault', type: 'HOME-vault', problem: 'elsewhere' },
      { asks: 'Name of the vault', cancel: true },
    );
    await assert.rejects(createVault(stores, ui), { name: 'Cancelled' });
    ui.done();
  });

  it('offers existing groups, and geo-redundant first where the location has a pair', async () => {
    const { connection, stores } = extensionWorld();
    connection.places = [{ name: 'local', displayName: 'This computer', pairedWith: 'attic' }];
    await connection.createResourceGroup({ name: 'lab', location: 'local' });
    const ui = new ScriptedUi(
      { asks: 'Name of the vault', type: 'v1' },
      { asks: 'Resource group', choose: 'Create new' },
      { asks: 'new resource group', back: true },
      { asks: 'Resource group', choose: 'lab' },
      { asks: 'Location:', accept: true },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', choose: 'Name' },
      { asks: 'Name of the vault', type: 'v2' },
      { asks: 'Resource group', accept: true },
      { asks: 'Location:', accept: true },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', choose: 'Create' },
      { asks: 'modal', press: 'Copy' },
      { asks: 'modal', press: 'Save…' },
      { asks: 'modal', press: undefined },
    );
    await createVault(stores, ui);
    ui.done();
    assert.ok(connection.calls.includes('createVault v2 GeoRedundant'));
    assert.deepEqual(ui.copied, ['KEY-1234']);
    assert.match(ui.modals[2]?.detail ?? '', /saved\.txt/);
  });

  it('adds a site from the location step, makes the two each other’s second site and suggests geo-redundant', async () => {
    const { connection, stores } = extensionWorld();
    const ui = new ScriptedUi(
      { asks: 'Name of the vault', type: 'v1' },
      { asks: 'new resource group', accept: true },
      { asks: 'Location:', choose: 'Add a site' },
      { asks: 'Name of the site', type: 'local', problem: 'exists' },
      { asks: 'Name of the site', type: 'attic' },
      { asks: 'Folder of the site', type: 'nas', problem: 'whole path' },
      { asks: 'Folder of the site', type: '/mnt/nas' },
      { asks: 'Pair with which site', accept: true },
      { asks: 'Check the site', choose: 'Add site' },
      { asks: 'Location:', accept: true },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', choose: 'Create' },
      { asks: 'modal', press: 'Done' },
    );
    await createVault(stores, ui);
    ui.done();
    const saved = connection.calls.filter((call) => call.startsWith('saveSite'));
    assert.deepEqual(saved, ['saveSite attic /mnt/nas local', 'saveSite local  attic']);
    assert.ok(connection.calls.includes('createVault v1 GeoRedundant'));
    assert.equal(connection.allVaults[0]?.location, 'attic');
  });

  it('says that the vault is there when its recovery key could not be made', async () => {
    const { connection, stores } = extensionWorld();
    connection.failing.set('createRecoveryKey', new AppError('StoreFull', 'The disk is full.'));
    const ui = new ScriptedUi(
      { asks: 'Name of the vault', type: 'v1' },
      { asks: 'new resource group', accept: true },
      { asks: 'Location:', accept: true },
      { asks: 'Storage replication', accept: true },
      { asks: 'Check the vault', accept: true },
    );
    await assert.rejects(createVault(stores, ui), /v1 was created, but without a recovery key\. The disk is full\./);
  });
});
