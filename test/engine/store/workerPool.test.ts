import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Repository } from '../../../src/engine/store/repository';
import { WorkerPool } from '../../../src/engine/store/workerPool';
import { filesBelow, KEY_FILE, MIB, noise, requestFor, temporaryFolder } from './storeSupport';

const IMAGE_BYTES = 256 * MIB;

const digest = (file: string): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

describe('a repository served by worker threads', () => {
  const folder = temporaryFolder();
  const script = path.join(folder, 'engine-worker.js');
  const image = path.join(folder, 'disk.raw');
  const target = { kind: 'folder' as const, path: path.join(folder, 'vault') };
  let pool: WorkerPool;
  let repository: Repository;

  before(async () => {
    const options = ['--bundle', '--platform=node', `--outfile=${script}`, '--log-level=error'];
    execFileSync(path.resolve('node_modules/.bin/esbuild'), [path.resolve('src/engine/worker.ts'), ...options]);
    const file = fs.openSync(image, 'w');
    for (let at = 0; at < IMAGE_BYTES / MIB; at += 4) {
      const part = at % 32 === 0 ? Buffer.alloc(MIB, `line ${at} of a log\n`) : noise(MIB, at);
      if (at % 3 !== 0) fs.writeSync(file, part, 0, MIB, at * MIB);
    }
    fs.ftruncateSync(file, IMAGE_BYTES);
    fs.closeSync(file);
    pool = new WorkerPool({ script, size: 2 });
    repository = await Repository.create(target, KEY_FILE, { now: Date.now, randomBytes, pool });
  });
  after(async () => {
    await repository.close();
    await pool.close();
  });

  it('backs up, verifies and restores a disk of 256 MiB in little memory', async () => {
    const before = process.memoryUsage.rss();
    let peak = before;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 5);
    const seen: number[] = [];
    const request = requestFor([image], { onProgress: ({ readBytes }) => seen.push(readBytes) });
    const point = await repository.backup(request);
    const report = await repository.verify();
    clearInterval(timer);
    assert.equal(report.ok, true);
    assert.ok(peak - before < 250 * MIB, `${Math.round((peak - before) / MIB)} MiB more than before`);
    assert.equal(point.counters.readBytes, IMAGE_BYTES);
    assert.equal(seen.at(-1), IMAGE_BYTES);
    const packs = filesBelow(path.join(target.path, 'packs'));
    const bytes = packs.reduce((sum, file) => sum + fs.statSync(path.join(target.path, 'packs', file)).size, 0);
    assert.equal(point.counters.storedBytes, bytes);
    assert.ok(bytes <= point.counters.newBytes + MIB);

    const targetPath = path.join(folder, 'restored.raw');
    const { signal } = new AbortController();
    const progress: number[] = [];
    const { writtenBytes } = await repository.restoreDisk({
      key: point.key,
      disk: 'disk0',
      targetPath,
      signal,
      onProgress: (at) => progress.push(at.readBytes),
    });
    assert.equal(writtenBytes, point.disks[0]?.nonZeroBytes);
    assert.equal(progress.at(-1), IMAGE_BYTES);
    assert.equal(digest(targetPath), digest(image));
  });

  it('deduplicates between threads: nothing is stored twice', async () => {
    const { counters } = await repository.backup(requestFor([image, image]));
    assert.deepEqual([counters.newBytes, counters.storedBytes], [0, 0]);
  });

  it('passes errors on with their codes, and stops when it is cancelled', async () => {
    const missing = requestFor([image]).disks.map((disk) => ({
      ...disk,
      source: { ...disk.source, path: path.join(folder, 'no-such-disk') },
    }));
    await assert.rejects(repository.backup(requestFor([], { disks: missing })), { code: 'LocalSourceUnreadable' });
    const controller = new AbortController();
    const request = requestFor([image], { signal: controller.signal, onProgress: () => controller.abort() });
    await assert.rejects(repository.backup(request), { code: 'LocalOperationCancelled' });
    assert.equal((await repository.points()).length, 2);
  });

  it('fails the run, not the process, when a thread dies, and goes on with a new one', async () => {
    const closing = repository.backup(requestFor([image], { onProgress: () => void pool.close() }));
    await assert.rejects(closing, { code: 'LocalWorkerFailed' });
    const { counters } = await repository.backup(requestFor([image]));
    assert.equal(counters.newBytes, 0);
  });

  it('ends threads that are idle', async () => {
    const brief = new WorkerPool({ script, size: 1, idleMs: 1 });
    const vault = { kind: 'folder' as const, path: path.join(folder, 'brief') };
    const other = await Repository.create(vault, KEY_FILE, { now: Date.now, randomBytes, pool: brief });
    for (let round = 0; round < 3; round += 1) {
      await other.verify();
      // Long enough for the timer, so that the next round meets a thread that is ending or gone.
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
    await brief.close();
    await other.close();
  });
});
