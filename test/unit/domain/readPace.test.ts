import assert from 'node:assert/strict';
import { HOUR_MS, READ_BUDGET, readWait } from '../../../src/domain/readPace';

const NOON = Date.UTC(2026, 9, 12, 12);
const SECOND = 1000;

/** Looks for so many hours, as often as it is told to. @returns when it looked (ms UTC) */
function looks(hours: number, before: readonly number[], readsPerLook = 1): number[] {
  const reads = [...before];
  for (let now = NOON; now < NOON + hours * HOUR_MS; ) {
    const wait = readWait({ running: true, visible: true, reads, readsPerLook }, now);
    if (wait === undefined) assert.fail('a poller that is needed stopped');
    now += wait;
    for (let i = 0; i < readsPerLook; i++) reads.push(now);
  }
  return reads;
}

const burst = (count: number, ago: number) => Array.from({ length: count }, (_, i) => NOON - ago + i);

function mostInAnHour(reads: readonly number[]): number {
  return Math.max(...reads.map((end) => reads.filter((time) => time <= end && time > end - HOUR_MS).length));
}

describe('how long a poller waits', () => {
  it('is 30 s while a job runs, 60 s while somebody looks on, and for ever otherwise', () => {
    assert.equal(readWait({ running: true, visible: true, reads: [] }, NOON), 30 * SECOND);
    assert.equal(readWait({ running: false, visible: true, reads: [] }, NOON), 60 * SECOND);
    assert.equal(readWait({ running: false, visible: false, reads: [] }, NOON), undefined);
  });

  it('stays at 30 s for as long as a job runs', () => {
    const reads = looks(5, []);
    const waits = new Set(reads.slice(1).map((time, i) => time - (reads[i] ?? 0)));
    assert.deepEqual(waits, new Set([30 * SECOND]));
  });

  it('never goes beyond the budget in any hour, whatever was read before', () => {
    for (const before of [burst(40, HOUR_MS / 2), burst(100, 60 * SECOND), burst(120, HOUR_MS - SECOND)]) {
      for (const readsPerLook of [1, 4]) {
        const most = mostInAnHour(looks(3, before, readsPerLook));
        assert.ok(most <= READ_BUDGET, `${most} reads in an hour after ${before.length}, ${readsPerLook} a look`);
      }
    }
  });

  it('spreads what is left after a burst, in place of using it up at once', () => {
    const reads = looks(
      0.9,
      Array.from({ length: 100 }, (_, i) => NOON - 100 + i),
    ).slice(100);
    const longest = Math.max(...reads.slice(1).map((time, i) => time - (reads[i] ?? 0)));
    assert.ok(longest < 5 * 60 * SECOND, `${longest / SECOND} s without a look`);
  });

  it('is at least what Azure asked for', () => {
    const blockedUntil = NOON + 324 * SECOND;
    assert.equal(readWait({ running: true, visible: true, reads: [], blockedUntil }, NOON), 324 * SECOND);
    assert.equal(readWait({ running: true, visible: true, reads: [], blockedUntil }, blockedUntil), 30 * SECOND);
  });
});
