import assert from 'node:assert/strict';
import { LocalWorld } from './guide/localWorld';
import { GUIDE_ROWS } from './guide/rows';
import { walkGuide } from './guide/walk';

walkGuide('this computer', () => LocalWorld.open());

describe('the table of the guide', () => {
  it('has each of the rows S1 to S21 once', () => {
    const ids = GUIDE_ROWS.map(({ id }) => id).toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
    assert.deepEqual(
      ids,
      Array.from({ length: 21 }, (_, i) => `S${i + 1}`),
    );
  });
});
