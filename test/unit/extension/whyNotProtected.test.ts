import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../src/domain/errors';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { imageExists } from '../../../src/extension/model/imageFiles';
import { MachineStore } from '../../../src/extension/model/machineStore';
import { commandWorld } from '../../support/commandWorld';
import { extensionWorld } from '../../support/extensionWorld';
import { disk, machine } from '../../support/fakeConnection';

/** A machine that nobody protects, and what is said about it. */
function world(changes: Parameters<typeof machine>[1] = {}) {
  const all = commandWorld();
  const web = machine('web-01', changes);
  all.connection.allMachines.push(web);
  const why = async () => {
    await all.run(COMMANDS.whyNotProtected, { kind: 'machine', machineId: web.id });
    const toast = all.ui.toasts.at(-1);
    return { text: toast?.text ?? '', commands: (toast?.actions ?? []).map(({ command }) => command) };
  };
  return { ...all, web, why };
}

describe('Why is this machine not protected', () => {
  it('because every vault is somewhere else: both places are named', async () => {
    const { connection, why } = world({ location: 'attic' });
    connection.places.push({ name: 'attic', displayName: 'The attic' });
    connection.addVault('home-vault');
    const { text, commands } = await why();
    assert.match(text, /it is in The attic, and all vaults are in This computer/);
    assert.deepEqual(commands, [COMMANDS.protect]);
  });

  it('because nobody enabled it, where a vault is in its place', async () => {
    const { connection, why } = world();
    connection.addVault('home-vault');
    assert.match((await why()).text, /Nothing stands in the way/);
  });

  it('is not known while a vault in its place, or the list of vaults, could not be read', async () => {
    const { connection, why, run } = world();
    connection.addVault('home-vault');
    connection.failing.set('protectedItems', new AppError('ServiceBusy', 'The service is busy.'));
    const told = await why();
    assert.match(told.text, /^Whether web-01 is protected is not known: the vault home-vault .* The service is busy\./);
    assert.deepEqual(told.commands, [COMMANDS.refresh]);
    connection.failing.clear();
    await run(COMMANDS.refresh);
    assert.match((await why()).text, /Nothing stands in the way/);
  });

  it('is not known while the vaults could not be listed', async () => {
    const { connection, why } = world();
    connection.failing.set('vaults', new AppError('ServiceBusy', 'The service is busy.'));
    const { text, commands } = await why();
    assert.match(text, /the vaults of This computer could not be read\. The service is busy\./);
    assert.deepEqual(commands, [COMMANDS.refresh]);
  });

  it('because its vault belongs to another computer', async () => {
    const { connection, stores, why } = world();
    const vault = connection.addVault('home-vault');
    connection.heldBy = 'nas';
    await stores.vaults.ensure();
    await stores.vaults.ensureVault(vault.id);
    assert.match((await why()).text, /the vault home-vault belongs to nas and is only read here/);
  });

  it('because its disk image is gone', async () => {
    const { connection, why } = world({ disks: [{ ...disk('web-01'), missing: true }] });
    connection.addVault('home-vault');
    const { text, commands } = await why();
    assert.equal(text, 'web-01 cannot be protected: disk missing: /images/web-01.img.');
    assert.deepEqual(commands, [COMMANDS.machineAddImage, COMMANDS.refresh]);
  });

  it('offers no disk image to a machine in Azure', async () => {
    const { run, azure, stores, ui } = commandWorld({ asks: 'Subscriptions whose', tick: ['Production', 'Lab'] });
    const bare = machine('far', { disks: [] }, azure.production.subscriptionId);
    azure.production.allMachines.push(bare);
    await run(COMMANDS.azureSignIn);
    assert.equal(stores.links.provider(bare.id), 'azure');
    await run(COMMANDS.whyNotProtected, { kind: 'machine', machineId: bare.id });
    const toast = ui.toasts.at(-1);
    assert.match(toast?.text ?? '', /far cannot be protected: it has no disk/);
    assert.deepEqual(toast?.actions, []);
  });
});

describe('disk images that are gone', () => {
  it('are marked in the list of machines, on this computer only', async () => {
    const { connection, stores, clock } = extensionWorld();
    connection.allMachines.push(machine('web-01'), machine('db-01'));
    const store = new MachineStore(stores.links, clock, async (path) => path !== '/images/db-01.img');
    await store.refresh();
    assert.deepEqual(
      store.machines.value?.map(({ name, disks }) => [name, disks[0]?.missing]),
      [
        ['web-01', undefined],
        ['db-01', true],
      ],
    );
    store.dispose();
  });

  it('are those that are not found, not those that others may not reach', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'images-'));
    try {
      const image = join(folder, 'web.img');
      await writeFile(image, '');
      assert.equal(await imageExists(image), true);
      assert.equal(await imageExists(join(folder, 'gone.img')), false);
      assert.equal(await imageExists(join(image, 'below-a-file.img')), false);
      // A name that no file can have says nothing about whether the image is there.
      assert.equal(await imageExists(join(folder, 'x'.repeat(300))), true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
