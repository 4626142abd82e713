import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { BackupPolicy, MonthDays, Retention, Weekday } from '../../../src/domain/policy';
import { newPolicyTemplate } from '../../../src/domain/policyDefaults';
import { expiryOf, onDemandExpiry, onDemandProblem, tagExpiry, tagsForRun } from '../../../src/domain/retention';

function ms(text: string): number {
  return Date.parse(text);
}

function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16);
}

function dailyPolicy(retention: Retention, time = '20:00', timeZone = 'UTC'): BackupPolicy {
  return { timeZone, schedule: { frequency: 'Daily', time }, retention, instantRestoreDays: 2 };
}

/** Tags with expiry, as `Daily 2024-02-06T20:04`, and the range that wins. */
function kept(policy: BackupPolicy, slot: string, point = slot): { tags: string[]; rule: string } {
  const tags = tagsForRun(policy, ms(slot), ms(point));
  const longest = expiryOf(tags);
  return {
    tags: tags.map(({ tag, expiry }) => `${tag} ${minute(expiry)}`),
    rule: longest ? `${longest.ruleName} ${minute(longest.expiry)}` : 'none',
  };
}

const FIRST_SUNDAY: MonthDays = { by: 'week', days: ['Sunday'], weeks: ['First'] };
const EXAMPLE_A = dailyPolicy({
  daily: { count: 30 },
  weekly: { days: ['Sunday'], count: 12 },
  monthly: { on: FIRST_SUNDAY, count: 12 },
  yearly: { months: ['January'], on: FIRST_SUNDAY, count: 5 },
});

const SCHEDULE_DAYS: readonly Weekday[] = ['Monday', 'Wednesday', 'Thursday'];
const EXAMPLE_B: BackupPolicy = {
  timeZone: 'Pacific Standard Time',
  schedule: { frequency: 'Weekly', days: SCHEDULE_DAYS, time: '10:00' },
  retention: {
    weekly: { days: SCHEDULE_DAYS, count: 1 },
    monthly: { on: { by: 'week', days: ['Wednesday', 'Thursday'], weeks: ['First', 'Third'] }, count: 2 },
    yearly: {
      months: ['February', 'November'],
      on: { by: 'week', days: ['Monday', 'Thursday'], weeks: ['Fourth'] },
      count: 4,
    },
  },
  instantRestoreDays: 5,
};

describe('retention', () => {
  describe('SPEC §3 worked example A: daily, weekly, monthly and yearly', () => {
    it('keeps the first Sunday of January under all four, longest as Yearly', () => {
      assert.deepEqual(kept(EXAMPLE_A, '2024-01-07T20:00Z', '2024-01-07T20:04Z'), {
        tags: [
          'Daily 2024-02-06T20:04',
          'Weekly 2024-03-31T20:04',
          'Monthly 2025-01-07T20:04',
          'Yearly 2029-01-07T20:04',
        ],
        rule: 'Yearly 2029-01-07T20:04',
      });
    });

    for (const [slot, rule] of [
      ['2024-01-08T20:00Z', 'Daily 2024-02-07T20:00'],
      ['2024-01-14T20:00Z', 'Weekly 2024-04-07T20:00'],
      ['2024-02-04T20:00Z', 'Monthly 2025-02-04T20:00'],
    ] as const) {
      it(`keeps the run of ${slot} as ${rule}`, () => {
        assert.equal(kept(EXAMPLE_A, slot).rule, rule);
      });
    }
  });

  describe('SPEC §3 worked example B: weekly policy on Monday, Wednesday and Thursday', () => {
    for (const [slot, rule] of [
      ['2018-02-07T18:00Z', 'Monthly 2018-04-07T18:00'],
      ['2018-02-22T18:00Z', 'Yearly 2022-02-22T18:00'],
      ['2018-02-26T18:00Z', 'Yearly 2022-02-26T18:00'],
      ['2018-02-12T18:00Z', 'Weekly 2018-02-19T18:00'],
    ] as const) {
      it(`keeps the run of ${slot} as ${rule}`, () => {
        assert.equal(kept(EXAMPLE_B, slot).rule, rule);
      });
    }

    it('keeps the fourth Thursday of a month that is not chosen as Weekly only', () => {
      assert.deepEqual(kept(EXAMPLE_B, '2018-03-22T18:00Z').tags, ['Weekly 2018-03-29T18:00']);
    });
  });

  it('SPEC §3 worked example C: the slot chooses the range, the expiry counts from the point of the next day', () => {
    const lastDay = dailyPolicy({
      daily: { count: 7 },
      monthly: { on: { by: 'day', dates: [], last: true }, count: 3 },
    });
    assert.deepEqual(kept(lastDay, '2024-05-31T23:30Z', '2024-06-01T00:01Z').tags, [
      'Daily 2024-06-08T00:01',
      'Monthly 2024-09-01T00:01',
    ]);
    assert.deepEqual(kept(lastDay, '2024-06-01T23:30Z').tags, ['Daily 2024-06-08T23:30']);
  });

  it('SPEC §3 worked example D: a month ends on its last day', () => {
    const monthly = dailyPolicy({ monthly: { on: { by: 'day', dates: [], last: true }, count: 1 } });
    assert.equal(kept(monthly, '2024-01-31T20:00Z').rule, 'Monthly 2024-02-29T20:00');
    assert.equal(kept(monthly, '2023-01-31T20:00Z').rule, 'Monthly 2023-02-28T20:00');
  });

  it('SPEC §3 worked example F: an on-demand point is kept until its own date', () => {
    const taken = ms('2024-05-13T10:28Z');
    assert.equal(minute(onDemandExpiry(taken)), '2024-06-12T10:28');
    assert.equal(onDemandProblem(ms('2024-06-12T00:00Z'), taken), undefined);
  });

  it('counts a leap day as a day and ends a leap year on 28 February', () => {
    const yearly = dailyPolicy({
      daily: { count: 7 },
      yearly: { months: ['February'], on: { by: 'day', dates: [], last: true }, count: 1 },
    });
    assert.deepEqual(kept(yearly, '2024-02-29T20:00Z').tags, ['Daily 2024-03-07T20:00', 'Yearly 2025-02-28T20:00']);
    assert.deepEqual(kept(yearly, '2023-02-28T20:00Z').tags, ['Daily 2023-03-07T20:00', 'Yearly 2024-02-28T20:00']);
    assert.deepEqual(kept(yearly, '2024-02-28T20:00Z').tags, ['Daily 2024-03-06T20:00']);
  });

  it('takes the date of the slot in the zone of the policy, also over the end of a year', () => {
    const newYear: Retention = {
      yearly: { months: ['January'], on: { by: 'day', dates: [1], last: false }, count: 1 },
    };
    const taipei = dailyPolicy(newYear, '02:00', 'Taipei Standard Time');
    assert.equal(kept(taipei, '2023-12-31T18:00Z').rule, 'Yearly 2024-12-31T18:00');
    assert.equal(kept(taipei, '2024-01-01T18:00Z').rule, 'none');
  });

  it('takes the date at standard time in summer', () => {
    // 23:30 on Friday at standard time is 00:30 on Saturday on the clock.
    const fridays = dailyPolicy({ weekly: { days: ['Friday'], count: 1 } }, '23:30', 'W. Europe Standard Time');
    assert.equal(kept(fridays, '2024-07-05T22:30Z').rule, 'Weekly 2024-07-12T22:30');
  });

  for (const [week, date] of [
    ['First', '2024-09-01'],
    ['Second', '2024-09-08'],
    ['Third', '2024-09-15'],
    ['Fourth', '2024-09-22'],
    ['Last', '2024-09-29'],
  ] as const) {
    it(`finds the ${week} Sunday of a month with five`, () => {
      const sundays = dailyPolicy({ monthly: { on: { by: 'week', days: ['Sunday'], weeks: [week] }, count: 1 } });
      const days = Array.from({ length: 30 }, (_, day) => ms('2024-09-01T20:00Z') + day * 86_400_000);
      const matching = days.filter((slot) => tagsForRun(sundays, slot, slot).length > 0);
      assert.deepEqual(matching.map(minute), [`${date}T20:00`]);
    });
  }

  it('takes the fourth Sunday as the last one in a month with four', () => {
    const last = dailyPolicy({ monthly: { on: { by: 'week', days: ['Sunday'], weeks: ['Last'] }, count: 1 } });
    assert.equal(kept(last, '2024-02-25T20:00Z').rule, 'Monthly 2024-03-25T20:00');
  });

  it('takes only the fifth Sunday as the last one in a month that ends on it', () => {
    const last = dailyPolicy({ monthly: { on: { by: 'week', days: ['Sunday'], weeks: ['Last'] }, count: 1 } });
    assert.equal(kept(last, '2024-03-24T20:00Z').rule, 'none');
    assert.equal(kept(last, '2024-03-31T20:00Z').rule, 'Monthly 2024-04-30T20:00');
  });

  it('lets the longer range win a tie', () => {
    const tie = dailyPolicy({ daily: { count: 7 }, weekly: { days: ['Sunday'], count: 1 } });
    assert.equal(kept(tie, '2024-01-07T20:00Z').rule, 'Weekly 2024-01-14T20:00');
  });

  it('SPEC §3: a run that failed leaves its ranges to no run of another day (assumed)', () => {
    const others = Array.from({ length: 31 }, (_, i) => i + 1).filter((day) => day !== 7);
    const rules = others.map((day) => kept(EXAMPLE_A, `2024-01-${String(day).padStart(2, '0')}T20:00Z`).rule);
    assert.equal(kept(EXAMPLE_A, '2024-01-07T20:00Z').rule.split(' ')[0], 'Yearly');
    assert.deepEqual([...new Set(rules.map((rule) => rule.split(' ')[0]))], ['Daily', 'Weekly']);
  });

  it('keeps nothing without a matching range', () => {
    assert.equal(expiryOf([]), undefined);
    assert.equal(tagExpiry(dailyPolicy({ daily: { count: 7 } }), 'Yearly', 0), undefined);
  });

  it('SPEC §2.11: refuses on-demand dates in the past and after 99 years (the limit is assumed)', () => {
    const now = ms('2024-05-13T10:28Z');
    assert.equal(onDemandProblem(now, now)?.code, 'ExpiryInPast');
    assert.equal(onDemandProblem(Number.NaN, now)?.code, 'ExpiryInPast');
    assert.equal(onDemandProblem(now + 1, now), undefined);
    assert.equal(onDemandProblem(ms('2123-05-13T10:28Z'), now), undefined);
    assert.equal(onDemandProblem(ms('2123-05-13T10:29Z'), now)?.code, 'ExpiryTooFar');
  });

  it('property: the expiry is the latest of the tags, and every tag expires after its point', () => {
    const count = fc.integer({ min: 1, max: 99 });
    const policies = fc.tuple(count, count, count, count).map(([daily, weekly, monthly, yearly]): BackupPolicy => {
      const { retention, ...rest } = newPolicyTemplate({ time: '02:00', timeZone: 'Taipei Standard Time' });
      return {
        ...rest,
        retention: {
          daily: { count: daily },
          weekly: { ...retention.weekly!, count: weekly },
          monthly: { ...retention.monthly!, count: monthly },
          yearly: { ...retention.yearly!, count: yearly },
        },
      };
    });
    const slot = fc.integer({ min: ms('2020-01-01T00:00Z'), max: ms('2040-01-01T00:00Z') });
    fc.assert(
      fc.property(policies, slot, fc.integer({ min: 0, max: 86_400_000 }), (policy, at, late) => {
        const tags = tagsForRun(policy, at, at + late);
        const longest = expiryOf(tags)!;
        assert.equal(tags[0]?.tag, 'Daily');
        assert.ok(tags.every(({ expiry }) => expiry > at + late && expiry <= longest.expiry));
        assert.ok(tags.some(({ tag, expiry }) => tag === longest.ruleName && expiry === longest.expiry));
      }),
    );
  });

  describe('of a policy that runs several times a day (SPEC §3; assumed: only the last run of a day is more than daily)', () => {
    const hourly: BackupPolicy = {
      policyType: 'V2',
      timeZone: 'UTC',
      schedule: { frequency: 'Hourly', time: '08:00', intervalHours: 4, durationHours: 12 },
      retention: EXAMPLE_A.retention,
      instantRestoreDays: 2,
    };

    it('keeps every point of a day as a daily one', () => {
      for (const hour of ['08', '12', '16']) {
        assert.equal(kept(hourly, `2024-01-07T${hour}:00Z`).rule, `Daily 2024-02-06T${hour}:00`);
        assert.equal(kept(hourly, `2024-01-07T${hour}:00Z`).tags.length, 1);
      }
    });

    it('keeps the last point of the first Sunday of January under all four', () => {
      assert.deepEqual(kept(hourly, '2024-01-07T20:00Z'), kept(EXAMPLE_A, '2024-01-07T20:00Z'));
    });
  });
});
