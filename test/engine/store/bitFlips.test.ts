import assert from 'node:assert/strict';
import { flipBits } from '../../torture/flips';
import { temporaryFolder } from './storeSupport';

const FLIPS = 300;
/** Every kind of object that a vault may have. */
const KINDS = ['config', 'config-copy', 'gc', 'holds', 'index', 'keys', 'locks', 'notes', 'packs', 'snaps'];

describe('single flipped bits in a vault', () => {
  const folder = temporaryFolder({ in: 'memory' });

  it(`${FLIPS} of them are each found and named, and no point is restored with wrong bytes (a short run of npm run torture)`, async function () {
    this.timeout(600_000);
    const flips = await flipBits({ folder, flips: FLIPS, seed: 20_260_601 });
    assert.deepEqual(Object.keys(flips).toSorted(), KINDS);
  });
});
