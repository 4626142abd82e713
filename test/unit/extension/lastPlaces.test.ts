import { strict as assert } from 'node:assert';
import { LastPlaces } from '../../../src/extension/model/lastPlaces';
import type { Link } from '../../../src/extension/model/link';
import { ShortMemory } from '../../../src/extension/model/memory';
import { LOCAL_PACE } from '../../../src/extension/model/pollPace';

const link = (provider: 'local' | 'azure'): Link => ({
  key: provider,
  provider,
  name: provider,
  pace: LOCAL_PACE,
  nextJobsLook: () => 0,
  run: () => Promise.reject(new Error('not asked')),
});

describe('where vaults were made last', () => {
  const place = { group: 'backup', location: 'attic' };

  it('is known in the next window on this computer, in Azure only while the subscription is there', () => {
    const memory = new ShortMemory();
    const [here, azure] = [link('local'), link('azure')];
    const places = new LastPlaces(memory);
    for (const at of [here, azure]) {
      assert.equal(places.of(at), undefined);
      places.set(at, place);
      assert.deepEqual(places.of(at), place);
    }
    assert.deepEqual(new LastPlaces(memory).of(link('local')), place);
    assert.equal(new LastPlaces(memory).of(link('azure')), undefined);
    assert.equal(places.of(link('azure')), undefined);
  });

  it('is not known from what another version has written', () => {
    for (const odd of [undefined, 3, 'attic', null, { group: 'backup' }, { group: 1, location: 'attic' }]) {
      const places = new LastPlaces({ get: () => odd, set: () => undefined });
      assert.equal(places.of(link('local')), undefined);
    }
  });
});
