import assert from 'node:assert/strict';
import type { BackupPolicy, Schedule } from '../../../src/domain/policy';
import { defaultPolicy } from '../../../src/domain/policyDefaults';
import { longestGap, overdueBy, recoveryTarget } from '../../../src/domain/recoveryTarget';

const HOUR = 3_600_000;
const policy = (schedule: Schedule): BackupPolicy => ({ ...defaultPolicy('02:00'), schedule });

const GAPS: readonly (readonly [string, Schedule, number])[] = [
  ['daily', { frequency: 'Daily', time: '02:00' }, 24],
  ['once a week', { frequency: 'Weekly', days: ['Sunday'], time: '02:00' }, 7 * 24],
  ['Saturday and Monday, in any order', { frequency: 'Weekly', days: ['Saturday', 'Monday'], time: '02:00' }, 5 * 24],
  ['every 4 hours, all day', { frequency: 'Hourly', time: '00:00', intervalHours: 4, durationHours: 24 }, 4],
  ['every 4 hours for 12', { frequency: 'Hourly', time: '08:00', intervalHours: 4, durationHours: 12 }, 12],
];

describe('recovery target', () => {
  for (const [name, schedule, hours] of GAPS) {
    it(`${name}: runs are at most ${hours} h apart`, () => assert.equal(longestGap(policy(schedule)), hours * HOUR));
  }

  it('is what was wanted, or what the schedule can keep', () => {
    assert.equal(recoveryTarget(undefined, 24 * HOUR), 24 * HOUR);
    assert.equal(recoveryTarget(policy({ frequency: 'Weekly', days: ['Sunday'], time: '02:00' }), HOUR), 7 * 24 * HOUR);
    assert.equal(recoveryTarget(policy({ frequency: 'Daily', time: '02:00' }), 48 * HOUR), 48 * HOUR);
  });

  it('is missed only when no run can be on its way any more', () => {
    assert.equal(overdueBy(0, 24 * HOUR, 25 * HOUR), undefined);
    assert.equal(overdueBy(0, 24 * HOUR, 25 * HOUR + 1), HOUR + 1);
  });
});
