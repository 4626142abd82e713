import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Schedule } from '../../../src/domain/policy';
import { daysUntilFull, estimateStorage, growthOf, monthlyCost, sumGrowth } from '../../../src/domain/storageEstimate';

const DAY = 24 * 3600_000;
const backup = fc.record({ time: fc.integer({ min: 0, max: 60 * DAY }), bytes: fc.integer({ min: 0, max: 1e12 }) });

describe('how fast a machine makes its vault grow', () => {
  it('is what all backups but the oldest brought, by the time between them', () => {
    const backups = [
      { time: 2 * DAY, bytes: 300 },
      { time: 0, bytes: 5000 },
      { time: DAY, bytes: 100 },
    ];
    assert.deepEqual(growthOf(backups), { baseBytes: 5000, bytesPerDay: 200 });
  });

  it('is not known of less than a day', () => {
    assert.equal(growthOf([]), undefined);
    assert.equal(growthOf([{ time: 0, bytes: 1 }]), undefined);
    assert.equal(growthOf([0, DAY - 1].map((time) => ({ time, bytes: 1 }))), undefined);
  });

  it('does not depend on the order, is never negative, and adds up to what was brought', () => {
    fc.assert(
      fc.property(fc.array(backup, { maxLength: 20 }), (backups) => {
        const growth = growthOf(backups);
        const times = backups.map(({ time }) => time);
        const days = (Math.max(...times) - Math.min(...times)) / DAY;
        if (!growth) return backups.length < 2 || days < 1;
        const all = backups.reduce((sum, { bytes }) => sum + bytes, 0);
        const changed = growth.bytesPerDay * days;
        return growth.bytesPerDay >= 0 && changed <= all * 1.000001 && changed >= (all - growth.baseBytes) * 0.999999;
      }),
    );
  });

  it('tells when a disk is full, and nothing of one that does not fill', () => {
    assert.equal(daysUntilFull(1000, 300), 3);
    assert.equal(daysUntilFull(1000, 0), undefined);
  });
});

const DAILY: Schedule = { frequency: 'Daily', time: '02:00' };
const growth = fc.record({ baseBytes: fc.nat(), bytesPerDay: fc.nat() });
const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  fc.constant(DAILY),
  fc.constant<Schedule>({ frequency: 'Weekly', days: ['Sunday', 'Tuesday'], time: '02:00' }),
  fc.constant<Schedule>({ frequency: 'Hourly', time: '02:00', intervalHours: 4, durationHours: 12 }),
);

describe('what kept points are estimated to take', () => {
  it('is the first copy, and for each further point what changes from one run to the next', () => {
    const machine = { baseBytes: 1000, bytesPerDay: 70 };
    assert.deepEqual(estimateStorage(machine, DAILY, 11), { baseBytes: 1000, changedBytes: 700 });
    const weekly: Schedule = { frequency: 'Weekly', days: ['Sunday'], time: '02:00' };
    assert.deepEqual(estimateStorage(machine, weekly, 3), { baseBytes: 1000, changedBytes: 980 });
    const hourly: Schedule = { frequency: 'Hourly', time: '08:00', intervalHours: 4, durationHours: 12 };
    assert.deepEqual(estimateStorage(machine, hourly, 5), { baseBytes: 1000, changedBytes: 70 });
    assert.deepEqual(estimateStorage(machine, DAILY, 0), { baseBytes: 0, changedBytes: 0 });
  });

  it('grows with the points, and is the sum of what single machines take', () => {
    fc.assert(
      fc.property(fc.array(growth, { minLength: 1, maxLength: 5 }), schedule, fc.nat(500), (machines, when, points) => {
        const total = (one: (typeof machines)[number], kept: number) => {
          const { baseBytes, changedBytes } = estimateStorage(one, when, kept);
          return baseBytes + changedBytes;
        };
        const all = sumGrowth(machines);
        assert.ok(all);
        const single = machines.reduce((sum, machine) => sum + total(machine, points), 0);
        const together = total(all, points);
        return Math.abs(together - single) <= 1e-6 * Math.max(1, single) && total(all, points + 1) >= together;
      }),
    );
  });

  it('is taken from the machines whose growth is known', () => {
    assert.equal(sumGrowth([undefined]), undefined);
    const known = sumGrowth([{ baseBytes: 5, bytesPerDay: 1 }, undefined]);
    assert.deepEqual(known, { known: 1, machines: 2, baseBytes: 5, bytesPerDay: 1 });
  });

  it('costs nothing that nobody named a price for', () => {
    const used = { bytes: 10 * 1024 ** 3, instances: 3 };
    assert.deepEqual(monthlyCost(used, {}), {});
    assert.deepEqual(monthlyCost(used, { perGB: 0.5 }), { storage: 5 });
    assert.deepEqual(monthlyCost(used, { perInstance: 10 }), { instances: 30 });
    assert.deepEqual(monthlyCost(used, { perGB: 0, perInstance: 0 }), { storage: 0, instances: 0 });
  });
});
