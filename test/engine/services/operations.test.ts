import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { Catalog } from '../../../src/engine/catalog/catalog';
import type { OperationRecord } from '../../../src/engine/catalog/records';
import { OperationService } from '../../../src/engine/services/operations';
import { DAY, EngineWorld, HOUR } from '../../support/engineWorld';
import { makeProtected } from './life';

const VAULT = '/vault';

describe('operations that ended', () => {
  let catalog: Catalog;
  let operations: OperationService;
  let now: number;

  beforeEach(() => {
    now = 0;
    catalog = new Catalog(new DatabaseSync(':memory:'));
    operations = new OperationService({ catalog, now: () => now, uuid: () => 'unused' });
  });
  afterEach(() => catalog.close());

  const put = (id: string, startTime: number, status: OperationRecord['status'] = 'Succeeded') =>
    catalog.operations.put({ id, vaultKey: VAULT, status, startTime });
  const isThere = (id: string) => catalog.operations.exists({ where: { key: id } });

  it('are forgotten after a day, however they ended (assumed)', () => {
    for (const status of ['Succeeded', 'Failed', 'Canceled', 'InProgress'] as const)
      put(status.toLowerCase(), 0, status);
    now = DAY - 1;
    operations.prune();
    assert.equal(catalog.operations.count(), 4);
    now = DAY;
    operations.prune();
    assert.deepEqual(
      catalog.operations.list().map(({ status }) => status),
      ['InProgress'],
    );
  });

  it('are at most 10,000; of more the oldest are forgotten, but none that is under way (assumed)', () => {
    catalog.transaction(() => {
      for (let i = 0; i < 10_000; i++) put(`operation-${i}`, 10_000 - i, i === 9998 ? 'InProgress' : 'Succeeded');
    });
    operations.prune();
    assert.equal(catalog.operations.count(), 10_000);
    put('one-more', 20_000);
    put('two-more', 20_000);
    operations.prune();
    assert.deepEqual(['operation-9999', 'operation-9998', 'operation-9997'].map(isThere), [false, true, true]);
  });

  it('are forgotten by an engine that runs', async () => {
    const world = await EngineWorld.create();
    try {
      const { vault } = await makeProtected(world, 'web');
      const { headers } = await world.arm('POST', `${vault}/backupFabrics/Azure/refreshContainers`);
      const status = async () => (await world.follow(headers['azure-asyncoperation'])).status;
      world.clock.advance(DAY - HOUR);
      assert.equal(await status(), 200);
      world.clock.advance(2 * HOUR);
      assert.equal(await status(), 404);
    } finally {
      await world.close();
    }
  });
});
