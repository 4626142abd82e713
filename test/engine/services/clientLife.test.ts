import assert from 'node:assert/strict';
import { DAY, EngineWorld, HOUR } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { worldClient } from '../../support/worldClient';
import { backedUp, DAILY_AT_TEN, makeProtected, must } from './life';

describe('the life of a protected machine, by the client', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.create();
  });
  afterEach(async () => world.close());

  it('stops, resumes, deletes and undeletes, and the points live through all of it', async () => {
    const client = worldClient(world);
    const { vault, machine, item } = await makeProtected(world, 'web-01');
    await backedUp(world, item);
    const known = async () => client.protectedItem(item);

    await client.stopProtection({ itemId: item, machineId: machine });
    const stopped = await known();
    assert.deepEqual([stopped.state, stopped.policyId], ['ProtectionStopped', undefined]);

    await client.protect({ vaultId: vault, machineId: machine, policyId: `${vault}/backupPolicies/DefaultPolicy` });
    assert.deepEqual([(await known()).state, (await known()).policyName], ['Protected', 'DefaultPolicy']);

    await client.deleteBackupData(item);
    const { softDeleted } = await known();
    assert.equal(softDeleted?.remainingMs, 14 * DAY);

    await client.undelete({ itemId: item, machineId: machine });
    const back = await known();
    assert.deepEqual([back.state, back.softDeleted, back.recoveryPointCount], ['ProtectionStopped', undefined, 1]);
  });

  it('says of a vault how long it keeps what was deleted, and whether it is immutable', async () => {
    const client = worldClient(world);
    await makeProtected(world, 'web-01');
    const [vault] = await client.vaults();
    assert.equal(vault?.softDeleteDays, 14);
    assert.ok(vault.immutability === undefined || vault.immutability === 'Disabled');
  });

  it('deletes a policy that nobody uses, and is refused with the machines that use one', async () => {
    const client = worldClient(world);
    const { vault, machine } = await makeProtected(world, 'web-01');
    const nightly = `${vault}/backupPolicies/nightly`;
    await must(world, [200, 202], ['PUT', nightly, { properties: DAILY_AT_TEN }]);
    await client.protect({ vaultId: vault, machineId: machine, policyId: nightly });
    await assert.rejects(client.deletePolicy(nightly), { code: 'BMSUserErrorPolicyInUse' });
    await client.protect({ vaultId: vault, machineId: machine, policyId: `${vault}/backupPolicies/DefaultPolicy` });
    await client.deletePolicy(nightly);
    assert.deepEqual(
      (await client.policies(vault)).map(({ name }) => name).filter((name) => name === 'nightly'),
      [],
    );
  });

  it('keeps a point on hold past its time, and lets it go once the hold is removed', async () => {
    const client = worldClient(world);
    const { item } = await makeProtected(world, 'web-01');
    const until = (days: number) => ({
      recoveryPointExpiryTimeInUTC: new Date(world.clock.time + days * DAY).toISOString(),
    });
    for (const days of [1, 2, 30]) {
      await backedUp(world, item, until(days));
      world.clock.advance(1_000);
    }
    const points = await client.recoveryPoints(item);
    const [brief, longer] = points.toSorted((a, b) => (a.expiryTime ?? 0) - (b.expiryTime ?? 0));
    if (!brief || !longer) assert.fail();
    await client.local.holdPoint(brief.id, 'before upgrade');
    const [hold] = await client.local.pointHolds(item);
    assert.deepEqual([hold?.name, hold?.reason], [brief.name, 'before upgrade']);

    const names = async () => (await client.recoveryPoints(item)).map(({ name }) => name);
    // A job of the item may be under way at one look; the next one comes with the clock.
    const gone = async (name: string) => {
      world.clock.advance(HOUR);
      return !(await names()).includes(name);
    };
    world.clock.advance(3 * DAY);
    await waitFor('the other expired point to go', () => gone(longer.name));
    assert.ok((await names()).includes(brief.name));

    await client.local.releasePoint(brief.id);
    await waitFor('the released point to go', () => gone(brief.name));
    assert.deepEqual(await client.local.pointHolds(item), []);
  });

  it('asks why a point is held', async () => {
    const client = worldClient(world);
    const { item } = await makeProtected(world, 'web-01');
    await backedUp(world, item);
    const [point] = await client.recoveryPoints(item);
    await assert.rejects(client.local.holdPoint(point?.id ?? '', ' '), { code: 'InvalidRequestContent' });
  });

  it('pauses schedules over a restart, and makes up for what was missed with one backup', async () => {
    const { item } = await makeProtected(world, 'web-01');
    const points = async () => (await worldClient(world).recoveryPoints(item)).length;
    assert.notEqual(world.engine.health().nextRun, undefined);

    await worldClient(world).local.pauseSchedules(true);
    const since = world.clock.time;
    await worldClient(world).local.pauseSchedules(true);
    world.clock.advance(3 * DAY);
    await world.restart();
    assert.deepEqual(world.engine.health(), {
      runningJobs: 0,
      protectedItems: 1,
      nextRun: undefined,
      pausedSince: since,
      madeUp: undefined,
    });
    assert.equal(await points(), 0);
    await backedUp(world, item);
    assert.equal(await points(), 1);

    await worldClient(world).local.pauseSchedules(false);
    assert.equal(world.engine.health().pausedSince, undefined);
    world.clock.advance(60_000);
    await waitFor('the one backup', async () => (await points()) === 2);
    world.clock.advance(60_000);
    await waitFor('the end of the jobs', () => world.engine.health().runningJobs === 0);
    assert.equal(await points(), 2);
  });
});
