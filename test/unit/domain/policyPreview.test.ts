import assert from 'node:assert/strict';
import type { BackupPolicy, MonthDays, Retention } from '../../../src/domain/policy';
import { newPolicyTemplate } from '../../../src/domain/policyDefaults';
import { oldestKept, PolicyPreview, PREVIEW_YEARS } from '../../../src/domain/policyPreview';

const NOW = Date.parse('2026-11-22T18:04Z');
const FIRST_SUNDAY: MonthDays = { by: 'week', days: ['Sunday'], weeks: ['First'] };

function daily(retention: Retention, timeZone = 'UTC', time = '02:00'): BackupPolicy {
  return { timeZone, schedule: { frequency: 'Daily', time }, retention, instantRestoreDays: 2 };
}

const datesOf = (policy: BackupPolicy, date: string, now = NOW) =>
  new PolicyPreview(policy, now).kept(date).map((point) => point.date);

describe('the preview of a policy', () => {
  it('keeps 30 daily points for 30 days, and from then on always 30', () => {
    const preview = new PolicyPreview(daily({ daily: { count: 30 } }), NOW);
    const counts = ['2026-11-22', '2026-11-23', '2026-12-21', '2026-12-22', '2026-12-23', '2027-03-01'];
    assert.deepEqual(
      counts.map((date) => preview.kept(date).length),
      [0, 1, 29, 30, 30, 30],
    );
    const kept = preview.kept('2027-03-01');
    assert.deepEqual([kept[0]?.date, kept.at(-1)?.date], ['2027-01-31', '2027-03-01']);
    assert.equal(kept[0]?.expiryTime, Date.parse('2027-03-02T02:00Z'));
  });

  it('gives the same whichever date was asked for before', () => {
    const preview = new PolicyPreview(daily({ daily: { count: 30 } }), NOW);
    const late = preview.kept('2027-10-01');
    preview.kept('2026-12-01');
    assert.deepEqual(preview.kept('2027-10-01'), late);
    assert.equal(preview.kept('2026-12-01').length, 9);
  });

  it('keeps the last four Sundays of a weekly policy for four weeks', () => {
    const policy: BackupPolicy = {
      timeZone: 'UTC',
      schedule: { frequency: 'Weekly', days: ['Sunday'], time: '02:00' },
      retention: { weekly: { days: ['Sunday'], count: 4 } },
      instantRestoreDays: 5,
    };
    const sundays = ['2027-02-07', '2027-02-14', '2027-02-21', '2027-02-28'];
    assert.deepEqual(datesOf(policy, '2027-03-01'), sundays);
    assert.deepEqual(datesOf(policy, '2027-03-06'), sundays);
    assert.deepEqual(datesOf(policy, '2027-03-07'), [...sundays.slice(1), '2027-03-07']);
  });

  it('keeps monthly points by the day of the month, and the last day of short months', () => {
    const on: MonthDays = { by: 'day', dates: [1], last: true };
    const policy = daily({ daily: { count: 7 }, monthly: { on, count: 2 } });
    const week = ['2027-02-23', '2027-02-24', '2027-02-25', '2027-02-26', '2027-02-27', '2027-02-28', '2027-03-01'];
    assert.deepEqual(datesOf(policy, '2027-03-01'), ['2027-01-31', '2027-02-01', ...week]);
  });

  it('keeps monthly and yearly points by the week, each as long as its longest range', () => {
    const policy = daily({
      daily: { count: 7 },
      monthly: { on: FIRST_SUNDAY, count: 3 },
      yearly: { months: ['January'], on: FIRST_SUNDAY, count: 5 },
    });
    const preview = new PolicyPreview(policy, NOW);
    const kept = preview.kept('2027-06-30').filter(({ ruleName }) => ruleName !== 'Daily');
    assert.deepEqual(
      kept.map(({ date, ruleName }) => `${date} ${ruleName}`),
      ['2027-01-03 Yearly', '2027-04-04 Monthly', '2027-05-02 Monthly', '2027-06-06 Monthly'],
    );
    const [yearly] = kept;
    assert.ok(yearly);
    assert.deepEqual(preview.keptBy(yearly, '2027-01-09'), ['Daily', 'Monthly', 'Yearly']);
    assert.deepEqual(preview.keptBy(yearly, '2027-01-10'), ['Monthly', 'Yearly']);
    assert.deepEqual(preview.keptBy(yearly, '2027-06-30'), ['Yearly']);
  });

  it('ends a year that began on 29 February on 28 February', () => {
    const on: MonthDays = { by: 'day', dates: [], last: true };
    const policy = daily({ daily: { count: 7 }, yearly: { months: ['February'], on, count: 1 } });
    const now = Date.parse('2027-11-22T18:04Z');
    assert.equal(datesOf(policy, '2028-06-01', now)[0], '2028-02-29');
    assert.equal(datesOf(policy, '2029-02-27', now)[0], '2028-02-29');
    assert.equal(datesOf(policy, '2029-02-28', now)[0], '2029-02-22');
  });

  it('stays on standard time: a late Sunday is a Sunday in summer too, at the same moment in UTC', () => {
    const policy = daily(
      { daily: { count: 7 }, weekly: { days: ['Sunday'], count: 10 } },
      'W. Europe Standard Time',
      '23:30',
    );
    const sundays = new PolicyPreview(policy, NOW).kept('2027-07-11').filter(({ ruleName }) => ruleName === 'Weekly');
    assert.equal(sundays.length, 10);
    for (const { time, date } of sundays) {
      assert.equal(new Date(time).toISOString(), `${date}T22:30:00.000Z`);
      assert.equal(new Date(time).getUTCDay(), 0);
    }
  });

  it('counts the run of a date whatever the distance of its time zone', () => {
    for (const zone of ['Dateline Standard Time', 'Taipei Standard Time', 'Line Islands Standard Time']) {
      const policy = daily({ daily: { count: 30 } }, zone, '23:30');
      const kept = new PolicyPreview(policy, NOW).kept('2027-03-01');
      assert.deepEqual([kept.length, kept.at(-1)?.date], [30, '2027-03-01'], zone);
    }
  });

  it('looks ahead until the longest range is filled: a year at least, and only so far', () => {
    assert.deepEqual(span({ daily: { count: 30 } }), ['2026-11-22', '2027-11-22', undefined]);
    assert.deepEqual(span({ daily: { count: 30 }, monthly: { on: FIRST_SUNDAY, count: 24 } }), [
      '2026-11-22',
      '2028-11-22',
      undefined,
    ]);
    const yearly = { months: ['January'], on: FIRST_SUNDAY, count: 99 } as const;
    assert.deepEqual(span({ daily: { count: 30 }, yearly }), ['2026-11-22', '2031-11-22', PREVIEW_YEARS]);
  });

  it('looks a year ahead of an hourly schedule, and keeps the last run of a day under the longer ranges', () => {
    const template = newPolicyTemplate({ time: '08:00', timeZone: 'UTC' });
    const policy: BackupPolicy = {
      ...template,
      policyType: 'V2',
      schedule: { frequency: 'Hourly', time: '08:00', intervalHours: 6, durationHours: 12 },
    };
    const preview = new PolicyPreview(policy, NOW);
    assert.deepEqual([preview.last, preview.cappedYears], ['2027-11-22', 1]);
    const sunday = preview.taken('2026-11-29').filter(({ date }) => date === '2026-11-29');
    assert.deepEqual(
      sunday.map(({ ruleName }) => ruleName),
      ['Daily', 'Daily', 'Weekly'],
    );
  });
});

/** The dates that a preview of a daily policy goes from and to, and the years that it is limited to. */
function span(retention: Retention): unknown[] {
  const { first, last, cappedYears } = new PolicyPreview(daily(retention), NOW);
  return [first, last, cappedYears];
}

describe('the oldest point that a policy keeps', () => {
  it('is that of its longest range, once that was filled', () => {
    assert.equal(oldestKept(daily({ daily: { count: 30 } }), NOW), '2026-10-24');
    const weekly = { daily: { count: 7 }, weekly: { days: ['Sunday' as const], count: 12 } };
    assert.equal(oldestKept(daily(weekly), NOW), '2026-09-06');
    const yearly = { ...weekly, yearly: { on: FIRST_SUNDAY, months: ['January' as const], count: 10 } };
    assert.equal(oldestKept(daily(yearly), NOW), '2017-01-01');
  });

  it('is the oldest of what a preview keeps after that time', () => {
    const policy = daily({ daily: { count: 7 }, monthly: { on: FIRST_SUNDAY, count: 6 } });
    const later = Date.parse('2027-11-22T23:59:59.999Z');
    assert.equal(oldestKept(policy, later), datesOf(policy, '2027-11-22')[0]);
  });
});
