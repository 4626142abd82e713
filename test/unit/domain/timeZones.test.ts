import assert from 'node:assert/strict';
import { isAppError } from '../../../src/domain/errors';
import {
  daylightNote,
  ianaToWindows,
  knownTimeZone,
  standardClock,
  standardMoment,
  standardOffsetMs,
  timeZoneChoices,
  windowsTimeZones,
  windowsToIana,
} from '../../../src/domain/timeZones';

const HOUR = 3_600_000;
const SUMMER = Date.UTC(2024, 6, 15);
const WINTER = Date.UTC(2024, 0, 15);

describe('time zones', () => {
  it('knows the 139 Windows zones, each once', () => {
    const ids = windowsTimeZones();
    assert.equal(ids.length, 139);
    assert.equal(new Set(ids).size, 139);
    assert.ok(ids.includes('UTC') && ids.includes('Taipei Standard Time'));
  });

  it('finds an id without regard to case and gives it as Windows spells it', () => {
    assert.equal(knownTimeZone('utc'), 'UTC');
    assert.equal(knownTimeZone('TAIPEI STANDARD TIME'), 'Taipei Standard Time');
    assert.equal(knownTimeZone('Asia/Taipei'), undefined);
    assert.equal(windowsToIana('taipei standard time'), 'Asia/Taipei');
    assert.equal(windowsToIana('Nowhere'), undefined);
  });

  for (const [iana, windows] of [
    ['Asia/Taipei', 'Taipei Standard Time'],
    ['Asia/Kolkata', 'India Standard Time'],
    ['Asia/Calcutta', 'India Standard Time'],
    ['Europe/Kyiv', 'FLE Standard Time'],
    ['UTC', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['Nowhere/City', undefined],
  ] as const) {
    it(`maps ${iana} to ${windows}`, () => {
      assert.equal(ianaToWindows(iana), windows);
    });
  }

  for (const [zone, hours] of [
    ['UTC', 0],
    ['W. Europe Standard Time', 1],
    ['GMT Standard Time', 0],
    ['Pacific Standard Time', -8],
    ['AUS Eastern Standard Time', 10],
    ['New Zealand Standard Time', 12],
    ['Newfoundland Standard Time', -3.5],
    ['India Standard Time', 5.5],
    ['Nepal Standard Time', 5.75],
    ['Lord Howe Standard Time', 10.5],
  ] as const) {
    it(`${zone} is ${hours} h from UTC all year`, () => {
      assert.equal(standardOffsetMs(zone, SUMMER), hours * HOUR);
      assert.equal(standardOffsetMs(zone, WINTER), hours * HOUR);
    });
  }

  it('takes the offset of the year', () => {
    assert.equal(standardOffsetMs('Samoa Standard Time', Date.UTC(2010, 6, 1)), -11 * HOUR);
    assert.equal(standardOffsetMs('Samoa Standard Time', SUMMER), 13 * HOUR);
  });

  it('refuses an unknown zone', () => {
    assert.throws(
      () => standardOffsetMs('Nowhere', SUMMER),
      (error) => isAppError(error, 'LocalTimeZoneUnknown'),
    );
  });

  it('reads the standard clock and finds the moment of a reading, for every zone', () => {
    const at = Date.UTC(2024, 1, 29, 23, 30);
    assert.equal(standardClock('Taipei Standard Time', at).toString(), '2024-03-01T07:30:00');
    for (const zone of windowsTimeZones()) {
      assert.equal(standardMoment(zone, standardClock(zone, at)), at, zone);
    }
  });

  it('says what a time is in UTC and on the clock in summer', () => {
    assert.deepEqual(daylightNote('W. Europe Standard Time', '02:00', SUMMER), {
      utc: { time: '01:00', dayShift: 0 },
      summer: { time: '03:00', dayShift: 0 },
    });
    assert.deepEqual(daylightNote('AUS Eastern Standard Time', '23:30', WINTER), {
      utc: { time: '13:30', dayShift: 0 },
      summer: { time: '00:30', dayShift: 1 },
    });
    assert.deepEqual(daylightNote('Taipei Standard Time', '02:00', SUMMER), { utc: { time: '18:00', dayShift: -1 } });
    assert.deepEqual(daylightNote('Pacific Standard Time', '20:00', SUMMER), {
      utc: { time: '04:00', dayShift: 1 },
      summer: { time: '21:00', dayShift: 0 },
    });
  });

  it('offers every zone with its IANA names and cities', () => {
    const choices = timeZoneChoices();
    assert.deepEqual(
      choices.map(({ id }) => id),
      windowsTimeZones(),
    );
    const [india] = choices.filter(({ id }) => id === 'India Standard Time');
    assert.deepEqual(india?.cities, ['Calcutta', 'Kolkata']);
    const [pacific] = choices.filter(({ id }) => id === 'Pacific Standard Time');
    assert.equal(pacific?.ianaNames[0], 'America/Los_Angeles');
    assert.ok(pacific?.cities.includes('Los Angeles'));
    assert.ok(!pacific?.cities.includes('Pacific'));
    const [utc] = choices.filter(({ id }) => id === 'UTC');
    assert.deepEqual(utc?.cities, []);
  });
});
