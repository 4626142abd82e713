import assert from 'node:assert/strict';
import type { Method } from '../../../src/engine/http/operation';
import { DAY, EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { backedUp, DAILY_AT_TEN, makeProtected, must, pointsOf, propertiesOf, protectBody } from './life';

const GUARD =
  '/subscriptions/00000000-0000-4000-8000-0000000000ff/resourceGroups/security/providers/Microsoft.DataProtection/resourceGuards/guard';
const IMMUTABLE = [400, 'UserErrorOperationDeniedOnImmutableItem'];
const UNAPPROVED = [403, 'BMSUserErrorResourceGuard'];

/** The standing request of the guard that approves an operation. */
const approved = (operation: string) => ({ resourceGuardOperationRequests: [`${GUARD}/${operation}Requests/default`] });

/** A Standard policy at 22:00 UTC that keeps daily points for some days. */
function dailyFor(days: number) {
  const { retentionPolicy } = DAILY_AT_TEN;
  const dailySchedule = { ...retentionPolicy.dailySchedule, retentionDuration: { count: days, durationType: 'Days' } };
  return { ...DAILY_AT_TEN, retentionPolicy: { ...retentionPolicy, dailySchedule } };
}

describe('what weakens the protection of a machine', () => {
  let world: EngineWorld;
  let vault: string;
  let machine: string;
  let item: string;

  beforeEach(async () => {
    world = await EngineWorld.create();
    ({ vault, machine, item } = await makeProtected(world, 'web'));
    for (const [name, days] of Object.entries({ short: 7, long: 90 }))
      await must(world, 200, ['PUT', `${vault}/backupPolicies/${name}`, { properties: dailyFor(days) }]);
  });
  afterEach(() => world.close());

  const proxy = () => `${vault}/backupResourceGuardProxies/VaultProxy`;
  const answered = async (method: Method, path: string, body?: unknown) => {
    const answer = await world.arm(method, path, body);
    return answer.status < 400 ? answer.status : [answer.status, answer.body.error.code];
  };
  const moveBody = (policy: string, more: object = {}) => ({
    properties: { ...protectBody(vault, machine, policy).properties, ...more },
  });
  const stopBody = (more: object = {}) => moveBody('', { policyId: '', protectionState: 'ProtectionStopped', ...more });
  const suspend = (more: object = {}) => moveBody('DefaultPolicy', { protectionState: 'BackupsSuspended', ...more });
  const edit = async (policy: string, properties: object) =>
    answered('PUT', `${vault}/backupPolicies/${policy}`, { properties });
  const unlock = async (resourceToBeDeleted: string) =>
    must(world, 200, ['POST', `${proxy()}/unlockDelete`, { ...approved('deleteProtectedItem'), resourceToBeDeleted }]);
  /** A change of the item that must be accepted, until it is done. */
  const changed = async (body: unknown) => {
    const { status, headers } = await world.arm('PUT', item, body);
    assert.equal(status, 202);
    await waitFor(
      'the change',
      async () => (await world.follow(headers['azure-asyncoperation'])).body.status === 'Succeeded',
    );
  };
  const expiries = async (): Promise<string[]> =>
    (await pointsOf(world, item)).map(
      ({ properties }: { properties: { recoveryPointProperties: { expiryTime: string } } }) =>
        properties.recoveryPointProperties.expiryTime.slice(0, 10),
    );
  /** The scheduled run of an evening. */
  const oneNight = async () => {
    world.clock.sleepUntil(world.clock.time + DAY);
    await waitFor('the run', async () => (await pointsOf(world, item)).length > 0);
    await waitFor('its end', () => world.engine.health().runningJobs === 0);
  };

  it('SPEC §3: a swap of policies counts the new duration from the time of the points that are there', async () => {
    await oneNight();
    assert.deepEqual(await expiries(), ['2026-11-12']);
    await changed(moveBody('long'));
    assert.deepEqual(await expiries(), ['2027-01-11']);
    await changed(moveBody('short'));
    assert.deepEqual(await expiries(), ['2026-10-20']);
  });

  for (const state of ['Unlocked', 'Locked'] as const) {
    describe(`SPEC §2.16: in a vault whose immutability is ${state}`, () => {
      beforeEach(async () => {
        await oneNight();
        for (const step of ['Unlocked', state])
          await must(
            world,
            [200, 202],
            ['PATCH', vault, { properties: { securitySettings: { immutabilitySettings: { state: step } } } }],
          );
      });

      it('a swap or an edit that keeps points shorter is refused, one that keeps them longer is not', async () => {
        assert.deepEqual(await answered('PUT', item, moveBody('short')), IMMUTABLE);
        assert.deepEqual(await edit('DefaultPolicy', dailyFor(29)), IMMUTABLE);
        assert.deepEqual(await expiries(), ['2026-11-12']);
        await changed(moveBody('long'));
        assert.deepEqual(await expiries(), ['2027-01-11']);
        assert.deepEqual(await answered('PUT', item, moveBody('DefaultPolicy')), IMMUTABLE);
      });

      it('a stopped machine does not resume with a policy that keeps its points shorter', async () => {
        await changed(stopBody());
        assert.deepEqual(await answered('PUT', item, moveBody('short')), IMMUTABLE);
        assert.deepEqual(await expiries(), ['2026-11-12']);
        await changed(moveBody('DefaultPolicy'));
        assert.deepEqual(await expiries(), ['2026-11-12']);
      });

      it('nothing is deleted', async () => {
        assert.deepEqual(await answered('DELETE', item), IMMUTABLE);
      });
    });
  }

  describe('SPEC §6: with a resource guard', () => {
    beforeEach(async () => {
      await backedUp(world, item);
      await must(world, 200, ['PUT', proxy(), { properties: { resourceGuardResourceId: GUARD } }]);
    });

    it('stopping a machine needs an approval of updateProtectedItem', async () => {
      assert.deepEqual(await answered('PUT', item, stopBody()), UNAPPROVED);
      assert.deepEqual(await answered('PUT', item, stopBody(approved('deleteProtectedItem'))), UNAPPROVED);
      assert.equal((await propertiesOf(world, item)).protectionState, 'Protected');
      await changed(stopBody(approved('updateProtectedItem')));
      assert.equal((await propertiesOf(world, item)).protectionState, 'ProtectionStopped');
      assert.equal(await answered('PUT', item, moveBody('DefaultPolicy')), 202);
    });

    it('suspending backups needs an approval of updateProtectedItem', async () => {
      const immutabilitySettings = { state: 'Unlocked' };
      await must(world, 202, ['PATCH', vault, { properties: { securitySettings: { immutabilitySettings } } }]);
      assert.deepEqual(await answered('PUT', item, suspend()), UNAPPROVED);
      await changed(suspend(approved('updateProtectedItem')));
      assert.equal((await propertiesOf(world, item)).protectionState, 'BackupsSuspended');
    });

    it('a policy that keeps less needs an approval of updateProtectedItem, one that keeps more needs none', async () => {
      await changed(moveBody('long'));
      assert.deepEqual(await answered('PUT', item, moveBody('short')), UNAPPROVED);
      await changed(moveBody('short', approved('updateProtectedItem')));
      assert.equal((await propertiesOf(world, item)).policyName, 'short');
    });

    it('an edit that keeps less needs an approval of updateProtectionPolicy where machines use the policy', async () => {
      assert.equal(await edit('long', dailyFor(8)), 200);
      assert.equal(await edit('DefaultPolicy', dailyFor(60)), 202);
      assert.deepEqual(await edit('DefaultPolicy', dailyFor(30)), UNAPPROVED);
      assert.deepEqual(
        await edit('DefaultPolicy', { ...dailyFor(30), ...approved('updateProtectedItem') }),
        UNAPPROVED,
      );
      assert.equal(await edit('DefaultPolicy', { ...dailyFor(30), ...approved('updateProtectionPolicy') }), 202);
    });

    it('deleting backup data needs the guard to unlock that machine, for half an hour', async () => {
      assert.deepEqual(await answered('DELETE', item), UNAPPROVED);
      await unlock(`${item}-other`);
      assert.deepEqual(await answered('DELETE', item), UNAPPROVED);
      await unlock(item.toUpperCase());
      world.clock.advance(31 * 60_000);
      assert.deepEqual(await answered('DELETE', item), UNAPPROVED);
      await unlock(item);
      assert.equal(await answered('DELETE', item), 202);
      await waitFor(
        'the soft delete',
        async () => (await propertiesOf(world, item)).isScheduledForDeferredDelete === true,
      );
    });
  });
});
