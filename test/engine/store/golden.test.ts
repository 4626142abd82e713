import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Repository } from '../../../src/engine/store/repository';
import {
  GOLDEN_HOLD,
  GOLDEN_KEY_FILE,
  GOLDEN_NOTE,
  GOLDEN_SECRETS,
  GOLDEN_TIME,
  goldenDisks,
  makeGolden,
  NEWEST_GOLDEN,
  SPACE_RESERVE,
} from './goldenContent';
import { filesBelow, inlineEnvironment, restored, sha256, temporaryFolder } from './storeSupport';

const keysOf = (vault: string): string[] => filesBelow(vault).map((file) => file.split(path.sep).join('/'));

const samples = {
  'store-v1': 'packs, index, manifests, keys',
  'store-v1b': 'the same with a copy of the config, a replaced recovery key and an owner',
  'store-v1c': 'the same with secrets, a hold, a note, and packs that wait for their deletion',
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

  it('has secrets, a hold and a note, in its copy at the second site too', async () => {
    for (const part of ['vault', 'copy']) {
      const target = { kind: 'folder' as const, path: path.join(folder, 'opened', part) };
      fs.cpSync(path.join(fixture, part), target.path, { recursive: true });
      const repository = await Repository.open(target, { keyFile: GOLDEN_KEY_FILE }, inlineEnvironment());
      const [first, , third, fourth] = await repository.points('sample-vm');
      assert.equal(fourth, undefined);
      assert.deepEqual(
        (await repository.secrets(third?.key ?? '')).map(({ content, ...what }) => ({
          ...what,
          content: Buffer.from(content),
        })),
        GOLDEN_SECRETS,
      );
      assert.deepEqual(
        (await repository.holds()).map(({ point, reason }) => [point, reason]),
        [[first?.key, GOLDEN_HOLD]],
      );
      const { notes, damaged } = await repository.notes('sample-vm');
      assert.deepEqual([notes.map(({ subject }) => subject), damaged], [[GOLDEN_NOTE.subject], []]);
      const { system } = goldenDisks();
      assert.equal(sha256(await restored(repository, third?.key ?? '', folder, 'system')), sha256(system));
      assert.equal((await repository.verify()).ok, true);
      await repository.close();
    }
  });

  it('is what this program still writes, object by object', async () => {
    const made = path.join(folder, 'made', 'vault');
    fs.mkdirSync(path.dirname(made));
    await makeGolden(made, folder);
    fs.rmSync(path.join(made, SPACE_RESERVE));
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
