import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineWorld } from '../../support/engineWorld';
import {
  backedUp,
  imageContent,
  makeProtected,
  must,
  pointsOf,
  propertiesOf,
  protectBody,
  restoredHashes,
  sha256,
  statisticsOf,
} from './life';

describe('repair', () => {
  let world: EngineWorld;
  let vault: string;
  let item: string;
  let machine: string;
  const contents = [imageContent(1), imageContent(2)];

  beforeEach(async () => {
    world = await EngineWorld.create();
    ({ vault, item, machine } = await makeProtected(world, 'web', { contents }));
    for (let i = 0; i < 2; i++) {
      world.clock.advance(3_600_000);
      await backedUp(world, item);
    }
  });
  afterEach(() => world.close());

  const repair = async () => {
    const { ok, vaults } = await must(world, 200, ['POST', '/providers/VmBackup.Local/maintenance/repair']);
    assert.equal(vaults.length, 1);
    const [{ adoptedMachines, adoptedPoints, problems }] = vaults;
    return { ok, adoptedMachines, adoptedPoints, problems };
  };
  const restoresAll = async (id: string) => {
    const points = await pointsOf(world, id);
    assert.equal(points.length, 2);
    for (const { name } of points) assert.deepEqual(await restoredHashes(world, id, name), contents.map(sha256));
  };

  it('brings machines back that the catalog had lost, with protection stopped, and their backups go on', async () => {
    await world.stop();
    world.edit((catalog) => {
      for (const { itemKey, name } of catalog.points.list()) catalog.points.delete(`${itemKey}/recoverypoints/${name}`);
      for (const { id } of catalog.items.list()) catalog.items.delete(id);
    });
    await world.start();
    assert.equal((await world.arm('GET', item)).status, 404);
    assert.deepEqual(await repair(), { ok: true, adoptedMachines: ['web'], adoptedPoints: 2, problems: [] });
    assert.equal((await propertiesOf(world, item)).protectionState, 'ProtectionStopped');
    await restoresAll(item);
    await must(world, 202, ['PUT', item, protectBody(vault, machine)]);
    const { newBytes, totalBytes } = await statisticsOf(world, await backedUp(world, item));
    assert.ok(totalBytes > 0);
    assert.equal(newBytes, 0);
    assert.deepEqual(await repair(), { ok: true, adoptedMachines: [], adoptedPoints: 0, problems: [] });
  });

  it('finds the vaults of a data folder whose catalog is gone', async () => {
    await world.stop();
    for (const name of readdirSync(world.dataFolder).filter((file) => file.startsWith('catalog.db'))) {
      rmSync(join(world.dataFolder, name));
    }
    const oldSubscription = vault.split('/')[2] ?? '';
    await world.start();
    assert.deepEqual((await must(world, 200, ['GET', `${world.subscription}/resourceGroups`])).value, []);
    assert.deepEqual(await repair(), { ok: true, adoptedMachines: ['web'], adoptedPoints: 2, problems: [] });
    const here = item.replace(oldSubscription, world.engine.subscriptionId);
    assert.notEqual(here, item);
    assert.equal((await propertiesOf(world, here)).protectionState, 'ProtectionStopped');
    await restoresAll(here);
    await world.restart();
    await restoresAll(here);
  });

  it('does not bring back what was removed', async () => {
    await world.stop();
    world.edit((catalog) => {
      const [point] = catalog.points.list();
      assert.ok(point);
      catalog.pointRemovals.put({ vaultKey: point.vaultKey, manifestKey: point.manifestKey });
      catalog.points.delete(`${point.itemKey}/recoverypoints/${point.name}`);
    });
    await world.start();
    assert.deepEqual(await repair(), { ok: true, adoptedMachines: [], adoptedPoints: 0, problems: [] });
    assert.equal((await pointsOf(world, item)).length, 1);
  });
});
