import assert from 'node:assert/strict';
import { DiskMapBuilder, encodeSegmentPage, type MapPart, walkDiskMap } from '../../../src/engine/store/diskMap';
import { SEGMENT_BYTES } from '../../../src/engine/store/format';
import { IdHasher, toHex } from '../../../src/engine/store/ids';
import { noise } from './storeSupport';

describe('a disk map', () => {
  const hasher = new IdHasher(noise(32, 1));

  /** A map whose given segments hold one chunk each; returns its pages by id and what a walk finds. */
  async function walked(segments: number, filled: readonly number[], lost: readonly number[] = []): Promise<MapPart[]> {
    const diskBytes = (segments - 1) * SEGMENT_BYTES + 5000;
    const pages = new Map<string, Uint8Array>();
    const put = async (page: Buffer): Promise<Uint8Array> => {
      const id = hasher.id(page);
      pages.set(toHex(id), page);
      return id;
    };
    const map = new DiskMapBuilder(diskBytes);
    for (const segment of filled) {
      const length = segment === segments - 1 ? 5000 : SEGMENT_BYTES;
      const page = encodeSegmentPage([{ offset: 0, length, zero: false }], [noise(32, segment + 2)]);
      const id = await put(page);
      map.set(segment, id);
      if (lost.includes(segment)) pages.delete(toHex(id));
    }
    const root = await map.finish(put);
    const parts: MapPart[] = [];
    const readPage = async (id: Uint8Array): Promise<Uint8Array> => {
      const page = pages.get(toHex(id));
      if (page === undefined) throw new Error('lost');
      return page;
    };
    for await (const part of walkDiskMap(root, diskBytes, readPage)) parts.push(part);
    let at = 0;
    for (const part of parts) {
      assert.equal(part.offset, at);
      at += part.length;
    }
    assert.equal(at, diskBytes, 'the walk does not cover the disk');
    return parts;
  }

  for (const segments of [1, 2, 1023, 1024, 1025, 2048, 3000, 1024 * 1024 + 1]) {
    it(`covers ${segments} segments exactly, whatever is zero`, async () => {
      const last = segments - 1;
      const filled = [...new Set([0, 1, 1023, 1024, 2047, last].filter((segment) => segment <= last))];
      const parts = await walked(segments, filled);
      const found = parts.flatMap((part) => (part.kind === 'segment' ? [part.offset / SEGMENT_BYTES] : []));
      assert.deepEqual(
        found,
        filled.toSorted((a, b) => a - b),
      );
      assert.ok(parts.length < 6000, 'zero subtrees are not cut short');
      const zero = await walked(segments, []);
      assert.ok(zero.every(({ kind }) => kind === 'zero'));
    });
  }

  it('reports a lost page as the range it covers', async () => {
    const parts = await walked(1500, [0, 5, 1200], [5]);
    const lost = parts.filter(({ kind }) => kind === 'unreadable');
    assert.deepEqual(
      lost.map(({ offset, length }) => [offset, length]),
      [[5 * SEGMENT_BYTES, SEGMENT_BYTES]],
    );
  });
});
