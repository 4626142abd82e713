import assert from 'node:assert/strict';
import { LEASE_MS } from '../../../../src/engine/store/replica/lease';
import { Repository } from '../../../../src/engine/store/repository';
import { KEY_FILE, noise, requestFor, restored, temporaryFolder, writeImage } from '../storeSupport';
import { keysOf, Places, PRIMARY } from './places';

describe('the owner of a repository', () => {
  const folder = temporaryFolder();
  const content = noise(200_000, 5);
  let image: string;
  let places: Places;
  before(() => {
    image = writeImage(folder, content);
  });
  beforeEach(() => {
    places = new Places();
  });

  const open = async (owner: string, openAs: 'owner' | 'newOwner' | 'reader' = 'owner') =>
    Repository.open(PRIMARY, { keyFile: KEY_FILE }, places.environment(owner), openAs);

  it('is alone while its lease lives: a second engine reads and restores, and writes nothing', async () => {
    const owner = await Repository.create(PRIMARY, KEY_FILE, places.environment('a'));
    const { key } = await owner.backup(requestFor([image]));
    const before = keysOf(places.at('/primary'));
    const second = await open('b');
    assert.deepEqual([second.writable, second.holder?.name], [false, 'computer of a']);
    assert.ok((await restored(second, key, folder)).equals(content));
    await assert.rejects(second.backup(requestFor([image])), { code: 'LocalVaultOwnedElsewhere', message: /of a/ });
    await assert.rejects(second.repair(), { code: 'LocalVaultOwnedElsewhere' });
    await assert.rejects(second.rotateRecoveryKey(), { code: 'LocalVaultOwnedElsewhere' });
    await second.close();
    assert.deepEqual(keysOf(places.at('/primary')), before);
    // What the owner stores later is there for a reader that was open before.
    const reader = await open('b', 'reader');
    const later = await owner.backup(requestFor([writeImage(folder, noise(90_000, 6))]));
    assert.equal((await restored(reader, later.key, folder)).length, 90_000);
    await assert.rejects(reader.backup(requestFor([image])), { code: 'LocalVaultReadOnly' });
  });

  it('may be another one once the lease was given back or has run out by the storage’s clock', async () => {
    const first = await Repository.create(PRIMARY, KEY_FILE, places.environment('a'));
    await first.close();
    const second = await open('b');
    assert.equal(second.writable, true);
    places.at('/primary').clock += LEASE_MS - 1;
    assert.equal((await open('c')).writable, false);
    await second.renewLease();
    places.at('/primary').clock += LEASE_MS - 1;
    assert.equal((await open('c')).writable, false, 'a renewed lease lives on');
    places.at('/primary').clock += 1;
    assert.equal((await open('c')).writable, true);
    assert.equal(keysOf(places.at('/primary'), 'locks/').length, 1, 'old leases do not pile up');
  });

  it('is known again after a crash, without waiting', async () => {
    await Repository.create(PRIMARY, KEY_FILE, places.environment('a'));
    assert.equal((await open('a')).writable, true);
  });

  it('finds out that another engine took over before it commits anything', async () => {
    const first = await Repository.create(PRIMARY, KEY_FILE, places.environment('a'));
    const second = await open('b', 'newOwner');
    assert.equal(second.writable, true);
    await assert.rejects(first.backup(requestFor([image])), { code: 'LocalVaultOwnedElsewhere', message: /of b/ });
    await assert.rejects(first.renewLease(), { code: 'LocalVaultOwnedElsewhere' });
    await first.close();
    const { key } = await second.backup(requestFor([image]));
    assert.deepEqual(
      (await second.points()).map((point) => point.key),
      [key],
    );
    await second.renewLease();
  });

  it('may ask for its lease from several sides at once', async () => {
    const owner = await Repository.create(PRIMARY, KEY_FILE, places.environment('a'));
    await Promise.all([owner.renewLease(), owner.backup(requestFor([image])), owner.renewLease(), owner.renewLease()]);
    assert.equal((await owner.points()).length, 1);
  });

  it('keeps it when the answer to a renewal was lost', async () => {
    const owner = await Repository.create(PRIMARY, KEY_FILE, places.environment('a'));
    places.at('/primary').follow({ on: 'create', at: 1, fault: 'lost answer', match: 'locks/' });
    await assert.rejects(owner.renewLease(), { code: 'LocalStoreNotWritable' });
    await owner.renewLease();
    await owner.backup(requestFor([image]));
  });

  it('is one of many engines that open at once', async () => {
    await (await Repository.create(PRIMARY, KEY_FILE, places.environment('a'))).close();
    const opened = await Promise.all(['b', 'c', 'd', 'e'].map(async (name) => open(name)));
    assert.equal(opened.filter(({ writable }) => writable).length, 1);
  });

  it('is not decided by a clock that jumps on a computer, and a damaged lease ends as any other', async () => {
    await Repository.create(PRIMARY, KEY_FILE, places.environment('a'));
    const storage = places.at('/primary');
    const environment = { ...places.environment('b'), now: () => Date.UTC(2100, 0, 1) };
    const ahead = await Repository.open(PRIMARY, { keyFile: KEY_FILE }, environment);
    assert.equal(ahead.writable, false);
    for (const key of keysOf(storage, 'locks/')) storage.objects.set(key, Buffer.from('{'));
    assert.equal((await open('b')).writable, false);
    storage.clock += LEASE_MS;
    assert.equal((await open('b')).writable, true);
  });
});
