import assert from 'node:assert/strict';
import { BROKEN, CONTOSO, DressedCloud, type DressSubscription, FABRIKAM } from '../../support/dress/cloud';
import { GRAPH_PATH } from '../../support/dress/graph';
import { GRAPH_QUERIES } from '../../support/dress/graphQueries';
import { seedSmall } from '../../support/dress/seeds';
import { HOUR } from '../../support/engineWorld';

interface Asked {
  readonly token?: string;
  readonly method?: string;
  readonly body?: object;
}

const challengeOf = (answer: { headers: Readonly<Record<string, string>> }) => answer.headers['WWW-Authenticate'];
const namesOf = (value: { displayName: string }[]) => value.map(({ displayName }) => displayName);

/** The door of the dressed Azure: what every test behind it stands on. */
describe('the dressed Azure', () => {
  let cloud: DressedCloud;
  let production: DressSubscription;
  let fabrikam: DressSubscription;

  before(async () => {
    cloud = await DressedCloud.create({ brokenTenant: true });
    const [first, , third] = cloud.subscriptions;
    if (!first || !third) assert.fail();
    [production, fabrikam] = [first, third];
  });
  after(() => cloud.close());
  /** Of the token that a test asks with unless it says otherwise. */
  let fresh = 100;
  beforeEach(() => void fresh++);
  afterEach(() => cloud.faults.clear());

  async function ask(path: string, { token = `token-for-${CONTOSO}-${fresh}`, method = 'GET', body }: Asked = {}) {
    const url = new URL(`${cloud.origin}${path}${path.includes('?') ? '&' : '?'}api-version=2024-04-01`);
    const authorization = token === '' ? undefined : `Bearer ${token}`;
    const answer = await cloud.answer({ method, url, authorization, body: body && JSON.stringify(body) });
    return { ...answer, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
  }

  it('shows each tenant its own subscriptions, and all tenants to everybody', async () => {
    const tenants = await ask('/tenants');
    assert.deepEqual(namesOf(tenants.body.value), ['Contoso', 'Fabrikam', 'Broken']);
    const home = await ask('/subscriptions', { token: 'token-for-home-1' });
    assert.deepEqual(namesOf(home.body.value), ['Contoso Production', 'Contoso Test']);
    const other = await ask('/subscriptions', { token: `token-for-${FABRIKAM}-1` });
    assert.deepEqual(namesOf(other.body.value), ['Fabrikam']);
    const broken = await ask('/subscriptions', { token: `token-for-${BROKEN}-1` });
    assert.deepEqual([broken.status, broken.body.error.code], [403, 'DisallowedOperation']);
    const ids = new Set(cloud.subscriptions.map(({ id }) => id));
    assert.equal(ids.size, 3);
  });

  it('refuses no token, a bad one, one of another tenant and one that ended, and says why', async () => {
    const path = `/subscriptions/${fabrikam.id}/resourceGroups`;
    const codes: unknown[] = [];
    for (const token of ['', 'anything', `token-for-${CONTOSO}-1`]) {
      const answer = await ask(path, { token });
      assert.equal(answer.status, 401);
      assert.match(challengeOf(answer) ?? '', /^Bearer authorization_uri=".*t-fabrikam", error="invalid_token"$/);
      codes.push(answer.body.error.code);
    }
    assert.deepEqual(codes, ['AuthenticationFailed', 'InvalidAuthenticationToken', 'InvalidAuthenticationTokenTenant']);
    const used = { token: `token-for-${FABRIKAM}-7` };
    assert.equal((await ask(path, used)).status, 200);
    cloud.signIn.expireTokens();
    assert.equal((await ask(path, used)).body.error.code, 'ExpiredAuthenticationToken');
    assert.equal((await ask(path, { token: `token-for-${FABRIKAM}-8` })).status, 200);
  });

  it('asks for more claims once, and is content with another token', async () => {
    const path = `/subscriptions/${production.id}/resourceGroups`;
    const first = { token: `token-for-${CONTOSO}-11` };
    cloud.signIn.demandClaims('{"access_token":{"acrs":{"essential":true}}}');
    for (let i = 0; i < 2; i++) {
      const answer = await ask(path, first);
      assert.equal(answer.status, 401);
      const claims = /error="insufficient_claims", claims="(.+)"$/.exec(challengeOf(answer) ?? '')?.[1] ?? '';
      assert.equal(Buffer.from(claims, 'base64').toString(), '{"access_token":{"acrs":{"essential":true}}}');
    }
    assert.equal((await ask(path, { token: `token-for-${CONTOSO}-12` })).status, 200);
    assert.equal((await ask(path, first)).status, 200);
  });

  it('has regions, and nothing of what only a computer has', async () => {
    const { body } = await ask(`/subscriptions/${production.id}/locations`);
    const pairs = body.value.map((one: { name: string; metadata: { pairedRegion: { name: string }[] } }) => [
      one.name,
      one.metadata.pairedRegion[0]?.name,
    ]);
    assert.deepEqual(pairs.toSorted(), [
      ['eastus', 'westus'],
      ['westeurope', undefined],
      ['westus', 'eastus'],
    ]);
    assert.equal((await ask('/providers/VmBackup.Local/sites')).status, 404);
  });

  it('leads every link back to itself, page by page', async () => {
    const group = await ask(`/subscriptions/${production.id}/resourceGroups/paged`, {
      method: 'PUT',
      body: { location: 'eastus' },
    });
    assert.equal(group.status, 201);
    const id = `${group.body.id}/providers/Microsoft.RecoveryServices/vaults/linked`;
    const vault = { location: 'eastus', sku: { name: 'Standard' }, properties: {} };
    const made = await ask(id, { method: 'PUT', body: vault });
    assert.equal(new URL(made.headers['azure-asyncoperation'] ?? '').origin, cloud.origin);
    await ask(`${group.body.id}x`, { method: 'PUT', body: { location: 'eastus' } });
    const page = await ask(`/subscriptions/${production.id}/resourceGroups?$top=1`);
    assert.equal(new URL(page.body.nextLink).origin, cloud.origin);
  });

  it('fails as it is told, as often as it is told', async () => {
    const path = `/subscriptions/${production.id}/resourceGroups`;
    cloud.faults.add({
      fault: { kind: 'refuse', status: 429, code: 'SubscriptionRequestsThrottled', retryAfter: 17 },
      path: /resourceGroups/,
      subscription: production.id,
      times: 1,
    });
    cloud.faults.add({ fault: { kind: 'refuse', status: 500, code: 'InternalServerError' }, method: 'GET', times: 1 });
    const throttled = await ask(path);
    assert.deepEqual([throttled.status, throttled.headers['retry-after']], [429, '17']);
    assert.equal((await ask(path)).status, 500);
    assert.equal((await ask(path)).status, 200);

    cloud.faults.add({ fault: { kind: 'slow', delay: HOUR } });
    let isThere = false;
    const slow = ask(path).then(() => (isThere = true));
    cloud.clock.advance(HOUR - 1);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isThere, false);
    cloud.clock.advance(1);
    await slow;
  });

  it('lets 150 reads of an action pass per vault and hour, and says when it goes on', async () => {
    const path = `/subscriptions/${production.id}/resourceGroups/paged/providers/Microsoft.RecoveryServices/vaults/linked`;
    for (let i = 0; i < 150; i++) assert.equal((await ask(`${path}/backupJobs`)).status, 200);
    cloud.clock.advance(HOUR / 2);
    const refused = await ask(`${path}/backupJobs`);
    assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '1800']);
    assert.match(refused.body.error.message, /vaults\/backupJobs\/read' exceeded the limit of '150'/);
    assert.equal((await ask(`${path}/backupPolicies`)).status, 200);
    const key = `${path.toLowerCase()} Microsoft.RecoveryServices/vaults/backupJobs/read`;
    assert.equal(cloud.log.mostReadsPerHour().get(key), 151);
    cloud.clock.advance(HOUR / 2);
    assert.equal((await ask(`${path}/backupJobs`)).status, 200);
  });

  it('answers the fixed queries of Resource Graph in pages, for the subscriptions that are asked for, and no others', async () => {
    const { item, unprotectedMachine, protectedMachine } = await seedSmall(fabrikam.world, 'westeurope');
    const token = `token-for-${FABRIKAM}-20`;
    const query = async (body: object) => (await ask(GRAPH_PATH, { method: 'POST', body, token })).body;
    assert.equal((await query({ query: 'resources' })).error.code, 'BadRequest');
    const other = { query: GRAPH_QUERIES.machines, subscriptions: [production.id] };
    assert.deepEqual((await query(other)).data, []);

    const options = { $top: 1 };
    const first = await query({ query: GRAPH_QUERIES.machines, subscriptions: [fabrikam.id], options });
    assert.deepEqual([first.totalRecords, first.count, first.resultTruncated], [2, 1, 'false']);
    const { $skipToken } = first;
    const second = await query({ query: GRAPH_QUERIES.machines, options: { ...options, $skipToken } });
    assert.equal(second.$skipToken, undefined);
    assert.deepEqual(
      [...first.data, ...second.data].map(({ id }: { id: string }) => id),
      [protectedMachine, unprotectedMachine],
    );
    const items = await query({ query: GRAPH_QUERIES.items });
    assert.deepEqual([items.data[0].id, items.data[0].properties.protectionState], [item, 'Protected']);
  });

  it('writes down what was asked, never the token', () => {
    const all = JSON.stringify(cloud.log.requests);
    assert.ok(!all.includes('token-for'));
    assert.ok(cloud.log.requests.some(({ action }) => action === 'subscriptions/resourceGroups/write'));
  });
});
