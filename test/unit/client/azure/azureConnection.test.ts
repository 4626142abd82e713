import assert from 'node:assert/strict';
import { REQUESTS_AT_ONCE } from '../../../../src/client/azure/azureConnection';
import { settle } from '../../../support/manualClock';
import { connectionTo, ENDPOINT, ScriptedAzure, SUBSCRIPTION_ID } from '../../../support/scriptedAzure';

const VAULT = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/prod/providers/Microsoft.RecoveryServices/vaults/rsv`;
const SCOPES = ['https://audience.cloud.example/.default'];
const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

/** A call of each SDK client, of both generations. */
const CALLS = {
  backup: (connection) => connection.policies(VAULT),
  vaults: (connection) => connection.vaults(),
  compute: (connection) => connection.machines(),
  groups: (connection) => connection.resourceGroups(),
  storage: (connection) => connection.storageAccounts(),
  subscriptions: (connection) => connection.subscriptions(),
  networks: (connection) => connection.virtualNetworks(),
} satisfies Record<string, (connection: ReturnType<typeof connectionTo>) => Promise<unknown[]>>;

const empty = () => ({ body: { value: [] } });

describe('a connection to Azure', () => {
  it('says which subscription it is, and sends nothing before it is asked', () => {
    const azure = new ScriptedAzure(empty);
    const { kind, key, displayName, local } = connectionTo(azure);
    assert.deepEqual([kind, key, displayName, local], ['azure', `azure:${SUBSCRIPTION_ID}`, 'Production', undefined]);
    assert.deepEqual(azure.sent, []);
  });

  for (const [client, call] of Object.entries(CALLS)) {
    it(`goes to the environment's endpoint with a token of its scope: ${client}`, async () => {
      const azure = new ScriptedAzure(empty);
      const connection = connectionTo(azure);
      assert.deepEqual(await call(connection), []);
      assert.ok(azure.sent.length > 0);
      for (const { url, authorization } of azure.sent) {
        assert.equal(new URL(url).origin, ENDPOINT);
        assert.equal(new URL(url).pathname.includes('//'), false, url);
        assert.equal(authorization, 'Bearer token-1');
      }
      assert.deepEqual(connection.asked, [{ scopes: SCOPES }]);
    });

    it(`hands a claims challenge to the credential and sends the request again: ${client}`, async () => {
      const challenge = `Bearer realm="", error="insufficient_claims", claims="${btoa(CLAIMS)}"`;
      const azure = new ScriptedAzure(({ authorization }) =>
        authorization === 'Bearer token-1'
          ? {
              status: 401,
              headers: { 'WWW-Authenticate': challenge },
              body: { error: { code: 'InvalidAuthenticationToken', message: 'No.' } },
            }
          : empty(),
      );
      const connection = connectionTo(azure);
      assert.deepEqual(await call(connection), []);
      assert.deepEqual(connection.asked[0], { scopes: SCOPES });
      assert.deepEqual(connection.asked[1], { scopes: SCOPES, claims: CLAIMS });
      assert.equal(azure.sent.at(-1)?.authorization, `Bearer token-${connection.asked.length}`);
    });
  }

  it('has one token for all its clients', async () => {
    const azure = new ScriptedAzure(empty);
    const connection = connectionTo(azure);
    for (const call of Object.values(CALLS)) await call(connection);
    assert.equal(connection.asked.length, 1);
  });

  it('follows pages at the endpoint; a link that leads elsewhere gets no token', async () => {
    for (const [origin, token] of [
      [ENDPOINT, 'Bearer token-1'],
      ['https://elsewhere.example', undefined],
    ]) {
      const azure = new ScriptedAzure(({ url }) =>
        url.includes('page=2') ? empty() : { body: { value: [], nextLink: `${origin}${VAULT}/backupPolicies?page=2` } },
      );
      await connectionTo(azure).policies(VAULT);
      assert.deepEqual(
        azure.sent.map(({ authorization }) => authorization),
        ['Bearer token-1', token],
      );
    }
  });

  it('has only so many requests under way at once, and does all of them', async () => {
    let underWay = 0;
    let most = 0;
    const azure = new ScriptedAzure(async () => {
      most = Math.max(most, ++underWay);
      await settle();
      underWay--;
      return empty();
    });
    const connection = connectionTo(azure);
    await Promise.all(Array.from({ length: 30 }, () => connection.policies(VAULT)));
    assert.equal(azure.sent.length, 30);
    assert.equal(most, REQUESTS_AT_ONCE);
  });

  it('a call that is called off while it waits for its turn leaves the queue', async () => {
    const held: (() => void)[] = [];
    const azure = new ScriptedAzure(async () => {
      await new Promise<void>((resolve) => void held.push(resolve));
      return empty();
    });
    const connection = connectionTo(azure);
    const first = Array.from({ length: REQUESTS_AT_ONCE }, () => connection.policies(VAULT));
    await settle();
    const stop = new AbortController();
    const waiting = connection.policies(VAULT, { signal: stop.signal });
    await settle();
    stop.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    for (const release of held) release();
    await Promise.all(first);
    assert.equal(azure.sent.length, REQUESTS_AT_ONCE);
    const later = connection.policies(VAULT);
    await settle();
    held.at(-1)?.();
    await later;
  });

  it('ends what is under way when it is given up, and sends nothing any more', async () => {
    const azure = new ScriptedAzure(
      async ({ signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new DOMException('Over.', 'AbortError')));
        }),
    );
    const connection = connectionTo(azure);
    const calls = Array.from({ length: REQUESTS_AT_ONCE + 1 }, () => connection.policies(VAULT));
    await settle();
    connection.dispose();
    for (const call of calls) await assert.rejects(call, { name: 'AbortError' });
    await assert.rejects(connection.vaults(), { name: 'AbortError' });
    assert.equal(azure.sent.length, REQUESTS_AT_ONCE);
  });

  it('tells a failure with the code and the message of the service', async () => {
    const error = { code: 'ResourceGroupNotFound', message: "Resource group 'prod' could not be found." };
    for (const call of [CALLS.backup, CALLS.vaults, CALLS.networks]) {
      const connection = connectionTo(new ScriptedAzure(() => ({ status: 404, body: { error } })));
      await assert.rejects(call(connection), { name: 'AppError', ...error });
    }
  });
});
