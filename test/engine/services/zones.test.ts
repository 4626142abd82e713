import assert from 'node:assert/strict';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineWorld } from '../../support/engineWorld';
import { filesBelow } from '../store/storeSupport';
import { backedUp, backup, ended, imageContent, makeProtected, must, pointsOf, restoredHashes, sha256 } from './life';
import { pairSites, SITES, vaultFolderOf, whenCopied } from './secondSite';

describe('the second zone of a site', () => {
  let world: EngineWorld;
  let vault: string;
  let item: string;
  let zone: string;
  const contents = [imageContent(1), imageContent(2)];

  beforeEach(async () => {
    world = await EngineWorld.create();
    zone = join(world.folder, 'zone');
    ({ vault, item } = await makeProtected(world, 'web', { contents }));
  });
  afterEach(() => world.close());

  const addZone = () => must(world, 200, ['PUT', `${SITES}/local`, { properties: { zoneFolder: zone } }]);
  /** Before anything is protected the replication is free; here it is changed as the catalog has it. */
  const replicate = async (replication: 'ZoneRedundant' | 'ReadAccessGeoZoneRedundant') => {
    await world.stop();
    world.edit((catalog) => {
      for (const row of catalog.vaults.list()) catalog.vaults.put({ ...row, replication });
    });
    await world.start();
  };
  const missing = async () =>
    (await must(world, 200, ['GET', `${vault}/providers/VmBackup.Local/usage/default`])).missingCopy;

  it('has everything that a zone-redundant vault stores', async () => {
    await addZone();
    await replicate('ZoneRedundant');
    await backedUp(world, item);
    const stored = objects(vaultFolderOf(world));
    assert.ok(stored.some((file) => file.startsWith('snaps')));
    assert.deepEqual(objects(vaultFolderOf(world, zone)), stored);
    assert.equal(await missing(), undefined);
  });

  it('gives every point back when the first zone is gone, and the first has everything again later', async () => {
    await addZone();
    await replicate('ZoneRedundant');
    await backedUp(world, item);
    const stored = objects(vaultFolderOf(world));
    const [point] = await pointsOf(world, item);
    rmSync(vaultFolderOf(world), { recursive: true });
    assert.deepEqual(await restoredHashes(world, item, point.name), contents.map(sha256));
    await world.restart();
    assert.deepEqual(await restoredHashes(world, item, point.name), contents.map(sha256));
    assert.deepEqual(objects(vaultFolderOf(world)), stored);
  });

  it('gets what was stored before it was there, without a restart', async () => {
    await replicate('ZoneRedundant');
    await backedUp(world, item);
    assert.match(String(await missing()), /local has no second zone/);
    await addZone();
    await backedUp(world, item);
    assert.deepEqual(objects(vaultFolderOf(world, zone)), objects(vaultFolderOf(world)));
    const [point] = await pointsOf(world, item);
    rmSync(vaultFolderOf(world), { recursive: true });
    assert.deepEqual(await restoredHashes(world, item, point.name), contents.map(sha256));
  });

  it('keeps a backup from its end while it is away, and nothing is made anew where it was', async () => {
    await addZone();
    await replicate('ZoneRedundant');
    await backedUp(world, item);
    renameSync(zone, `${zone}-away`);
    assert.equal((await ended(world, await backup(world, item))).status, 'Failed');
    assert.ok(!readdirSync(world.folder).includes('zone'));
    const [point] = await pointsOf(world, item);
    assert.deepEqual(await restoredHashes(world, item, point.name), contents.map(sha256));
    renameSync(`${zone}-away`, zone);
    await backedUp(world, item);
    await world.restart();
    assert.deepEqual(objects(vaultFolderOf(world, zone)), objects(vaultFolderOf(world)));
  });

  it('is one of the three copies of a geo-zone-redundant vault', async () => {
    await replicate('ReadAccessGeoZoneRedundant');
    assert.match(String(await missing()), /no second zone and no paired site/);
    await addZone();
    assert.match(String(await missing()), /no paired site, so the vault has its copy in the second zone only/);
    const second = await pairSites(world);
    assert.equal(await missing(), undefined);
    await backedUp(world, item);
    await whenCopied(world, vault);
    const [point] = await pointsOf(world, item);
    rmSync(vaultFolderOf(world), { recursive: true });
    rmSync(vaultFolderOf(world, zone), { recursive: true });
    assert.deepEqual(await restoredHashes(world, item, point.name), contents.map(sha256));
    assert.ok(objects(vaultFolderOf(world, second)).length > 0);
  });

  it('has a folder of its own, which a site keeps', async () => {
    const put = async (zoneFolder: string) => {
      const { status, body } = await world.arm('PUT', `${SITES}/local`, { properties: { zoneFolder } });
      return [status, body.error?.code];
    };
    assert.deepEqual(await put('zone'), [400, 'LocalSiteFolderNotAbsolute']);
    assert.deepEqual(await put(join(world.dataFolder, 'sites', 'local', 'zone')), [409, 'LocalSiteFolderTaken']);
    await addZone();
    await addZone();
    assert.deepEqual(await put(`${zone}-other`), [409, 'LocalSiteFolderFixed']);
    const { status, body } = await world.arm('PUT', `${SITES}/third`, { properties: { folder: zone } });
    assert.deepEqual([status, body.error.code], [409, 'LocalSiteFolderTaken']);
    const [local] = (await must(world, 200, ['GET', SITES])).value;
    assert.equal(local.properties.zoneFolder, zone);
  });
});

/** Everything in a vault's folder but its leases, which belong to one place. */
function objects(folder: string): string[] {
  return filesBelow(folder).filter((file) => !file.startsWith('locks'));
}
