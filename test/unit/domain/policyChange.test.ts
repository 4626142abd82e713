import assert from 'node:assert/strict';
import type { BackupPolicy, Retention, Weekday } from '../../../src/domain/policy';
import {
  isDowngrade,
  type KeptPoint,
  reducesRetention,
  retentionAfterPolicyChange,
} from '../../../src/domain/policyChange';
import { expiryOf, tagsForRun } from '../../../src/domain/retention';

const DAY = 86_400_000;
const CHANGE = Date.parse('2024-06-30T12:00Z');
const SUNDAY: readonly Weekday[] = ['Sunday'];

function daily(retention: Retention): BackupPolicy {
  return { timeZone: 'UTC', schedule: { frequency: 'Daily', time: '02:00' }, retention, instantRestoreDays: 2 };
}

function weekly(retention: Retention): BackupPolicy {
  const schedule = { frequency: 'Weekly', days: SUNDAY, time: '02:00' } as const;
  return { timeZone: 'UTC', schedule, retention, instantRestoreDays: 5 };
}

function pointOf(policy: BackupPolicy, date: string): KeptPoint {
  const time = Date.parse(`${date}T02:00Z`);
  const tags = tagsForRun(policy, time, time);
  return { time, tags, expiry: expiryOf(tags)!.expiry };
}

/** Rule and expiry date of a point after the change; `expired` if it is due at the change. */
function after(point: KeptPoint, from: BackupPolicy, to: BackupPolicy): string {
  const { ruleName, expiry } = retentionAfterPolicyChange(point, { from, to, at: CHANGE });
  const date = new Date(expiry).toISOString().slice(0, 10);
  return `${ruleName ?? 'none'} ${expiry <= CHANGE ? 'expired' : date}`;
}

describe('policy change', () => {
  const month = daily({ daily: { count: 30 }, weekly: { days: SUNDAY, count: 12 } });
  const week = daily({ daily: { count: 7 }, weekly: { days: SUNDAY, count: 12 } });

  it('SPEC §3 worked example E: 30 to 7 days expires daily points older than a week, weekly ones stay', () => {
    assert.equal(after(pointOf(month, '2024-06-22'), month, week), 'Daily expired');
    assert.equal(after(pointOf(month, '2024-06-24'), month, week), 'Daily 2024-07-01');
    assert.equal(after(pointOf(month, '2024-06-09'), month, week), 'Weekly 2024-09-01');
  });

  it('SPEC §3 worked example E: 7 to 30 days gives what is left 23 days more', () => {
    const point = pointOf(week, '2024-06-28');
    const changed = retentionAfterPolicyChange(point, { from: week, to: month, at: CHANGE });
    assert.equal(changed.expiry - point.expiry, 23 * DAY);
    assert.equal(changed.ruleName, 'Daily');
  });

  it('SPEC §3 worked example F: no policy touches an on-demand point', () => {
    const point: KeptPoint = {
      time: Date.parse('2024-05-13T10:28Z'),
      tags: [],
      expiry: Date.parse('2024-07-12T00:00Z'),
    };
    assert.deepEqual(retentionAfterPolicyChange(point, { from: month, to: week, at: CHANGE }), {
      tags: [],
      expiry: point.expiry,
    });
  });

  it('gives existing points no new ranges', () => {
    const sunday = pointOf(daily({ daily: { count: 30 } }), '2024-06-23');
    assert.equal(after(sunday, daily({ daily: { count: 30 } }), month), 'Daily 2024-07-23');
  });

  it('keeps the expiry of existing points when only the days of a range change', () => {
    const mondays = daily({ daily: { count: 30 }, weekly: { days: ['Monday'], count: 12 } });
    assert.equal(after(pointOf(month, '2024-06-23'), month, mondays), 'Weekly 2024-09-15');
  });

  it('SPEC §3: lets points of a removed range fall back to their next range (assumed)', () => {
    const point = pointOf(month, '2024-06-23');
    assert.equal(after(point, month, daily({ daily: { count: 30 } })), 'Daily 2024-07-23');
  });

  it('daily to weekly: points kept as Daily only expire, weekly ones follow the new duration', () => {
    const weeks = weekly({ weekly: { days: SUNDAY, count: 4 } });
    assert.equal(after(pointOf(month, '2024-06-29'), month, weeks), 'none expired');
    assert.equal(after(pointOf(month, '2024-06-23'), month, weeks), 'Weekly 2024-07-21');
  });

  it('weekly to daily: weekly points stay for what remains, also through later changes', () => {
    const weeks = weekly({ weekly: { days: SUNDAY, count: 12 } });
    const days = daily({ daily: { count: 7 } });
    const point = pointOf(weeks, '2024-06-02');
    assert.equal(after(point, weeks, days), 'Weekly 2024-08-25');
    assert.equal(
      after(point, weeks, daily({ daily: { count: 7 }, weekly: { days: SUNDAY, count: 1 } })),
      'Weekly 2024-08-25',
    );
    const changed = { ...point, ...retentionAfterPolicyChange(point, { from: weeks, to: days, at: CHANGE }) };
    assert.equal(after(changed, days, daily({ daily: { count: 30 } })), 'Weekly 2024-08-25');
  });

  it('never keeps a point without a range beyond its old expiry', () => {
    const short = daily({ daily: { count: 7 } });
    const point = pointOf(short, '2024-06-01');
    const changed = retentionAfterPolicyChange(point, {
      from: short,
      to: weekly({ weekly: { days: SUNDAY, count: 4 } }),
      at: CHANGE,
    });
    assert.deepEqual(changed, { tags: [], expiry: point.expiry });
  });

  describe('to and from several points a day', () => {
    const hourly: BackupPolicy = {
      ...month,
      policyType: 'V2',
      schedule: { frequency: 'Hourly', time: '02:00', intervalHours: 4, durationHours: 24 },
    };

    it('weekly to hourly keeps weekly points for what remains of their retention', () => {
      const from = weekly({ weekly: { days: SUNDAY, count: 12 } });
      const to = { ...hourly, retention: { daily: { count: 30 } } };
      assert.equal(after(pointOf(from, '2024-06-09'), from, to), 'Weekly 2024-09-01');
    });

    it('hourly to weekly expires what was kept as daily only', () => {
      const to = weekly({ weekly: { days: SUNDAY, count: 12 } });
      assert.equal(after(pointOf(hourly, '2024-06-24'), hourly, to), 'none expired');
    });
  });

  describe('rules of moves', () => {
    it('SPEC §2.8: an item moves from a Standard to an Enhanced policy, never back', () => {
      const enhanced: BackupPolicy = { ...month, policyType: 'V2' };
      assert.equal(isDowngrade({ from: month, to: enhanced }), false);
      assert.equal(isDowngrade({ from: enhanced, to: enhanced }), false);
      assert.equal(isDowngrade({ from: enhanced, to: month }), true);
    });

    it('SPEC §2.16: a shorter or a missing range reduces retention; a longer one or another day does not', () => {
      assert.equal(reducesRetention({ from: month, to: week }), true);
      assert.equal(reducesRetention({ from: week, to: month }), false);
      assert.equal(reducesRetention({ from: month, to: daily({ daily: { count: 9999 } }) }), true);
      const monday = daily({ daily: { count: 30 }, weekly: { days: ['Monday'], count: 12 } });
      assert.equal(reducesRetention({ from: month, to: monday }), false);
    });
  });
});
