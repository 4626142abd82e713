import { strict as assert } from 'node:assert';
import type { Person } from '../../../src/extension/azure/account';
import { lookAround } from '../../../src/extension/azure/lookAround';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { commandWorld } from '../../support/commandWorld';

const ANN: Person = { id: 'ann', label: 'ann@contoso.com' };
const BEN: Person = { id: 'ben', label: 'ben@contoso.com' };

/** Accounts of which each has a tenant with its own id. */
function accounts(sessions: Readonly<Record<string, boolean | Error>>) {
  return {
    all: async () => [ANN, BEN],
    isSignedIn: async ({ id }: Person) => {
      const session = sessions[id];
      if (session instanceof Error) throw session;
      return session ?? false;
    },
    tenants: async (person: Person) => [{ id: `of-${person.id}`, name: 'Contoso', person }],
    lookInto: async (tenant: { id: string; name: string; person: Person }) => ({ tenant, subscriptions: [] }),
  };
}

const seen = async (sessions: Readonly<Record<string, boolean | Error>>) =>
  (await lookAround(accounts(sessions))).map(({ tenant, problem }) => [tenant.person.id, tenant.id, problem]);

describe('a look at the accounts of VS Code', () => {
  it('tells an account whose session has ended, beside the tenants of the others', async () => {
    assert.deepEqual(await seen({ ann: false, ben: true }), [
      ['ann', '', 'signIn'],
      ['ben', 'of-ben', undefined],
    ]);
  });

  it('tells an account that fails, and goes on with the others', async () => {
    const error = new Error('No answer.');
    assert.deepEqual(await seen({ ann: error, ben: true }), [
      ['ann', '', { error }],
      ['ben', 'of-ben', undefined],
    ]);
  });

  it('fails where nothing can be seen of any account, for example without a network', async () => {
    await assert.rejects(seen({ ann: new Error('No network.'), ben: new Error('No network.') }), /No network/);
    await assert.rejects(seen({ ann: false, ben: new Error('No network.') }), /No network/);
  });
});

const ended = (person: Person) => ({
  tenant: { id: '', name: person.label, person },
  problem: 'signIn' as const,
  subscriptions: [],
});

describe('an account without a session', () => {
  it('is a row that offers to sign in again, where it was seen before; VS Code has others for other things', async () => {
    const { stores, azure } = commandWorld();
    azure.account.reach.push(ended(BEN));
    await stores.azure.signIn();
    assert.deepEqual(stores.azure.reach?.people, [ANN]);
    azure.account.reach = [ended(ANN), ended(BEN)];
    await stores.azure.refresh();
    const tree = new VaultsTree(stores);
    const account = (await tree.roots()).find(({ tokens }) => tokens.includes('account'));
    assert.ok(account);
    const rows = await tree.children(account);
    assert.deepEqual(
      rows.map(({ label, description, tokens, spoken }) => [label, description, tokens.at(-1), spoken]),
      [
        [
          'ann@contoso.com',
          'sign-in needed',
          'can.signIn',
          'ann@contoso.com, Azure account, The session of ann@contoso.com has ended. Sign in again to see its subscriptions.',
        ],
      ],
    );
    assert.deepEqual(stores.azure.reach?.people, [ANN]);
  });
});
