import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Housekeeping } from '../../../src/engine/services/housekeeping';
import { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { filesBelow } from '../store/storeSupport';
import { backedUp, imageContent, makeProtected, verified } from './life';

const HOUR = 3_600_000;

describe('housekeeping', () => {
  let world: EngineWorld;
  let item: string;
  beforeEach(async () => {
    world = await EngineWorld.create();
    ({ item } = await makeProtected(world, 'web', { contents: [imageContent(1)] }));
    await backedUp(world, item);
  });
  afterEach(() => world.close());

  const vaults = () => join(world.dataFolder, 'sites', 'local', 'vaults');
  const cacheFiles = () => {
    try {
      return readdirSync(join(world.dataFolder, 'cache')).filter((name) => name.endsWith('.json'));
    } catch {
      return [];
    }
  };
  const packs = () => filesBelow(vaults()).filter((file) => file.includes('packs'));
  /** Lets a day begin and waits until the vault was looked after. */
  const aDay = async () => {
    const before = cacheFiles().map((name) => readFileSync(join(world.dataFolder, 'cache', name), 'utf8'));
    world.clock.advance(25 * HOUR);
    await waitFor('the vault to be looked after', () => {
      world.clock.advance(60_000); // it waits for a moment without a job
      const now = cacheFiles().map((name) => readFileSync(join(world.dataFolder, 'cache', name), 'utf8'));
      return now.length > 0 && JSON.stringify(now) !== JSON.stringify(before);
    });
  };

  it('gives back the space of a removed point after the days of grace', async () => {
    await aDay();
    await world.stop();
    const stored = packs();
    assert.ok(stored.length > 0);
    for (const manifest of filesBelow(vaults()).filter((file) => file.includes('snaps')))
      rmSync(join(vaults(), manifest));
    world.edit((catalog) => {
      for (const { itemKey, name } of catalog.points.list()) catalog.points.delete(`${itemKey}/recoverypoints/${name}`);
      for (const record of catalog.items.list()) catalog.items.put({ ...record, state: 'ProtectionStopped' });
    });
    await world.start();
    await aDay();
    assert.deepEqual(packs(), stored, 'condemned only');
    for (let day = 0; day < 3; day += 1) await aDay();
    assert.deepEqual(packs(), []);
    assert.equal((await verified(world)).ok, true);
  });

  it('keeps its cache only as a cache', async () => {
    await aDay();
    const [file] = cacheFiles();
    assert.ok(file);
    await world.stop();
    writeFileSync(join(world.dataFolder, 'cache', file), 'damaged');
    await world.start();
    await aDay();
    assert.match(readFileSync(join(world.dataFolder, 'cache', file), 'utf8'), /^\{"time":\d+,"packs":\{"[0-9a-f]{32}"/);
  });

  it('leaves a vault alone that another engine owns', async () => {
    const asked: string[] = [];
    const refuse = (what: string) => async () => {
      asked.push(what);
      throw new Error(`${what} of a vault that can only be read`);
    };
    const store = { writable: false, sweep: refuse('sweep'), verify: refuse('verify') };
    const { clock } = world;
    const housekeeping = new Housekeeping({
      catalog: { vaults: { list: () => [{ name: 'theirs', repository: 'theirs' }] } } as never,
      stores: { open: async () => store } as never,
      folder: join(world.folder, 'cache'),
      now: () => clock.time,
      isBusy: () => false,
      log: { info: (text: string) => asked.push(text), warn: (text: string) => asked.push(text) },
    });
    clock.advance(HOUR);
    housekeeping.look();
    await housekeeping.close();
    assert.deepEqual(asked, []);
  });
});
