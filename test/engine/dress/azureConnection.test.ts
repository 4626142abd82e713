import assert from 'node:assert/strict';
import { JOBS_READ } from '../../../src/client/azure/readBudget';
import type { StartedOperation } from '../../../src/client/connection';
import { READ_BUDGET } from '../../../src/domain/readPace';
import { DressedCloud, type DressSubscription } from '../../support/dress/cloud';
import { dressConnection } from '../../support/dress/dressClient';
import { type SmallSeed, seedSmall } from '../../support/dress/seeds';
import { HOUR } from '../../support/engineWorld';
import { worldClient } from '../../support/worldClient';

describe('a connection to a dressed Azure', () => {
  let cloud: DressedCloud;
  let subscription: DressSubscription;
  let seed: SmallSeed;

  before(async () => {
    cloud = await DressedCloud.create();
    const [first] = cloud.subscriptions;
    if (!first) assert.fail();
    subscription = first;
    seed = await seedSmall(first.world, 'eastus');
    await worldClient(first.world).local.pauseSchedules(true);
  });
  after(() => cloud.close());
  afterEach(() => cloud.faults.clear());

  it('a backup that a closed window began is followed by the next one to its job', async () => {
    const told: StartedOperation[] = [];
    const closing = dressConnection(cloud, subscription);
    const begun = closing.backupNow(
      seed.item,
      {},
      {
        onOperation: (operation) => {
          told.push(operation);
          closing.dispose();
        },
      },
    );
    await assert.rejects(begun, { name: 'AbortError' });
    const [operation] = told;
    if (!operation) assert.fail();
    const next = dressConnection(cloud, subscription);
    const jobId = await next.followOperation(operation.url);
    if (jobId === undefined) assert.fail();
    const job = await next.job(jobId);
    assert.deepEqual([job.operation, job.machineName, job.vaultId], ['Backup', 'web-01', seed.vault]);
  });

  it('the deletion of a vault that a closed window began is followed by the next one to its end', async () => {
    const closing = dressConnection(cloud, subscription);
    const { id } = await closing.createVault({ name: 'leaving', resourceGroup: 'lab', location: 'eastus' });
    const told: StartedOperation[] = [];
    const begun = closing.deleteVault(id, {
      onOperation: (operation) => {
        told.push(operation);
        closing.dispose();
      },
    });
    await assert.rejects(begun, { name: 'AbortError' });
    const [operation] = told;
    if (!operation) assert.fail();
    const next = dressConnection(cloud, subscription);
    assert.equal(await next.followOperation(operation.url), undefined);
    assert.ok(!(await next.vaults()).some((vault) => vault.id === id));
  });

  it('a poller that asks its budget is never throttled, and looks every 30 s all the time', async () => {
    const connection = dressConnection(cloud, subscription);
    const end = cloud.clock.time + 3 * HOUR;
    let looks = 0;
    while (cloud.clock.time < end) {
      const wait = connection.readBudget.wait(seed.vault, JOBS_READ, { running: true, visible: true });
      if (wait === undefined) assert.fail('a poller that is needed stopped');
      cloud.clock.advance(wait);
      await connection.jobs(seed.vault);
      looks++;
    }
    assert.equal(looks, 3 * READ_BUDGET);
    assert.ok(cloud.log.requests.every(({ status }) => status !== 429));
  });
});
