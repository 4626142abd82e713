import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type FileCalls, FolderStorage } from '../../../src/engine/store/folderStorage';
import type { ObjectStorage } from '../../../src/engine/store/storage';
import { MemoryStorage } from '../../support/memoryStorage';
import { temporaryFolder } from './storeSupport';

/** The contract of `ObjectStorage`, which every implementation keeps. */
function keepsTheContract(name: string, make: () => ObjectStorage): void {
  describe(`the storage contract: ${name}`, () => {
    let storage: ObjectStorage;
    beforeEach(() => {
      storage = make();
    });

    const keys = async (prefix = '') => (await storage.list(prefix)).map(({ key }) => key);

    it('gives back what was stored, whole and in part', async () => {
      await storage.createIfAbsent('packs/ab/one', [Buffer.from('first '), Buffer.from('second'), Buffer.alloc(0)]);
      assert.equal((await storage.read('packs/ab/one')).toString(), 'first second');
      assert.equal((await storage.read('packs/ab/one', { offset: 6, length: 3 })).toString(), 'sec');
      assert.equal((await storage.read('packs/ab/one', { offset: 12, length: 0 })).length, 0);
    });

    it('stores an empty object', async () => {
      await storage.createIfAbsent('empty', Buffer.alloc(0));
      assert.equal((await storage.read('empty')).length, 0);
      assert.deepEqual(
        (await storage.list('')).map(({ key, size }) => [key, size]),
        [['empty', 0]],
      );
    });

    it('gives each reader bytes of its own', async () => {
      await storage.createIfAbsent('one', Buffer.from('same'));
      (await storage.read('one')).fill(0);
      assert.equal((await storage.read('one')).toString(), 'same');
    });

    it('keeps what it was given, also when the caller goes on with its buffer', async () => {
      const mine = Buffer.from('same');
      await storage.createIfAbsent('one', mine);
      mine.fill(0);
      assert.equal((await storage.read('one')).toString(), 'same');
    });

    it('creates once: the second creation is refused and changes nothing', async () => {
      await storage.createIfAbsent('config', Buffer.from('one'));
      await assert.rejects(storage.createIfAbsent('config', Buffer.from('two')), { code: 'StoreObjectExists' });
      assert.equal((await storage.read('config')).toString(), 'one');
    });

    it('lets exactly one of many creators win', async () => {
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, async (_, at) => storage.createIfAbsent('locks/1', Buffer.from(String(at)))),
      );
      const won = tries.flatMap(({ status }, at) => (status === 'fulfilled' ? [String(at)] : []));
      assert.deepEqual([(await storage.read('locks/1')).toString()], won);
    });

    it('names what is missing, and what is too short', async () => {
      await assert.rejects(storage.read('packs/ab/none'), { code: 'StoreObjectMissing' });
      await assert.rejects(storage.read('none', { offset: 0, length: 1 }), { code: 'StoreObjectMissing' });
      await storage.createIfAbsent('short', Buffer.from('123'));
      await assert.rejects(storage.read('short', { offset: 2, length: 2 }), { code: 'LocalChunkDamaged' });
    });

    it('lists below a prefix, sorted, with sizes', async () => {
      for (const key of ['snaps/b/2', 'packs/ff/2', 'snaps/a/1', 'snaps/ab/1', 'config']) {
        await storage.createIfAbsent(key, Buffer.from(key));
      }
      assert.deepEqual(await keys(), ['config', 'packs/ff/2', 'snaps/a/1', 'snaps/ab/1', 'snaps/b/2']);
      assert.deepEqual(await keys('snaps/a/'), ['snaps/a/1']);
      assert.deepEqual(await keys('none/'), []);
      assert.equal((await storage.list('packs/'))[0]?.size, 'packs/ff/2'.length);
    });

    it('deletes, also what is not there, and lets the key be used again', async () => {
      await storage.createIfAbsent('gc/1', Buffer.from('old'));
      await storage.delete('gc/1');
      await storage.delete('gc/1');
      await storage.delete('never/1');
      assert.deepEqual(await keys(), []);
      await storage.createIfAbsent('gc/1', Buffer.from('new'));
      assert.equal((await storage.read('gc/1')).toString(), 'new');
    });

    it('tells its own time, which never runs behind what it wrote', async () => {
      const before = await storage.time();
      await storage.createIfAbsent('locks/1', Buffer.from('mine'));
      const [written] = await storage.list('locks/');
      assert.ok(written !== undefined && written.modified >= before && written.modified <= (await storage.time()));
      assert.deepEqual(await keys(), ['locks/1'], 'asking for the time leaves nothing behind');
    });

    it('knows how much room there is, and keeps objects when leftovers go', async () => {
      await storage.createIfAbsent('config', Buffer.from('one'));
      assert.ok((await storage.freeBytes()) > 0);
      await storage.removeLeftovers();
      assert.deepEqual(await keys(), ['config']);
    });
  });
}

describe('storages', () => {
  const folder = temporaryFolder({ in: 'memory' });
  let made = 0;
  const fresh = (): string => {
    made += 1;
    return path.join(folder, `vault-${made}`);
  };

  keepsTheContract('a folder', () => new FolderStorage(fresh()));
  keepsTheContract('memory', () => new MemoryStorage());

  it('a folder refuses keys that would leave it', async () => {
    const storage = new FolderStorage(fresh());
    for (const key of ['../x', '/x', 'a//b', 'A', '.hidden', 'a/..', '']) {
      await assert.rejects(storage.createIfAbsent(key, Buffer.from('x')), { code: 'StoreKeyInvalid' }, key);
    }
  });

  it('a folder deletes for good what was removed before without being synced', async () => {
    const root = fresh();
    await new FolderStorage(root).createIfAbsent('snaps/a/1', Buffer.from('x'));
    const synced: string[] = [];
    const calls: FileCalls = {
      ...fs.promises,
      open: async (file, flags, mode) => {
        const handle = await fs.promises.open(file, flags, mode);
        const sync = handle.sync.bind(handle);
        return Object.assign(handle, {
          sync: async () => {
            await sync();
            synced.push(path.relative(root, file));
          },
        });
      },
    };
    fs.unlinkSync(path.join(root, 'snaps', 'a', '1')); // as a crash between the removal and the sync leaves it
    await new FolderStorage(root, calls).delete('snaps/a/1');
    assert.deepEqual(synced, process.platform === 'win32' ? [] : [path.join('snaps', 'a')]);
  });

  it('a folder is not made anew below a mount point whose drive is away', async () => {
    const away = path.join(folder, 'mount-point', 'vaults', 'one');
    const storage = new FolderStorage(away);
    await assert.rejects(storage.createIfAbsent('config', Buffer.from('x')), { code: 'LocalStoreNotWritable' });
    assert.equal(fs.existsSync(path.join(folder, 'mount-point')), false);
  });
});
