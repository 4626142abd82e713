import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import {
  backedUp,
  discover,
  imageContent,
  makeMachine,
  makeProtected,
  must,
  pointsOf,
  protectBody,
  restoredHashes,
  sha256,
  statisticsOf,
} from './life';
import { pairSites, replicationOf, SITES, vaultFolderOf, whenCopied } from './secondSite';

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

  const pair = () => pairSites(world);
  const state = () => replicationOf(world, vault);
  const copied = () => whenCopied(world, vault);
  const primary = () => vaultFolderOf(world);
  /** Deletes the machine's data for good, and then the vault. */
  const deleteAll = async () => {
    const config = `${vault}/backupconfig/vaultconfig`;
    const properties = { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' };
    await must(world, 200, ['PATCH', config, { properties }]);
    await must(world, 202, ['DELETE', item]);
    await waitFor('the end of the item', async () => (await world.arm('GET', item)).status === 404);
    await must(world, 202, ['DELETE', vault]);
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
      const machine = await makeMachine(other, 'web', contents);
      await discover(other, found.id);
      await must(other, 202, ['PUT', itemId, protectBody(found.id, machine)]);
      const { newBytes, totalBytes } = await statisticsOf(other, await backedUp(other, itemId));
      assert.deepEqual([newBytes, totalBytes > 0], [0, true], 'the next backup is incremental');
    } finally {
      await other.close();
    }
  });

  describe('of a vault that is deleted', () => {
    it('goes with it, wherever a site of this computer has one', async () => {
      await pair();
      const zoneFolder = join(world.folder, 'zone');
      await must(world, 200, ['PUT', `${SITES}/local`, { properties: { zoneFolder } }]);
      await backedUp(world, item);
      await copied();
      cpSync(primary(), join(zoneFolder, 'vaults', basename(primary())), { recursive: true });
      await deleteAll();
      assert.deepEqual([vaultsAt(second), vaultsAt(zoneFolder)], [[], []]);
      assert.deepEqual(vaultsAt(join(world.dataFolder, 'sites', 'local')), []);
    });

    it('stays when another engine took it over', async () => {
      await pair();
      const key = await must(world, 200, ['POST', `${vault}/providers/VmBackup.Local/recoveryKey/create`]);
      await backedUp(world, item);
      await copied();
      const other = await EngineWorld.create({ other: true });
      try {
        const body = { target: second, recoveryKey: key.recoveryKey, takeOver: true };
        await must(other, 200, ['POST', '/providers/VmBackup.Local/attach', body]);
        await deleteAll();
        assert.equal(vaultsAt(second).length, 1);
      } finally {
        await other.close();
      }
    });

    it('stays when nobody can tell whose it is', async () => {
      await pair();
      await backedUp(world, item);
      await copied();
      const [name = ''] = vaultsAt(second);
      const locks = join(second, 'vaults', name, 'locks');
      rmSync(locks, { recursive: true, force: true });
      writeFileSync(locks, 'no folder');
      await deleteAll();
      assert.deepEqual(vaultsAt(second), [name]);
    });

    it('is told when it cannot be deleted', async () => {
      await pair();
      await backedUp(world, item);
      await copied();
      const [name = ''] = vaultsAt(second);
      // What a drive that was made read-only refuses: the name that the folder would get is taken by a file.
      writeFileSync(join(second, 'vaults', `${name}.deleted`), '');
      await deleteAll();
      assert.match(world.lines.join(), /A copy of the vault home-vault could not be deleted/);
    });
  });
});

function vaultsAt(site: string): string[] {
  return readdirSync(join(site, 'vaults'));
}
