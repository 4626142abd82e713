import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changePart, copySparse, imageSize, requireSpace, sha256 } from '../../../src/cli/demo/imageFile';

const MIB = 1024 ** 2;

/** A file system with this many free bytes, in blocks of 4 KiB. */
function withFree(bytes: number) {
  return async () => ({ bavail: Math.floor(bytes / 4096), bsize: 4096 });
}

describe('the image files of the demo', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'demo-image-'));
    file = join(folder, 'disk.raw');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (content: Buffer): Buffer => {
    writeFileSync(file, content);
    return content;
  };
  it('asks for room before anything is done, and says how much', async () => {
    await requireSpace(folder, 8 * MIB, withFree(8 * MIB));
    await assert.rejects(requireSpace(folder, 8 * MIB + 1, withFree(8 * MIB)), {
      code: 'LocalTargetNoSpace',
      message: `The demo needs 8 MB in ${folder}, but only 8 MB is free there.`,
      details: { recommendation: 'Make room, or set TMPDIR to a folder on another drive.' },
    });
    await requireSpace(folder, 1); // of the file system itself
  });

  it('counts what a sparse image takes', async () => {
    writeFileSync(file, randomBytes(MIB));
    truncateSync(file, 64 * MIB);
    const { sizeBytes, allocatedBytes } = await imageSize(file);
    assert.equal(sizeBytes, 64 * MIB);
    assert.ok(allocatedBytes >= MIB && allocatedBytes < 2 * MIB);
  });

  it('never counts more than the size as taken', async () => {
    written(randomBytes(5));
    assert.deepEqual(await imageSize(file), { sizeBytes: 5, allocatedBytes: 5 });
  });

  it('copies without writing zeros', async () => {
    const content = written(Buffer.concat([Buffer.alloc(8 * MIB), randomBytes(100_003), Buffer.alloc(3 * MIB + 7)]));
    const copy = join(folder, 'copy.raw');
    await copySparse(file, copy);
    assert.ok(readFileSync(copy).equals(content));
    assert.ok(statSync(copy).blocks * 512 < MIB);
    await assert.rejects(copySparse(file, copy), { code: 'EEXIST' });
  });

  it('changes about one hundredth of what is allocated, and keeps the size', async () => {
    const content = written(randomBytes(5_000_007));
    assert.equal(await changePart(file, 5_000_007), 50_000);
    const changed = readFileSync(file);
    assert.equal(changed.length, content.length);
    const differing = changed.reduce((sum, byte, at) => sum + (byte === content[at] ? 0 : 1), 0);
    assert.ok(differing > 45_000 && differing <= 50_000, String(differing));
  });

  it('spreads a large change in runs of at most 1 MiB', async () => {
    writeFileSync(file, '');
    truncateSync(file, 300 * MIB);
    assert.equal(await changePart(file, 250 * MIB), Math.ceil((2.5 * MIB) / 3) * 3);
    const changed = readFileSync(file);
    const runs = [50, 150, 250].map(
      (at) => !changed.subarray((at - 1) * MIB, (at + 1) * MIB).equals(Buffer.alloc(2 * MIB)),
    );
    assert.deepEqual(runs, [true, true, true]);
    assert.ok(changed.subarray(60 * MIB, 140 * MIB).equals(Buffer.alloc(80 * MIB)));
  });

  it('changes the whole of an image that is smaller than a block', async () => {
    written(Buffer.alloc(1000));
    assert.equal(await changePart(file, 1000), 1000);
    assert.equal(statSync(file).size, 1000);
  });

  it('stops copying and hashing when told to', async () => {
    written(randomBytes(MIB));
    const signal = AbortSignal.abort(new Error('stopped'));
    await assert.rejects(copySparse(file, join(folder, 'copy.raw'), signal), { message: 'stopped' });
    await assert.rejects(sha256(file, signal));
  });
});
