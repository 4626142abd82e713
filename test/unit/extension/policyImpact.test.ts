import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import { newPolicyTemplate } from '../../../src/domain/policyDefaults';
import type { ProtectedItem, RecoveryPoint } from '../../../src/domain/views';
import { assignmentImpact, MOST_COUNTED_MACHINES, policyImpact } from '../../../src/extension/model/policyImpact';
import { extensionWorld } from '../../support/extensionWorld';
import { machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';

const DAY = 86_400_000;
const from = { ...newPolicyTemplate({ time: '12:00', timeZone: 'UTC' }), retention: { daily: { count: 30 } } };
const sevenDays = { ...from, retention: { daily: { count: 7 } } };

/** A machine of Azure with a point of each of the last days, under a policy that keeps 30. */
async function inAzure(...names: readonly string[]) {
  const { azure, stores } = extensionWorld();
  const { production } = azure;
  const vault = production.addVault('prod-vault');
  const [first] = production.allPolicies;
  assert.ok(first);
  const policy = { ...first, rule: from };
  production.allPolicies = [policy];
  const items = names.map((name) => {
    production.allMachines.push(machine(name, {}, production.subscriptionId));
    const item = production.addItem(name, vault.id, { policyId: policy.id, state: 'Protected' });
    production.points.set(item.id, days(item, 10));
    return item;
  });
  await stores.azure.signIn();
  return { production, stores, policy, items };
}

/** A point of each of the last days, the newest of now, each kept as Daily for 30 days. */
function days(item: ProtectedItem, count: number): RecoveryPoint[] {
  return Array.from({ length: count }, (_, age) => ({
    ...point(item, `p${age}`, NOON - age * DAY),
    ruleName: 'Daily',
    expiryTime: NOON + (30 - age) * DAY,
  }));
}

describe('what saving a policy of Azure deletes', () => {
  it('is counted on the points of the machines that use it, by the rules of retention', async () => {
    const { stores, policy, items, production } = await inAzure('web-01', 'db-01');
    const [web] = items;
    assert.ok(web);
    const points = days(web, 10).map((kept, age) => (age === 9 ? { ...kept, hold: 'before the upgrade' } : kept));
    production.points.set(web.id, points);
    assert.deepEqual(await policyImpact(stores, policy, sevenDays), {
      removed: 5,
      uncounted: 0,
      machines: [
        { name: 'db-01', removed: 3, points: 10, oldest: NOON - 9 * DAY, newOldest: NOON - 6 * DAY },
        { name: 'web-01', removed: 2, points: 10, oldest: NOON - 9 * DAY, newOldest: NOON - 9 * DAY },
      ],
    });
    assert.deepEqual(await policyImpact(stores, policy, from), { removed: 0, uncounted: 0, machines: [] });
  });

  it('leaves alone what no range of a policy keeps, and the ranges that stay', async () => {
    const { stores, policy, items, production } = await inAzure('web-01');
    const [item] = items;
    assert.ok(item);
    const [newest, ...older] = days(item, 10);
    assert.ok(newest);
    const asked = older.map(({ ruleName: _named, ...onDemand }) => onDemand);
    production.points.set(item.id, [newest, ...asked]);
    assert.equal((await policyImpact(stores, policy, sevenDays)).removed, 0);
  });

  it('counts a point that a longer range named by its shorter ranges as well', async () => {
    const weekly = { days: ['Sunday'], count: 12 } as const;
    const { stores, policy, items, production } = await inAzure('web-01');
    const rule = { ...from, retention: { daily: { count: 30 }, weekly } };
    const [item] = items;
    assert.ok(item);
    const sundays = days(item, 10).map((kept) =>
      new Date(kept.time).getUTCDay() === 0 ? { ...kept, ruleName: 'Weekly', expiryTime: kept.time + 84 * DAY } : kept,
    );
    production.points.set(item.id, sundays);
    // Without the weekly range its points are still daily ones, which are kept for 30 days.
    assert.equal((await policyImpact(stores, { ...policy, rule }, from)).removed, 0);
  });

  it('asks each machine once, and says how many it could not ask', async () => {
    const names = Array.from({ length: MOST_COUNTED_MACHINES + 3 }, (_, index) => `vm-${index}`);
    const { stores, policy, production } = await inAzure(...names);
    const impact = await policyImpact(stores, policy, sevenDays);
    assert.deepEqual([impact.uncounted, impact.machines.length], [3, MOST_COUNTED_MACHINES]);
    await policyImpact(stores, policy, from);
    const asked = production.calls.filter((call) => call === 'recoveryPoints');
    assert.equal(asked.length, MOST_COUNTED_MACHINES);
  });

  it('counts the others when the points of a machine cannot be read', async () => {
    const { stores, policy, production } = await inAzure('web-01');
    production.failing.set('recoveryPoints', new AppError('Refused', 'No.'));
    assert.deepEqual(await policyImpact(stores, policy, sevenDays), { removed: 0, uncounted: 1, machines: [] });
  });
});

describe('what giving machines of Azure another policy deletes', () => {
  it('is counted from the policy that each has', async () => {
    const { stores, policy, items } = await inAzure('web-01', 'db-01');
    await stores.vaults.ensure();
    const other = { id: `${policy.vaultId}/backupPolicies/week`, rule: sevenDays };
    const { impact, problem } = await assignmentImpact(stores, items.slice(0, 1), other);
    assert.deepEqual([impact.removed, impact.uncounted, problem], [3, 0, undefined]);
    assert.deepEqual(
      impact.machines.map(({ name }) => name),
      ['web-01'],
    );
    // A machine that has the policy already loses nothing by it.
    const same = await assignmentImpact(stores, items, { id: policy.id, rule: sevenDays });
    assert.deepEqual(same.impact, { removed: 0, uncounted: 0, machines: [] });
  });

  it('is not counted where points cannot be read, or a policy cannot', async () => {
    const { production, stores, policy, items } = await inAzure('web-01', 'db-01');
    await stores.vaults.ensure();
    const id = `${policy.vaultId}/backupPolicies/week`;
    const unread = await assignmentImpact(stores, items, { id });
    assert.deepEqual([unread.impact.uncounted, unread.problem], [2, 'This version cannot read the new policy.']);
    production.failing.set('recoveryPoints', new AppError('ServiceBusy', 'The service is busy.'));
    const busy = await assignmentImpact(stores, items, { id, rule: sevenDays });
    assert.deepEqual([busy.impact.removed, busy.impact.uncounted], [0, 2]);
  });
});
