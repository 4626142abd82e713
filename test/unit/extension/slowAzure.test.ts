import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { Services } from '../../../src/extension/services';
import { MachinesTree } from '../../../src/extension/tree/machinesTree';
import type { TreeModel } from '../../../src/extension/tree/treeModel';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { NOON, settle } from '../../support/manualClock';

const DAY = 24 * 3_600_000;

/** A window after one that has seen a vault and two machines of Azure. This computer has a vault with one machine. */
async function secondWindow() {
  const world = extensionWorld();
  const { azure, connection, log, clock } = world;
  const cloud = azure.production;
  const vault = cloud.addVault('cloud-vault');
  cloud.allMachines = ['db-01', 'bare-01'].map((name) => machine(name, {}, cloud.subscriptionId));
  cloud.addItem('db-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON - 3 * DAY });
  await world.stores.azure.signIn();
  await clock.advance(0);
  world.services.dispose();
  const home = connection.addVault('home-vault');
  connection.allMachines.push(machine('web-01'));
  connection.addItem('web-01', home.id, { state: 'Protected', lastRecoveryPointTime: NOON });
  const { stores } = new Services({ open: connection.open, azure: azure.options, log, clock, random: () => 1 });
  return { ...world, cloud, stores };
}

/** Answers a call once the test says so. */
function held<T>(answer: () => Promise<T>) {
  const gate = new AbortController();
  const opened = once(gate.signal, 'abort');
  return {
    release: () => gate.abort(),
    call: async () => {
      await opened;
      return answer();
    },
  };
}

/** The groups of a view and what stands in them. */
async function outline(tree: TreeModel): Promise<string[]> {
  const lines: string[] = [];
  for (const row of await tree.roots()) {
    const below = await tree.children(row);
    lines.push(row.label, ...below.map(({ label, description }) => `${label}: ${description}`));
  }
  return lines;
}

describe('a slow Azure', () => {
  it('holds back neither the machines that an earlier window saw, nor what changes here', async () => {
    const { cloud, connection, stores, clock } = await secondWindow();
    const policies = held(async () => cloud.allPolicies);
    cloud.policies = policies.call;
    const tree = new MachinesTree(stores);
    await stores.azure.restore();
    await clock.advance(0);
    const seen = async () => (await outline(tree)).join('\n');
    assert.match(await seen(), /db-01: 3 d ago · not proven/);
    assert.match(await seen(), /bare-01: not protected/);
    connection.allMachines.push(machine('new-01'));
    await stores.machines.refresh();
    assert.match(await seen(), /new-01: not protected/);
    policies.release();
    await settle();
    assert.match(await seen(), /db-01: overdue/);
  });

  it('holds back no vault: each fills in what it has as it comes', async () => {
    const { cloud, connection, stores, clock } = await secondWindow();
    const storage = held(async () => cloud.storage);
    cloud.vaultStorage = storage.call;
    const lists = held(async () => cloud.allPolicies);
    cloud.policies = lists.call;
    const tree = new VaultsTree(stores);
    await stores.azure.restore();
    await clock.advance(0);
    await tree.roots();
    await settle();
    const [home, account] = await tree.roots();
    assert.deepEqual([home?.description, account?.label], ['1 machine · 3 points · 12 MB', 'ann@contoso.com']);
    const subscriptions = await tree.children(account ?? assert.fail());
    const production = subscriptions.find(({ label }) => label === 'Production');
    const [vault] = await tree.children(production ?? assert.fail());
    const [items, policies] = await tree.children(vault ?? assert.fail());
    assert.deepEqual([items?.description, policies?.description, policies?.children], ['1', undefined, 'collapsed']);
    assert.match((await tree.children(items ?? assert.fail()))[0]?.label ?? '', /db-01/);
    connection.addVault('new-vault');
    const reading = stores.vaults.refresh();
    await settle();
    assert.equal((await tree.roots())[1]?.label, 'new-vault');
    storage.release();
    lists.release();
    await reading;
  });
});

describe('the first rows of a view', () => {
  it('are waited for, and no machine is called unprotected before every vault has answered', async () => {
    const { connection, stores, clock } = extensionWorld();
    const vault = connection.addVault('home-vault');
    const slow = connection.addVault('slow-vault');
    connection.allMachines.push(machine('web-01'), machine('db-01'));
    connection.addItem('web-01', vault.id, { state: 'Protected' });
    connection.addItem('db-01', slow.id, { state: 'Protected' });
    const items = held(async () => connection.allItems.filter(({ vaultId }) => vaultId === slow.id));
    const protectedItems = connection.protectedItems.bind(connection);
    connection.protectedItems = (id) => (id === slow.id ? items.call() : protectedItems(id));
    const tree = new MachinesTree(stores);
    const painting = tree.roots();
    await settle();
    assert.equal(await Promise.race([painting, Promise.resolve('nothing yet')]), 'nothing yet');
    await clock.advance(1000);
    await painting;
    assert.deepEqual(await outline(tree), ['Protected', 'web-01: not proven']);
    items.release();
    await settle();
    assert.deepEqual(await outline(tree), ['Protected', 'db-01: not proven', 'web-01: not proven']);
    assert.equal(tree.message(), '2 of 2 machines were never backed up.');
  });

  it('come at once, with their policies and jobs, where everything answers', async () => {
    const { connection, stores } = extensionWorld();
    const vault = connection.addVault('home-vault');
    connection.allMachines.push(machine('web-01'));
    connection.addItem('web-01', vault.id, { state: 'Protected' });
    connection.addJob('web-01');
    assert.deepEqual(await outline(new MachinesTree(stores)), ['Protected', 'web-01: backing up']);
  });
});
