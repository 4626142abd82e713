import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Repository } from '../../../src/engine/store/repository';
import type { ObjectKey } from '../../../src/engine/store/sealedObject';
import { openSecrets, sealSecrets } from '../../../src/engine/store/secrets';
import {
  filesBelow,
  inlineEnvironment,
  KEY_FILE,
  noise,
  requestFor,
  temporaryFolder,
  writeImage,
} from './storeSupport';

describe('secrets of a point', () => {
  const folder = temporaryFolder();
  const SECRETS = [
    { disk: 'disk0', role: 'bek', content: noise(512, 1) },
    { disk: 'disk0', role: 'kek', content: Buffer.alloc(8192, 'k') },
  ];

  it('come back from the repository after it was opened again, and are nowhere in the clear', async () => {
    const target = { kind: 'folder', path: path.join(folder, 'vault') } as const;
    const made = await Repository.create(target, KEY_FILE, inlineEnvironment());
    const image = writeImage(folder, noise(8192, 2));
    const point = await made.backup(requestFor([image], { secrets: SECRETS }));
    const plain = await made.backup(requestFor([image]));
    await made.close();
    assert.ok(!JSON.stringify(point).includes(Buffer.from('k'.repeat(64)).toString('base64')));

    const opened = await Repository.open(target, { keyFile: KEY_FILE }, inlineEnvironment());
    assert.deepEqual(await opened.secrets(point.key), SECRETS);
    assert.deepEqual(await opened.secrets(plain.key), []);
    await assert.rejects(opened.secrets(`${point.key}0`), { code: 'LocalPointNotFound' });
    const { points } = await opened.listPoints();
    assert.equal(points.length, 2);
    await opened.close();
    for (const file of filesBelow(target.path)) {
      assert.ok(!fs.readFileSync(path.join(target.path, file)).includes('k'.repeat(64)), file);
    }
  });

  it('are bound to their point and to the key of the repository', () => {
    const key: ObjectKey = { kind: 2, key: Buffer.alloc(32, 1), repository: Buffer.alloc(16, 2) };
    const sealed = sealSecrets(key, '0a', { secrets: SECRETS, session: Buffer.alloc(16, 3) });
    assert.deepEqual(openSecrets(key, '0a', sealed), SECRETS);
    const damaged = { code: 'LocalChunkDamaged' };
    assert.throws(() => openSecrets(key, '0b', sealed), damaged);
    assert.throws(() => openSecrets({ ...key, key: Buffer.alloc(32, 9) }, '0a', sealed), damaged);
    const flipped = Buffer.from(sealed, 'base64');
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    assert.throws(() => openSecrets(key, '0a', flipped.toString('base64')), damaged);
  });
});
