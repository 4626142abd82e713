import assert from 'node:assert/strict';
import { Repository } from '../../../../src/engine/store/repository';
import { KEY_FILE, noise, requestFor, restored, temporaryFolder, writeImage } from '../storeSupport';
import { codeOf, flipBit, keysOf, Places, ZONED } from './places';

describe('a repository in two zones', () => {
  const folder = temporaryFolder({ in: 'memory' });
  const content = Buffer.concat([noise(60_000, 31), noise(40_000, 32)]);
  let image: string;
  let places: Places;
  let repository: Repository;
  before(() => {
    image = writeImage(folder, content);
  });
  beforeEach(async () => {
    places = new Places();
    repository = await Repository.create(ZONED, KEY_FILE, places.environment());
  });

  const first = () => places.at('/primary');
  const second = () => places.at('/zone');
  const reopened = async () => Repository.open(ZONED, { keyFile: KEY_FILE }, places.environment());

  it('has every object in both, and can be restored from either alone', async () => {
    const { key } = await repository.backup(requestFor([image]));
    assert.deepEqual(keysOf(first()), keysOf(second()));
    for (const path of ['/primary', '/zone']) {
      const alone = await Repository.open(
        { kind: 'folder', path },
        { keyFile: KEY_FILE },
        places.environment(),
        'reader',
      );
      assert.ok((await restored(alone, key, folder)).equals(content), path);
      assert.equal((await alone.verify()).ok, true, path);
    }
    first().objects.clear();
    const opened = await reopened();
    assert.ok((await restored(opened, key, folder)).equals(content));
    assert.deepEqual(keysOf(first()), keysOf(second()), 'opening fills an empty zone again');
  });

  it('shows no point that only one zone could take', async () => {
    for (const failing of [first(), second()]) {
      failing.follow({ on: 'create', at: 1, fault: 'ENOSPC', match: 'snaps/' });
      assert.equal(await codeOf(repository.backup(requestFor([image]))), 'LocalStoreNoSpace');
      failing.follow(undefined);
      assert.deepEqual(await (await reopened()).points(), []);
      assert.deepEqual([keysOf(first(), 'snaps/'), keysOf(second(), 'snaps/')], [[], []]);
    }
    const point = await repository.backup(requestFor([image]));
    assert.equal(point.counters.newBytes, 0, 'what was stored before is used');
  });

  it('survives each creation failing in either zone, whether or not it was done', async () => {
    for (const fault of ['lost answer', 'gone'] as const) {
      for (let at = 1; ; at += 1) {
        places = new Places();
        repository = await Repository.create(ZONED, KEY_FILE, places.environment());
        second().follow({ on: 'create', at, fault });
        const failure = await codeOf(repository.backup(requestFor([image])));
        const reached = second().calls >= at;
        second().follow(undefined);
        const opened = await reopened();
        for (const { key } of await opened.points()) {
          assert.ok((await restored(opened, key, folder)).equals(content), `${fault} ${at}`);
        }
        const again = await opened.backup(requestFor([image]));
        assert.ok((await restored(opened, again.key, folder)).equals(content));
        assert.deepEqual(keysOf(first(), 'snaps/'), keysOf(second(), 'snaps/'), `${fault} ${at}`);
        assert.equal((await opened.verify()).ok, true);
        if (!reached) break;
        assert.equal(failure, 'LocalStoreNotWritable');
      }
    }
  });

  it('restores what is damaged in the first zone from the second, and mends it without overwriting', async () => {
    const { key } = await repository.backup(requestFor([image]));
    const packs = keysOf(first(), 'packs/');
    for (const pack of packs) flipBit(first(), pack);
    const damaged = new Map(packs.map((pack) => [pack, first().objects.get(pack)]));
    const opened = await reopened();
    const report = await opened.verify();
    assert.equal(report.ok, false);
    const healed = await opened.heal(report);
    assert.deepEqual([healed.healedBlobs, healed.lostBlobs], [report.damagedBlobs.length, 0]);
    assert.deepEqual((await opened.verify()).affected, []);
    assert.ok((await restored(opened, key, folder)).equals(content));
    for (const [pack, bytes] of damaged) assert.equal(first().objects.get(pack), bytes, 'nothing was overwritten');
  });
});
