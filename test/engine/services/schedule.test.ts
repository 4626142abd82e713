import assert from 'node:assert/strict';
import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupPolicy } from '../../../src/domain/policy';
import { newPolicyTemplate } from '../../../src/domain/policyDefaults';
import { policyToWire } from '../../../src/protocol/policyWire';
import { DAY, EngineWorld, HOUR, START } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import {
  backedUp,
  backup,
  ended,
  imageContent,
  makeGroup,
  makeProtected,
  makeVault,
  must,
  pointsOf,
  propertiesOf,
  protectBody,
  statisticsOf,
} from './life';

const MINUTE = 60_000;

const at = (text: string) => Date.parse(text);

const daily = (time: string, more: Partial<BackupPolicy> = {}): BackupPolicy => ({
  timeZone: 'UTC',
  schedule: { frequency: 'Daily', time },
  retention: { daily: { count: 30 } },
  instantRestoreDays: 2,
  ...more,
});

describe('scheduled backups', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.create();
  });
  afterEach(() => world.close());

  /** A machine under a policy of its own. */
  const follow = async (name: string, rule: BackupPolicy, seed = 1) => {
    await makeGroup(world);
    const vault = await makeVault(world, 'home-vault');
    const policy = `Policy-${name}`;
    await must(world, 200, ['PUT', `${vault}/backupPolicies/${policy}`, { properties: policyToWire(rule) }]);
    return { ...(await makeProtected(world, name, { contents: [imageContent(seed)], policy })), policy };
  };

  /** Jobs of scheduled and on-demand backups, oldest first. */
  const backupsOf = async (item: string) => {
    const vault = item.slice(0, item.indexOf('/backupFabrics'));
    const { value } = await must(world, 200, ['GET', `${vault}/backupJobs?$filter=operation eq 'Backup'`]);
    const all: { id: string; properties: { status: string; startTime: string; entityFriendlyName: string } }[] = value;
    const name = item.slice(item.lastIndexOf(';') + 1);
    return all.filter((job) => job.properties.entityFriendlyName === name).toReversed();
  };

  /** The result of the only scheduled run that there is beyond `before`. */
  const nextRunOf = async (item: string, before: number) => {
    const jobs = await backupsOf(item);
    assert.equal(jobs.length, before + 1, 'one run');
    return { id: jobs.at(-1)!.id, ...(await ended(world, jobs.at(-1)!.id)) };
  };

  const newest = async (item: string) => (await pointsOf(world, item))[0].properties;

  it('run once at their time, and once again the next day', async () => {
    const { item } = await follow('web', daily('22:00'));
    assert.equal(world.engine.health().nextRun, at('2026-10-12T22:00:00Z'));
    world.clock.moveTo(at('2026-10-12T21:59:59Z'));
    assert.deepEqual(await backupsOf(item), []);
    world.clock.moveTo(at('2026-10-12T22:00:00Z'));
    const job = await nextRunOf(item, 0);
    assert.deepEqual([job.status, job.startTime], ['Completed', '2026-10-12T22:00:00Z']);
    assert.equal('Recovery Point Expiry Time in UTC' in job.extendedInfo.propertyBag, false);
    const { log } = await statisticsOf(world, job.id);
    assert.ok(!log.some(({ text }: { text: string }) => text.includes('missed')));
    assert.equal(world.engine.health().madeUp, undefined);
    const { recoveryPointProperties, recoveryPointTime } = await newest(item);
    assert.deepEqual(recoveryPointProperties, {
      expiryTime: '2026-11-11T22:00:00.0000000',
      ruleName: 'Daily',
      isSoftDeleted: false,
    });
    assert.equal(recoveryPointTime, '2026-10-12T22:00:00Z');

    world.clock.advance(23 * HOUR);
    assert.equal((await backupsOf(item)).length, 1);
    assert.equal(world.engine.health().nextRun, at('2026-10-13T22:00:00Z'));
    world.clock.moveTo(at('2026-10-13T22:00:00Z'));
    await nextRunOf(item, 1);
  });

  it('that were missed while the computer slept are caught up once, and the job says how many', async () => {
    const { item } = await follow('web', daily('22:00'));
    world.clock.sleepUntil(at('2026-10-15T23:10:00Z'));
    const job = await nextRunOf(item, 0);
    assert.equal(job.status, 'Completed');
    const { log } = await statisticsOf(world, job.id);
    const texts: string[] = log.map(({ text }: { text: string }) => text);
    assert.ok(texts.includes('Scheduled runs that were missed before this one: 3. This run catches up.'), texts.join());
    world.clock.advance(10 * MINUTE);
    assert.equal((await backupsOf(item)).length, 1);
    assert.equal((await newest(item)).recoveryPointProperties.ruleName, 'Daily');
    assert.deepEqual(world.engine.health().madeUp, { runs: 4, machines: 1 });
  });

  it('that were missed while the engine was down are caught up once it is back', async () => {
    const { item } = await follow('web', daily('22:00'));
    await world.stop();
    world.clock.sleepUntil(at('2026-10-13T08:00:00Z'));
    await world.start();
    const job = await nextRunOf(item, 0);
    assert.deepEqual([job.status, job.startTime], ['Completed', '2026-10-13T08:00:00Z']);
    assert.deepEqual(world.engine.health().madeUp, { runs: 1, machines: 1 });
    await world.restart();
    assert.equal(world.engine.health().madeUp, undefined);
    world.clock.advance(MINUTE);
    assert.equal((await backupsOf(item)).length, 1);
  });

  it('that were missed are not caught up where nobody wants that, and the next one runs', async () => {
    const { item } = await follow('web', daily('22:00'));
    const settings = { maxParallelJobs: 2, runMissedSchedules: false, machineFolders: [] };
    await must(world, 200, ['PUT', '/providers/VmBackup.Local/settings/default', settings]);
    world.clock.sleepUntil(at('2026-10-14T23:10:00Z'));
    assert.deepEqual(await backupsOf(item), [], 'the computer slept');
    await world.restart();
    world.clock.advance(10 * MINUTE);
    assert.deepEqual(await backupsOf(item), [], 'the setting holds over a restart');
    world.clock.moveTo(at('2026-10-15T22:00:00Z'));
    assert.equal((await nextRunOf(item, 0)).status, 'Completed');
    await must(world, 204, ['POST', '/providers/VmBackup.Local/schedules/pause']);
    world.clock.moveTo(at('2026-10-16T23:00:00Z'));
    await must(world, 204, ['POST', '/providers/VmBackup.Local/schedules/resume']);
    world.clock.advance(10 * MINUTE);
    assert.equal((await backupsOf(item)).length, 1, 'a pause is no reason either');
  });

  it('that could not begin on time, as a job was under way, begin late all the same', async () => {
    const { item } = await follow('web', daily('22:00'));
    const settings = { maxParallelJobs: 2, runMissedSchedules: false, machineFolders: [] };
    await must(world, 200, ['PUT', '/providers/VmBackup.Local/settings/default', settings]);
    world.clock.moveTo(at('2026-10-12T21:59:00Z'));
    world.pool.hold();
    const job = await backup(world, item);
    world.clock.moveTo(at('2026-10-12T22:20:00Z'));
    assert.equal((await backupsOf(item)).length, 1, 'the first one is still under way');
    world.pool.release();
    await ended(world, job);
    world.clock.advance(MINUTE);
    assert.equal((await nextRunOf(item, 1)).status, 'Completed');
  });

  it('do not run for a time of the day that had passed when the machine was protected', async () => {
    const { item } = await follow('web', daily('08:00'));
    world.clock.advance(HOUR);
    assert.deepEqual(await backupsOf(item), []);
  });

  it('do not run for a time of the day that had passed when the policy was changed', async () => {
    const { item, vault, policy } = await follow('web', daily('22:00'));
    await must(world, 202, ['PUT', `${vault}/backupPolicies/${policy}`, { properties: policyToWire(daily('08:00')) }]);
    world.clock.advance(HOUR);
    assert.deepEqual(await backupsOf(item), []);
    assert.equal(world.engine.health().nextRun, at('2026-10-13T08:00:00Z'));
    world.clock.moveTo(at('2026-10-13T08:00:00Z'));
    await nextRunOf(item, 0);
  });

  it('do not run for a time of the day that had passed when the machine was given another policy', async () => {
    const { item, vault, machine } = await follow('web', daily('22:00'));
    const early = { properties: policyToWire(daily('08:00')) };
    await must(world, 200, ['PUT', `${vault}/backupPolicies/Early`, early]);
    await must(world, 202, ['PUT', item, protectBody(vault, machine, 'Early')]);
    world.clock.advance(HOUR);
    assert.deepEqual(await backupsOf(item), []);
  });

  it('keep their points by the day of the slot: daily, weekly, monthly, yearly', async () => {
    const { item } = await follow('web', newPolicyTemplate({ time: '20:00', timeZone: 'UTC' }));
    for (const [i, [moment, ruleName, expiryTime]] of (
      [
        ['2027-01-03T20:00:00Z', 'Yearly', '2037-01-03T20:00:00.0000000'], // first Sunday of January
        ['2027-01-04T20:00:00Z', 'Daily', '2027-07-03T20:00:00.0000000'],
        ['2027-01-10T20:00:00Z', 'Weekly', '2029-01-07T20:00:00.0000000'],
        ['2027-02-07T20:00:00Z', 'Monthly', '2032-02-07T20:00:00.0000000'], // first Sunday of February
      ] as const
    ).entries()) {
      world.clock.sleepUntil(at(moment));
      await nextRunOf(item, i);
      const { recoveryPointProperties } = await newest(item);
      assert.deepEqual(
        [recoveryPointProperties.ruleName, recoveryPointProperties.expiryTime],
        [ruleName, expiryTime],
        moment,
      );
    }
  });

  it('of two ranges that end together name the longer one', async () => {
    const on = { by: 'week', days: ['Sunday'], weeks: ['First'] } as const;
    const retention = {
      daily: { count: 7 },
      monthly: { on, count: 12 },
      yearly: { months: ['January'], on, count: 1 },
    } as const;
    const { item } = await follow('web', daily('20:00', { retention }));
    world.clock.sleepUntil(at('2027-01-03T20:00:00Z'));
    await nextRunOf(item, 0);
    const { recoveryPointProperties } = await newest(item);
    assert.deepEqual(
      [recoveryPointProperties.ruleName, recoveryPointProperties.expiryTime],
      ['Yearly', '2028-01-03T20:00:00.0000000'],
    );
  });

  it('that end on the next day stay what their slot was, and expire from the moment of the point', async () => {
    const monthly = { on: { by: 'day', dates: [], last: true }, count: 1 } as const;
    const { item } = await follow('web', daily('23:30', { retention: { daily: { count: 7 }, monthly } }));
    world.clock.sleepUntil(at('2026-10-31T23:29:59Z'));
    await nextRunOf(item, 0); // of the days that were slept through
    world.pool.hold();
    world.clock.moveTo(at('2026-10-31T23:30:00Z'));
    world.clock.moveTo(at('2026-10-31T23:30:29Z'));
    await waitFor('the run to read', () => world.pool.waiting > 0);
    world.clock.moveTo(at('2026-11-01T00:01:00Z'));
    world.pool.release();
    await nextRunOf(item, 1);
    const { recoveryPointProperties, recoveryPointTime } = await newest(item);
    assert.equal(recoveryPointTime, '2026-11-01T00:01:00Z');
    assert.deepEqual(
      [recoveryPointProperties.ruleName, recoveryPointProperties.expiryTime],
      ['Monthly', '2026-12-01T00:01:00.0000000'],
    );
  });

  it('wait for a job of the machine that is under way, then run for the same slot', async () => {
    const { item } = await follow('web', daily('22:00'));
    world.clock.moveTo(at('2026-10-12T21:59:30Z'));
    world.pool.hold();
    const onDemand = await backup(world, item);
    world.clock.moveTo(at('2026-10-12T22:10:00Z'));
    assert.equal((await backupsOf(item)).length, 1);
    world.pool.release();
    await ended(world, onDemand);
    world.clock.advance(30_000);
    const job = await nextRunOf(item, 1);
    assert.equal(job.status, 'Completed');
    world.clock.advance(10 * MINUTE);
    assert.equal((await backupsOf(item)).length, 2);
  });

  it('that fail keep no other machine from its run, and are not repeated before their next time', async () => {
    const broken = await follow('broken', daily('22:00'), 1);
    const healthy = await follow('healthy', daily('22:00'), 2);
    unlinkSync(join(world.folder, 'images', 'broken-0.raw'));
    world.clock.moveTo(at('2026-10-12T22:00:00Z'));
    assert.equal((await nextRunOf(healthy.item, 0)).status, 'Completed');
    const failed = await nextRunOf(broken.item, 0);
    assert.deepEqual([failed.status, failed.errorDetails[0].errorTitle], ['Failed', 'LocalDiskNotFound']);
    assert.equal((await propertiesOf(world, broken.item)).lastBackupStatus, 'Failed');
    world.clock.advance(HOUR);
    assert.equal((await backupsOf(broken.item)).length, 1);
    world.clock.sleepUntil(at('2026-10-13T22:00:00Z'));
    await nextRunOf(broken.item, 1);
    await nextRunOf(healthy.item, 1);
  });

  it('with a policy that cannot be read keep neither the engine nor other machines from working', async () => {
    const broken = await follow('broken', daily('22:00'), 1);
    const healthy = await follow('healthy', daily('22:00'), 2);
    await world.stop();
    world.edit((catalog) => {
      const record = catalog.policies.get(`${broken.vault}/backupPolicies/${broken.policy}`)!;
      catalog.policies.put({ ...record, properties: { ...record.properties, timeZone: 'Nowhere Standard Time' } });
    });
    await world.start();
    assert.equal(world.engine.health().nextRun, at('2026-10-12T22:00:00Z'));
    world.clock.moveTo(at('2026-10-12T22:00:00Z'));
    assert.equal((await nextRunOf(healthy.item, 0)).status, 'Completed');
    assert.ok(world.lines.some((line) => line.includes('warn') && line.includes('Nowhere Standard Time')));
    assert.deepEqual(await backupsOf(broken.item), []);
  });

  it('keep their moment in UTC when the clocks of their zone change', async () => {
    const { item } = await follow('web', daily('22:00', { timeZone: 'W. Europe Standard Time' }));
    // 22:00 at the standard offset of one hour is 21:00 UTC, in summer time as well, until and after 25 October.
    for (const moment of ['2026-10-24T21:00:00Z', '2026-10-25T21:00:00Z', '2027-03-28T21:00:00Z']) {
      world.clock.sleepUntil(at(moment) - 1000);
      const caughtUp = await backupsOf(item);
      for (const { id } of caughtUp) await ended(world, id);
      assert.equal(world.engine.health().nextRun, at(moment));
      world.clock.sleepUntil(at(moment) + 30_000);
      const { startTime } = await nextRunOf(item, caughtUp.length);
      assert.equal(startTime, moment.replace('00Z', '30Z'));
    }
  });

  it('are none for a weekly policy on other days', async () => {
    const weekly = daily('22:00', {
      schedule: { frequency: 'Weekly', days: ['Wednesday'], time: '22:00' },
      retention: { weekly: { days: ['Wednesday'], count: 4 } },
      instantRestoreDays: 5,
    });
    const { item } = await follow('web', weekly);
    world.clock.sleepUntil(START + DAY);
    assert.deepEqual(await backupsOf(item), []);
    world.clock.sleepUntil(at('2026-10-14T22:00:00Z'));
    await nextRunOf(item, 0);
    const { recoveryPointProperties } = await newest(item);
    assert.deepEqual(
      [recoveryPointProperties.ruleName, recoveryPointProperties.expiryTime],
      ['Weekly', '2026-11-11T22:00:00.0000000'],
    );
  });

  it('leave an on-demand point of the same day as it is', async () => {
    const { item } = await follow('web', daily('22:00'));
    await backedUp(world, item);
    world.clock.moveTo(at('2026-10-12T22:00:00Z'));
    await nextRunOf(item, 1);
    const [scheduled, onDemand] = await pointsOf(world, item);
    assert.equal(scheduled.properties.recoveryPointProperties.ruleName, 'Daily');
    assert.equal(onDemand.properties.recoveryPointProperties.ruleName, 'On-Demand');
  });
});
