import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Repository } from '../../../src/engine/store/repository';
import { inlineEnvironment, KEY_FILE, MIB, noise, requestFor, temporaryFolder, writeImage } from './storeSupport';

describe('a restore', () => {
  const folder = temporaryFolder();
  const content = noise(40 * MIB, 41);
  let repository: Repository;
  let key: string;

  before(async () => {
    const target = { kind: 'folder' as const, path: path.join(folder, 'vault') };
    repository = await Repository.create(target, KEY_FILE, inlineEnvironment());
    ({ key } = await repository.backup(requestFor([writeImage(folder, content)])));
  });
  after(async () => repository.close());

  const request = (targetPath: string, changes: { disk?: string; signal?: AbortSignal } = {}) => ({
    key,
    disk: 'disk0',
    targetPath,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  });

  it('never overwrites a file', async () => {
    const targetPath = path.join(folder, 'precious');
    fs.writeFileSync(targetPath, 'mine');
    await assert.rejects(repository.restoreDisk(request(targetPath)), { code: 'LocalTargetNotWritable' });
    assert.equal(fs.readFileSync(targetPath, 'utf8'), 'mine');
  });

  it('leaves nothing when it is cancelled', async () => {
    const controller = new AbortController();
    const targetPath = path.join(folder, 'cancelled');
    const restoring = repository.restoreDisk({
      ...request(targetPath, { signal: controller.signal }),
      onProgress: () => controller.abort(),
    });
    await assert.rejects(restoring, { code: 'LocalOperationCancelled' });
    assert.equal(fs.existsSync(targetPath), false);
    const early = request(targetPath, { signal: AbortSignal.abort() });
    await assert.rejects(repository.restoreDisk(early), { code: 'LocalOperationCancelled' });
    assert.equal(fs.existsSync(targetPath), false);
  });

  it('says what is wrong with its target or its request', async () => {
    const nowhere = request(path.join(folder, 'no', 'such', 'folder'));
    await assert.rejects(repository.restoreDisk(nowhere), { code: 'LocalTargetNotWritable' });
    const unknown = request(path.join(folder, 'unknown'), { disk: 'disk7' });
    await assert.rejects(repository.restoreDisk(unknown), { code: 'LocalPointNotFound' });
    assert.equal(fs.existsSync(unknown.targetPath), false);
    const gone = { ...request(path.join(folder, 'gone')), key: 'snaps/web-01/never' };
    await assert.rejects(repository.restoreDisk(gone), { code: 'LocalPointNotFound' });
    const strange = { ...request(path.join(folder, 'strange')), key: 'config' };
    await assert.rejects(repository.restoreDisk(strange), { code: 'LocalChunkDamaged' });
  });
});
