import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { daysUntilFull, growthOf } from '../../../src/domain/storageEstimate';

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
