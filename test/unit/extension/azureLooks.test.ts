import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { knownMachines, type Stores } from '../../../src/extension/model/stores';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { commandWorld } from '../../support/commandWorld';
import { type FakeConnection, machine } from '../../support/fakeConnection';
import { settle } from '../../support/manualClock';
import type { Line } from '../../support/scriptedUi';

const TICK_BOTH: Line = { asks: 'Subscriptions whose', tick: ['Production', 'Lab'] };

/** A world in which both subscriptions have a vault, a protected machine and one that is not. */
function twoSubscriptions(...script: Line[]) {
  const world = commandWorld(...script);
  for (const [place, name] of [
    [world.azure.production, 'prod'],
    [world.azure.lab, 'lab'],
  ] as const) {
    const vault = place.addVault(`${name}-vault`);
    place.allMachines = [`${name}-vm`, `${name}-bare`].map((one) => machine(one, {}, place.subscriptionId));
    place.addItem(`${name}-vm`, vault.id, { state: 'Protected' });
  }
  return world;
}

/** Something that a test lets happen. */
function gate() {
  const opens = new AbortController();
  return {
    open: () => opens.abort(),
    opened: async () => {
      if (!opens.signal.aborted) await once(opens.signal, 'abort');
    },
  };
}

/** Has the protected machines of a subscription be known only later. @returns what lets them be known */
function slow(place: FakeConnection): () => void {
  const { opened, open } = gate();
  const read = place.protectedItems.bind(place);
  place.protectedItems = async (vaultId: string) => {
    await opened();
    return read(vaultId);
  };
  return open;
}

/** Has the next look at the account end only later. @returns what lets it end */
function slowLook(account: ReturnType<typeof commandWorld>['azure']['account']): () => void {
  const { opened, open } = gate();
  const look = account.look.bind(account);
  account.look = async () => {
    account.look = look;
    const found = await look();
    await opened();
    return found;
  };
  return open;
}

const shown = (stores: Stores) => stores.links.subscriptions.map(({ name }) => name).toSorted();
const bare = (stores: Stores) => knownMachines(stores).flatMap(({ name, item }) => (item ? [] : [name]));

describe('Azure, a slow subscription', () => {
  it('that is added is shown once its vaults have answered, so that none of its machines seems not to be protected', async () => {
    const { stores, run, azure } = twoSubscriptions({ asks: 'Subscriptions whose', tick: ['Production'] });
    await run(COMMANDS.azureSignIn);
    const answer = slow(azure.lab);
    const choosing = stores.azure.choose(Object.values(azure.subscriptions).map(({ id }) => id));
    await settle();
    assert.deepEqual([shown(stores), bare(stores)], [['Production'], ['prod-bare']]);
    answer();
    await choosing;
    assert.deepEqual(shown(stores), ['Lab', 'Production']);
    assert.deepEqual(bare(stores), ['lab-bare', 'prod-bare']);
    assert.equal(azure.lab.calls.filter((call) => call === 'machines').length, 1, 'it was read once');
  });

  it('does not hold up those of another tenant, and its tenant says that it is being read', async () => {
    const { stores, run, azure } = twoSubscriptions(TICK_BOTH);
    const answer = slow(azure.lab);
    const signingIn = run(COMMANDS.azureSignIn);
    await settle();
    assert.deepEqual([shown(stores), bare(stores)], [['Production'], ['prod-bare']]);
    const tree = new VaultsTree(stores);
    const rows = async () => {
      const account = (await tree.roots()).find(({ tokens }) => tokens.includes('account'));
      assert.ok(account);
      return (await tree.children(account)).map(({ label, description }) => [label, description]);
    };
    assert.deepEqual(await rows(), [
      ['Tenant of Lab', 'Reading…'],
      ['Production', '1 vault'],
    ]);
    answer();
    await signingIn;
    assert.deepEqual(await rows(), [
      ['Lab', '1 vault'],
      ['Production', '1 vault'],
    ]);
  });

  it('is not waited for by Refresh', async () => {
    const { stores, azure } = twoSubscriptions();
    azure.account.signedIn = true;
    azure.memory.set('azure.used', true);
    const answer = slow(azure.lab);
    const restoring = stores.azure.restore();
    await settle();
    await stores.azure.refresh();
    assert.deepEqual(shown(stores), ['Production']);
    answer();
    await restoring;
    assert.deepEqual(shown(stores), ['Lab', 'Production']);
  });
});

describe('Azure, somebody who', () => {
  it('signs in during a look is seen by the look after it, whichever ends first', async () => {
    const { stores, azure } = twoSubscriptions();
    const { account } = azure;
    const all = account.reach;
    account.reach = all.slice(0, 1);
    account.signedIn = true;
    azure.memory.set('azure.used', true);
    const end = slowLook(account);
    const restoring = stores.azure.restore();
    await settle();
    account.reach = all;
    account.sessionsChanged();
    await settle();
    assert.deepEqual(shown(stores), ['Lab', 'Production']);
    end();
    await restoring;
    assert.deepEqual(shown(stores), ['Lab', 'Production']);
  });

  it('signs out and in again during a look is signed in', async () => {
    const { stores, azure } = twoSubscriptions();
    azure.account.signedIn = true;
    azure.memory.set('azure.used', true);
    const end = slowLook(azure.account);
    const restoring = stores.azure.restore();
    await settle();
    await stores.azure.signOut();
    assert.equal(await stores.azure.signIn(), true);
    assert.equal(stores.azure.state.kind, 'signedIn');
    end();
    await restoring;
    assert.deepEqual(shown(stores), ['Lab', 'Production']);
  });

  it('switches Azure off during a look sees nothing of it, also of what an earlier window saw', async () => {
    const { stores, services, azure, clock } = twoSubscriptions();
    await stores.azure.signIn();
    await clock.advance(0);
    for (const during of ['look', 'coverage', 'kept'] as const) {
      azure.state.enabled = false;
      await services.followAzureSettings();
      azure.state.enabled = true;
      const { opened, open } = gate();
      const read = azure.options.kept.read.bind(azure.options.kept);
      if (during === 'kept')
        azure.options.kept.read = async () => {
          await opened();
          return read();
        };
      const end = during === 'look' ? slowLook(azure.account) : during === 'coverage' ? slow(azure.lab) : open;
      const coming = services.followAzureSettings();
      await settle();
      azure.state.enabled = false;
      await services.followAzureSettings();
      assert.deepEqual(shown(stores), [], during);
      end();
      azure.options.kept.read = read;
      await coming;
      await settle();
      assert.deepEqual([shown(stores), stores.azure.state.kind], [[], 'signedOut'], during);
    }
  });
});
