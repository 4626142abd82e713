import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  fromFilterTime,
  fromTimeSpan,
  fromWireDuration,
  fromWireTime,
  toFilterTime,
  toPropertyBagTime,
  toTimeSpan,
  toUnzonedTime,
  toWireDuration,
  toWireTime,
} from '../../../src/protocol/time';

/** Moments that every form can write: years with four digits. */
const MOMENT = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(9999, 11, 31) });

describe('times on the wire', () => {
  for (const [ms, text] of [
    [Date.UTC(2024, 4, 13, 10, 28, 32, 761), '2024-05-13T10:28:32.761Z'],
    [Date.UTC(2024, 4, 13, 10, 28, 32, 760), '2024-05-13T10:28:32.76Z'],
    [Date.UTC(2024, 4, 13, 10, 28, 32, 700), '2024-05-13T10:28:32.7Z'],
    [Date.UTC(2024, 4, 13, 10, 20, 0, 0), '2024-05-13T10:20:00Z'],
    [Date.UTC(2024, 4, 13, 10, 20, 0, 1), '2024-05-13T10:20:00.001Z'],
  ] as const) {
    it(`are ${text}, without trailing zeros`, () => assert.equal(toWireTime(ms), text));
  }

  it('are read again by anybody', () => {
    fc.assert(fc.property(MOMENT, (ms) => assert.equal(Date.parse(toWireTime(ms)), ms)));
  });

  it('with seven digits are read to the millisecond', () => {
    assert.equal(Date.parse('2024-05-13T10:28:32.7610678Z'), Date.UTC(2024, 4, 13, 10, 28, 32, 761));
  });
});

describe('times without a zone on the wire', () => {
  let zone: string | undefined;
  before(() => {
    zone = process.env.TZ;
    process.env.TZ = 'America/New_York';
  });
  after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it('have seven digits', () => {
    assert.equal(toUnzonedTime(Date.UTC(2024, 4, 28)), '2024-05-28T00:00:00.0000000');
    assert.equal(toUnzonedTime(Date.UTC(2024, 4, 28, 1, 2, 3, 45)), '2024-05-28T01:02:03.0450000');
  });

  it('are UTC on a computer of another zone, as those with a zone are', () => {
    assert.notEqual(new Date(2024, 4, 28).getTimezoneOffset(), 0, 'the zone of this test is not UTC');
    fc.assert(fc.property(MOMENT, (ms) => assert.equal(fromWireTime(toUnzonedTime(ms)), ms)));
    fc.assert(fc.property(MOMENT, (ms) => assert.equal(fromWireTime(toWireTime(ms)), ms)));
    assert.equal(fromWireTime('2024-05-28T02:00:00+02:00'), Date.UTC(2024, 4, 28));
    assert.equal(fromWireTime('soon'), undefined);
  });
});

describe('durations on the wire', () => {
  for (const [ms, text] of [
    [0, 'PT0S'],
    [-5, 'PT0S'],
    [30_600, 'PT30.6S'],
    [921_977, 'PT15M21.977S'],
    [60_000, 'PT1M'],
    [3_600_000, 'PT1H'],
    [3_601_000, 'PT1H1S'],
    [90_061_001, 'PT25H1M1.001S'],
  ] as const) {
    it(`are ${text} for ${ms} ms`, () => assert.equal(toWireDuration(ms), text));
  }

  it('come back to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 * 86_400_000 }), (ms) => {
        assert.equal(Math.round(fromWireDuration(toWireDuration(ms)) ?? -1), ms);
      }),
    );
  });

  it('may have days and seven digits', () => {
    assert.equal(fromWireDuration('P1DT2H'), 26 * 3_600_000);
    assert.equal(Math.floor(fromWireDuration('PT15M21.9772912S') ?? 0), 921_977);
  });

  for (const text of ['', 'P', 'PT', 'P1DT', '15M', 'PT1.2.3S', 'PTxS', '13.23:59:42.8656002']) {
    it(`are not "${text}"`, () => assert.equal(fromWireDuration(text), undefined));
  }
});

describe('time spans of .NET', () => {
  const day = 86_400_000;
  for (const [ms, text] of [
    [14 * day, '14.00:00:00'],
    [14 * day - 17_135, '13.23:59:42.8650000'],
    [61_001, '00:01:01.0010000'],
  ] as const) {
    it(`are ${text}`, () => {
      assert.equal(toTimeSpan(ms), text);
      assert.equal(fromTimeSpan(text), ms);
    });
  }
});

describe('times in property bags', () => {
  for (const [ms, text] of [
    [Date.UTC(2024, 5, 12), '6/12/2024 12:00:00 AM'],
    [Date.UTC(2024, 5, 12, 12), '6/12/2024 12:00:00 PM'],
    [Date.UTC(2024, 11, 1, 1, 2, 3), '12/1/2024 1:02:03 AM'],
    [Date.UTC(2024, 11, 1, 23, 59, 59), '12/1/2024 11:59:59 PM'],
  ] as const) {
    it(`are ${text}`, () => assert.equal(toPropertyBagTime(ms), text));
  }
});

describe('times in filters', () => {
  const day = Date.UTC(2017, 10, 29);
  for (const [text, ms] of [
    ['2017-11-29 12:00:00 AM', day],
    ['2017-11-29 12:00:00 PM', day + 12 * 3_600_000],
    ['2017-11-29 01:30:05 PM', day + 13.5 * 3_600_000 + 5000],
    ['2017-11-29 1:30:05 pm', day + 13.5 * 3_600_000 + 5000],
    ['2017-11-29 00:00:00 AM', day],
    ['2017-11-29 18:00:00', day + 18 * 3_600_000],
    ['2017-11-29T18:00:00Z', day + 18 * 3_600_000],
    ['2017-11-29T18:00:00.1234567Z', day + 18 * 3_600_000],
    ['2017-11-29', day],
  ] as const) {
    it(`read "${text}"`, () => assert.equal(fromFilterTime(text), ms));
  }

  for (const text of [
    '',
    'yesterday',
    '29/11/2017',
    '2017-13-01 12:00:00 AM',
    '2017-02-30 12:00:00 AM',
    '2017-11-29 12:60:00 AM',
    '2017-11-29 25:00:00',
    '2017-11-29 12:00 AM',
    "2017-11-29 12:00:00 AM'",
  ]) {
    it(`refuse "${text}"`, () => assert.equal(fromFilterTime(text), undefined));
  }

  it('come back to the second', () => {
    assert.equal(toFilterTime(day), '2017-11-29 12:00:00 AM');
    fc.assert(
      fc.property(MOMENT, (ms) => {
        assert.equal(fromFilterTime(toFilterTime(ms)), Math.floor(ms / 1000) * 1000);
        assert.match(toFilterTime(ms), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [AP]M$/);
      }),
    );
  });
});
