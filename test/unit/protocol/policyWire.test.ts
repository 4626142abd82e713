import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type AppError, isAppError } from '../../../src/domain/errors';
import { type BackupPolicy, MONTHS, WEEKDAYS, WEEKS_OF_MONTH } from '../../../src/domain/policy';
import { enhancedPolicy, newPolicyTemplate } from '../../../src/domain/policyDefaults';
import { policyFromWire, policyProperty, policyToWire } from '../../../src/protocol/policyWire';

const count = fc.integer({ min: 1, max: 9999 });
const days = fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 });
const monthDays = fc.oneof(
  fc.record({
    by: fc.constant('day' as const),
    dates: fc.uniqueArray(fc.integer({ min: 1, max: 28 })),
    last: fc.boolean(),
  }),
  fc.record({
    by: fc.constant('week' as const),
    days,
    weeks: fc.uniqueArray(fc.constantFrom(...WEEKS_OF_MONTH), { minLength: 1 }),
  }),
);
const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30'));
const retentions = fc.record(
  {
    daily: fc.record({ count }),
    weekly: fc.record({ days, count }),
    monthly: fc.record({ on: monthDays, count }),
    yearly: fc.record({ months: fc.uniqueArray(fc.constantFrom(...MONTHS)), on: monthDays, count }),
  },
  { requiredKeys: [] },
);
const standard: fc.Arbitrary<BackupPolicy> = fc.record({
  timeZone: fc.constantFrom('UTC', 'Taipei Standard Time'),
  schedule: fc
    .tuple(time, fc.option(days, { nil: undefined }))
    .map(([[hour, minute], on]) => ({ time: `${String(hour).padStart(2, '0')}:${minute}`, on }))
    .map(({ time: at, on }) =>
      on ? { frequency: 'Weekly' as const, days: on, time: at } : { frequency: 'Daily' as const, time: at },
    ),
  retention: retentions,
  instantRestoreDays: fc.integer({ min: 1, max: 5 }),
});
const hourly = fc
  .tuple(fc.constantFrom(4, 6, 8, 12), fc.integer({ min: 4, max: 24 }))
  .map(
    ([intervalHours, durationHours]) => ({ frequency: 'Hourly', time: '08:30', intervalHours, durationHours }) as const,
  );
const enhanced: fc.Arbitrary<BackupPolicy> = fc
  .tuple(standard, fc.option(hourly), fc.boolean(), fc.constantFrom(undefined, 'x'))
  .map(([policy, window, crash, prefix]) => ({
    ...policy,
    policyType: 'V2',
    schedule: window ?? policy.schedule,
    ...(crash && { crashConsistentOnly: true }),
    ...(prefix && { snapshotGroup: { prefix }, archive: { mode: 'TierAfter', after: { count: 3, unit: 'Months' } } }),
  }));
const policies = fc.oneof(standard, enhanced);

const template = () => policyToWire(newPolicyTemplate({ time: '22:00', timeZone: 'UTC' }));

function refusal(properties: unknown): AppError {
  try {
    policyFromWire(properties);
  } catch (error) {
    assert.ok(isAppError(error, 'BMSUserErrorInvalidPolicyInput'), String(error));
    return error;
  }
  return assert.fail('It was accepted.');
}

const targets = (properties: unknown) => refusal(properties).details.details?.map(({ target }) => target);

/** Plain objects, as the domain's are. */
const plain = <T>(value: T): T => structuredClone(value);

describe('policies on the wire', () => {
  it('come back as they were, whatever their shape, also through JSON', () => {
    fc.assert(
      fc.property(policies.map(plain), (policy) => {
        assert.deepEqual(policyFromWire(policyToWire(policy)), policy);
        assert.deepEqual(policyFromWire(JSON.parse(JSON.stringify(policyToWire(policy)))), policy);
      }),
    );
  });

  it("have the service's form", () => {
    assert.deepEqual(template().schedulePolicy, {
      schedulePolicyType: 'SimpleSchedulePolicy',
      scheduleRunFrequency: 'Daily',
      scheduleRunTimes: ['2024-01-01T22:00:00Z'],
      scheduleWeeklyFrequency: 0,
    });
    assert.deepEqual(template().retentionPolicy.yearlySchedule, {
      retentionScheduleFormatType: 'Weekly',
      retentionScheduleWeekly: { daysOfTheWeek: ['Sunday'], weeksOfTheMonth: ['First'] },
      monthsOfYear: ['January'],
      retentionTimes: ['2024-01-01T22:00:00Z'],
      retentionDuration: { count: 10, durationType: 'Years' },
    });
  });

  it('write the last day of a month as date 0', () => {
    const { retention } = policyFromWire({
      ...template(),
      retentionPolicy: {
        ...template().retentionPolicy,
        monthlySchedule: {
          retentionScheduleFormatType: 'Daily',
          retentionScheduleDaily: {
            daysOfTheMonth: [
              { date: 15, isLast: false },
              { date: 0, isLast: true },
            ],
          },
          retentionScheduleWeekly: null,
          retentionTimes: null,
          retentionDuration: { count: 3, durationType: 'Months' },
        },
      },
    });
    assert.deepEqual(retention.monthly, { on: { by: 'day', dates: [15], last: true }, count: 3 });
  });

  it('may come with any date, with fractions, and without the members that have defaults', () => {
    const wire = template();
    const { schedulePolicy, retentionPolicy } = JSON.parse(
      JSON.stringify(wire).replaceAll('2024-01-01T22:00:00Z', '2019-07-30T22:00:00.000Z'),
    );
    const { timeZone, instantRestoreDays, schedule } = policyFromWire({
      backupManagementType: 'AzureIaasVM',
      schedulePolicy,
      retentionPolicy,
    });
    assert.deepEqual([timeZone, instantRestoreDays, schedule.time], ['UTC', 2, '22:00']);
  });

  const ENHANCED = {
    backupManagementType: 'AzureIaasVM',
    policyType: 'V2',
    instantRPDetails: {},
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicyV2',
      scheduleRunFrequency: 'Hourly',
      hourlySchedule: { interval: 4, scheduleWindowStartTime: '2023-12-21T08:00:00Z', scheduleWindowDuration: 12 },
    },
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy',
      dailySchedule: {
        retentionTimes: ['2023-12-21T08:00:00Z'],
        retentionDuration: { count: 30, durationType: 'Days' },
      },
    },
    instantRpRetentionRangeInDays: 2,
    timeZone: 'UTC',
  };

  it('of the Enhanced kind are answered as the service does', () => {
    const { policyType: _type, ...untyped } = ENHANCED;
    const asked = JSON.parse(
      JSON.stringify({ protectedItemsCount: 4, ...untyped }).replaceAll('08:00:00Z', '08:00:00.000Z'),
    );
    assert.deepEqual(policyProperty(asked), ENHANCED);
    assert.deepEqual(Object.keys(policyProperty(asked)), Object.keys(ENHANCED));
    assert.deepEqual(policyFromWire(ENHANCED), enhancedPolicy());
  });

  it('of the Enhanced kind take other retention times and kinds of tiering, and give back every null (SPEC §1.5)', () => {
    const asked = {
      ...ENHANCED,
      instantRPDetails: { azureBackupRGNamePrefix: 'RG_prefix', azureBackupRGNameSuffix: 'RG_suffix' },
      retentionPolicy: {
        ...ENHANCED.retentionPolicy,
        monthlySchedule: {
          retentionScheduleFormatType: 'Weekly',
          retentionScheduleDaily: null,
          retentionScheduleWeekly: { daysOfTheWeek: ['Sunday'], weeksOfTheMonth: ['First'] },
          retentionTimes: ['2021-12-17T10:00:00Z'],
          retentionDuration: { count: 60, durationType: 'Months' },
        },
      },
      tieringPolicy: { ArchivedRP: { tieringMode: 'TierRecommended', duration: 0, durationType: 'Invalid' } },
      snapshotConsistencyType: 'OnlyCrashConsistent',
    };
    assert.deepEqual(policyProperty(asked), asked);
    const { archive, crashConsistentOnly, snapshotGroup } = policyFromWire(asked);
    assert.deepEqual(
      [archive, crashConsistentOnly, snapshotGroup],
      [{ mode: 'TierRecommended' }, true, { prefix: 'RG_prefix', suffix: 'RG_suffix' }],
    );
  });

  for (const range of ['dailySchedule', 'weeklySchedule', 'monthlySchedule', 'yearlySchedule'] as const) {
    const withRange = (change: object) => {
      const wire = template();
      return {
        ...wire,
        retentionPolicy: { ...wire.retentionPolicy, [range]: { ...wire.retentionPolicy[range], ...change } },
      };
    };

    it(`are refused with another time in ${range} than the schedule's`, () => {
      for (const retentionTimes of [['2024-01-01T22:30:00Z'], [], ['2024-01-01T22:00:00Z', '2024-01-01T22:00:00Z']]) {
        assert.deepEqual(targets(withRange({ retentionTimes })), [`retentionPolicy.${range}.retentionTimes`]);
      }
    });

    it(`are refused with another unit in ${range}: nothing is kept for another time than was asked`, () => {
      const retentionDuration = { count: 5, durationType: range === 'dailySchedule' ? 'Weeks' : 'Days' };
      const target = `retentionPolicy.${range}.retentionDuration.durationType`;
      assert.deepEqual(targets(withRange({ retentionDuration })), [target]);
    });
  }

  it('are refused in the words of the service', () => {
    const { message } = refusal({});
    assert.match(message, /^Input for create or update policy is not in proper format\r\n/);
  });

  for (const [what, change, target] of [
    ['another workload', { backupManagementType: 'AzureWorkload' }, 'backupManagementType'],
    ['no schedule', { schedulePolicy: undefined }, 'schedulePolicy'],
    [
      'an Enhanced schedule that has no run time',
      { schedulePolicy: { schedulePolicyType: 'SimpleSchedulePolicyV2', scheduleRunFrequency: 'Daily' } },
      'schedulePolicy.dailySchedule',
    ],
    ...(['LongTermSchedulePolicy', 'LogSchedulePolicy'] as const).map(
      (schedulePolicyType) =>
        [
          `a ${schedulePolicyType} (SPEC §1.5)`,
          { schedulePolicy: { schedulePolicyType, scheduleFrequencyInMins: 60 } },
          'schedulePolicy.schedulePolicyType',
        ] as const,
    ),
    ['the type V2 and a Standard schedule', { policyType: 'V2' }, 'policyType'],
    [
      'the type V1 and an Enhanced schedule',
      {
        policyType: 'V1',
        schedulePolicy: {
          schedulePolicyType: 'SimpleSchedulePolicyV2',
          scheduleRunFrequency: 'Daily',
          dailySchedule: { scheduleRunTimes: ['2024-01-01T22:00:00Z'] },
        },
      },
      'policyType',
    ],
    [
      'two run times',
      {
        schedulePolicy: {
          ...template().schedulePolicy,
          scheduleRunTimes: ['2024-01-01T22:00:00Z', '2024-01-01T10:00:00Z'],
        },
      },
      'schedulePolicy.scheduleRunTimes',
    ],
    [
      'a run time that is none',
      { schedulePolicy: { ...template().schedulePolicy, scheduleRunTimes: ['at night'] } },
      'schedulePolicy.scheduleRunTimes.0',
    ],
    [
      'a run time in another zone',
      { schedulePolicy: { ...template().schedulePolicy, scheduleRunTimes: ['2024-01-01T22:00:00+08:00'] } },
      'schedulePolicy.scheduleRunTimes.0',
    ],
    ['no retention', { retentionPolicy: undefined }, 'retentionPolicy'],
    ['a time zone that is no text', { timeZone: 5 }, 'timeZone'],
    ['half a day of snapshots', { instantRpRetentionRangeInDays: 0.5 }, 'instantRpRetentionRangeInDays'],
  ] as const) {
    it(`are refused with ${what}`, () => assert.deepEqual(targets({ ...template(), ...change }), [target]));
  }

  it('are refused when they are nothing at all', () => {
    for (const nothing of [undefined, null, 'policy', 5, []]) assert.ok(refusal(nothing));
  });
});
