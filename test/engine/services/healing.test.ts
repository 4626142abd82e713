import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineWorld, HOUR } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { filesBelow } from '../store/storeSupport';
import { backedUp, imageContent, makeProtected, pointsOf, restoredHashes, sha256, verified } from './life';
import { pairSites, vaultFolderOf, whenCopied } from './secondSite';

describe('mending from a copy', () => {
  let world: EngineWorld;
  let vault: string;
  let item: string;
  const contents = [imageContent(1)];

  beforeEach(async () => {
    world = await EngineWorld.create();
    ({ vault, item } = await makeProtected(world, 'web', { contents }));
    await backedUp(world, item);
    // The vault is open already: a pair that comes later counts as well.
    await pairSites(world);
    await backedUp(world, item);
    await whenCopied(world, vault);
  });
  afterEach(() => world.close());

  const stored = (kind: 'packs' | 'snaps') =>
    filesBelow(vaultFolderOf(world))
      .filter((file) => file.startsWith(kind))
      .map((file) => join(vaultFolderOf(world), file));

  function damagePacks(): void {
    for (const file of stored('packs')) {
      const bytes = readFileSync(file);
      bytes[20] = (bytes[20] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    }
  }

  it('is what verify does with damaged chunks and lost manifests, and says so', async () => {
    damagePacks();
    const [manifest = ''] = stored('snaps');
    rmSync(manifest);
    const { ok, vaults } = await verified(world);
    assert.deepEqual([ok, vaults[0].problems], [true, []]);
    assert.ok(vaults[0].healedBlobs > 0);
    assert.equal(vaults[0].healedPoints, 1);
    assert.equal(stored('snaps').length, 2);
    const again = await verified(world);
    assert.deepEqual([again.ok, again.vaults[0].healedBlobs, again.vaults[0].healedPoints], [true, 0, 0]);
    for (const { name } of await pointsOf(world, item)) {
      assert.deepEqual(await restoredHashes(world, item, name), contents.map(sha256));
    }
  });

  it('is what housekeeping does', async () => {
    damagePacks();
    world.clock.advance(25 * HOUR);
    await waitFor('the vault to be mended', () => {
      world.clock.advance(60_000); // it waits for a moment without a job
      return world.lines.some((line) => line.includes('Stored anew from a copy of the vault'));
    });
    const { ok, vaults } = await verified(world);
    assert.deepEqual([ok, vaults[0].healedBlobs], [true, 0]);
  });

  it('does nothing where there is no copy', async () => {
    rmSync(join(world.folder, 'second', 'vaults'), { recursive: true });
    damagePacks();
    const { ok, vaults } = await verified(world);
    assert.deepEqual([ok, vaults[0].healedBlobs], [false, 0]);
    assert.ok(vaults[0].problems.length > 0);
  });
});
