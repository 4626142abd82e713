import { strict as assert } from 'node:assert';
import type { FileRecoveryScript } from '../../../src/client/advanced';
import { AppError } from '../../../src/domain/errors';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { commandWorld } from '../../support/commandWorld';
import { machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import type { Line } from '../../support/scriptedUi';

const HOUR = 3600_000;
const linux: FileRecoveryScript = {
  system: 'Linux',
  fileName: 'db 01_../x_.py',
  password: 'secret-of-the-script',
  content: { bytes: new TextEncoder().encode('#!/usr/bin/env python') },
};
const windows: FileRecoveryScript = {
  system: 'Windows',
  fileName: 'IaaSVMILRExeForWindows.exe',
  password: 'another',
  content: { url: 'https://download.example/IaaSVMILRExeForWindows.exe' },
};

/** A machine of Azure with one recovery point. `asked` is what the service was asked to do. */
async function oneCloudPoint(scripts: readonly FileRecoveryScript[], ...script: Line[]) {
  const world = commandWorld(...script);
  const cloud = world.azure.production;
  const vault = cloud.addVault('cloud-vault');
  const { id: machineId } = machine('db-01', {}, cloud.subscriptionId);
  cloud.allMachines = [machine('db-01', {}, cloud.subscriptionId)];
  const item = cloud.addItem('db-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON });
  const one = point(item, 'p1', NOON);
  cloud.points.set(item.id, [one]);
  const asked: string[] = [];
  cloud.advanced.openFileRecovery = async (input) => {
    asked.push(`open ${input.pointId === one.id && input.machineId === machineId}`);
    return [...scripts];
  };
  cloud.advanced.closeFileRecovery = async () => void asked.push('close');
  await world.stores.azure.signIn();
  return { ...world, asked, target: { kind: 'point', machineId, itemId: item.id, pointId: one.id } as const };
}

describe('recovering files of a machine of Azure', () => {
  it('saves the script under a harmless name, tells its password once, and keeps no password', async () => {
    const { ui, run, asked, target, azure } = await oneCloudPoint([linux], { asks: 'modal', press: 'Copy password' });
    await run(COMMANDS.restoreFiles, target);
    ui.done();
    assert.deepEqual(asked, ['open true']);
    assert.deepEqual(
      ui.saved.map(({ fileName, runnable }) => [fileName, runnable]),
      [['db_01_.._x_.py', true]],
    );
    assert.match(ui.modals[0]?.text ?? '', /secret-of-the-script$/);
    assert.deepEqual(ui.copied, ['secret-of-the-script']);
    assert.ok(!JSON.stringify(azure.memory.get('azure.fileRecoveries')).includes('secret'));
  });

  it('asks for which system, and lets the browser fetch what is only linked', async () => {
    const { ui, run, opened, target } = await oneCloudPoint(
      [linux, windows],
      { asks: 'Which system', choose: 'Windows' },
      { asks: 'modal', press: undefined },
    );
    await run(COMMANDS.restoreFiles, target);
    ui.done();
    assert.deepEqual(opened, ['https://download.example/IaaSVMILRExeForWindows.exe']);
    assert.deepEqual([ui.saved, ui.copied], [[], []]);
  });

  it('asks for the machine and the point in the palette', async () => {
    const { ui, run, asked } = await oneCloudPoint(
      [linux],
      { asks: 'Which recovery point', accept: true },
      { asks: 'modal', press: undefined },
    );
    await run(COMMANDS.restoreFiles);
    ui.done();
    assert.deepEqual(asked, ['open true']);
  });

  it('offers to disconnect the disks while they are connected, and no longer once their hours are over', async () => {
    const { ui, run, asked, target, clock } = await oneCloudPoint(
      [linux],
      { asks: 'modal', press: undefined },
      { asks: 'are connected', choose: 'Disconnect the disks' },
      { asks: 'modal', press: undefined },
      { asks: 'modal', press: undefined },
    );
    await run(COMMANDS.restoreFiles, target);
    await run(COMMANDS.restoreFiles, target);
    assert.deepEqual(asked, ['open true', 'close']);
    assert.equal(ui.toasts[0]?.text, 'The disks of the recovery point are disconnected.');
    await run(COMMANDS.restoreFiles, target);
    await clock.advance(12 * HOUR);
    await run(COMMANDS.restoreFiles, target);
    ui.done();
  });

  it('is refused on this computer, with another way to the files', async () => {
    const { connection, run } = commandWorld();
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'));
    const item = connection.addItem('web-01', vault.id, { state: 'Protected' });
    const { id: machineId } = machine('web-01');
    const target = { kind: 'point', machineId, itemId: item.id, pointId: point(item, 'p1', NOON).id };
    await assert.rejects(run(COMMANDS.restoreFiles, target), (error: AppError) => {
      assert.match(String(error.details.recommendation), /Restore the disks to a folder/);
      return true;
    });
  });
});
