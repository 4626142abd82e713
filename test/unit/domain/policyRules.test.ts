import assert from 'node:assert/strict';
import type { BackupPolicy, HourlySchedule, Retention, Weekday } from '../../../src/domain/policy';
import { defaultPolicy, enhancedPolicy, newPolicyTemplate } from '../../../src/domain/policyDefaults';
import { policyProblems } from '../../../src/domain/policyRules';

function daily(change: Partial<BackupPolicy> = {}): BackupPolicy {
  return { ...defaultPolicy('20:00'), ...change };
}

function dailyKeeping(retention: Retention): BackupPolicy {
  return daily({ retention: { daily: { count: 30 }, ...retention } });
}

function weekly(retention: Retention, days: readonly Weekday[] = ['Sunday', 'Wednesday']): BackupPolicy {
  return {
    timeZone: 'Taipei Standard Time',
    schedule: { frequency: 'Weekly', days, time: '02:30' },
    retention: { weekly: { days, count: 4 }, ...retention },
    instantRestoreDays: 5,
  };
}

function hourly(change: Partial<HourlySchedule> = {}, more: Partial<BackupPolicy> = {}): BackupPolicy {
  const schedule = { frequency: 'Hourly', time: '08:00', intervalHours: 4, durationHours: 12, ...change } as const;
  return { ...enhancedPolicy(), schedule, ...more };
}

const FIRST_SUNDAY = { by: 'week', days: ['Sunday'], weeks: ['First'] } as const;

/** Each rule with policies that keep it, and one that breaks it in the named field only. */
const RULES: readonly {
  readonly code: string;
  readonly target: string;
  readonly passing: readonly BackupPolicy[];
  readonly failing: readonly BackupPolicy[];
}[] = [
  {
    code: 'UnknownTimeZone',
    target: 'timeZone',
    passing: [daily({ timeZone: 'UTC' }), daily({ timeZone: 'taipei standard time' })],
    failing: [daily({ timeZone: 'Asia/Taipei' }), daily({ timeZone: '' })],
  },
  {
    code: 'ScheduleTime',
    target: 'schedule.time',
    passing: ['00:00', '23:30'].map((time) => daily({ schedule: { frequency: 'Daily', time } })),
    failing: ['24:00', '2:00', '02:15', '02:00:00', ''].map((time) =>
      daily({ schedule: { frequency: 'Daily', time } }),
    ),
  },
  {
    code: 'ScheduleDaysMissing',
    target: 'schedule.days',
    passing: [weekly({})],
    failing: [weekly({}, [])],
  },
  {
    code: 'DailyRetentionRequired',
    target: 'retention.daily',
    passing: [daily()],
    failing: [daily({ retention: { weekly: { days: ['Sunday'], count: 4 } } })],
  },
  {
    code: 'DailyRetentionForbidden',
    target: 'retention.daily',
    passing: [weekly({})],
    failing: [weekly({ daily: { count: 30 } })],
  },
  {
    code: 'WeeklyRetentionRequired',
    target: 'retention.weekly',
    passing: [weekly({})],
    failing: [{ ...weekly({}), retention: {} }],
  },
  {
    code: 'WeeklyDaysDiffer',
    target: 'retention.weekly.days',
    passing: [weekly({ weekly: { days: ['Wednesday', 'Sunday'], count: 4 } })],
    failing: [
      weekly({ weekly: { days: ['Sunday'], count: 4 } }),
      weekly({ weekly: { days: ['Sunday', 'Monday'], count: 4 } }),
      weekly({ weekly: { days: ['Sunday', 'Wednesday', 'Friday'], count: 4 } }),
    ],
  },
  {
    code: 'ByDayForbidden',
    target: 'retention.monthly.on.by',
    passing: [dailyKeeping({ monthly: { on: { by: 'day', dates: [1], last: false }, count: 1 } })],
    failing: [weekly({ monthly: { on: { by: 'day', dates: [1], last: false }, count: 1 } })],
  },
  {
    code: 'DaysOutsideSchedule',
    target: 'retention.monthly.on.days',
    passing: [weekly({ monthly: { on: FIRST_SUNDAY, count: 12 } })],
    failing: [weekly({ monthly: { on: { ...FIRST_SUNDAY, days: ['Sunday', 'Monday'] }, count: 12 } })],
  },
  {
    code: 'DaysOutsideSchedule',
    target: 'retention.yearly.on.days',
    passing: [weekly({ yearly: { months: ['May'], on: FIRST_SUNDAY, count: 1 } })],
    failing: [weekly({ yearly: { months: ['May'], on: { ...FIRST_SUNDAY, days: ['Friday'] }, count: 1 } })],
  },
  ...countRule('daily', [7, 9999], [6, 10_000, 7.5, Number.NaN], (count) => ({ daily: { count } })),
  ...countRule('weekly', [1, 5163], [0, 5164], (count) => ({ weekly: { days: ['Sunday'], count } })),
  ...countRule('monthly', [1, 1188], [0, 1189], (count) => ({ monthly: { on: FIRST_SUNDAY, count } })),
  ...countRule('yearly', [1, 99], [0, 100], (count) => ({ yearly: { months: ['May'], on: FIRST_SUNDAY, count } })),
  {
    code: 'DaysMissing',
    target: 'retention.weekly.days',
    passing: [dailyKeeping({ weekly: { days: ['Friday'], count: 1 } })],
    failing: [dailyKeeping({ weekly: { days: [], count: 1 } })],
  },
  {
    code: 'DaysMissing',
    target: 'retention.monthly.on.days',
    passing: [dailyKeeping({ monthly: { on: FIRST_SUNDAY, count: 1 } })],
    failing: [dailyKeeping({ monthly: { on: { ...FIRST_SUNDAY, days: [] }, count: 1 } })],
  },
  {
    code: 'WeeksMissing',
    target: 'retention.yearly.on.weeks',
    passing: [dailyKeeping({ yearly: { months: ['May'], on: FIRST_SUNDAY, count: 1 } })],
    failing: [dailyKeeping({ yearly: { months: ['May'], on: { ...FIRST_SUNDAY, weeks: [] }, count: 1 } })],
  },
  {
    code: 'MonthsMissing',
    target: 'retention.yearly.months',
    passing: [dailyKeeping({ yearly: { months: ['January', 'December'], on: FIRST_SUNDAY, count: 1 } })],
    failing: [dailyKeeping({ yearly: { months: [], on: FIRST_SUNDAY, count: 1 } })],
  },
  {
    code: 'DatesMissing',
    target: 'retention.monthly.on.dates',
    passing: [dailyKeeping({ monthly: { on: { by: 'day', dates: [], last: true }, count: 1 } })],
    failing: [dailyKeeping({ monthly: { on: { by: 'day', dates: [], last: false }, count: 1 } })],
  },
  {
    code: 'DateOutOfRange',
    target: 'retention.monthly.on.dates',
    passing: [dailyKeeping({ monthly: { on: { by: 'day', dates: [1, 28], last: true }, count: 1 } })],
    failing: [0, 29, 1.5].map((date) =>
      dailyKeeping({ monthly: { on: { by: 'day', dates: [1, date], last: false }, count: 1 } }),
    ),
  },
  {
    code: 'InstantRestoreDays',
    target: 'instantRestoreDays',
    passing: [daily({ instantRestoreDays: 1 }), daily({ instantRestoreDays: 5 }), weekly({})],
    failing: [
      daily({ instantRestoreDays: 0 }),
      daily({ instantRestoreDays: 6 }),
      daily({ instantRestoreDays: 1.5 }),
      { ...weekly({}), instantRestoreDays: 2 },
    ],
  },
  {
    code: 'InstantRestoreDays',
    target: 'instantRestoreDays',
    passing: [1, 30].map((instantRestoreDays) => hourly({}, { instantRestoreDays })),
    failing: [0, 31].map((instantRestoreDays) => hourly({}, { instantRestoreDays })),
  },
  {
    code: 'InstantRestoreTooLong',
    target: 'instantRestoreDays',
    passing: [{ ...weekly({}), policyType: 'V2', instantRestoreDays: 28 }],
    failing: [{ ...weekly({}), policyType: 'V2', instantRestoreDays: 29 }],
  },
  {
    code: 'HourlyNeedsEnhanced',
    target: 'schedule.frequency',
    passing: [hourly()],
    failing: [hourly({}, { policyType: undefined }), hourly({}, { policyType: 'V1' })],
  },
  {
    code: 'HourlyInterval',
    target: 'schedule.intervalHours',
    passing: [4, 6, 8, 12].map((intervalHours) => hourly({ intervalHours, durationHours: 24 })),
    failing: [0, 1, 5, 24, 4.5].map((intervalHours) => hourly({ intervalHours, durationHours: 24 })),
  },
  {
    code: 'HourlyDuration',
    target: 'schedule.durationHours',
    passing: [4, 8, 12, 24].map((durationHours) => hourly({ durationHours })),
    failing: [0, 3, 6, 23, 28, 4.5].map((durationHours) => hourly({ durationHours })),
  },
  {
    code: 'DailyRetentionRequired',
    target: 'retention.daily',
    passing: [hourly()],
    failing: [hourly({}, { retention: { weekly: { days: ['Sunday'], count: 4 } } })],
  },
  {
    code: 'CrashConsistentNeedsEnhanced',
    target: 'crashConsistentOnly',
    passing: [hourly({}, { crashConsistentOnly: true }), daily({ crashConsistentOnly: false })],
    failing: [daily({ crashConsistentOnly: true })],
  },
  {
    code: 'ArchiveAfter',
    target: 'archive.after',
    passing: [
      daily({ archive: { mode: 'TierRecommended' } }),
      daily({ archive: { mode: 'TierAfter', after: { count: 3, unit: 'Months' } } }),
    ],
    failing: [daily({ archive: { mode: 'TierAfter' } })],
  },
];

function countRule(
  range: string,
  good: readonly number[],
  bad: readonly number[],
  retention: (count: number) => Retention,
): (typeof RULES)[number][] {
  return [
    {
      code: 'CountOutOfRange',
      target: `retention.${range}.count`,
      passing: good.map((count) => dailyKeeping(retention(count))),
      failing: bad.map((count) => dailyKeeping(retention(count))),
    },
  ];
}

describe('policy rules', () => {
  for (const { code, target, passing, failing } of RULES) {
    it(`${code} at ${target}: ${passing.length} valid policies`, () => {
      for (const policy of passing) {
        assert.deepEqual(policyProblems(policy), []);
      }
    });
    it(`${code} at ${target}: ${failing.length} broken policies`, () => {
      for (const policy of failing) {
        const problems = policyProblems(policy);
        const found = problems.find((problem) => problem.code === code && problem.target === target);
        assert.match(found?.message ?? JSON.stringify(problems), /^["A-Z][^{}]+\.$/);
      }
    });
  }

  it('reports a broken field once and nothing else', () => {
    assert.deepEqual(
      policyProblems(daily({ instantRestoreDays: 6 })).map(({ code }) => code),
      ['InstantRestoreDays'],
    );
  });

  it('refuses snapshots that outlive the shortest retention', () => {
    const problems = policyProblems(daily({ retention: { daily: { count: 3 } }, instantRestoreDays: 5 }));
    assert.deepEqual(
      problems.map(({ code, target }) => `${code} ${target}`),
      ['CountOutOfRange retention.daily.count', 'InstantRestoreTooLong instantRestoreDays'],
    );
    const asLong = policyProblems(daily({ retention: { daily: { count: 3 } }, instantRestoreDays: 3 }));
    assert.deepEqual(
      asLong.map(({ code }) => code),
      ['CountOutOfRange'],
    );
  });

  it('reports every broken rule of a policy, in the order of the form', () => {
    const broken: BackupPolicy = {
      timeZone: 'Nowhere',
      schedule: { frequency: 'Weekly', days: ['Monday'], time: '02:10' },
      retention: { daily: { count: 30 }, monthly: { on: FIRST_SUNDAY, count: 0 } },
      instantRestoreDays: 2,
    };
    assert.deepEqual(
      policyProblems(broken).map(({ target }) => target),
      [
        'timeZone',
        'schedule.time',
        'retention.daily',
        'retention.weekly',
        'retention.monthly.on.days',
        'retention.monthly.count',
        'instantRestoreDays',
      ],
    );
  });

  it('accepts the built-in policy and the template of a new one', () => {
    assert.deepEqual(policyProblems(defaultPolicy('22:30')), []);
    assert.deepEqual(policyProblems(enhancedPolicy()), []);
    assert.deepEqual(policyProblems(newPolicyTemplate({ time: '02:00', timeZone: 'Tokyo Standard Time' })), []);
  });

  it('keeps 30 days by default; 180 days, 104 weeks, 60 months and 10 years in a new policy', () => {
    assert.deepEqual(defaultPolicy('22:30').retention, { daily: { count: 30 } });
    const { retention } = newPolicyTemplate({ time: '02:00', timeZone: 'UTC' });
    assert.deepEqual(
      [retention.daily?.count, retention.weekly?.count, retention.monthly?.count, retention.yearly?.count],
      [180, 104, 60, 10],
    );
  });
});
