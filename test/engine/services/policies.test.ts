import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Repository } from '../../../src/engine/store/repository';
import { DAY, EngineWorld, HOUR } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { inlineEnvironment } from '../store/storeSupport';
import {
  backedUp,
  backup,
  DAILY_AT_TEN,
  discover,
  ended,
  imageContent,
  itemIdOf,
  makeGroup,
  makeMachine,
  makeProtected,
  makeVault,
  must,
  pointsOf,
  propertiesOf,
  protectBody,
} from './life';

const MINUTE = 60_000;

/** A Standard policy at 22:00 UTC that keeps daily points for some days, and more if `ranges` says so. */
function dailyFor(days: number, ranges: object = {}) {
  const { retentionPolicy } = DAILY_AT_TEN;
  const dailySchedule = { ...retentionPolicy.dailySchedule, retentionDuration: { count: days, durationType: 'Days' } };
  return { ...DAILY_AT_TEN, retentionPolicy: { ...retentionPolicy, dailySchedule, ...ranges } };
}

function weeklyFor(weeks: number, daysOfTheWeek: readonly string[] = ['Sunday']) {
  const retentionTimes = ['2024-01-01T22:00:00Z'];
  return {
    weeklySchedule: { daysOfTheWeek, retentionTimes, retentionDuration: { count: weeks, durationType: 'Weeks' } },
  };
}

const WEEKLY = {
  ...DAILY_AT_TEN,
  schedulePolicy: { ...DAILY_AT_TEN.schedulePolicy, scheduleRunFrequency: 'Weekly', scheduleRunDays: ['Sunday'] },
  retentionPolicy: { retentionPolicyType: 'LongTermRetentionPolicy', ...weeklyFor(12) },
  instantRpRetentionRangeInDays: 5,
};

const HOURLY = {
  backupManagementType: 'AzureIaasVM',
  policyType: 'V2',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicyV2',
    scheduleRunFrequency: 'Hourly',
    hourlySchedule: { interval: 4, scheduleWindowStartTime: '2024-01-01T12:00:00Z', scheduleWindowDuration: 8 },
  },
  retentionPolicy: DAILY_AT_TEN.retentionPolicy,
  instantRpRetentionRangeInDays: 7,
  timeZone: 'UTC',
};

describe('policies of a vault', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.create();
  });
  afterEach(() => world.close());

  const put = async (vault: string, name: string, properties: unknown) =>
    world.arm('PUT', `${vault}/backupPolicies/${name}`, { properties });
  const names = async (vault: string, query = '') => {
    const { value } = await must(world, 200, ['GET', `${vault}/backupPolicies${query}`]);
    return value.map(({ name }: { name: string }) => name);
  };
  const onlyVault = async () => {
    await makeGroup(world);
    return makeVault(world, 'home-vault');
  };
  /** The operation of a change once it is over, and its jobs once they are. */
  const followed = async (vault: string, headers: Readonly<Record<string, unknown>>) => {
    const { body } = await world.follow(headers['azure-asyncoperation']);
    assert.equal(body.status, 'Succeeded', JSON.stringify(body));
    const jobs: string[] = body.properties.jobIds.map((id: string) => `${vault}/backupJobs/${id}`);
    return { body, jobs: await Promise.all(jobs.map(async (job) => ended(world, job))) };
  };
  /** Rule and date of expiry of each point, newest first. */
  const kept = async (item: string) =>
    (await pointsOf(world, item)).map((point: { properties: { recoveryPointProperties: Record<string, string> } }) => {
      const { ruleName = 'none', expiryTime = '' } = point.properties.recoveryPointProperties;
      return `${ruleName} ${expiryTime.slice(0, 10)}`;
    });
  /** Sleeps until a moment and lets what is due run: backups and clean-ups. */
  const sleepTo = async (moment: number) => {
    world.clock.sleepUntil(moment);
    await waitFor('the jobs to end', () => world.engine.health().runningJobs === 0);
  };
  /** A scheduled backup a day, shortly after 22:30 UTC. */
  const passDays = async (days: number) => {
    for (let i = 0; i < days; i++) {
      const next = Math.ceil((world.clock.time - 22.6 * HOUR) / DAY) * DAY + 22.6 * HOUR;
      await sleepTo(next > world.clock.time ? next : next + DAY);
    }
  };
  /** Gives the machine another policy, and waits until its points follow. */
  const move = async (item: string, { machine, vault }: { machine: string; vault: string }, policy: string) => {
    const { headers } = await world.arm('PUT', item, protectBody(vault, machine, policy));
    await waitFor(
      'the move',
      async () => (await world.follow(headers['azure-asyncoperation'])).body.status === 'Succeeded',
    );
  };
  /** The clean-up that the next looks of the scheduler start has done its work. */
  const pointCount = async (item: string, count: number) =>
    waitFor(`${count} points`, async () => (await pointsOf(world, item)).length === count);

  describe('SPEC §1.5: built in', () => {
    it('are three, of which one is not for machines', async () => {
      const vault = await onlyVault();
      assert.deepEqual(await names(vault), ['DefaultPolicy', 'EnhancedPolicy', 'HourlyLogBackup']);
      assert.deepEqual(await names(vault, "?$filter=backupManagementType eq 'AzureIaasVM'"), [
        'DefaultPolicy',
        'EnhancedPolicy',
      ]);
      assert.deepEqual(
        await names(vault, "?$filter=workloadType eq 'sqldatabase' and backupManagementType eq 'AzureWorkload'"),
        ['HourlyLogBackup'],
      );
      assert.deepEqual(
        await names(vault, '?api-version=2021-01-01'),
        ['DefaultPolicy', 'HourlyLogBackup'],
        'as recorded',
      );
      const { schedulePolicy, policyType } = await propertiesOf(world, `${vault}/backupPolicies/enhancedpolicy`);
      assert.deepEqual([policyType, schedulePolicy.hourlySchedule.interval], ['V2', 4]);
    });

    it('that are deleted are there again at once (when is assumed)', async () => {
      const vault = await onlyVault();
      assert.equal((await put(vault, 'DefaultPolicy', dailyFor(90))).status, 200);
      assert.equal((await world.arm('DELETE', `${vault}/backupPolicies/DefaultPolicy`)).status, 200);
      const { retentionPolicy } = await propertiesOf(world, `${vault}/backupPolicies/DefaultPolicy`);
      assert.equal(retentionPolicy.dailySchedule.retentionDuration.count, 30);
    });

    it('HourlyLogBackup protects no machine, and other workloads have no policies here', async () => {
      const vault = await onlyVault();
      const machine = await makeMachine(world, 'web', [imageContent(1)]);
      await discover(world, vault);
      const answer = await world.arm('PUT', itemIdOf(vault, 'web'), protectBody(vault, machine, 'HourlyLogBackup'));
      assert.deepEqual([answer.status, answer.body.error.code], [400, 'BMSUserErrorInvalidPolicyForGivenProvider']);
      assert.equal((await put(vault, 'HourlyLogBackup', dailyFor(30))).status, 400);
      assert.equal((await put(vault, 'logs', { backupManagementType: 'AzureWorkload' })).status, 501);
    });
  });

  it('SPEC §2.7: every broken rule is in the details, under the sentence of the service', async () => {
    const vault = await onlyVault();
    const { status, body } = await put(vault, 'broken', {
      ...HOURLY,
      timeZone: 'Nowhere',
      schedulePolicy: {
        ...HOURLY.schedulePolicy,
        hourlySchedule: { interval: 5, scheduleWindowStartTime: '2024-01-01T12:15:00Z', scheduleWindowDuration: 3 },
      },
      instantRpRetentionRangeInDays: 31,
    });
    assert.deepEqual([status, body.error.code], [400, 'BMSUserErrorInvalidPolicyInput']);
    assert.match(body.error.message, /^Input for create or update policy is not in proper format\r\n/);
    const details: { code: string; target: string; message: string }[] = body.error.details;
    assert.deepEqual(
      details.map(({ code }) => code),
      [
        'UnknownTimeZone',
        'ScheduleTime',
        'HourlyInterval',
        'HourlyDuration',
        'InstantRestoreDays',
        'InstantRestoreTooLong',
      ],
    );
    for (const { target, message } of details) assert.ok(target.length > 0 && message.endsWith('.'), message);
  });

  it('SPEC §2.5: a name has 3 to 150 characters and starts with a letter', async () => {
    const vault = await onlyVault();
    for (const name of ['ab', '1st', 'a'.repeat(151)]) {
      const { status, body } = await put(vault, name, dailyFor(30));
      assert.deepEqual(
        [status, body.error.code, body.error.details[0].target],
        [400, 'BMSUserErrorInvalidPolicyInput', 'name'],
      );
    }
    assert.equal((await put(vault, `a${'-_!9'.repeat(37)}z`, dailyFor(30))).status, 200);
  });

  describe('SPEC §2.4', () => {
    it('at most 200 policies in a vault', async () => {
      const vault = await onlyVault();
      await world.stop();
      world.edit((catalog) => {
        const [policy] = catalog.policies.list();
        for (let i = 3; i < 200; i++)
          catalog.policies.put({ ...policy!, id: `${vault}/backupPolicies/policy${i}`, name: `policy${i}` });
      });
      await world.start();
      const { status, body } = await put(vault, 'one-more', dailyFor(30));
      assert.deepEqual([status, body.error.details[0].code], [400, 'TooManyPolicies']);
      assert.equal((await put(vault, 'policy7', dailyFor(30))).status, 200);
    });

    it('at most 50 writes of policies in a vault and a day (the code is assumed)', async () => {
      const vault = await onlyVault();
      for (let i = 0; i < 50; i++) assert.equal((await put(vault, 'often', dailyFor(30 + i))).status, 200);
      const { status, body } = await put(vault, 'often', dailyFor(30));
      assert.deepEqual([status, body.error.code], [409, 'LocalPolicyWriteLimit']);
      world.clock.advance(DAY);
      assert.equal((await put(vault, 'often', dailyFor(30))).status, 200);
    });
  });

  describe('SPEC §2.8', () => {
    it('an item moves from a Standard to an Enhanced policy, never back (the code is assumed)', async () => {
      const { item, machine, vault } = await makeProtected(world, 'web');
      await must(world, 202, ['PUT', item, protectBody(vault, machine, 'EnhancedPolicy')]);
      assert.equal((await propertiesOf(world, item)).policyName, 'EnhancedPolicy');
      const back = await world.arm('PUT', item, protectBody(vault, machine, 'DefaultPolicy'));
      assert.deepEqual([back.status, back.body.error.code], [400, 'LocalPolicyDowngrade']);
      const edit = await put(vault, 'EnhancedPolicy', dailyFor(30));
      assert.deepEqual([edit.status, edit.body.error.code], [400, 'LocalPolicyDowngrade']);
      await backedUp(world, item);
      const [{ properties }] = await pointsOf(world, item);
      assert.equal(properties.createdWithPolicyType, 'V2');
    });
  });

  it('SPEC §2.10: one that is in use is not deleted; one that is not answers 200, then 204', async () => {
    const { vault } = await makeProtected(world, 'web');
    const used = await world.arm('DELETE', `${vault}/backupPolicies/DefaultPolicy`);
    assert.deepEqual([used.status, used.body.error.code], [400, 'BMSUserErrorPolicyInUse']);
    assert.equal((await put(vault, 'spare', dailyFor(30))).status, 200);
    const path = `${vault}/backupPolicies/spare`;
    assert.equal((await world.arm('DELETE', path)).status, 200);
    assert.equal((await world.arm('DELETE', path)).status, 204);
    assert.equal((await world.arm('GET', path)).status, 404);
  });

  it('SPEC §2.12: an hourly policy runs at each of its slots', async () => {
    const { item, machine, vault } = await makeProtected(world, 'web');
    assert.equal((await put(vault, 'hourly', HOURLY)).status, 200);
    await move(item, { machine, vault }, 'hourly');
    for (const hour of [16, 20, 24, 36, 40, 44, 47]) await sleepTo(Date.UTC(2026, 9, 12, hour));
    const times = (await pointsOf(world, item)).map((point: { properties: { recoveryPointTime: string } }) =>
      point.properties.recoveryPointTime.slice(5, 13),
    );
    assert.deepEqual(times, ['10-13T20', '10-13T16', '10-13T12', '10-12T20', '10-12T16']);
  });

  describe('that machines use', () => {
    it('are changed by an operation with a job for each machine', async () => {
      const { item, vault } = await makeProtected(world, 'web');
      const second = await makeMachine(world, 'db', [imageContent(2)]);
      await discover(world, vault);
      await must(world, 202, ['PUT', itemIdOf(vault, 'db'), protectBody(vault, second)]);
      const { status, headers, body } = await put(vault, 'DefaultPolicy', dailyFor(90));
      assert.deepEqual([status, body], [202, undefined]);
      const policy = `${vault}/backupPolicies/DefaultPolicy`;
      assert.match(String(headers['azure-asyncoperation']), new RegExp(`${policy}/operations/[^/]+\\?api-version=`));
      assert.match(String(headers['location']), new RegExp(`${policy}/operationResults/[^/]+\\?api-version=`));
      const { body: operation, jobs } = await followed(vault, headers);
      assert.deepEqual(Object.keys(operation.properties), ['objectType', 'jobIds', 'failedJobsError']);
      assert.equal(operation.properties.objectType, 'OperationStatusJobsExtendedInfo');
      assert.deepEqual(
        jobs.map(({ operation: kind, status: end, entityFriendlyName }) => [kind, end, entityFriendlyName]),
        ['web', 'db'].map((name) => ['ConfigureBackup', 'Completed', name]),
      );
      const result = await world.follow(headers['location']);
      assert.deepEqual([result.status, result.body.name], [200, 'DefaultPolicy']);
      assert.equal(result.body.properties.protectedItemsCount, 2);
      const { extendedInfo } = await propertiesOf(world, `${item}?$filter=expand eq 'extendedInfo'`);
      assert.equal(extendedInfo.policyInconsistent, false);
    });

    it('SPEC §3 worked example E: 30 to 7 days is counted beforehand, then removes all that is older but the newest', async () => {
      const { item, machine, vault } = await makeProtected(world, 'web');
      await put(vault, 'month', dailyFor(30, weeklyFor(12)));
      await move(item, { machine, vault }, 'month');
      await passDays(12);
      const before = await pointsOf(world, item);
      assert.equal(before.length, 12);

      const week = dailyFor(7, weeklyFor(12));
      const preview = await must(world, 200, [
        'POST',
        `${vault}/backupPolicies/month/providers/VmBackup.Local/preview/default`,
        { properties: week },
      ]);
      const time = (index: number) => Date.parse(before.at(index).properties.recoveryPointTime);
      assert.deepEqual(preview.items, [
        { id: item, machineName: 'web', points: 12, removed: 5, oldest: time(-1), newOldest: time(-6) },
      ]);
      assert.deepEqual(await pointsOf(world, item), before, 'a preview changes nothing');

      const { headers } = await put(vault, 'month', week);
      await followed(vault, headers);
      world.clock.advance(MINUTE);
      await pointCount(item, 7);
      const left = await kept(item);
      assert.deepEqual(left[0], 'Daily 2026-10-30');
      assert.ok(
        left.some((text: string) => text.startsWith('Weekly 2027-01-10')),
        JSON.stringify(left),
      );
      const { headers: again } = await put(vault, 'month', dailyFor(30, weeklyFor(12)));
      await followed(vault, again);
      assert.deepEqual((await kept(item))[0], 'Daily 2026-11-22', 'worked example E: 7 to 30 days adds 23 days');
    });

    it('SPEC §3: the change outlives the loss of the catalog’s rows', async () => {
      const { item, machine, vault } = await makeProtected(world, 'web');
      await put(vault, 'month', dailyFor(30, weeklyFor(12)));
      await move(item, { machine, vault }, 'month');
      await passDays(7);
      const { headers } = await put(vault, 'month', dailyFor(60));
      await followed(vault, headers);
      await move(item, { machine, vault }, 'DefaultPolicy');
      const expected = await kept(item);
      assert.equal(expected.length, 7);
      assert.ok(
        expected.every((text: string) => text.startsWith('Daily')),
        JSON.stringify(expected),
      );
      await world.stop();
      world.edit((catalog) => {
        for (const point of catalog.points.list())
          catalog.points.delete(`${point.itemKey}/recoverypoints/${point.name}`);
        for (const { id } of catalog.policyChanges.list()) catalog.policyChanges.delete(id);
      });
      await world.start();
      assert.deepEqual(await kept(item), expected);
    });

    it('SPEC §4: an item is inconsistent until the change reached its points, also over a restart', async () => {
      const { item, vault } = await makeProtected(world, 'web');
      await passDays(2);
      await world.stop();
      world.edit((catalog) => {
        const [found] = catalog.items.list();
        const policy = catalog.policies.get(`${vault}/backupPolicies/DefaultPolicy`)!.properties;
        assert.equal(policy.backupManagementType, 'AzureIaasVM');
        if (policy.backupManagementType !== 'AzureIaasVM') return;
        const longer = JSON.parse(JSON.stringify(policy).replace('"count":30', '"count":90'));
        catalog.policyChanges.put({
          id: '00000000-0000-4000-8000-0000000000aa',
          itemKey: item.toLowerCase(),
          vaultKey: vault.toLowerCase(),
          group: found!.vmId,
          at: world.clock.time,
          from: { name: 'DefaultPolicy', properties: policy },
          to: { name: 'DefaultPolicy', properties: longer },
          pending: true,
        });
      });
      await world.start();
      const inconsistent = async () =>
        (await propertiesOf(world, `${item}?$filter=expand eq 'extendedInfo'`)).extendedInfo.policyInconsistent;
      await waitFor('the change to be finished', async () => (await inconsistent()) === false);
      assert.deepEqual((await kept(item))[0], 'Daily 2027-01-11');
    });

    it('SPEC §3: daily to weekly removes daily points, weekly to daily keeps weekly ones', async () => {
      const { item, machine, vault } = await makeProtected(world, 'web');
      await put(vault, 'both', dailyFor(30, weeklyFor(12)));
      await put(vault, 'weekly', WEEKLY);
      await move(item, { machine, vault }, 'both');
      await passDays(9);
      assert.equal((await pointsOf(world, item)).length, 9);
      await move(item, { machine, vault }, 'weekly');
      world.clock.advance(MINUTE);
      await pointCount(item, 2);
      assert.deepEqual(await kept(item), ['On-Demand 2026-10-20', 'Weekly 2027-01-10'], 'the newest one stays, n+1');
      await move(item, { machine, vault }, 'DefaultPolicy');
      assert.equal((await kept(item))[1], 'Weekly 2027-01-10');
    });
  });

  it('a backup that runs while its policy is edited makes a point of the new policy', async () => {
    const { item, vault } = await makeProtected(world, 'web');
    world.clock.moveTo(Date.UTC(2026, 9, 12, 22, 29));
    world.pool.hold();
    world.clock.advance(2 * MINUTE);
    await waitFor('the backup to read', () => world.pool.waiting > 0);
    const { headers } = await put(vault, 'DefaultPolicy', dailyFor(90));
    await followed(vault, headers);
    world.pool.release();
    await waitFor('the backup to end', () => world.engine.health().runningJobs === 0);
    assert.deepEqual(await kept(item), ['Daily 2027-01-10']);
  });

  describe('retention', () => {
    it('SPEC §3 GC: an expired point is gone within a day, the newest one never', async () => {
      const { item } = await makeProtected(world, 'web');
      await backedUp(world, item, { recoveryPointExpiryTimeInUTC: new Date(world.clock.time + HOUR).toISOString() });
      await sleepTo(world.clock.time + 4 * HOUR);
      assert.equal((await pointsOf(world, item)).length, 1, 'n+1');
      await backedUp(world, item);
      await sleepTo(world.clock.time + 2 * HOUR);
      await pointCount(item, 1);
      const [{ properties }] = await pointsOf(world, item);
      assert.equal(properties.recoveryPointProperties.expiryTime.slice(0, 10), '2026-11-11');
    });

    it('SPEC §3 worked example F: nothing goes while protection is stopped; then all that is due', async () => {
      const { item } = await makeProtected(world, 'web');
      for (let i = 0; i < 3; i++) {
        await backedUp(world, item, { recoveryPointExpiryTimeInUTC: new Date(world.clock.time + DAY).toISOString() });
        world.clock.advance(HOUR);
      }
      const setState = async (state: 'ProtectionStopped' | 'Protected' | 'BackupsSuspended') => {
        await world.stop();
        world.edit((catalog) => {
          const [found] = catalog.items.list();
          catalog.items.put({ ...found!, state, lastSlot: world.clock.time + 100 * DAY });
        });
        await world.start();
      };
      await setState('ProtectionStopped');
      await sleepTo(world.clock.time + 3 * DAY);
      assert.equal((await pointsOf(world, item)).length, 3);
      await setState('BackupsSuspended');
      await pointCount(item, 1);
    });

    it('SPEC §2.14: what was due while protection was stopped goes right after it is resumed', async () => {
      const { item, machine, vault } = await makeProtected(world, 'web');
      for (let i = 0; i < 3; i++) {
        await backedUp(world, item, { recoveryPointExpiryTimeInUTC: new Date(world.clock.time + HOUR).toISOString() });
        world.clock.advance(MINUTE);
      }
      const { properties } = protectBody(vault, machine);
      await must(world, 202, [
        'PUT',
        item,
        { properties: { ...properties, policyId: '', protectionState: 'ProtectionStopped' } },
      ]);
      await sleepTo(world.clock.time + 3 * HOUR);
      assert.equal((await pointsOf(world, item)).length, 3);
      await move(item, { machine, vault }, 'DefaultPolicy');
      world.clock.advance(MINUTE);
      await pointCount(item, 1);
    });

    it('a legal hold keeps a point that has expired', async () => {
      const { item } = await makeProtected(world, 'web');
      for (let i = 0; i < 3; i++) {
        await backedUp(world, item, { recoveryPointExpiryTimeInUTC: new Date(world.clock.time + DAY).toISOString() });
        world.clock.advance(HOUR);
      }
      await world.stop();
      world.edit((catalog) => {
        const [oldest] = catalog.points.list({ orderBy: 'time' });
        catalog.points.put({ ...oldest!, hold: 1 });
      });
      await world.start();
      await passDays(1);
      const held = (await pointsOf(world, item)).at(-1);
      await passDays(2);
      world.clock.advance(MINUTE);
      await waitFor('the others to go', async () => (await pointsOf(world, item)).length === 4);
      assert.deepEqual((await pointsOf(world, item)).at(-1), held);
    });

    it('SPEC §3: a legal hold in the store keeps a point, and hides none', async () => {
      const { item } = await makeProtected(world, 'web');
      for (let i = 0; i < 3; i++) {
        await backedUp(world, item, { recoveryPointExpiryTimeInUTC: new Date(world.clock.time + HOUR).toISOString() });
        world.clock.advance(MINUTE);
      }
      await world.stop();
      let manifestKey = '';
      let repository = '';
      world.edit((catalog) => {
        manifestKey = catalog.points.list({ orderBy: 'time' })[0]!.manifestKey;
        repository = catalog.vaults.list()[0]!.repository;
      });
      const path = join(world.dataFolder, 'sites', 'local', 'vaults', repository);
      const keyFile = Buffer.alloc(32, 7);
      const store = await Repository.open({ kind: 'folder', path }, { keyFile }, inlineEnvironment());
      await store.holdPoint(manifestKey, 'A court asked for it.');
      await store.close();
      world.clock.advance(2 * HOUR);
      await world.start();
      await pointCount(item, 2);
      await world.restart();
      assert.equal((await pointsOf(world, item)).length, 2);
    });

    it('waits while a job of the machine is under way', async () => {
      const { item } = await makeProtected(world, 'web');
      for (let i = 0; i < 2; i++) {
        await backedUp(world, item, { recoveryPointExpiryTimeInUTC: new Date(world.clock.time + HOUR).toISOString() });
      }
      world.pool.hold();
      const job = await backup(world, item);
      await waitFor('the backup to read', () => world.pool.waiting > 0);
      world.clock.sleepUntil(world.clock.time + 3 * HOUR);
      assert.equal((await pointsOf(world, item)).length, 2);
      world.pool.release();
      await ended(world, job);
      world.clock.sleepUntil(world.clock.time + 2 * HOUR);
      await pointCount(item, 1);
    });
  });
});
