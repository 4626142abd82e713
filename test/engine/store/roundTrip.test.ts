import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { Repository } from '../../../src/engine/store/repository';
import {
  filesBelow,
  inlineEnvironment,
  KEY_FILE,
  MIB,
  noise,
  requestFor,
  restored,
  sha256,
  temporaryFolder,
  writeImage,
} from './storeSupport';

describe('a repository in a folder', () => {
  const folder = temporaryFolder();
  let repository: Repository;

  before(async () => {
    const target = { kind: 'folder' as const, path: path.join(folder, 'vault') };
    repository = await Repository.create(target, KEY_FILE, inlineEnvironment());
  });
  after(async () => repository.close());

  const sizes: [string, () => Buffer][] = [
    ['1 byte', () => noise(1, 1)],
    ['one zero byte', () => Buffer.alloc(1)],
    ['4095 bytes', () => noise(4095, 2)],
    ['4097 bytes, zero at the end', () => Buffer.concat([noise(4096, 2), Buffer.alloc(1)])],
    ['1 MiB', () => noise(MIB, 3)],
    ['1 MiB + 7', () => noise(MIB + 7, 4)],
    ['16 MiB - 1', () => noise(16 * MIB - 1, 5)],
    ['16 MiB', () => noise(16 * MIB, 6)],
    ['16 MiB + 1', () => noise(16 * MIB + 1, 7)],
    ['40 MiB of zeros', () => Buffer.alloc(40 * MIB)],
    ['50 MiB that compress well', () => Buffer.alloc(50 * MIB, 'a line of text that repeats itself\n')],
  ];
  for (const [name, make] of sizes) {
    it(`gives back ${name}`, async () => {
      const content = make();
      const point = await repository.backup(requestFor([writeImage(folder, content)]));
      assert.equal(sha256(await restored(repository, point.key, folder)), sha256(content));
      const { counters } = point;
      assert.equal(counters.readBytes, content.length);
      assert.equal(counters.zeroBytes + counters.knownBytes + counters.newBytes, content.length);
    });
  }

  it('gives back any mix of data and holes', async () => {
    const run = fc.record({ sectors: fc.integer({ min: 1, max: 300 }), zero: fc.boolean(), seed: fc.nat(5) });
    const images = fc.record({ runs: fc.array(run, { minLength: 1, maxLength: 12 }), tail: fc.nat(4095) });
    await fc.assert(
      fc.asyncProperty(images, async ({ runs, tail }) => {
        const parts = runs.map(({ sectors, zero, seed }) =>
          zero ? Buffer.alloc(sectors * 4096) : noise(sectors * 4096, seed),
        );
        const content = Buffer.concat([...parts, noise(tail, 9)]);
        const point = await repository.backup(requestFor([writeImage(folder, content)]));
        assert.equal(sha256(await restored(repository, point.key, folder)), sha256(content));
      }),
      { numRuns: 25 },
    );
  });

  it('keeps all disks of a machine in one point, and holes as holes', async () => {
    const sparse = Buffer.alloc(48 * MIB);
    noise(MIB, 11).copy(sparse, 20 * MIB);
    const images = [writeImage(folder, noise(3 * MIB, 12)), writeImage(folder, sparse)];
    const point = await repository.backup(requestFor(images, { parent: 'snaps/web-01/before' }));
    assert.deepEqual(
      point.disks.map(({ name, sizeBytes, nonZeroBytes, description }) => [name, sizeBytes, nonZeroBytes, description]),
      [
        ['disk0', 3 * MIB, 3 * MIB, { lun: 0 }],
        ['disk1', 48 * MIB, MIB, { lun: 1 }],
      ],
    );
    const targetPath = path.join(folder, 'sparse.raw');
    const seen: number[] = [];
    const { writtenBytes } = await repository.restoreDisk({
      key: point.key,
      disk: 'disk1',
      targetPath,
      signal: new AbortController().signal,
      onProgress: (progress) => seen.push(progress.readBytes),
    });
    assert.equal(writtenBytes, MIB);
    assert.equal(seen.at(-1), 48 * MIB);
    assert.ok(fs.readFileSync(targetPath).equals(sparse));
    const stat = fs.statSync(targetPath);
    assert.ok(stat.blocks * 512 <= 2 * MIB, 'the restored file is not sparse');
    assert.equal(stat.mode & 0o777, 0o600);
  });

  it('stores little for a small change, and nothing twice', async () => {
    const content = noise(24 * MIB, 13);
    const first = await repository.backup(requestFor([writeImage(folder, content)]));
    assert.equal(first.counters.newBytes, 24 * MIB);
    noise(512 * 1024, 14).copy(content, 5 * MIB + 4096);
    const second = await repository.backup(requestFor([writeImage(folder, content)]));
    assert.ok(second.counters.newBytes <= 3 * 512 * 1024, `${second.counters.newBytes} new bytes`);
    assert.ok(second.counters.storedBytes <= 3 * 512 * 1024 + 64 * 1024, `${second.counters.storedBytes} stored`);
    const third = await repository.backup(requestFor([writeImage(folder, content)]));
    assert.deepEqual([third.counters.newBytes, third.counters.storedBytes], [0, 0]);
    assert.equal(sha256(await restored(repository, second.key, folder)), sha256(content));
  });

  it('finds the same data in one run and at another place', async () => {
    const part = noise(8 * MIB, 15);
    const shifted = Buffer.concat([noise(12_288, 16), part]);
    const images = [writeImage(folder, Buffer.concat([part, part])), writeImage(folder, shifted)];
    const point = await repository.backup(requestFor(images));
    assert.ok(point.counters.newBytes < 8 * MIB + 2 * MIB, `${point.counters.newBytes} new bytes`);
    assert.equal(sha256(await restored(repository, point.key, folder, 'disk1')), sha256(shifted));
  });

  it('lists points from their manifests, by group', async () => {
    const image = writeImage(folder, noise(5000, 17));
    const made = await repository.backup(requestFor([image], { group: 'db-01' }));
    assert.deepEqual(await repository.points('db-01'), [made]);
    assert.equal(made.toolVersion, '1.2.3');
    assert.deepEqual(made.subject, { vm: 'web-01', tags: ['a', 'b'] });
    assert.ok((await repository.points()).length > 10);
    assert.deepEqual(await repository.points('nobody'), []);
  });

  it('is whole, private and free of temporary files', async () => {
    const report = await repository.verify();
    assert.equal(report.ok, true, JSON.stringify(report));
    const usage = await repository.usage();
    assert.equal(report.blobs, usage.chunks);
    assert.equal(report.packs, usage.packs);
    const vault = path.join(folder, 'vault');
    for (const file of filesBelow(vault)) {
      assert.ok(!path.basename(file).startsWith('.'), file);
      assert.equal(fs.statSync(path.join(vault, file)).mode & 0o777, 0o600);
    }
    assert.equal(fs.statSync(vault).mode & 0o777, 0o700);
    assert.equal(
      filesBelow(vault)
        .filter((file) => !file.startsWith('config') && !file.startsWith('keys'))
        .some((file) => fs.readFileSync(path.join(vault, file)).includes('web-01')),
      false,
    );
  });

  it('opens again with all its points and chunks', async () => {
    const before = { points: await repository.points(), usage: await repository.usage() };
    await repository.close();
    const target = { kind: 'folder' as const, path: path.join(folder, 'vault') };
    repository = await Repository.open(target, { keyFile: KEY_FILE }, inlineEnvironment());
    assert.deepEqual({ points: await repository.points(), usage: await repository.usage() }, before);
  });

  it('refuses requests that make no sense', async () => {
    const image = writeImage(folder, noise(10, 1));
    await assert.rejects(repository.backup(requestFor([image], { group: '../etc' })), { code: 'LocalRequestInvalid' });
    await assert.rejects(repository.backup(requestFor([])), { code: 'LocalRequestInvalid' });
    const twice = requestFor([image, image]).disks.map((disk) => ({ ...disk, name: 'same' }));
    await assert.rejects(repository.backup(requestFor([], { disks: twice })), { code: 'LocalRequestInvalid' });
  });

  it('fails if a disk became shorter, and leaves no point', async () => {
    const image = writeImage(folder, noise(5 * MIB, 18));
    const request = requestFor([image], { group: 'shrunk' });
    fs.truncateSync(image, 4 * MIB);
    await assert.rejects(repository.backup(request), { code: 'LocalSourceShrank' });
    assert.deepEqual(await repository.points('shrunk'), []);
  });
});
