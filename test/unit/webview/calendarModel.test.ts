import assert from 'node:assert/strict';
import {
  addDays,
  addMonths,
  daysBetween,
  firstDayOfWeek,
  monthAfter,
  weeksOf,
  within,
} from '../../../webview/ui/calendarModel';

describe('the calendar', () => {
  it('lays a month out in weeks, from whatever day weeks begin with', () => {
    const sunday = weeksOf('2026-11', 0);
    assert.deepEqual(
      sunday[0],
      ['01', '02', '03', '04', '05', '06', '07'].map((day) => `2026-11-${day}`),
    );
    assert.equal(sunday.length, 5);
    const monday = weeksOf('2026-11', 1);
    assert.deepEqual(monday[0]?.filter(Boolean), ['2026-11-01']);
    assert.equal(monday.length, 6);
    assert.equal(monday.flat().filter(Boolean).length, 30);
    assert.equal(weeksOf('2028-02', 0).flat().filter(Boolean).at(-1), '2028-02-29');
  });

  it('moves by days over months and years, also where clocks change', () => {
    assert.equal(addDays('2026-12-31', 1), '2027-01-01');
    assert.equal(addDays('2026-03-29', -1), '2026-03-28');
    assert.equal(addDays('2026-10-25', 1), '2026-10-26');
    assert.equal(daysBetween('2026-03-01', '2027-03-01'), 365);
  });

  it('moves by months and keeps to the last day of a short one', () => {
    assert.equal(addMonths('2027-01-31', 1), '2027-02-28');
    assert.equal(addMonths('2028-02-29', 12), '2029-02-28');
    assert.equal(addMonths('2027-01-15', -1), '2026-12-15');
    assert.equal(monthAfter('2026-11', 14), '2028-01');
  });

  it('stays inside its limits', () => {
    assert.equal(within('2026-01-01', '2026-02-01', '2026-03-01'), '2026-02-01');
    assert.equal(within('2026-04-01', '2026-02-01', '2026-03-01'), '2026-03-01');
    assert.equal(within('2026-02-15', '2026-02-01', '2026-03-01'), '2026-02-15');
  });

  it('begins weeks as the language does', () => {
    assert.equal(firstDayOfWeek('en-US'), 0);
    assert.equal(firstDayOfWeek('de-DE'), 1);
  });
});
