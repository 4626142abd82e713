import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isAppError } from '../../../src/domain/errors';
import { type BackupPolicy, type Schedule, WEEKDAYS } from '../../../src/domain/policy';
import { isLastRunOfItsDay, latestRunAtOrBefore, nextRuns, runsBetween } from '../../../src/domain/schedule';
import { standardClock, standardOffsetMs, windowsTimeZones } from '../../../src/domain/timeZones';

const DAY = 86_400_000;

function policy(timeZone: string, schedule: Schedule): BackupPolicy {
  return { timeZone, schedule, retention: { daily: { count: 30 } }, instantRestoreDays: 2 };
}

function dailyAt(time: string, timeZone: string): BackupPolicy {
  return policy(timeZone, { frequency: 'Daily', time });
}

function hourlyFrom(time: string, timeZone: string, [intervalHours, durationHours]: [number, number]): BackupPolicy {
  return policy(timeZone, { frequency: 'Hourly', time, intervalHours, durationHours });
}

function ms(text: string): number {
  return Date.parse(text);
}

function iso(times: readonly number[]): string[] {
  return times.map((at) => new Date(at).toISOString().slice(0, 16));
}

describe('schedule', () => {
  it('runs daily at the policy time in UTC', () => {
    const runs = nextRuns(dailyAt('20:00', 'UTC'), ms('2024-01-07T12:00Z'), 3);
    assert.deepEqual(iso(runs), ['2024-01-07T20:00', '2024-01-08T20:00', '2024-01-09T20:00']);
  });

  it('reads the time in the zone of the policy', () => {
    const runs = nextRuns(dailyAt('02:00', 'Taipei Standard Time'), ms('2024-05-13T00:00Z'), 2);
    assert.deepEqual(iso(runs), ['2024-05-13T18:00', '2024-05-14T18:00']);
  });

  it('works with half-hour zones', () => {
    const runs = nextRuns(dailyAt('02:00', 'India Standard Time'), ms('2024-05-13T00:00Z'), 1);
    assert.deepEqual(iso(runs), ['2024-05-13T20:30']);
  });

  it('runs weekly on its days in the zone, not on the days of UTC', () => {
    const weekly = policy('Taipei Standard Time', { frequency: 'Weekly', days: ['Monday', 'Thursday'], time: '02:00' });
    const runs = nextRuns(weekly, ms('2024-05-12T00:00Z'), 3);
    assert.deepEqual(iso(runs), ['2024-05-12T18:00', '2024-05-15T18:00', '2024-05-19T18:00']);
  });

  for (const [name, zone, time, change, utc] of [
    ['spring, northern hemisphere', 'W. Europe Standard Time', '02:00', '2024-03-31', '01:00'],
    ['autumn, northern hemisphere', 'W. Europe Standard Time', '02:00', '2024-10-27', '01:00'],
    ['spring, southern hemisphere', 'AUS Eastern Standard Time', '02:30', '2024-10-06', '16:30'],
    ['autumn, southern hemisphere', 'AUS Eastern Standard Time', '02:30', '2024-04-07', '16:30'],
    ['spring, half-hour zone', 'Newfoundland Standard Time', '02:00', '2024-03-10', '05:30'],
    ['autumn, half-hour daylight saving', 'Lord Howe Standard Time', '01:30', '2024-04-07', '15:00'],
  ] as const) {
    it(`keeps its UTC moment when the clocks change: ${name}`, () => {
      const runs = nextRuns(dailyAt(time, zone), ms(`${change}T00:00Z`) - 3 * DAY, 6);
      assert.deepEqual(new Set(iso(runs).map((run) => run.slice(11))), new Set([utc]));
      assert.equal(runs.at(-1)! - runs[0]!, 5 * DAY);
    });
  }

  it('runs on leap days and over the end of a year', () => {
    assert.deepEqual(iso(nextRuns(dailyAt('20:00', 'UTC'), ms('2024-02-28T20:00Z'), 2)), [
      '2024-02-29T20:00',
      '2024-03-01T20:00',
    ]);
    assert.deepEqual(iso(nextRuns(dailyAt('02:00', 'Tokyo Standard Time'), ms('2023-12-30T18:00Z'), 2)), [
      '2023-12-31T17:00',
      '2024-01-01T17:00',
    ]);
  });

  it('does not double or lose a local day when a zone moves its standard time', () => {
    // Samoa crossed the date line at the end of 2011: its 30 December did not exist.
    const samoa = dailyAt('02:00', 'Samoa Standard Time');
    const runs = nextRuns(samoa, ms('2011-12-28T00:00Z'), 8);
    const dates = runs.map((run) => standardClock('Samoa Standard Time', run).toPlainDate().toString());
    assert.equal(new Set(dates).size, dates.length);
    // Kazakhstan moved from +6 to +5 in 2024.
    const almaty = nextRuns(dailyAt('02:00', 'Central Asia Standard Time'), ms('2023-12-29T12:00Z'), 5);
    assert.deepEqual(
      almaty.map((run) => standardClock('Central Asia Standard Time', run).toString()),
      [
        '2023-12-30T02:00:00',
        '2023-12-31T02:00:00',
        '2024-01-01T02:00:00',
        '2024-01-02T02:00:00',
        '2024-01-03T02:00:00',
      ],
    );
  });

  it('excludes the lower bound and includes the upper one', () => {
    const everyDay = dailyAt('20:00', 'UTC');
    const [first, second] = [ms('2024-01-07T20:00Z'), ms('2024-01-08T20:00Z')];
    assert.deepEqual(nextRuns(everyDay, first, 1), [second]);
    assert.deepEqual(nextRuns(everyDay, first - 1, 1), [first]);
    assert.equal(latestRunAtOrBefore(everyDay, second), second);
    assert.equal(latestRunAtOrBefore(everyDay, second - 1), first);
    assert.deepEqual(runsBetween(everyDay, first, second, 10), [second]);
    assert.deepEqual(runsBetween(everyDay, first, second - 1, 10), []);
  });

  it('gives at most as many runs as asked for, the first ones', () => {
    const everyDay = dailyAt('20:00', 'UTC');
    const after = ms('2024-01-01T00:00Z');
    assert.deepEqual(nextRuns(everyDay, after, 0), []);
    assert.deepEqual(runsBetween(everyDay, after, after + 30 * DAY, 2), nextRuns(everyDay, after, 2));
  });

  it('never runs on a weekly schedule without days', () => {
    const never = policy('UTC', { frequency: 'Weekly', days: [], time: '02:00' });
    assert.deepEqual(nextRuns(never, 0, 3), []);
    assert.equal(latestRunAtOrBefore(never, 0), undefined);
    assert.deepEqual(runsBetween(never, 0, 100 * DAY, 3), []);
  });

  it('refuses an unknown time zone', () => {
    assert.throws(
      () => nextRuns(dailyAt('02:00', 'Nowhere'), 0, 1),
      (error) => isAppError(error, 'LocalTimeZoneUnknown'),
    );
  });

  const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30'));
  const schedule: fc.Arbitrary<Schedule> = fc
    .tuple(time, fc.option(fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 })))
    .map(([[hour, minute], days]) => {
      const at = `${String(hour).padStart(2, '0')}:${minute}`;
      return days ? { frequency: 'Weekly', days, time: at } : { frequency: 'Daily', time: at };
    });
  const anyPolicy = fc.tuple(fc.constantFrom(...windowsTimeZones()), schedule).map(([zone, s]) => policy(zone, s));
  const moment = fc.integer({ min: ms('2005-01-01T00:00Z'), max: ms('2060-01-01T00:00Z') });

  it('runs as much later on a day whose time the standard clock skips', () => {
    // Yukon stays on what was its summer time since November 2020 (IANA time zone database, 2020d).
    const [before, on, after] = nextRuns(
      policy('Yukon Standard Time', { frequency: 'Daily', time: '16:30' }),
      ms('2020-12-30T12:00Z'),
      3,
    );
    assert.deepEqual(iso([before!, on!, after!]), ['2020-12-31T00:30', '2021-01-01T00:30', '2021-01-01T23:30']);
  });

  it('property: runs ascend strictly and fall on schedule days at the policy time on the standard clock', () => {
    fc.assert(
      fc.property(anyPolicy, moment, (p, after) => {
        const runs = nextRuns(p, after, 8);
        assert.equal(runs.length, 8);
        for (const [index, run] of runs.entries()) {
          assert.ok(run > (runs[index - 1] ?? after));
          const clock = new Date(run + standardOffsetMs(p.timeZone, run));
          // A reading that the clock skips when the zone moves its standard time gives the moment as much later.
          const moved = standardOffsetMs(p.timeZone, run + DAY) - standardOffsetMs(p.timeZone, run - DAY);
          const readings = [clock.getTime(), clock.getTime() - moved].map((shown) =>
            new Date(shown).toISOString().slice(11, 16),
          );
          assert.ok(readings.includes(p.schedule.time), `${readings.join(' or ')} is not ${p.schedule.time}`);
          const weekday = WEEKDAYS[clock.getUTCDay()]!;
          assert.ok(p.schedule.frequency !== 'Weekly' || p.schedule.days.includes(weekday));
        }
      }),
    );
  });

  it('property: the latest run and the next runs agree, and neighbouring intervals miss nothing', () => {
    fc.assert(
      fc.property(anyPolicy, moment, fc.integer({ min: 0, max: 20 * DAY }), (p, at, length) => {
        const latest = latestRunAtOrBefore(p, at);
        assert.ok(latest !== undefined && latest <= at);
        assert.equal(nextRuns(p, latest - 1, 1)[0], latest);
        assert.ok(nextRuns(p, latest, 1)[0]! > at);
        const middle = at + Math.floor(length / 3);
        const whole = runsBetween(p, at, at + length, 100);
        assert.deepEqual([...runsBetween(p, at, middle, 100), ...runsBetween(p, middle, at + length, 100)], whole);
      }),
    );
  });

  describe('several times a day (SPEC §2.6; that a run may start at the very end of the window is assumed)', () => {
    it('runs from the start of the window to its end', () => {
      const runs = nextRuns(hourlyFrom('08:00', 'UTC', [4, 12]), ms('2024-05-13T08:00Z'), 5);
      assert.deepEqual(iso(runs), [
        '2024-05-13T12:00',
        '2024-05-13T16:00',
        '2024-05-13T20:00',
        '2024-05-14T08:00',
        '2024-05-14T12:00',
      ]);
    });

    it('runs six times a day in a window of 24 hours: its end is the start of the next', () => {
      const runs = nextRuns(hourlyFrom('08:00', 'UTC', [4, 24]), ms('2024-05-13T07:00Z'), 7);
      assert.deepEqual(
        runs.map((run) => new Date(run).getUTCHours()),
        [8, 12, 16, 20, 0, 4, 8],
      );
    });

    it('reads the window at the standard offset of the zone, also in summer', () => {
      const berlin = hourlyFrom('20:30', 'W. Europe Standard Time', [6, 12]);
      const expected = ['19:30', '01:30', '07:30'];
      for (const day of ['2024-01-15', '2024-07-15']) {
        const runs = nextRuns(berlin, ms(`${day}T12:00Z`), 3);
        assert.deepEqual(
          iso(runs).map((run) => run.slice(11)),
          expected,
        );
      }
    });

    it('finds the latest run also in a window that began the day before', () => {
      const night = hourlyFrom('20:00', 'UTC', [4, 12]);
      assert.deepEqual(iso([latestRunAtOrBefore(night, ms('2024-05-14T05:00Z'))!]), ['2024-05-14T04:00']);
      assert.deepEqual(iso([latestRunAtOrBefore(night, ms('2024-05-14T19:59Z'))!]), ['2024-05-14T08:00']);
    });

    it('knows the last run of each date on its clock', () => {
      const night = hourlyFrom('20:00', 'UTC', [4, 12]);
      const last = nextRuns(night, ms('2024-05-13T12:00Z'), 5).filter((run) => isLastRunOfItsDay(night, run));
      assert.deepEqual(iso(last), ['2024-05-13T20:00', '2024-05-14T20:00']);
    });

    it('ends a window of a whole day where the next one begins, also where the standard offset of the zone changes', () => {
      // Jordan stays on what was its summer time since October 2022 (IANA time zone database, 2022f).
      const jordan = hourlyFrom('22:30', 'Jordan Standard Time', [12, 24]);
      const runs = nextRuns(jordan, ms('2022-12-30T12:00Z'), 6);
      for (const run of runs) assert.equal(latestRunAtOrBefore(jordan, run), run);
      assert.deepEqual(iso(runs), [
        '2022-12-30T20:30',
        '2022-12-31T08:30',
        '2022-12-31T20:30',
        '2023-01-01T08:30',
        '2023-01-01T19:30',
        '2023-01-02T07:30',
      ]);
    });

    it('agrees with itself in every zone: what is next after a moment is between it and later, and the latest then', () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...windowsTimeZones()),
          fc.constantFrom<[number, number]>([4, 4], [4, 12], [6, 24], [8, 16], [12, 24]),
          fc.integer({ min: ms('2023-01-01T00:00Z'), max: ms('2026-12-31T00:00Z') }),
          (zone, window, after) => {
            const p = hourlyFrom('22:30', zone, window);
            const runs = nextRuns(p, after, 6);
            assert.equal(runs.length, 6);
            assert.deepEqual(runsBetween(p, after, runs[5]!, 100), runs);
            for (const run of runs) assert.equal(latestRunAtOrBefore(p, run), run);
            assert.deepEqual(
              runs.toSorted((a, b) => a - b),
              runs,
            );
          },
        ),
        { numRuns: 60 },
      );
    });
  });
});
