import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineWorld } from '../../support/engineWorld';
import { diskBody, imageContent, makeGroup, must, writeImage } from './life';

const SITES = '/providers/VmBackup.Local/sites';

const codeOf = ({ status, body }: Awaited<ReturnType<EngineWorld['arm']>>) => [status, body?.error?.code];

/** A location is a site: a name and the folder that its vaults lie in. */
describe('sites', () => {
  let world: EngineWorld;

  beforeEach(async () => {
    world = await EngineWorld.create();
    await makeGroup(world);
  });
  afterEach(async () => world.close());

  const folderOf = (name: string) => join(world.folder, name);
  const add = async (name: string, properties: object = {}) =>
    world.arm('PUT', `${SITES}/${name}`, { properties: { folder: folderOf(name), ...properties } });
  const vaultIn = (location: string, name = 'v1') =>
    must(world, 201, [
      'PUT',
      `${world.group}/providers/Microsoft.RecoveryServices/vaults/${name}`,
      { location, sku: { name: 'Standard' } },
    ]);
  const names = async () => (await must(world, 200, ['GET', SITES])).value.map((site: { name: string }) => site.name);

  it('begin with local, in the data folder and without a pair', async () => {
    assert.deepEqual((await must(world, 200, ['GET', SITES])).value, [
      {
        id: `${SITES}/local`,
        name: 'local',
        type: 'VmBackup.Local/sites',
        properties: { displayName: 'This computer', folder: join(world.dataFolder, 'sites', 'local') },
      },
    ]);
  });

  it('are added with a folder that is made, and keep over a restart', async () => {
    const { status, body } = await add('eastasia', { displayName: 'East Asia' });
    assert.equal(status, 201);
    assert.deepEqual(body.properties, { displayName: 'East Asia', folder: folderOf('eastasia') });
    assert.ok(existsSync(join(folderOf('eastasia'), 'vaults')));
    await world.restart();
    assert.deepEqual(await names(), ['local', 'eastasia']);
  });

  it('are the locations of the subscription, with their pairs', async () => {
    await add('eastasia', { displayName: 'East Asia' });
    await add('southeastasia', { displayName: 'Southeast Asia', pairedSite: 'East Asia' });
    const { value } = await must(world, 200, ['GET', `${world.subscription}/locations`]);
    assert.deepEqual(
      value.map(({ name, displayName, metadata }: Record<string, unknown>) => [name, displayName, metadata]),
      [
        ['local', 'This computer', { regionType: 'Physical', regionCategory: 'Other', pairedRegion: [] }],
        ['eastasia', 'East Asia', { regionType: 'Physical', regionCategory: 'Other', pairedRegion: [] }],
        [
          'southeastasia',
          'Southeast Asia',
          {
            regionType: 'Physical',
            regionCategory: 'Other',
            pairedRegion: [{ name: 'eastasia', id: `${world.subscription}/locations/eastasia` }],
          },
        ],
      ],
    );
  });

  it('give the first one a pair and other words, and take the pair away again', async () => {
    await add('second');
    const change = (properties: object) => must(world, 200, ['PUT', `${SITES}/LOCAL`, { properties }]);
    assert.equal((await change({ displayName: 'Desk', pairedSite: 'second' })).properties.pairedSite, 'second');
    assert.deepEqual((await change({ pairedSite: null })).properties, {
      displayName: 'Desk',
      folder: join(world.dataFolder, 'sites', 'local'),
    });
  });

  it('hold the repositories of the vaults of their location, written as East Asia or eastasia', async () => {
    await add('eastasia', { displayName: 'East Asia' });
    assert.equal((await vaultIn('East Asia')).location, 'eastasia');
    assert.equal(readdirSync(join(folderOf('eastasia'), 'vaults')).length, 1);
    assert.equal(readdirSync(join(world.dataFolder, 'sites', 'local', 'vaults')).length, 0);
  });

  it('refuse a bad name, a folder that is relative, missing, of another site or not writable', async () => {
    await add('one');
    const refused = [
      ['Bad-Name', { folder: folderOf('x') }, 'InvalidResourceName'],
      ['two', { folder: 'some/where' }, 'LocalSiteFolderNotAbsolute'],
      ['two', {}, 'LocalSiteFolderNotAbsolute'],
      ['two', { folder: folderOf('one') }, 'LocalSiteFolderTaken'],
      ['two', { folder: join(folderOf('one'), 'inner') }, 'LocalSiteFolderTaken'],
      ['two', { folder: world.folder }, 'LocalSiteFolderTaken'],
      ['two', { folder: folderOf('two'), pairedSite: 'two' }, 'LocalSitePairInvalid'],
      ['two', { folder: folderOf('two'), pairedSite: 'nowhere' }, 'LocalSitePairInvalid'],
      ['one', { folder: folderOf('elsewhere') }, 'LocalSiteFolderFixed'],
    ] as const;
    for (const [name, properties, code] of refused) {
      const answer = await world.arm('PUT', `${SITES}/${name}`, { properties });
      assert.equal(answer.body.error?.code, code, `${name} ${JSON.stringify(properties)}`);
    }
    writeFileSync(folderOf('file'), '');
    assert.deepEqual(codeOf(await add('file')), [400, 'LocalSiteFolderNotWritable']);
    assert.deepEqual(await names(), ['local', 'one']);
  });

  it('are removed when nothing lies in them, and keep their folder', async () => {
    await add('one');
    assert.equal((await world.arm('DELETE', `${SITES}/one`)).status, 200);
    assert.equal((await world.arm('DELETE', `${SITES}/one`)).status, 204);
    assert.deepEqual(codeOf(await world.arm('GET', `${SITES}/one`)), [404, 'LocalSiteNotFound']);
    assert.ok(existsSync(folderOf('one')));
  });

  it('stay while a vault or a disk lies in them, or another site is paired with them; the first one always', async () => {
    await add('withvault');
    await vaultIn('withvault');
    await add('withdisk');
    const disk = diskBody(writeImage(world, 'd1', imageContent(1)));
    await must(
      world,
      [200, 201],
      ['PUT', `${world.group}/providers/Microsoft.Compute/disks/d1`, { ...disk, location: 'withdisk' }],
    );
    await add('withpair');
    await add('pair', { pairedSite: 'withpair' });
    for (const name of ['withvault', 'withdisk', 'withpair']) {
      assert.deepEqual(codeOf(await world.arm('DELETE', `${SITES}/${name}`)), [409, 'ResourceInUse'], name);
    }
    assert.deepEqual(codeOf(await world.arm('DELETE', `${SITES}/local`)), [409, 'LocalSiteRequired']);
  });

  it('that are not there now keep neither the engine nor the other sites from working', async () => {
    await add('away');
    await vaultIn('away', 'faraway');
    await world.stop();
    renameSync(folderOf('away'), folderOf('gone'));
    await world.start();
    assert.equal(existsSync(folderOf('away')), false);
    await vaultIn('local', 'near');
    mkdirSync(folderOf('away'));
    assert.deepEqual(await names(), ['local', 'away']);
  });
});
