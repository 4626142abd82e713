import assert from 'node:assert/strict';
import { Repository } from '../../../../src/engine/store/repository';
import { KEY_FILE, noise, requestFor, restored, temporaryFolder, writeImage } from '../storeSupport';
import { codeOf, flipBit, keysOf, PAIR, PAIRED, Places, PRIMARY } from './places';

describe('the copy of a repository at the paired site', () => {
  const folder = temporaryFolder({ in: 'memory' });
  const contents = [noise(90_000, 41), Buffer.concat([noise(90_000, 41), noise(60_000, 42)])];
  let images: string[];
  let places: Places;
  let repository: Repository;
  before(() => {
    images = contents.map((content) => writeImage(folder, content));
  });
  beforeEach(async () => {
    places = new Places();
    repository = await Repository.create(PAIRED, KEY_FILE, places.environment());
  });

  const primary = () => places.at('/primary');
  const pair = () => places.at('/pair');
  const backup = async (at: number) => repository.backup(requestFor([images[at] ?? '']));
  const reader = async () => Repository.open(PAIR, { keyFile: KEY_FILE }, places.environment(), 'reader');
  const shared = (storage: ReturnType<typeof pair>) => keysOf(storage).filter((key) => !/^(locks|gc)\//.test(key));

  it('counts what it lacks, takes it over, and then restores by itself', async () => {
    const keys = [(await backup(0)).key, (await backup(1)).key];
    primary().clock += 90_000;
    const plan = await repository.planReplication(PAIR);
    assert.equal(plan.lagSeconds, 90);
    assert.deepEqual(plan.copies.map(({ key }) => key).toSorted(), shared(primary()));
    const left: number[] = [];
    const report = await repository.replicate(PAIR, { onProgress: ({ objects }) => left.push(objects) });
    assert.equal(report.copiedObjects, plan.copies.length);
    assert.equal(
      report.copiedBytes,
      plan.copies.reduce((sum, { size }) => sum + size, 0),
    );
    assert.deepEqual(
      left,
      plan.copies.map((_, at) => plan.copies.length - 1 - at),
    );
    const done = await repository.planReplication(PAIR);
    assert.deepEqual([done.copies, done.deletions, done.lagSeconds], [[], [], 0]);
    primary().objects.clear();
    const alone = await reader();
    for (const [at, key] of keys.entries()) {
      assert.ok((await restored(alone, key, folder)).equals(contents[at] ?? Buffer.alloc(0)));
    }
    assert.equal((await alone.verify()).ok, true);
  });

  it('has the legal holds too, and neither the reserve nor what is condemned here', async () => {
    const { key } = await backup(0);
    await repository.holdPoint(key, 'a court asked for it');
    await repository.sweep();
    assert.ok(keysOf(primary(), 'gc/').length > 0);
    await repository.replicate(PAIR);
    assert.deepEqual(keysOf(pair(), 'holds/'), keysOf(primary(), 'holds/'));
    assert.equal(keysOf(pair(), 'holds/').length, 1);
    assert.deepEqual(keysOf(pair(), 'gc/'), []);
    const alone = await reader();
    assert.deepEqual(
      (await alone.holds()).map(({ point }) => point),
      [key],
    );
    await repository.releasePoint(key);
    await repository.replicate(PAIR);
    assert.deepEqual(keysOf(pair(), 'holds/'), []);
  });

  it('is a whole repository wherever the copying stops, and goes on from there', async () => {
    await backup(0);
    await repository.replicate(PAIR);
    const second = await backup(1);
    const before = new Map(pair().objects);
    for (const fault of ['gone', 'lost answer', 'torn'] as const) {
      for (let at = 1; ; at += 1) {
        pair().follow({ on: 'create', at, fault });
        const failure = await codeOf(repository.replicate(PAIR));
        pair().follow(undefined);
        const copy = await reader();
        for (const { key } of await copy.points()) {
          const content = contents[key === second.key ? 1 : 0] ?? Buffer.alloc(0);
          assert.ok((await restored(copy, key, folder)).equals(content), `${fault} at ${at}`);
        }
        if (failure === undefined) break;
        // Only what is missing is copied again.
        const left = await repository.planReplication(PAIR);
        assert.ok(left.copies.length > 0);
      }
      assert.deepEqual(shared(pair()), shared(primary()));
      pair().objects.clear();
      for (const [key, bytes] of before) pair().objects.set(key, bytes);
    }
  });

  it('loses what the primary deleted, after it, and nothing that the primary only lost', async () => {
    const first = await backup(0);
    const second = await backup(1);
    await repository.replicate(PAIR);
    // Deleted on purpose: nobody expects the point any more.
    primary().objects.delete(first.key);
    await repository.replicate(PAIR, { expected: new Set([second.key]) });
    assert.deepEqual(keysOf(pair(), 'snaps/'), [second.key]);
    // Lost: the index still names the packs, and the layers above still know the point.
    for (const key of [...keysOf(primary(), 'packs/'), second.key]) primary().objects.delete(key);
    const reopened = await Repository.open(PAIRED, { keyFile: KEY_FILE }, places.environment());
    const plan = await reopened.planReplication(PAIR, new Set([second.key]));
    assert.deepEqual(plan.deletions, []);
    assert.deepEqual([...plan.kept].toSorted(), [...keysOf(pair(), 'packs/'), second.key].toSorted());
    await reopened.replicate(PAIR, { expected: new Set([second.key]) });
    assert.ok((await restored(await reader(), second.key, folder)).equals(contents[1] ?? Buffer.alloc(0)));
    // And it comes back from there.
    const healed = await reopened.heal(await reopened.verify(), [second.key]);
    assert.equal(healed.healedManifests, 1);
    assert.ok((await restored(reopened, second.key, folder)).equals(contents[1] ?? Buffer.alloc(0)));
  });

  it('is left alone when the primary is not there, or the folder holds another vault', async () => {
    await backup(0);
    await repository.replicate(PAIR);
    const before = keysOf(pair());
    const objects = new Map(primary().objects);
    primary().objects.clear();
    await assert.rejects(repository.replicate(PAIR), { code: 'LocalVaultUnreadable' });
    assert.deepEqual(keysOf(pair()), before);
    for (const [key, bytes] of objects) primary().objects.set(key, bytes);
    pair().objects.clear();
    await Repository.create(PAIR, KEY_FILE, places.environment());
    const others = keysOf(pair());
    await assert.rejects(repository.replicate(PAIR), { code: 'LocalVaultUnreadable', message: /another vault/ });
    assert.deepEqual(keysOf(pair()), others);
  });

  it('belongs to who copies into it, and is left alone once another engine backs up into it', async () => {
    places = new Places();
    repository = await Repository.create(PAIRED, KEY_FILE, places.environment('a'));
    await backup(0);
    await repository.replicate(PAIR);
    const open = async (openAs: 'owner' | 'newOwner') =>
      Repository.open(PAIR, { keyFile: KEY_FILE }, places.environment('b'), openAs);
    assert.equal((await open('owner')).holder?.name, 'computer of a');
    const taken = await open('newOwner');
    const { key } = await taken.backup(requestFor([images[1] ?? '']));
    await taken.close();
    await backup(1);
    await assert.rejects(repository.replicate(PAIR), { code: 'LocalVaultOwnedElsewhere', message: /of b/ });
    assert.ok(keysOf(pair(), 'snaps/').includes(key));
  });

  it('never gets a manifest whose packs it lacks', async () => {
    const first = await backup(0);
    const second = await backup(1);
    const [torn = ''] = keysOf(primary(), 'packs/');
    primary().objects.set(torn, primary().objects.get(torn)?.subarray(0, 100) ?? Buffer.alloc(0));
    const reopened = await Repository.open(PAIRED, { keyFile: KEY_FILE }, places.environment());
    const report = await reopened.replicate(PAIR);
    assert.ok(report.heldBack.length > 0);
    const copy = await reader();
    for (const { key } of await copy.points()) {
      const content = contents[key === second.key ? 1 : 0] ?? Buffer.alloc(0);
      assert.ok((await restored(copy, key, folder)).equals(content));
    }
    const points = (await copy.points()).map(({ key }) => key);
    const held = report.heldBack.map(({ key }) => key);
    assert.deepEqual([...points, ...held].toSorted(), [first.key, second.key].toSorted());
  });

  it('gives a restore what is damaged in the primary, which then has it anew', async () => {
    const { key } = await backup(1);
    await repository.replicate(PAIR);
    for (const pack of keysOf(primary(), 'packs/')) flipBit(primary(), pack);
    const bytes = await repository.restoreDisk({
      key,
      disk: 'disk0',
      targetPath: writeImageName(),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    assert.ok(bytes.fromCopies.length > 0);
    assert.equal(bytes.healedBlobs, bytes.fromCopies.length);
    // Without the pair too: the primary was mended.
    pair().objects.clear();
    const { affected } = await repository.verify();
    assert.deepEqual(
      affected.flatMap(({ ranges }) => ranges),
      [],
    );
  });

  it('makes the primary again when that is gone', async () => {
    const { key } = await backup(1);
    await repository.replicate(PAIR);
    primary().objects.clear();
    await (await reader()).replicate(PRIMARY);
    const again = await Repository.open(PAIRED, { keyFile: KEY_FILE }, places.environment());
    assert.ok((await restored(again, key, folder)).equals(contents[1] ?? Buffer.alloc(0)));
    const next = await again.backup(requestFor([images[1] ?? '']));
    assert.equal(next.counters.newBytes, 0);
  });

  let names = 0;
  function writeImageName(): string {
    names += 1;
    return `${folder}/healed-${names}.raw`;
  }
});
