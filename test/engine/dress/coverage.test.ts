import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AzureConnection } from '../../../src/client/azure/azureConnection';
import { type Coverage, coverage } from '../../../src/client/azure/coverage';
import { DressedCloud } from '../../support/dress/cloud';
import { dressConnection } from '../../support/dress/dressClient';
import { GRAPH_PATH } from '../../support/dress/graph';
import { type SmallSeed, seedSmall } from '../../support/dress/seeds';
import type { EngineWorld } from '../../support/engineWorld';

const GRAPH = new RegExp(GRAPH_PATH, 'i');
const wanted = (all: readonly string[]) => all.map((id) => id.toLowerCase()).toSorted();
const ids = (list: readonly { id: string }[]) => wanted(list.map(({ id }) => id));

describe('coverage of a dressed Azure', () => {
  let cloud: DressedCloud;
  let connections: AzureConnection[];
  let seeds: SmallSeed[];
  let classic: string;
  const logged: string[] = [];

  before(async () => {
    cloud = await DressedCloud.create();
    seeds = [];
    for (const { world } of cloud.subscriptions) seeds.push(await seedSmall(world, 'eastus'));
    const [first] = cloud.subscriptions;
    if (!first) assert.fail();
    classic = await seedClassic(first.world);
    connections = cloud.subscriptions.map((subscription) => dressConnection(cloud, subscription));
  });
  after(() => cloud.close());
  beforeEach(() => {
    logged.length = 0;
    cloud.faults.clear();
  });

  const read = async (signal?: AbortSignal) =>
    coverage(connections, { now: () => cloud.clock.time, log: (line) => void logged.push(line), signal });
  const requestsSince = (before: number) => cloud.log.requests.slice(before);

  /** What every way of reading must find. */
  function assertComplete(found: Coverage): void {
    assert.deepEqual(found.failures, []);
    assert.equal(found.asOf, cloud.clock.time);
    assert.deepEqual(ids(found.vaults), wanted(seeds.map(({ vault }) => vault)));
    assert.deepEqual(ids(found.items), wanted(seeds.map(({ item }) => item)));
    assert.deepEqual(
      ids(found.machines),
      wanted([...seeds.flatMap((seed) => [seed.protectedMachine, seed.unprotectedMachine]), classic]),
    );
    for (const item of found.items) {
      assert.deepEqual(
        [item.machineName, item.state, item.lastBackupStatus, item.policyName],
        ['web-01', 'Protected', 'Completed', 'DefaultPolicy'],
      );
      assert.ok(item.lastRecoveryPointTime !== undefined && item.lastBackupTime !== undefined);
      assert.ok(found.machines.some(({ id }) => id.toLowerCase() === item.machineId.toLowerCase()));
    }
    for (const { location, osType, power, disks } of found.machines) {
      assert.deepEqual([location, osType, power], ['eastus', 'Linux', 'stopped']);
      assert.equal(disks.length, 1);
    }
    for (const { replication, softDeleteDays } of found.vaults) {
      assert.deepEqual([replication, softDeleteDays], ['GeoRedundant', 14]);
    }
  }

  it('takes one question of each kind for a tenant', async () => {
    const before = cloud.log.requests.length;
    assertComplete(await read());
    const sent = requestsSince(before);
    assert.equal(sent.length, 8, 'four for each of two tenants');
    assert.ok(sent.every(({ method }) => method === 'POST'));
    assert.deepEqual(logged, []);
  });

  it('takes one request for each page', async () => {
    const before = cloud.log.requests.length;
    cloud.graph.pageSize = 2;
    try {
      assertComplete(await read());
    } finally {
      cloud.graph.pageSize = 1000;
    }
    assert.ok(requestsSince(before).length > 8);
  });

  for (const [why, fault] of Object.entries({
    'is forbidden': { kind: 'refuse', status: 403, code: 'AuthorizationFailed' },
    'is not there': { kind: 'refuse', status: 404, code: 'InvalidResourceNamespace' },
    'asks to wait': { kind: 'refuse', status: 429, code: 'RateLimiting', retryAfter: 3600 },
  } as const)) {
    it(`finds the same by lists where the graph ${why}`, async () => {
      const byGraph = await read();
      cloud.faults.add({ fault, path: GRAPH });
      const byLists = await read();
      assertComplete(byLists);
      assert.deepEqual(byLists, byGraph);
      assert.equal(logged.length, 2, 'one line for each tenant');
    });
  }

  it('a list that fails is one failure, and everything else is there', async () => {
    cloud.faults.add({ fault: { kind: 'refuse', status: 403, code: 'Forbidden' }, path: GRAPH });
    const [first, second] = cloud.subscriptions;
    const fault = { kind: 'refuse', status: 403, code: 'AuthorizationFailed' } as const;
    cloud.faults.add({ fault, path: /\/backupProtectedItems/, subscription: first?.id });
    cloud.faults.add({ fault, path: /\/virtualMachines/, subscription: second?.id });
    const found = await read();
    assert.deepEqual(
      found.failures.map(({ subscriptionId, vaultId, error }) => [
        subscriptionId,
        vaultId,
        (error as { code?: string }).code,
      ]),
      [
        [first?.id, seeds[0]?.vault, 'AuthorizationFailed'],
        [second?.id, undefined, 'AuthorizationFailed'],
      ],
    );
    assert.deepEqual([found.vaults.length, found.items.length, found.machines.length], [3, 2, 5]);
  });

  it('is called off', async () => {
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(read(stop.signal), { name: 'AbortError' });
  });
});

async function seedClassic(world: EngineWorld): Promise<string> {
  const folder = join(world.folder, 'images');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'old.raw');
  writeFileSync(path, Buffer.alloc(1 << 16, 'old'));
  const id = `${world.group}/providers/Microsoft.ClassicCompute/virtualMachines/old`;
  const osDisk = { name: 'old-os', osType: 'Linux', createOption: 'Attach', vhd: { uri: pathToFileURL(path).href } };
  const properties = { domainName: { name: 'cloud' }, storageProfile: { osDisk } };
  const { status, body } = await world.arm('PUT', id, { location: 'eastus', properties });
  assert.equal(status, 201, JSON.stringify(body));
  return id;
}
