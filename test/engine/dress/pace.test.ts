import assert from 'node:assert/strict';
import { realDelay } from '../../../src/client/delay';
import { DressedCloud, type DressSubscription } from '../../support/dress/cloud';
import { dressConnection } from '../../support/dress/dressClient';
import { DressedWindow } from '../../support/dress/dressedWindow';
import { jobsEnded, seedProtected } from '../../support/dress/seeds';
import { worldClient } from '../../support/worldClient';

/** Reads per hour, vault and action that we allow ourselves; Azure allows 150. */
const BUDGET = 120;
const MINUTE = 60_000;
const HALF_AN_HOUR = 30 * MINUTE;
/** What the settings say where nobody changed them. */
const PACE = { activeMs: 30_000, idleMs: 60_000 };
const JOBS = 'Microsoft.RecoveryServices/vaults/backupJobs/read';

describe('half an hour with Azure', () => {
  let cloud: DressedCloud;
  let window: DressedWindow;

  beforeEach(async () => {
    cloud = await DressedCloud.create();
    window = new DressedWindow(cloud, PACE);
    for (const { world } of cloud.subscriptions) {
      await worldClient(world).createResourceGroup({ name: 'lab', location: 'eastus' });
      await worldClient(world).local.pauseSchedules(true);
    }
  });
  afterEach(async () => {
    window.dispose();
    for (const { world } of cloud.subscriptions) world.pool.release();
    await cloud.close();
  });

  const first = (): DressSubscription => cloud.subscriptions[0] ?? assert.fail();

  /** Vaults spread over the subscriptions, each with one protected machine. @returns the items */
  async function vaults(count: number): Promise<{ subscription: DressSubscription; item: string; vault: string }[]> {
    const made = [];
    for (let i = 0; i < count; i++) {
      const subscription = cloud.subscriptions[i % cloud.subscriptions.length] ?? first();
      const names = { name: `vm-${i}`, vault: `vault-${i}`, location: 'eastus' };
      made.push({ subscription, ...(await seedProtected(subscription.world, names)) });
    }
    return made;
  }

  /** @returns the jobs' ids */
  async function startJobs(items: readonly { subscription: DressSubscription; item: string }[]): Promise<string[]> {
    const jobs = [];
    for (const { subscription, item } of items) {
      subscription.world.pool.hold();
      jobs.push(await dressConnection(cloud, subscription, { delay: realDelay }).backupNow(item));
    }
    return jobs;
  }

  /** The most reads of any vault and action within an hour, by action; what has no vault is not limited so. */
  function mostReads(): Map<string, number> {
    const most = new Map<string, number>();
    for (const [key, count] of cloud.log.mostReadsPerHour()) {
      const action = key.slice(key.indexOf(' ') + 1);
      most.set(action, Math.max(count, most.get(action) ?? 0));
    }
    return most;
  }

  /** Besides the first reading there were no more than half an hour's share of the budget, and nothing was refused. */
  function staysInBudget(): void {
    const over = Array.from(mostReads()).filter(([, count]) => count - 1 > BUDGET / 2);
    assert.deepEqual(over, []);
    assert.deepEqual(
      cloud.log.requests.filter(({ status }) => status === 429),
      [],
    );
  }

  it('of one vault that is looked at, while nothing runs', async () => {
    await vaults(1);
    await window.restore();
    const looking = window.stores.jobs.watch();
    await window.pass(HALF_AN_HOUR);
    looking.dispose();
    staysInBudget();
    const jobs = mostReads().get(JOBS) ?? 0;
    assert.ok(jobs >= 25 && jobs <= 32, String(jobs));
  });

  it('of one vault with a running job whose page is open', async () => {
    const made = await vaults(1);
    await window.restore();
    const [job = ''] = await startJobs(made);
    const looking = window.stores.jobs.watchJob(job);
    await window.pass(HALF_AN_HOUR);
    assert.equal(window.stores.jobs.job(job)?.status, 'InProgress');
    looking.dispose();
    staysInBudget();
  });

  it('of 20 vaults', async () => {
    await vaults(2);
    for (let i = 2; i < 20; i++) {
      const { world } = cloud.subscriptions[i % cloud.subscriptions.length] ?? first();
      await worldClient(world).createVault({ name: `vault-${i}`, resourceGroup: 'lab', location: 'westus' });
    }
    await window.restore();
    assert.equal(window.stores.vaults.vaults.value?.length, 20);
    const looking = window.stores.jobs.watch();
    await window.pass(HALF_AN_HOUR);
    looking.dispose();
    staysInBudget();
  });

  it('of 12 vaults with a running job in each', async () => {
    const made = await vaults(12);
    await window.restore();
    const jobs = await startJobs(made);
    const looking = window.stores.jobs.watch();
    await window.pass(HALF_AN_HOUR);
    assert.equal(window.stores.jobs.running.length, 12);
    staysInBudget();

    for (const { world } of cloud.subscriptions) world.pool.release();
    for (const { world } of cloud.subscriptions) await jobsEnded(world);
    await window.pass(MINUTE);
    assert.deepEqual(
      jobs.map((id) => window.stores.jobs.job(id)?.status),
      jobs.map(() => 'Completed'),
    );
    looking.dispose();
  });

  it('of somebody who refreshes again and again: what is left of the hour is spread', async () => {
    const made = await vaults(1);
    await window.restore();
    await startJobs(made);
    const looking = window.stores.jobs.watch();
    for (let time = 0; time < 40; time++) {
      await window.stores.jobs.refresh();
      await window.pass(15_000);
    }
    await window.pass(60 * MINUTE);
    looking.dispose();
    assert.ok((mostReads().get(JOBS) ?? 0) <= BUDGET, String(mostReads().get(JOBS)));
  });

  it('that nobody looks at asks for nothing, and goes on when somebody does', async () => {
    const made = await vaults(1);
    await window.restore();
    await startJobs(made);
    const before = cloud.log.requests.length;
    await window.pass(HALF_AN_HOUR);
    assert.equal(cloud.log.requests.length, before);
    const looking = window.stores.jobs.watch();
    await window.pass(MINUTE);
    assert.ok(cloud.log.requests.length > before);
    assert.equal(window.stores.jobs.running.length, 1);
    looking.dispose();
  });

  it('that nobody looks at follows the job of this window to its end, and no further', async () => {
    const [made] = await vaults(1);
    if (!made) assert.fail();
    await window.restore();
    const [job = ''] = await startJobs([made]);
    window.stores.jobs.track(job);
    await window.pass(HALF_AN_HOUR / 2);
    made.subscription.world.pool.release();
    await jobsEnded(made.subscription.world);
    await window.pass(MINUTE);
    assert.equal(window.stores.jobs.job(job)?.status, 'Completed');
    const before = cloud.log.requests.length;
    await window.pass(HALF_AN_HOUR / 2);
    assert.equal(cloud.log.requests.length, before);
    staysInBudget();
  });
});
