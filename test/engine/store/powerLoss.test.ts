import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { FolderStorage } from '../../../src/engine/store/folderStorage';
import { Repository } from '../../../src/engine/store/repository';
import { MemoryStorage } from '../../support/memoryStorage';
import { afterPowerLoss, RecordingFiles, type Survives } from '../../support/recordingFiles';
import {
  inlineEnvironment,
  KEY_FILE,
  noise,
  requestFor,
  restored,
  sha256,
  temporaryFolder,
  writeImage,
} from './storeSupport';

/** Lets about half of the changes survive, the same ones for the same seed (xorshift). */
function someOf(seed: number): Survives {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 1) === 1;
  };
}

describe('power loss at any moment of a vault’s first backups', () => {
  const folder = temporaryFolder({ in: 'memory' });
  const vault = path.join(folder, 'vault');
  const files = new RecordingFiles();
  /** What was promised: the log was so long when the call returned. */
  const acknowledged: { readonly length: number; readonly key: string; readonly hash: string }[] = [];
  const checked = new Set<string>();
  let created = 0;

  before(async () => {
    const environment = inlineEnvironment((target) => new FolderStorage(target.path, files));
    const repository = await Repository.create({ kind: 'folder', path: vault }, KEY_FILE, environment);
    created = files.log.length;
    for (const seed of [1, 2]) {
      const content = Buffer.concat([noise(80_000, 1), noise(40_000, seed)]);
      const { key } = await repository.backup(requestFor([writeImage(folder, content)]));
      acknowledged.push({ length: files.log.length, key, hash: sha256(content) });
    }
    await repository.addRecoveryKey();
    await repository.close();
  });

  async function check(prefix: number, survives: Survives, label: string): Promise<void> {
    const promised = acknowledged.filter(({ length }) => length <= prefix);
    const storage = new MemoryStorage();
    for (const [file, bytes] of afterPowerLoss(files.log.slice(0, prefix), vault, survives)) {
      const key = file.split(path.sep).join('/');
      if (!path.basename(key).startsWith('.')) storage.objects.set(key, bytes);
    }
    // Most calls change nothing that a reader sees: the same disk with the same promises need not be looked at twice.
    const state = createHash('sha256').update(`${promised.length} ${prefix < created}`);
    for (const [key, bytes] of storage.objects) state.update(key).update(bytes);
    const seen = state.digest('hex');
    if (checked.has(seen)) return;
    checked.add(seen);
    const environment = inlineEnvironment(() => storage, 1);
    const opening = Repository.open({ kind: 'folder', path: vault }, { keyFile: KEY_FILE }, environment);
    if (prefix < created) {
      // Nobody was told that there is a vault; there may be one.
      await opening.then(
        async (repository) => repository.close(),
        () => undefined,
      );
      return;
    }
    const repository = await opening;
    const points = await repository.points();
    for (const { key, hash } of promised) {
      assert.ok(
        points.some((point) => point.key === key),
        `${label}: ${key} is lost`,
      );
      assert.equal(sha256(await restored(repository, key, folder)), hash, label);
    }
    assert.deepEqual((await repository.verify()).affected, [], label);
    await repository.close();
  }

  const fates: readonly (readonly [string, (prefix: number) => Survives])[] = [
    ['everything that was not synced is lost', () => () => false],
    ['everything reached the disk', () => () => true],
    ['some of it reached the disk, in any order', (prefix) => someOf(prefix * 7919 + 1)],
    ['another part of it did', (prefix) => someOf(prefix * 104_729 + 3)],
  ];
  for (const [name, survivesAt] of fates) {
    it(`shows every acknowledged point: ${name}`, async () => {
      assert.ok(files.log.length > 80, `${files.log.length} calls`);
      for (let prefix = 0; prefix <= files.log.length; prefix += 1) {
        await check(prefix, survivesAt(prefix), `after call ${prefix} of ${files.log.length}`);
      }
    });
  }

  it('would notice a missing sync', () => {
    const log = files.log.filter(({ call }) => call !== 'syncFolder');
    assert.deepEqual([...afterPowerLoss(log, vault, () => false).keys()], []);
    const unsynced = files.log.filter(({ call }) => call !== 'sync');
    assert.ok([...afterPowerLoss(unsynced, vault, () => false).values()].every(({ length }) => length === 0));
  });
});
