import assert from 'node:assert/strict';
import { canArchive, needsRehydration, rehydrationDays } from '../../../src/domain/archiveTier';

describe('the archive tier', () => {
  it('takes a point of the vault that the service says is ready', () => {
    const ready = { possible: true };
    assert.ok(canArchive({ tiers: ['InstantRP', 'HardenedRP'], archiving: ready }));
    assert.ok(!canArchive({ tiers: ['HardenedRP'], archiving: { possible: false } }));
    assert.ok(!canArchive({ tiers: ['HardenedRP'] }));
    assert.ok(!canArchive({ tiers: ['InstantRP'], archiving: ready }));
  });

  it('gives back a point without waiting only while it is rehydrated or elsewhere too', () => {
    assert.ok(needsRehydration({ tiers: ['ArchivedRP'] }));
    assert.ok(!needsRehydration({ tiers: ['ArchivedRP'], rehydrated: {} }));
    assert.ok(!needsRehydration({ tiers: ['InstantRP', 'ArchivedRP'] }));
    assert.ok(!needsRehydration({ tiers: ['HardenedRP'] }));
    assert.ok(!needsRehydration({ tiers: [] }));
  });

  it('keeps a point rehydrated for 10 to 30 days', () => {
    assert.deepEqual(['10', ' 15 ', '30'].map(rehydrationDays), [10, 15, 30]);
    for (const text of ['', '9', '31', '1e1', '15.5', '-15', 'P7D', '0x10'])
      assert.equal(rehydrationDays(text), undefined);
  });
});
