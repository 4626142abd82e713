import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { worldClient } from '../../support/worldClient';
import { backedUp, imageContent, makeProtected, makeTarget, must, sha256, statisticsOf } from './life';
import { pairSites, vaultFolderOf, whenCopied } from './secondSite';

const GUARD = '/subscriptions/other/resourceGroups/security/providers/Microsoft.DataProtection/resourceGuards/guard';

describe('what is done seldom, by the client', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.create();
  });
  afterEach(() => world.close());

  it('lists deleted vaults with their last day, and brings one back', async () => {
    const client = worldClient(world);
    const { vault, item } = await makeProtected(world, 'web');
    assert.deepEqual(await client.advanced.deletedVaults('local'), []);
    await client.deleteBackupData(item);
    await client.deleteVault(vault);
    assert.deepEqual(await client.vaults(), []);
    const [deleted] = await client.advanced.deletedVaults('local');
    if (!deleted) assert.fail();
    const { deletedAt = 0, purgeAt = 0 } = deleted;
    assert.deepEqual([deleted.vaultId, deleted.location, purgeAt - deletedAt], [vault, 'local', 14 * DAY]);
    await client.advanced.undeleteVault(deleted);
    assert.deepEqual(
      (await client.vaults()).map(({ id }) => id),
      [vault],
    );
    assert.deepEqual(await client.advanced.deletedVaults('local'), []);
  });

  it('tells the protected instances of a vault and what is stored once there is a point', async () => {
    const client = worldClient(world);
    const { vault, item } = await makeProtected(world, 'web');
    assert.equal((await client.advanced.vaultUsages(vault)).protectedInstances, 0);
    await backedUp(world, item);
    const { protectedInstances, storedBytes = 0 } = await client.advanced.vaultUsages(vault);
    assert.equal(protectedInstances, 1);
    assert.equal(storedBytes, (await client.local.vaultUsage(vault)).storedBytes);
  });

  it('tells the resource guard of a vault and what it guards', async () => {
    const client = worldClient(world);
    const { vault } = await makeProtected(world, 'web');
    assert.equal(await client.advanced.resourceGuard(vault), undefined);
    const properties = { resourceGuardResourceId: GUARD };
    await must(world, 200, ['PUT', `${vault}/backupResourceGuardProxies/VaultProxy`, { properties }]);
    const state = await client.advanced.resourceGuard(vault);
    assert.equal(state?.guardId, GUARD);
    assert.ok(
      state.guarded.length > 0 && state.guarded.every((action) => action.startsWith('Microsoft.RecoveryServices/')),
    );
  });

  it('restores every byte in the second region, with the primary gone', async () => {
    const client = worldClient(world);
    const contents = [imageContent(1), imageContent(2)];
    const { vault, item, machine } = await makeProtected(world, 'web', { contents });
    const storageAccountId = await makeTarget(world, join(world.folder, 'there'));
    await pairSites(world);
    const properties = { redundancySettings: { crossRegionRestore: 'Enabled' } };
    await must(world, 202, ['PATCH', vault, { properties }]);
    await backedUp(world, item);
    await whenCopied(world, vault);
    rmSync(vaultFolderOf(world), { recursive: true });

    const [point] = await client.advanced.secondRegionPoints(item);
    if (!point) assert.fail();
    assert.ok(point.time > 0);
    const name = await client.advanced.restoreInSecondRegion({
      pointId: point.id,
      machineId: machine,
      location: 'second',
      target: { kind: 'disks', storageAccountId },
    });
    const job = await waitFor('the end of the job', async () => {
      const shown = await client.advanced.secondRegionJob({ vaultId: vault, location: 'second', name });
      return shown.status === 'InProgress' ? undefined : shown;
    });
    assert.deepEqual([job.operation, job.status, job.vaultId], ['CrossRegionRestore', 'Completed', vault]);
    assert.ok(job.startTime > 0 && job.endTime !== undefined);
    const { files } = await statisticsOf(world, `${vault}/backupJobs/${name}`);
    assert.deepEqual(
      files.map(({ path }: { path: string }) => sha256(readFileSync(path))),
      contents.map(sha256),
    );
  });

  it('says what this engine does not do', async () => {
    const { advanced } = worldClient(world);
    const { item, machine } = await makeProtected(world, 'web');
    await backedUp(world, item);
    const [point] = await worldClient(world).recoveryPoints(item);
    if (!point) assert.fail();
    const files = { pointId: point.id, machineId: machine };
    await assert.rejects(advanced.openFileRecovery(files), { code: 'NotImplemented', message: /single files/ });
    await assert.rejects(advanced.closeFileRecovery(files), { code: 'NotImplemented' });
    await assert.rejects(advanced.archivePoint(point.id), { code: 'NotImplemented', message: /archive tier/ });
    assert.deepEqual(await advanced.pointsForArchive(item), []);
  });
});
