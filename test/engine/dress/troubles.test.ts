import assert from 'node:assert/strict';
import type { AzureConnection } from '../../../src/client/azure/azureConnection';
import { DressedCloud, type DressSubscription } from '../../support/dress/cloud';
import { DressCredential, dressConnection } from '../../support/dress/dressClient';
import { type SmallSeed, seedSmall } from '../../support/dress/seeds';
import { HOUR } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';

describe('the client of an Azure in trouble', () => {
  let cloud: DressedCloud;
  let subscription: DressSubscription;
  let other: DressSubscription;
  let seed: SmallSeed;
  let credential: DressCredential;
  let client: AzureConnection;
  let signIns = 0;

  before(async () => {
    cloud = await DressedCloud.create();
    [subscription, , other] = cloud.subscriptions as [DressSubscription, DressSubscription, DressSubscription];
    seed = await seedSmall(subscription.world, 'eastus');
  });
  after(() => cloud.close());
  beforeEach(() => {
    credential = new DressCredential(subscription.tenant, ++signIns * 100);
    client = dressConnection(cloud, subscription, { credential });
  });
  afterEach(() => cloud.faults.clear());

  /** Lets the cloud's time pass until a call has ended. */
  async function inTime<T>(call: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => void (isOver = true);
    call.then(over, over);
    await waitFor('the end of the call', () => {
      if (!isOver) cloud.clock.advance(500);
      return isOver;
    });
    return call;
  }

  it('waits as long as Azure asks, and tries again', async () => {
    const refuse = { kind: 'refuse', status: 429, code: 'SubscriptionRequestsThrottled', retryAfter: 17 } as const;
    cloud.faults.add({ fault: refuse, path: /\/vaults\?/, times: 2 });
    const since = cloud.log.requests.length;
    assert.equal((await inTime(client.vaults())).length, 1);
    const tries = cloud.log.requests.slice(since);
    assert.deepEqual(
      tries.map(({ status }) => status),
      [429, 429, 200],
    );
    const times = tries.map(({ time }) => time);
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 17_000 && (times[2] ?? 0) - (times[1] ?? 0) >= 17_000);
  });

  it('tells until when to wait where that is long, and leaves the other subscription alone', async () => {
    const refuse = { kind: 'refuse', status: 429, code: 'SubscriptionRequestsThrottled', retryAfter: 1800 } as const;
    cloud.faults.add({ fault: refuse, subscription: subscription.id });
    await assert.rejects(client.vaults(), { code: 'AzureThrottled' });
    assert.deepEqual(await dressConnection(cloud, other).vaults(), []);
  });

  it('gets over errors that pass', async () => {
    cloud.faults.add({ fault: { kind: 'refuse', status: 500, code: 'InternalServerError' }, times: 2 });
    assert.equal((await inTime(client.protectedItems(seed.vault))).length, 1);
  });

  it('does not send again what may have been done', async () => {
    cloud.faults.add({ fault: { kind: 'refuse', status: 500, code: 'InternalServerError' }, method: 'POST' });
    const since = cloud.log.requests.length;
    await assert.rejects(client.backupNow(seed.item), { code: 'InternalServerError' });
    assert.equal(cloud.log.requests.slice(since).filter(({ method }) => method === 'POST').length, 1);
  });

  it('tells the code and the sentence of an operation that failed later', async () => {
    const fault = { kind: 'operationFails', code: 'UserErrorVmNotFound', message: 'The machine is gone.' } as const;
    cloud.faults.add({ fault, method: 'GET', path: /operation/i });
    await assert.rejects(client.backupNow(seed.item), { code: 'UserErrorVmNotFound', message: 'The machine is gone.' });
    cloud.faults.clear();
    await waitFor('the end of the jobs', () => subscription.world.engine.health().runningJobs === 0);
  });

  it('brings the claims that a step-up asks for, once, and sends the same call again', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    cloud.signIn.demandClaims(claims);
    assert.equal((await client.vaults()).length, 1);
    assert.deepEqual(
      credential.asked.map((one) => one.claims).filter((one) => one !== undefined),
      [claims],
    );
    assert.equal((await client.machines()).length, 2);
    assert.equal(credential.asked.filter((one) => one.claims !== undefined).length, 1);
  });

  it('says of a token that has ended what Azure says', async () => {
    cloud.signIn.tokenLife = HOUR;
    await client.vaults();
    cloud.clock.sleepUntil(cloud.clock.time + HOUR);
    await assert.rejects(client.vaults(), { code: 'ExpiredAuthenticationToken' });
    cloud.signIn.tokenLife = Number.MAX_SAFE_INTEGER;
  });

  it('is not held up for ever by a slow answer: a call can be called off', async () => {
    cloud.faults.add({ fault: { kind: 'slow', delay: HOUR } });
    const ended = new AbortController();
    const call = client.vaults({ signal: ended.signal });
    await waitFor('the request', () => cloud.pending > 0);
    ended.abort();
    await assert.rejects(call, { name: 'AbortError' });
    cloud.clock.sleepUntil(cloud.clock.time + HOUR);
  });
});
