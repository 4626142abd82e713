import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageProvider } from '../../../src/engine/machines/provider';
import { DAY, EngineWorld, HOUR } from '../../support/engineWorld';
import { scriptedProvider } from '../../support/scriptedProvider';
import { waitFor } from '../../support/waitFor';
import { backedUp, backup, ended, imageContent, makeProtected, must, pointsOf, protectBody } from './life';

const SNAPSHOT_AND_VAULT = ['InstantRP Valid', 'HardenedRP Valid'];
const VAULT = ['HardenedRP Valid'];

const beginWithoutSnapshots: typeof imageProvider.begin = async (machine) => ({
  ...(await imageProvider.begin(machine)),
  keepSnapshot: async () => false,
});

/** Snapshots of disks where the machine's provider can keep them. */
describe('snapshot tier', () => {
  let world: EngineWorld;
  let item: string;
  let machine: string;
  let vault: string;
  const os = imageContent(1);
  const data = imageContent(2);

  beforeEach(async () => {
    world = await EngineWorld.create();
    world.provider = scriptedProvider({ guestHook: 'application', keepsSnapshots: true });
    ({ item, machine, vault } = await makeProtected(world, 'web', { contents: [os, data] }));
  });
  afterEach(() => world.close());

  const folder = () => join(world.dataFolder, 'snapshots');
  const kept = () => (existsSync(folder()) ? readdirSync(folder()) : []);

  /** The computer is off for a while; the engine cleans up when it comes back. */
  async function later(ms: number): Promise<void> {
    await world.stop();
    world.clock.advance(ms);
    await world.start();
  }

  async function tiers(): Promise<string[][]> {
    const points: { properties: { recoveryPointTierDetails: { type: string; status: string }[] } }[] = await pointsOf(
      world,
      item,
    );
    return points.map(({ properties }) =>
      properties.recoveryPointTierDetails.map(({ type, status }) => `${type} ${status}`),
    );
  }

  /** The machine has as many points in the snapshot tier as this. */
  async function withSnapshots(count: number): Promise<void> {
    await backedUp(world, item);
    await world.stop();
    world.edit((catalog) => {
      const [point] = catalog.points.list();
      for (let i = 1; i < count; i++) catalog.points.put({ ...point!, name: `${point!.name}${i}` });
    });
    await world.start();
    world.clock.advance(1000);
  }

  it('SPEC §1.9: a point is in both tiers, and in the vault alone after the 2 days of its policy (§2.8)', async () => {
    await backedUp(world, item);
    assert.deepEqual(await tiers(), [SNAPSHOT_AND_VAULT]);
    const [snapshot = ''] = kept();
    assert.ok(readFileSync(join(folder(), snapshot, '0.raw')).equals(os));
    assert.ok(readFileSync(join(folder(), snapshot, '1.raw')).equals(data));

    await later(2 * DAY - 2 * HOUR);
    assert.deepEqual([(await tiers()).at(-1), kept().includes(snapshot)], [SNAPSHOT_AND_VAULT, true]);
    await later(4 * HOUR);
    await waitFor('the end of the snapshot', () => !kept().includes(snapshot));
    assert.deepEqual((await tiers()).at(-1), VAULT);
  });

  it('SPEC §1.9: a point of a provider that cannot keep a snapshot is in the vault alone', async () => {
    world.provider = { ...imageProvider, begin: beginWithoutSnapshots };
    await backedUp(world, item);
    assert.deepEqual([await tiers(), kept()], [[VAULT], []]);
  });

  it('SPEC §3 "GC": a point that expired leaves the vault no sooner than its snapshot', async () => {
    const day = new Date(world.clock.time + DAY).toISOString();
    await backedUp(world, item, { recoveryPointExpiryTimeInUTC: day });
    const [{ name }] = await pointsOf(world, item);
    world.clock.advance(HOUR);
    await backedUp(world, item);
    const isThere = async () => (await pointsOf(world, item)).some((point: { name: string }) => point.name === name);
    await later(DAY + HOUR);
    await world.restart(); // the backup that was due is over
    await world.restart(); // and so is a clean-up
    assert.ok(await isThere());
    await later(DAY);
    await waitFor('the end of the point', async () => {
      world.clock.advance(60_000);
      return !(await isThere());
    });
  });

  describe('SPEC §2.11: at most 18 instant recovery points of a machine', () => {
    it('under a Standard policy one more backup fails, until a snapshot is over', async () => {
      await withSnapshots(18);
      const { status, errorDetails } = await ended(world, await backup(world, item));
      assert.deepEqual([status, errorDetails[0].errorTitle], ['Failed', 'UserErrorRpCollectionLimitReached']);
      assert.equal((await pointsOf(world, item)).length, 18);
      world.clock.sleepUntil(world.clock.time + 2 * DAY);
      await waitFor('the backup that was due', () => world.engine.health().runningJobs === 0);
      await backedUp(world, item);
    });

    it('under a Standard policy the 18th is still made', async () => {
      await withSnapshots(17);
      await backedUp(world, item);
      assert.deepEqual((await tiers())[0], SNAPSHOT_AND_VAULT);
    });

    it('under an Enhanced policy, whose schedule may make more, the next point is in the vault alone (assumed)', async () => {
      await withSnapshots(18);
      await must(world, 202, ['PUT', item, protectBody(vault, machine, 'EnhancedPolicy')]);
      await backedUp(world, item);
      assert.deepEqual((await tiers())[0], VAULT);
    });
  });

  it('is gone with its point', async () => {
    await backedUp(world, item);
    await must(world, 200, [
      'PUT',
      `${vault}/backupconfig/vaultconfig`,
      { properties: { softDeleteFeatureState: 'Disabled' } },
    ]);
    assert.equal(kept().length, 1);
    await must(world, 202, ['DELETE', item]);
    await waitFor('the end of the snapshot', () => kept().length === 0);
  });

  it('keeps nothing of a backup that failed', async () => {
    world.pool.onRead = () => {
      throw new Error('The disk broke.');
    };
    const job = await ended(world, await backup(world, item));
    assert.equal(job.status, 'Failed');
    assert.deepEqual(kept(), []);
  });

  it('keeps nothing at its start that no point has', async () => {
    await backedUp(world, item);
    const before = kept();
    mkdirSync(join(folder(), 'of-an-engine-that-was-killed'));
    await world.restart();
    assert.deepEqual([kept(), await tiers()], [before, [SNAPSHOT_AND_VAULT]]);
  });
});
