import { strict as assert } from 'node:assert';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expandPath, pathProblem } from '../../../src/extension/model/paths';
import { addImage } from '../../../src/extension/wizards/addImage';
import { backupNow } from '../../../src/extension/wizards/backupNow';
import { extensionWorld } from '../../support/extensionWorld';
import { machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import { ScriptedUi } from '../../support/scriptedUi';

const DAY = 24 * 3600_000;

function protectedWorld() {
  const world = extensionWorld();
  const vault = world.connection.addVault('home-vault');
  world.connection.allMachines.push(machine('web-01'), machine('db-01'));
  const item = world.connection.addItem('web-01', vault.id, {
    state: 'Protected',
    lastBackupStatus: 'Completed',
    lastRecoveryPointTime: NOON - 2 * 3600_000,
  });
  world.connection.points.set(item.id, [point(item, 'old', NOON - 3 * DAY), point(item, 'new', NOON - 2 * 3600_000)]);
  return { ...world, vault, item };
}

const pickDate = async () => assert.fail('no date was to be asked');

describe('Back up now', () => {
  it('starts a known machine with one Enter and keeps the point for the default time', async () => {
    const { connection, stores } = protectedWorld();
    const ui = new ScriptedUi({ asks: 'Keep this recovery point', accept: true });
    await backupNow(stores, ui, { machineIds: [machine('web-01').id.toUpperCase()], pickDate });
    ui.done();
    assert.ok(connection.calls.includes('backupNow web-01 default'));
  });

  it('asks for the machine where none was given, and leaves a date to the calendar', async () => {
    const { connection, stores, item } = protectedWorld();
    const ui = new ScriptedUi(
      { asks: 'Which machine', choose: 'web-01' },
      { asks: 'Keep this recovery point', back: true },
      { asks: 'Which machine', accept: true },
      { asks: 'Keep this recovery point', choose: 'Pick a date' },
    );
    const asked: (readonly string[])[] = [];
    await backupNow(stores, ui, { machineIds: [], pickDate: async (ids) => void asked.push(ids) });
    ui.done();
    assert.deepEqual(asked, [[item.id]]);
    assert.ok(!connection.calls.some((call) => call.startsWith('backupNow')));
  });

  it('says which of the chosen machines are left out, and why', async () => {
    const { connection, stores, vault } = protectedWorld();
    connection.allMachines.push(machine('stopped-01'), machine('busy-01'));
    connection.addItem('stopped-01', vault.id, { state: 'ProtectionStopped' });
    connection.addItem('busy-01', vault.id, { state: 'Protected' });
    connection.addJob('busy-01');
    const ui = new ScriptedUi({ asks: 'Keep this recovery point', accept: true });
    const machineIds = ['web-01', 'db-01', 'stopped-01', 'busy-01', 'gone-01'].map((name) => machine(name).id);
    await backupNow(stores, ui, { machineIds, pickDate });
    ui.done();
    assert.deepEqual(
      connection.calls.filter((call) => call.startsWith('backupNow')),
      ['backupNow web-01 default'],
    );
    assert.deepEqual(
      ui.toasts.map(({ level, text }) => [level, text]),
      [
        [
          'warning',
          '4 of 5 machines cannot be backed up now: db-01 (it is not protected), stopped-01 (its backups are stopped), busy-01 (its job has to end first), gone-01 (it is not known any more).',
        ],
      ],
    );
  });

  it('says why where none of the chosen machines can be backed up', async () => {
    const { stores } = protectedWorld();
    await assert.rejects(backupNow(stores, new ScriptedUi(), { machineIds: [machine('db-01').id], pickDate }), {
      code: 'NothingToBackUp',
      message: 'db-01 cannot be backed up now: it is not protected.',
    });
    const machineIds = [machine('db-01').id, machine('gone-01').id];
    await assert.rejects(backupNow(stores, new ScriptedUi(), { machineIds, pickDate }), {
      message:
        'None of the chosen machines can be backed up now: db-01 (it is not protected), gone-01 (it is not known any more).',
    });
  });

  it('says what to do when nothing can be backed up', async () => {
    const { stores } = extensionWorld();
    await assert.rejects(backupNow(stores, new ScriptedUi(), { machineIds: [], pickDate }), {
      code: 'NothingToBackUp',
    });
  });
});

describe('paths', () => {
  it('reads paths as people type them', () => {
    assert.equal(expandPath('~/a'), join(homedir(), 'a'));
    assert.equal(expandPath('/a/../b'), '/b');
    assert.match(pathProblem('a/b') ?? '', /whole path/);
    assert.match(pathProblem(' ') ?? '', /Type a path/);
  });
});

describe('Add disk image', () => {
  it('suggests the name of the file and adds the machine', async () => {
    const { connection, stores } = extensionWorld();
    const ui = new ScriptedUi(
      { asks: 'Disk images', choose: 'Choose files' },
      { asks: 'dialog', paths: ['/images/my web.img', '/images/data.raw'] },
      { asks: 'Name of the machine', accept: true },
      { asks: 'new resource group', accept: true },
      { asks: 'Operating system', choose: 'Windows' },
    );
    const added = await addImage(stores, ui, []);
    ui.done();
    assert.equal(added?.name, 'my-web');
    assert.equal(added?.osType, 'Windows');
    assert.deepEqual(
      connection.allMachines[0]?.disks.map(({ path }) => path),
      ['/images/my web.img', '/images/data.raw'],
    );
  });

  it('starts with files from the Explorer, and refuses a name that is taken', async () => {
    const { connection, stores } = extensionWorld();
    connection.allMachines.push(machine('web-01'));
    const ui = new ScriptedUi(
      { asks: 'Name of the machine', type: 'WEB-01', problem: 'exists' },
      { asks: 'Name of the machine', type: 'web-02' },
      { asks: 'new resource group', accept: true },
      { asks: 'Operating system', accept: true },
    );
    const added = await addImage(stores, ui, ['/images/web-01.img']);
    ui.done();
    assert.equal(added?.name, 'web-02');
  });
});
