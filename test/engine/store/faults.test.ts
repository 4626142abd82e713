import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { AppError, isAppError } from '../../../src/domain/errors';
import { FolderStorage } from '../../../src/engine/store/folderStorage';
import { Repository } from '../../../src/engine/store/repository';
import type { StorageTarget } from '../../../src/engine/store/target';
import { MemoryStorage } from '../../support/memoryStorage';
import { type Fault, FaultyFiles } from './faultStorage';
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

function packBytes(target: StorageTarget): number {
  const packs = path.join(target.path, 'packs');
  // Temporary files of this very process stay until another one opens the repository.
  const whole = filesBelow(packs).filter((file) => !file.includes('.tmp-'));
  return whole.reduce((sum, file) => sum + fs.statSync(path.join(packs, file)).size, 0);
}

describe('a backup that fails at any step', () => {
  const folder = temporaryFolder({ in: 'memory' });
  const first = noise(MIB, 1);
  const second = Buffer.concat([noise(MIB / 2, 2), noise(MIB / 2, 3), Buffer.alloc(MIB), noise(300_000, 4)]);
  let images: string[];
  let base: string;

  before(async () => {
    images = [writeImage(folder, first), writeImage(folder, second)];
    base = path.join(folder, 'base');
    const repository = await Repository.create({ kind: 'folder', path: base }, KEY_FILE, inlineEnvironment());
    await repository.backup(requestFor([images[0] ?? '']));
    await repository.close();
  });

  /** Bytes of packs if nothing fails: noise does not compress, so a chunk stored twice would show. */
  let wholeBytes: number;
  before(async () => {
    const target = copyOfBase();
    await attempt(target, new FaultyFiles(Number.POSITIVE_INFINITY, 'EIO'));
    wholeBytes = packBytes(target);
  });

  let copies = 0;
  function copyOfBase(): StorageTarget {
    copies += 1;
    const target = { kind: 'folder' as const, path: path.join(folder, `copy-${copies}`) };
    fs.cpSync(base, target.path, { recursive: true });
    return target;
  }

  /** Backs up with a fault; returns what was thrown, or nothing if the fault was survived or never reached. */
  async function attempt(target: StorageTarget, files: FaultyFiles): Promise<unknown> {
    // One storage for all lanes, so that calls are counted over the whole run.
    const environment = inlineEnvironment((at) => new FolderStorage(at.path, files), 2);
    try {
      const repository = await Repository.open(target, { keyFile: KEY_FILE }, environment);
      await repository.backup(requestFor(images));
      await repository.close();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async function checkAfter(target: StorageTarget, failure: unknown, fault: Fault, at: number): Promise<void> {
    const label = `${fault} at call ${at}`;
    const repository = await Repository.open(target, { keyFile: KEY_FILE }, inlineEnvironment());
    const points = await repository.points();
    // The old point is always there. The new one is there if the call said so; a crash may also hide the answer.
    if (failure === undefined) assert.equal(points.length, 2, label);
    else assert.ok(points.length === 1 || fault === 'crash', `${label}: ${points.length} points`);
    const report = await repository.verify();
    assert.equal(report.ok, true, `${label}: ${JSON.stringify(report)}`);
    for (const point of points.slice(1)) {
      assert.equal(sha256(await restored(repository, point.key, folder, 'disk1')), sha256(second), label);
    }
    const again = await repository.backup(requestFor(images));
    assert.ok(packBytes(target) <= wholeBytes + 4096, `${label}: ${packBytes(target)} instead of ${wholeBytes}`);
    assert.equal(sha256(await restored(repository, again.key, folder, 'disk1')), sha256(second), label);
    await repository.close();
  }

  for (const fault of ['ENOSPC', 'EIO', 'crash'] as const) {
    it(`leaves nothing or a whole point: ${fault}`, async () => {
      let failures = 0;
      for (let at = 1; ; at += 1) {
        const target = copyOfBase();
        const files = new FaultyFiles(at, fault);
        const failure = await attempt(target, files);
        if (failure !== undefined) {
          failures += 1;
          assert.ok(isAppError(failure));
          const expected = fault === 'ENOSPC' ? ['LocalStoreNoSpace'] : ['LocalStoreNotWritable'];
          assert.ok(expected.includes(failure.code), `${failure.code} after ${fault} at call ${at}`);
        }
        await checkAfter(target, failure, fault, at);
        fs.rmSync(target.path, { recursive: true });
        if (files.calls < at) break;
      }
      assert.ok(failures > 20, `${failures} failures`);
    });
  }

  it('goes on after writes that took only a part', async () => {
    const target = copyOfBase();
    const failure = await attempt(target, new FaultyFiles(0, 'short writes'));
    await checkAfter(target, failure, 'short writes', 0);
  });

  it('removes temporary files of writers that died, and only those', async () => {
    const target = copyOfBase();
    const inPack = path.join(target.path, 'packs', '.tmp-999999999-00ff');
    const ours = path.join(target.path, `.tmp-${process.pid}-00ff`);
    for (const file of [inPack, ours]) fs.writeFileSync(file, 'half');
    const repository = await Repository.open(target, { keyFile: KEY_FILE }, inlineEnvironment());
    await repository.close();
    assert.deepEqual(
      filesBelow(target.path).filter((file) => file.includes('.tmp-')),
      [path.basename(ours)],
    );
  });
});

describe('a backup into a storage that answers badly', () => {
  const folder = temporaryFolder();
  const content = Buffer.concat([noise(MIB, 21), Buffer.alloc(MIB), noise(MIB, 22)]);
  const target: StorageTarget = { kind: 'folder', path: '/nowhere' };
  let image: string;
  before(() => {
    image = writeImage(folder, content);
  });

  for (const fault of ['ENOSPC', 'short write', 'lost answer', 'torn', 'delay'] as const) {
    it(`survives each creation with ${fault}`, async () => {
      for (let at = 1; ; at += 1) {
        const storage = new MemoryStorage();
        const environment = inlineEnvironment(() => storage);
        const repository = await Repository.create(target, KEY_FILE, environment);
        storage.follow({ on: 'create', at, fault });
        const failure: unknown = await repository.backup(requestFor([image])).then(
          () => undefined,
          (error: unknown) => error,
        );
        const reached = storage.calls >= at;
        storage.follow(undefined);
        const reopened = await Repository.open(target, { keyFile: KEY_FILE }, environment);
        for (const open of [repository, reopened]) {
          const points = await open.points();
          assert.ok(points.length <= 1);
          for (const point of points) assert.ok((await restored(open, point.key, folder)).equals(content));
        }
        const again = await reopened.backup(requestFor([image]));
        assert.ok((await restored(reopened, again.key, folder)).equals(content));
        // Half a pack stays and is named by verify; half of anything else is passed over as well.
        if (fault !== 'torn') assert.equal((await reopened.verify()).ok, true);
        if (!reached) break;
        assert.equal(failure === undefined, fault === 'delay', `${fault} at creation ${at}`);
      }
    });
  }

  it('reuses what a failed run stored, in the same process too', async () => {
    const storage = new MemoryStorage();
    const repository = await Repository.create(
      target,
      KEY_FILE,
      inlineEnvironment(() => storage),
    );
    const refused = requestFor([image], { describe: async () => Promise.reject(new AppError('Refused', 'no')) });
    await assert.rejects(repository.backup(refused), { code: 'Refused' });
    assert.deepEqual(await repository.points(), []);
    const again = await repository.backup(requestFor([image]));
    assert.deepEqual([again.counters.newBytes, again.counters.storedBytes], [0, 0]);
  });

  it('notices before the commit that a pack it builds on is gone, and heals in the next run', async () => {
    const storage = new MemoryStorage();
    const repository = await Repository.create(
      target,
      KEY_FILE,
      inlineEnvironment(() => storage),
    );
    await repository.backup(requestFor([image]));
    for (const key of storage.objects.keys()) if (key.startsWith('packs/')) storage.objects.delete(key);
    await assert.rejects(repository.backup(requestFor([image])), { code: 'LocalChunkDamaged' });
    const point = await repository.backup(requestFor([image]));
    assert.ok((await restored(repository, point.key, folder)).equals(content));
  });

  it('runs two backups at once one after the other', async () => {
    const storage = new MemoryStorage();
    const repository = await Repository.create(
      target,
      KEY_FILE,
      inlineEnvironment(() => storage),
    );
    const made = await Promise.all([repository.backup(requestFor([image])), repository.backup(requestFor([image]))]);
    assert.equal(
      made.reduce((sum, { counters }) => sum + counters.newBytes, 0),
      2 * MIB,
    );
    assert.equal((await repository.points()).length, 2);
  });

  it('stops when it is cancelled, at any time, and leaves no point', async () => {
    const storage = new MemoryStorage();
    const repository = await Repository.create(
      target,
      KEY_FILE,
      inlineEnvironment(() => storage),
    );
    const early = AbortSignal.abort();
    await assert.rejects(repository.backup(requestFor([image], { signal: early })), {
      code: 'LocalOperationCancelled',
    });
    for (const when of ['read', 'commit'] as const) {
      const controller = new AbortController();
      const request = requestFor([image], {
        signal: controller.signal,
        onProgress: ({ phase }) => {
          if (phase === when) controller.abort();
        },
      });
      await assert.rejects(repository.backup(request), { code: 'LocalOperationCancelled' });
    }
    const late = new AbortController();
    const request = requestFor([image], {
      signal: late.signal,
      describe: async () => {
        late.abort();
        return { time: 0, subject: null };
      },
    });
    await assert.rejects(repository.backup(request), { code: 'LocalOperationCancelled' });
    assert.deepEqual(await repository.points(), []);
    assert.equal((await repository.verify()).ok, true);
  });
});
