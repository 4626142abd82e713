import assert from 'node:assert/strict';
import { protectedInstances } from '../../../src/domain/protectedInstances';
import { formatBytes, formatDuration, formatRate } from '../../../src/domain/sizes';

const MB = 1024 ** 2;
const GB = 1024 ** 3;

describe('sizes', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [MB - 1, '1 MB'],
    [118.2 * MB, '118.2 MB'],
    [64 * MB, '64 MB'],
    [4.06 * GB, '4.1 GB'],
    [2.5 * 1024 * GB, '2.5 TB'],
    [5000 * 1024 ** 5, '5000 PB'],
  ] as const) {
    it(`${bytes} bytes read ${text}`, () => {
      assert.equal(formatBytes(bytes), text);
    });
  }

  it('writes rates', () => {
    assert.equal(formatRate(118 * MB), '118 MB/s');
  });

  for (const [ms, text] of [
    [0, 'less than 1 s'],
    [499, 'less than 1 s'],
    [500, '1 s'],
    [41_000, '41 s'],
    [59_600, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [3_605_000, '1 h'],
    [5_400_000, '1 h 30 min'],
    [97_200_000, '1 d 3 h'],
  ] as const) {
    it(`${ms} ms read ${text}`, () => {
      assert.equal(formatDuration(ms), text);
    });
  }
});

describe('protected instances', () => {
  for (const [bytes, count, size] of [
    [undefined, 0, 'none'],
    [0, 1, 'upTo50GB'],
    [50 * GB, 1, 'upTo50GB'],
    [50 * GB + 1, 1, 'upTo500GB'],
    [500 * GB, 1, 'upTo500GB'],
    [500 * GB + 1, 2, 'upTo500GB'],
    [1200 * GB, 3, 'upTo500GB'],
  ] as const) {
    it(`${bytes} used bytes count as ${count} ${size}`, () => {
      assert.deepEqual(protectedInstances(bytes), { count, size });
    });
  }
});
