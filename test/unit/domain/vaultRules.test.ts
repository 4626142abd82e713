import assert from 'node:assert/strict';
import {
  crossRegionProblem,
  crossSubscriptionProblem,
  immutabilityProblem,
  isImmutable,
  securityOf,
  softDeleteProblem,
} from '../../../src/domain/vaultRules';

const score = (immutability: 'Unlocked' | 'Locked' | undefined, softDelete: 'Enabled' | 'AlwaysON', guarded = false) =>
  Object.values(securityOf({ immutability, softDelete, guarded })).join();
const allowed = (problem: string | undefined) => problem === undefined;

describe('rules of a vault', () => {
  for (const [from, to, may] of [
    ['Disabled', 'Unlocked', true],
    ['Unlocked', 'Disabled', true],
    ['Unlocked', 'Locked', true],
    ['Locked', 'Locked', true],
    ['Disabled', 'Locked', false],
    ['Locked', 'Unlocked', false],
    ['Locked', 'Disabled', false],
  ] as const) {
    it(`§2.16 immutability ${from} → ${to} is ${may ? 'allowed' : 'refused'}`, () => {
      assert.equal(allowed(immutabilityProblem(from, to)), may);
    });
  }

  for (const [from, to, may] of [
    ['Enabled', 'Disabled', true],
    ['Disabled', 'Enabled', true],
    ['Enabled', 'AlwaysON', true],
    ['AlwaysON', 'AlwaysON', true],
    ['AlwaysON', 'Enabled', false],
    ['AlwaysON', 'Disabled', false],
  ] as const) {
    it(`§1.4 soft delete ${from} → ${to} is ${may ? 'allowed' : 'refused'}`, () => {
      assert.equal(allowed(softDeleteProblem({ state: from, days: 14 }, { state: to, days: 14 })), may);
    });
  }

  for (const [days, may] of [
    [13, false],
    [14, true],
    [180, true],
    [181, false],
    [20.5, false],
  ] as const) {
    it(`§1.4 deleted data is kept for 14 to 180 days: ${days} is ${may ? 'allowed' : 'refused'}`, () => {
      const enabled = { state: 'Enabled', days: 14 } as const;
      assert.equal(allowed(softDeleteProblem(enabled, { ...enabled, days })), may);
    });
  }

  it('§1.3 cross-region restore goes on with geo-redundant storage only, and never off', () => {
    assert.equal(allowed(crossRegionProblem(false, true, 'GeoRedundant')), true);
    assert.equal(allowed(crossRegionProblem(false, true, 'ReadAccessGeoZoneRedundant')), true);
    assert.equal(allowed(crossRegionProblem(false, true, 'ZoneRedundant')), false);
    assert.equal(allowed(crossRegionProblem(false, true, 'LocallyRedundant')), false);
    assert.equal(allowed(crossRegionProblem(true, false, 'GeoRedundant')), false);
    assert.equal(allowed(crossRegionProblem(true, true, 'LocallyRedundant')), false);
    assert.equal(allowed(crossRegionProblem(false, false, 'ZoneRedundant')), true);
  });

  it('keeps cross-subscription restore disabled once that is permanent', () => {
    assert.equal(allowed(crossSubscriptionProblem('Enabled', 'PermanentlyDisabled')), true);
    assert.equal(allowed(crossSubscriptionProblem('PermanentlyDisabled', 'PermanentlyDisabled')), true);
    assert.equal(allowed(crossSubscriptionProblem('PermanentlyDisabled', 'Enabled')), false);
  });

  it('§2.16 is immutable when unlocked or locked', () => {
    assert.deepEqual(([undefined, 'Disabled', 'Unlocked', 'Locked'] as const).map(isImmutable), [
      false,
      false,
      true,
      true,
    ]);
  });

  it('scores the settings: None and Poor, Minimum and Fair as recorded, the higher ones assumed', () => {
    assert.equal(score(undefined, 'Enabled'), 'None,Poor');
    assert.equal(score('Unlocked', 'Enabled'), 'Minimum,Fair');
    assert.equal(score(undefined, 'Enabled', true), 'Minimum,Fair');
    assert.equal(score('Unlocked', 'AlwaysON'), 'Adequate,Good');
    assert.equal(score('Locked', 'AlwaysON', true), 'Maximum,Excellent');
  });
});
