import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { backedUp, imageContent, makeProtected, must, pointsOf, restoredHashes, sha256, statisticsOf } from './life';

const SITES = '/providers/VmBackup.Local/sites';

describe('the second site of a geo-redundant vault', () => {
  let world: EngineWorld;
  let second: string;
  let vault: string;
  let item: string;
  const contents = [imageContent(1), imageContent(2)];

  beforeEach(async () => {
    world = await EngineWorld.create();
    second = join(world.folder, 'second');
    ({ vault, item } = await makeProtected(world, 'web', { contents }));
  });
  afterEach(() => world.close());

  async function pair(): Promise<void> {
    await must(world, 201, ['PUT', `${SITES}/second`, { properties: { folder: second } }]);
    await must(world, 200, ['PUT', `${SITES}/local`, { properties: { pairedSite: 'second' } }]);
  }
  const state = () => must(world, 200, ['GET', `${vault}/providers/VmBackup.Local/replication/default`]);
  const copied = () =>
    waitFor('the copy at the second site', async () => {
      const now = await state();
      return now.lastCopied !== undefined && now.backlogObjects === 0 ? now : undefined;
    });
  const primary = () => {
    const vaults = join(world.dataFolder, 'sites', 'local', 'vaults');
    return join(vaults, readdirSync(vaults)[0]!);
  };
  const warnings = async (job: string): Promise<string[]> =>
    (await statisticsOf(world, job)).log
      .filter(({ level }: { level: string }) => level === 'warning')
      .map(({ text }: { text: string }) => text);

  it('is missing until the site has a pair, and the job says so', async () => {
    const job = await backedUp(world, item);
    assert.deepEqual(await state(), {
      replication: 'GeoRedundant',
      secondSite: 'missing',
      lagSeconds: 0,
      backlogObjects: 0,
      backlogBytes: 0,
    });
    assert.match((await warnings(job)).join(), /no paired site/);
  });

  it('gets what a backup stored, and gives every point back when the primary is gone', async () => {
    await pair();
    const job = await backedUp(world, item);
    const { secondSite, lagSeconds, backlogBytes } = await copied();
    assert.deepEqual([secondSite, lagSeconds, backlogBytes], ['second', 0, 0]);
    assert.deepEqual(await warnings(job), []);
    rmSync(primary(), { recursive: true });
    const [point] = await pointsOf(world, item);
    assert.deepEqual(await restoredHashes(world, item, point.name), contents.map(sha256));
    await world.restart();
    assert.deepEqual(await restoredHashes(world, item, point.name), contents.map(sha256));
  });

  it('is behind while its folder is away, and catches up by itself', async () => {
    await pair();
    await backedUp(world, item);
    await copied();
    renameSync(second, `${second}-away`);
    await backedUp(world, item);
    const behind = await waitFor('the problem to show', async () => {
      const now = await state();
      return now.problem === undefined ? undefined : now;
    });
    assert.ok(behind.backlogObjects > 0 && behind.backlogBytes > 0);
    assert.ok(!existsSync(second), 'nothing is made anew on an empty mount point');
    const third = await backedUp(world, item);
    assert.match((await warnings(third)).join(), /second is behind/);
    renameSync(`${second}-away`, second);
    world.clock.advance(600_000);
    const now = await copied();
    assert.equal(now.problem, undefined);
  });

  it('brings the vault back on another computer when the whole first one is gone', async () => {
    await pair();
    const key = await must(world, 200, ['POST', `${vault}/providers/VmBackup.Local/recoveryKey/create`]);
    await backedUp(world, item);
    await backedUp(world, item);
    await copied();
    const other = await EngineWorld.create({ other: true });
    try {
      const target = join(other.folder, 'drive');
      cpSync(second, target, { recursive: true });
      await world.stop();
      rmSync(world.dataFolder, { recursive: true });
      const body = { target, recoveryKey: key.recoveryKey, takeOver: true };
      const found = await must(other, 200, ['POST', '/providers/VmBackup.Local/attach', body]);
      assert.deepEqual([found.readOnly, found.recoveryPoints], [false, 2]);
      await must(other, [200, 201], ['PUT', other.group, { location: 'local' }]);
      const itemId = found.machines[0].itemId;
      for (const point of await pointsOf(other, itemId)) {
        assert.deepEqual(await restoredHashes(other, itemId, point.name), contents.map(sha256));
      }
    } finally {
      await other.close();
    }
  });
});
