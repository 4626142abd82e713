import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Repository } from '../../../src/engine/store/repository';
import { GOLDEN_KEY_FILE, GOLDEN_TIME, goldenDisks, makeGolden, NEWEST_GOLDEN } from './goldenContent';
import { filesBelow, inlineEnvironment, restored, sha256, temporaryFolder } from './storeSupport';

const keysOf = (vault: string): string[] => filesBelow(vault).map((file) => file.split(path.sep).join('/'));

const samples = {
  'store-v1': 'packs, index, manifests, keys',
  'store-v1b': 'the same with a copy of the config, a replaced recovery key and an owner',
};

for (const [sample, what] of Object.entries(samples)) {
  describe(`the sample repository ${sample} (${what})`, () => {
    const folder = temporaryFolder();
    const fixture = path.resolve('test/fixtures', sample);
    const target = { kind: 'folder' as const, path: path.join(folder, 'vault') };
    // Opening a repository may write; the sample must stay as it was made.
    before(() => fs.cpSync(path.join(fixture, 'vault'), target.path, { recursive: true }));

    it('opens, verifies and restores', async () => {
      const recoveryKey = fs.readFileSync(path.join(fixture, 'recovery-key.txt'), 'utf8');
      const { system, data, changed } = goldenDisks();
      for (const credential of [{ keyFile: GOLDEN_KEY_FILE }, { recoveryKey }]) {
        const repository = await Repository.open(target, credential, inlineEnvironment());
        const [first, second] = await repository.points('sample-vm');
        assert.deepEqual([first?.time, first?.subject], [GOLDEN_TIME, { vm: 'sample-vm', slot: 0 }]);
        assert.equal((await repository.verify()).ok, true);
        const found = [
          await restored(repository, first?.key ?? '', folder, 'system'),
          await restored(repository, first?.key ?? '', folder, 'data'),
          await restored(repository, second?.key ?? '', folder, 'system'),
        ];
        assert.deepEqual(found.map(sha256), [system, data, changed].map(sha256));
        await repository.close();
      }
    });
  });
}

describe('the newest sample repository', () => {
  const folder = temporaryFolder();
  const fixture = path.resolve('test/fixtures', NEWEST_GOLDEN);

  it('is what this program still writes, object by object', async () => {
    const made = path.join(folder, 'made');
    await makeGolden(made, folder);
    assert.deepEqual(keysOf(made), keysOf(path.join(fixture, 'vault')));
    for (const file of filesBelow(made)) {
      // Another version of zstd may compress to other bytes, but only packs, index objects and manifests are compressed.
      if (!/^(config|keys)/.test(file)) continue;
      assert.ok(
        fs.readFileSync(path.join(made, file)).equals(fs.readFileSync(path.join(fixture, 'vault', file))),
        file,
      );
    }
  });
});
