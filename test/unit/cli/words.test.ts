import assert from 'node:assert/strict';
import { itemState } from '../../../src/cli/itemState';
import { count, moment, table } from '../../../src/cli/output';
import { clockTime, policyOf, portNumber, timeZoneId, weekdays, wholeNumber } from '../../../src/cli/policyOptions';
import { policyProblems } from '../../../src/domain/policyRules';
import type { ProtectedItem } from '../../../src/domain/views';

describe('what the command line prints', () => {
  it('aligns columns to their widest cell and leaves no space at the end', () => {
    assert.equal(
      table(
        ['A', 'NAME'],
        [
          ['long', 'x'],
          ['', 'yy'],
        ],
      ),
      'A     NAME\nlong  x\n      yy',
    );
    assert.equal(table(['A'], []), 'A');
    assert.equal(table(['A'], [], 'There is none.'), 'There is none.');
  });

  it('tells moments to the second, and numbers of things', () => {
    assert.equal(moment(Date.UTC(2026, 1, 3, 4, 5, 6, 789)), '2026-02-03 04:05:06Z');
    assert.equal(moment(undefined), '–');
    assert.deepEqual([count(0, 'disk'), count(1, 'disk'), count(2, 'disk')], ['0 disks', '1 disk', '2 disks']);
  });

  it('calls an item pending until a first backup has ended', () => {
    const item = { state: 'IRPending', lastBackupStatus: 'None' } as ProtectedItem;
    assert.equal(itemState(item), 'Warning (Initial backup pending)');
    assert.equal(itemState({ ...item, lastBackupStatus: 'Failed' }), 'initial backup not completed');
    assert.equal(itemState({ ...item, state: 'Protected' }), 'protected');
  });
});

describe('what the command line takes', () => {
  it('takes times, ports, numbers and days, and nothing like them', () => {
    assert.equal(clockTime('00:30'), '00:30');
    for (const text of ['24:00', '7:30', '07:60', '07:30:00', '']) assert.throws(() => clockTime(text), /HH:MM/);
    assert.deepEqual([portNumber('0'), portNumber('65535')], [0, 65_535]);
    for (const text of ['65536', '-1', '1.5', '']) assert.throws(() => portNumber(text));
    assert.throws(() => wholeNumber('3x'));
    assert.deepEqual(weekdays('friday, Monday'), ['Friday', 'Monday']);
    assert.throws(() => weekdays('Monday,'), /not a day of the week/);
  });

  it('takes a time zone by its Windows id and by its IANA name', () => {
    assert.equal(timeZoneId('taipei standard time'), 'Taipei Standard Time');
    assert.equal(timeZoneId('Asia/Taipei'), 'Taipei Standard Time');
    assert.throws(() => timeZoneId('Mars/Olympus'), /A time zone is needed/);
  });

  it('makes policies that keep the rules', () => {
    const base = { time: '22:00', timeZone: 'UTC' };
    const kept = { keepWeekly: 4, keepMonthly: 6, keepYearly: 2 };
    const days = ['Monday', 'Thursday'] as const;
    for (const options of [
      base,
      { ...base, keepDaily: 7, ...kept },
      { ...base, weekly: days },
      { ...base, weekly: days, ...kept },
    ]) {
      assert.deepEqual(policyProblems(policyOf(options)), []);
    }
    assert.equal(policyOf({ ...base, weekly: days }).retention.daily, undefined);
    assert.deepEqual(policyOf(base).retention, { daily: { count: 30 } });
  });
});
