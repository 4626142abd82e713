import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Catalog } from '../../../src/engine/catalog/catalog';
import type { PointRecord, VaultRecord } from '../../../src/engine/catalog/records';
import { PointService } from '../../../src/engine/services/points';
import { FolderStorage } from '../../../src/engine/store/folderStorage';
import { Repository } from '../../../src/engine/store/repository';
import { EngineWorld } from '../../support/engineWorld';
import { type Fault, FaultyFiles } from '../store/faultStorage';
import { inlineEnvironment } from '../store/storeSupport';
import { backedUp, imageContent, makeProtected, pointsOf, restoredHashes, sha256, verified } from './life';

const KEY = Buffer.alloc(32, 7);

describe('the removal of recovery points', () => {
  let world: EngineWorld;
  let item: string;
  /** Of the points of the item, oldest first. */
  let rows: PointRecord[];
  let vault: VaultRecord;

  beforeEach(async () => {
    world = await EngineWorld.create();
    ({ item } = await makeProtected(world, 'web', { contents: [imageContent(1)] }));
    for (let i = 0; i < 3; i++) {
      world.clock.advance(3_600_000);
      await backedUp(world, item);
    }
    await world.stop();
    world.edit((catalog) => {
      rows = catalog.points.list({ orderBy: 'time' });
      vault = catalog.vaults.list()[0]!;
    });
  });
  afterEach(() => world.close());

  /** Removes the two oldest points of a stopped engine's data folder with a fault; returns the number of calls. */
  async function remove(files: FaultyFiles, failure?: RegExp): Promise<number> {
    const target = { kind: 'folder' as const, path: folderOf(world) };
    const environment = inlineEnvironment((at) => new FolderStorage(at.path, files));
    const store = await Repository.open(target, { keyFile: KEY }, environment);
    const catalog = new Catalog(new DatabaseSync(join(world.dataFolder, 'catalog.db')));
    const before = files.calls;
    const points = new PointService({
      catalog,
      snapshots: { drop: async () => undefined },
      stores: { open: async () => store },
    });
    const removal = points.remove(vault, rows[0]!, rows[1]!);
    try {
      if (failure) await assert.rejects(removal, failure);
      else await removal;
      assert.deepEqual(
        catalog.points.list().map((row) => row.name),
        [rows[2]!.name],
        'the decision hides them at once',
      );
    } finally {
      catalog.close();
      await store.close();
    }
    return files.calls - before;
  }

  function folderOf(of: EngineWorld): string {
    return join(of.dataFolder, 'sites', 'local', 'vaults', vault.repository);
  }

  async function checkRemoved(of: EngineWorld, label: string): Promise<void> {
    await of.start();
    const shown = await pointsOf(of, item);
    assert.deepEqual(
      shown.map((point: { name: string }) => point.name),
      [rows[2]!.name],
      label,
    );
    const report = await verified(of);
    assert.deepEqual([report.ok, report.vaults[0].points], [true, 1], `${label}: ${JSON.stringify(report)}`);
    assert.deepEqual(await restoredHashes(of, item, rows[2]!.name), [sha256(imageContent(1))]);
    await of.stop();
    of.edit((catalog) => assert.deepEqual(catalog.pointRemovals.list(), [], label));
  }

  it('takes their manifests away, and leaves what the others need', async () => {
    assert.ok((await remove(new FaultyFiles(Number.POSITIVE_INFINITY, 'EIO'))) > 0);
    await checkRemoved(world, 'removed');
    await world.start();
    await backedUp(world, item);
    assert.equal((await pointsOf(world, item)).length, 2);
  });

  for (const fault of ['EIO', 'crash'] satisfies Fault[]) {
    it(`is finished by the next start after ${fault} at any call`, async () => {
      const untouched = world.crashCopy();
      const calls = await remove(new FaultyFiles(Number.POSITIVE_INFINITY, fault));
      assert.ok(calls >= 4, `${calls} calls that change the folder`);
      try {
        for (let at = 1; at <= calls; at++) {
          cpSync(untouched.dataFolder, world.dataFolder, { recursive: true, force: true });
          await remove(new FaultyFiles(at, fault), /./);
          await checkRemoved(world, `${fault} at call ${at}`);
        }
      } finally {
        await untouched.close();
      }
    });
  }

  it('is finished by the next start when the engine was killed right after the decision', async () => {
    world.edit((catalog) => {
      catalog.transaction(() => {
        for (const { vaultKey, manifestKey, itemKey, name } of rows.slice(0, 2)) {
          catalog.pointRemovals.put({ vaultKey, manifestKey });
          catalog.points.delete(`${itemKey}/recoverypoints/${name}`);
        }
      });
    });
    await checkRemoved(world, 'killed');
  });

  it('of the key of something else is refused by the store', async () => {
    const target = { kind: 'folder' as const, path: folderOf(world) };
    const store = await Repository.open(target, { keyFile: KEY }, inlineEnvironment());
    await assert.rejects(store.removePoint('config'), { code: 'LocalRequestInvalid' });
    await store.close();
    await checkAll();
  });

  async function checkAll(): Promise<void> {
    await world.start();
    assert.equal((await verified(world)).vaults[0].points, 3);
  }
});
