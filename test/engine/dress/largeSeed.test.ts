import assert from 'node:assert/strict';
import { DressedCloud } from '../../support/dress/cloud';
import { dressConnection } from '../../support/dress/dressClient';
import { seedLarge } from '../../support/dress/largeSeed';

describe('the large dressed Azure', () => {
  let cloud: DressedCloud;
  before(async () => {
    cloud = await DressedCloud.create();
    await seedLarge(cloud);
  });
  after(() => cloud.close());

  it('has 12 vaults and 3,000 machines, most of them protected, with points and jobs', async () => {
    const count = { vaults: 0, machines: 0, items: 0, jobs: 0, failed: 0 };
    for (const subscription of cloud.subscriptions) {
      const client = dressConnection(cloud, subscription);
      const vaults = await client.vaults();
      count.vaults += vaults.length;
      count.machines += (await client.machines()).length;
      for (const { id } of vaults) {
        count.items += (await client.protectedItems(id)).length;
        count.jobs += (await client.jobs(id, { operation: 'Backup' })).length;
        count.failed += (await client.jobs(id, { status: 'Failed' })).length;
      }
    }
    assert.deepEqual(count, { vaults: 12, machines: 3000, items: 2160, jobs: 12 * (179 * 3 + 1), failed: 12 * 7 });
  });
});
