import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GENERAL_PROFILE } from '../../../src/engine/store/chunker';
import { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import {
  backedUp,
  discover,
  imageContent,
  itemIdOf,
  makeGroup,
  makeMachine,
  makeProtected,
  must,
  pointsOf,
  protectBody,
  restoredHashes,
  sha256,
} from './life';
import { pairSites, whenCopied } from './secondSite';

const ATTACH = '/providers/VmBackup.Local/attach';

describe('a vault that comes back by its recovery key alone', () => {
  let lost: EngineWorld;
  let found: EngineWorld;
  let vault: string;
  let recoveryKey: string;
  /** Where the vault's folder is kept when its data folder is gone. */
  let target: string;
  const contents = [imageContent(1), imageContent(2)];

  beforeEach(async () => {
    lost = await EngineWorld.create();
    const made = await makeProtected(lost, 'web', { contents });
    vault = made.vault;
    ({ recoveryKey } = await must(lost, 200, ['POST', `${vault}/providers/VmBackup.Local/recoveryKey/create`]));
    for (let i = 0; i < 2; i++) {
      lost.clock.advance(3_600_000);
      await backedUp(lost, made.item);
    }
    found = await EngineWorld.create({ other: true });
    target = join(found.folder, 'drive');
  });
  afterEach(async () => {
    await lost.close();
    await found.close();
  });

  /** The data folder is gone; what is left is the site's folder, on another drive. */
  async function loseTheComputer(): Promise<void> {
    await lost.stop();
    cpSync(join(lost.dataFolder, 'sites', 'local'), target, { recursive: true });
    rmSync(lost.dataFolder, { recursive: true });
  }

  const attach = (body: object = {}) => found.arm('POST', ATTACH, { target, recoveryKey, ...body });

  it('lists its machines, points and policies, and restores every point', async () => {
    await loseTheComputer();
    const answer = await attach();
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { id, readOnly, machines, policies, recoveryPoints, problems } = answer.body;
    assert.deepEqual([readOnly, policies, recoveryPoints, problems], [false, ['DefaultPolicy'], 2, []]);
    assert.deepEqual(
      machines.map(({ name, recoveryPoints: points }: { name: string; recoveryPoints: number }) => [name, points]),
      [['web', 2]],
    );
    assert.ok(id.startsWith(found.subscription), 'ids are of the data folder that it is in now');
    const item = itemIdOf(id, 'web');
    const shown = await must(found, 200, ['GET', item]);
    assert.equal(shown.properties.protectionState, 'ProtectionStopped');
    const points = await pointsOf(found, item);
    assert.equal(points.length, 2);
    await makeGroup(found);
    for (const point of points) {
      assert.deepEqual(await restoredHashes(found, item, point.name), contents.map(sha256));
    }
    // It is still there after a restart, by this data folder's own key.
    await found.restart();
    assert.equal((await pointsOf(found, item)).length, 2);
    assert.deepEqual(await restoredHashes(found, item, points[0].name), contents.map(sha256));
  });

  it('goes on backing up incrementally once its machine is protected again', async () => {
    await loseTheComputer();
    const { id } = (await attach()).body;
    await makeGroup(found);
    const changed = Buffer.from(contents[0]!);
    changed.fill(7, 0, 4096);
    const machine = await makeMachine(found, 'web', [changed, contents[1]!]);
    await discover(found, id);
    const item = itemIdOf(id, 'web');
    await must(found, 202, ['PUT', item, protectBody(id, machine)]);
    await waitFor('protection to be resumed', async () => {
      const { value } = await must(found, 200, ['GET', `${id}/backupJobs`]);
      return value.every(({ properties }: { properties: { status: string } }) => properties.status === 'Completed');
    });
    found.clock.advance(3_600_000);
    const job = await backedUp(found, item);
    const { newBytes } = await must(found, 200, ['GET', `${job}/providers/VmBackup.Local/statistics/default`]);
    // What was changed lies in one chunk or in two; a backup of everything would be twice as much.
    assert.ok(newBytes > 0 && newBytes <= 2 * GENERAL_PROFILE.max, `${newBytes} new bytes`);
    assert.equal((await pointsOf(found, item)).length, 3);
  });

  it('is copied to the second site of its new place, also where the lost computer had its copy', async () => {
    await pairSites(lost);
    lost.clock.advance(3_600_000);
    await backedUp(lost, itemIdOf(vault, 'web'));
    await whenCopied(lost, vault);
    cpSync(join(lost.folder, 'second'), join(found.folder, 'second'), { recursive: true });
    await loseTheComputer();
    await pairSites(found);
    const { id } = (await attach({ takeOver: true })).body;
    const item = itemIdOf(id, 'web');
    await makeGroup(found);
    const machine = await makeMachine(found, 'web', contents);
    await discover(found, id);
    await must(found, 202, ['PUT', item, protectBody(id, machine)]);
    await backedUp(found, item);
    await whenCopied(found, id);
    rmSync(target, { recursive: true });
    const points = await pointsOf(found, item);
    assert.equal(points.length, 4);
    for (const point of points) {
      assert.deepEqual(await restoredHashes(found, item, point.name), contents.map(sha256));
    }
  });

  it('is only read while the engine that owns it lives, and taken over on demand', async () => {
    const shared = join(lost.dataFolder, 'sites', 'local');
    const first = await found.arm('POST', ATTACH, { target: shared, recoveryKey });
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.equal(first.body.readOnly, true);
    assert.ok(first.body.holder.length > 0);
    assert.equal(await heldBy(found, first.body.id), first.body.holder);
    assert.equal(await heldBy(lost, vault), undefined);
    const item = itemIdOf(first.body.id, 'web');
    await makeGroup(found);
    const [point] = await pointsOf(found, item);
    assert.deepEqual(await restoredHashes(found, item, point.name), contents.map(sha256));
    const rotate = `${first.body.id}/providers/VmBackup.Local/recoveryKey/rotate`;
    assert.equal((await found.arm('POST', rotate)).body.error.code, 'LocalVaultReadOnly');
    const second = await found.arm('POST', ATTACH, { target: shared, recoveryKey, takeOver: true });
    assert.equal(second.body.readOnly, false);
    // The engine that owned it finds out, and says who has it.
    lost.clock.advance(600_000);
    const refused = await lost.arm('POST', `${vault}/providers/VmBackup.Local/recoveryKey/rotate`);
    assert.equal(refused.body.error.code, 'LocalVaultOwnedElsewhere');
    assert.equal(await heldBy(found, first.body.id), undefined);
    const rotated = await must(found, 200, ['POST', rotate]);
    const old = await found.arm('POST', ATTACH, { target: shared, recoveryKey });
    assert.equal(old.body.error.code, 'LocalVaultUnreadable');
    const fresh = await found.arm('POST', ATTACH, { target: shared, recoveryKey: rotated.recoveryKey });
    assert.equal(fresh.status, 200);
  });

  it('says what is wrong: no vault there, a mistyped or foreign key, a name that is taken', async () => {
    await loseTheComputer();
    const codeOf = async (body: object) => (await attach(body)).body.error?.code;
    assert.equal(await codeOf({ target: join(found.folder, 'nothing') }), 'LocalAttachNothingFound');
    assert.equal(await codeOf({ target: 'drive' }), 'LocalTargetNotAbsolute');
    assert.equal(await codeOf({ recoveryKey: recoveryKey.slice(0, -1) }), 'LocalVaultUnreadable');
    const other = await makeProtected(found, 'db', { vault: 'other' });
    const foreign = await must(found, 200, ['POST', `${other.vault}/providers/VmBackup.Local/recoveryKey/create`]);
    assert.equal(await codeOf({ recoveryKey: foreign.recoveryKey }), 'LocalVaultUnreadable');
    await must(found, 201, [
      'PUT',
      `${found.group}/providers/Microsoft.RecoveryServices/vaults/home-vault`,
      {
        location: 'local',
        properties: {},
      },
    ]);
    assert.equal(await codeOf({}), 'LocalAttachNameTaken');
    const elsewhere = await attach({ resourceGroup: 'rescued' });
    assert.deepEqual([elsewhere.status, elsewhere.body.resourceGroup], [200, 'rescued']);
    assert.ok(!found.lines.some((line) => line.includes(recoveryKey)), 'the key is in no log');
    assert.ok(readFileSync(join(elsewhere.body.folder, 'config')).length > 0);
  });
});

/** The computer that a vault belongs to, as an engine that only reads it tells. */
async function heldBy(world: EngineWorld, vault: string): Promise<string | undefined> {
  return (await must(world, 200, ['GET', `${vault}/providers/VmBackup.Local/usage/default`])).heldBy;
}
