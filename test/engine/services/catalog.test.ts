import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Catalog } from '../../../src/engine/catalog/catalog';
import type { DiskRecord, ItemRecord, JobRecord, VaultRecord } from '../../../src/engine/catalog/records';

const disk = (name: string, change: Partial<DiskRecord> = {}): DiskRecord => ({
  id: `/Disks/${name}`,
  name,
  group: 'Lab',
  location: 'local',
  tags: {},
  createdAt: 1,
  path: '/d',
  sizeBytes: 1,
  sku: 'Standard_LRS',
  ...change,
});
const vault = (name: string): VaultRecord => ({
  id: `/Vaults/${name}`,
  name,
  group: 'Lab',
  location: 'local',
  tags: {},
  createdAt: 1,
  modifiedAt: 1,
  replication: 'GeoRedundant',
  crossRegionRestore: false,
  touched: false,
  repository: name,
});
const item = (name: string, vaultName: string, machine = name): ItemRecord => ({
  id: `/Items/${name}`,
  vaultKey: `/vaults/${vaultName}`,
  containerName: 'c',
  itemName: name,
  machineId: `/Machines/${machine}`,
  machineKey: `/machines/${machine}`,
  machineName: machine,
  machineGroup: 'Lab',
  vmId: 'id',
  dataId: '1',
  policyName: 'Nightly',
  state: 'IRPending',
  protectedSince: 1,
  lastBackupStatus: '',
  lastSlot: 1,
});
const job = (name: string, startTime: number, change: Partial<JobRecord> = {}): JobRecord => ({
  id: `/Jobs/${name}`,
  vaultKey: '/vaults/a',
  itemKey: '/items/web',
  containerName: 'c',
  machineName: 'web',
  operation: 'Backup',
  status: 'Completed',
  startTime,
  activityId: 'x',
  userTriggered: true,
  tasks: [],
  properties: {},
  errors: [],
  statistics: {
    phase: 'Done',
    phases: [],
    totalBytes: 0,
    readBytes: 0,
    newBytes: 0,
    storedBytes: 0,
    skippedBytes: 0,
    samples: [],
    log: [],
    files: [],
  },
  ...change,
});

describe('catalog', () => {
  let folder: string;
  let database: DatabaseSync;
  let catalog: Catalog;
  const open = () => new DatabaseSync(join(folder, 'catalog.db'));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    database = open();
    catalog = new Catalog(database);
  });
  afterEach(() => {
    catalog.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is made from nothing, durable and whole, and made once', () => {
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    assert.deepEqual(
      [pragma('user_version'), pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')],
      [1, 'wal', 2, 1],
    );
    assert.deepEqual(catalog.check(), []);
    catalog.disks.put(disk('a'));
    catalog.close();
    database = open();
    catalog = new Catalog(database);
    assert.equal(catalog.disks.count(), 1);
  });

  it('refuses a file of a newer version without touching it', () => {
    catalog.disks.put(disk('a'));
    database.exec('PRAGMA user_version = 2');
    assert.throws(() => new Catalog(open()), { code: 'LocalCatalogTooNew' });
    assert.equal(catalog.disks.count(), 1);
  });

  it('makes a setting once', () => {
    assert.equal(
      catalog.setting('id', () => 'first'),
      'first',
    );
    assert.equal(
      catalog.setting('id', () => 'second'),
      'first',
    );
  });

  describe('transaction', () => {
    it('keeps all changes, and gives back what the work returns', () => {
      const count = catalog.transaction(() => {
        catalog.disks.put(disk('a'));
        catalog.disks.put(disk('b'));
        return catalog.disks.count();
      });
      assert.deepEqual([count, catalog.disks.count()], [2, 2]);
    });

    it('keeps none when the work throws, and the next one works', () => {
      catalog.disks.put(disk('a'));
      assert.throws(
        () =>
          catalog.transaction(() => {
            catalog.disks.put(disk('b'));
            catalog.disks.delete('/disks/a');
            throw new Error('halfway');
          }),
        /halfway/,
      );
      assert.deepEqual(
        catalog.disks.list().map(({ name }) => name),
        ['a'],
      );
      catalog.transaction(() => catalog.disks.put(disk('c')));
      assert.equal(catalog.disks.count(), 2);
    });
  });

  describe('table', () => {
    it('finds a record whatever the case, and replaces the one with the same key', () => {
      catalog.disks.put(disk('a', { path: '/old' }));
      catalog.disks.put(disk('A', { path: '/new' }));
      assert.equal(catalog.disks.get('/DISKS/a')?.path, '/new');
      assert.equal(catalog.disks.count(), 1);
      catalog.disks.delete('/Disks/A');
      assert.equal(catalog.disks.get('/disks/a'), undefined);
      catalog.disks.delete('/disks/a');
    });

    it('keeps queries in step with the records', () => {
      catalog.disks.put(disk('a'));
      catalog.disks.put(disk('a', { group: 'Other' }));
      assert.deepEqual(catalog.disks.list({ where: { group_key: 'lab' } }), []);
      assert.equal(catalog.disks.count({ where: { group_key: 'other' } }), 1);
    });

    it('selects, orders and pages', () => {
      catalog.vaults.put(vault('a'));
      for (const time of [30, 10, 20, 40]) {
        catalog.jobs.put(job(`j${time}`, time, time === 20 ? { status: 'Failed' } : {}));
      }
      const starts = (...query: Parameters<typeof catalog.jobs.list>) =>
        catalog.jobs.list(...query).map(({ startTime }) => startTime);
      assert.deepEqual(starts(), [30, 10, 20, 40], 'as they came');
      assert.deepEqual(starts({ orderBy: 'start_time' }), [10, 20, 30, 40]);
      assert.deepEqual(starts({ orderBy: 'start_time', descending: true, limit: 2, offset: 1 }), [30, 20]);
      assert.deepEqual(starts({ from: { start_time: 20 }, to: { start_time: 30 }, orderBy: 'start_time' }), [20, 30]);
      assert.deepEqual(starts({ where: { status: 'Failed', vault_key: '/vaults/a' } }), [20]);
      assert.deepEqual(starts({ where: { status: undefined, operation: 'Restore' } }), []);
      assert.equal(catalog.jobs.count({ where: { status: 'Completed' }, from: { start_time: 30 } }), 2);
    });

    it('refuses a stored record that is not of its shape', () => {
      catalog.disks.put(disk('a'));
      database.prepare("UPDATE disk SET body = json_set(body, '$.sizeBytes', 'many')").run();
      assert.throws(() => catalog.disks.get('/disks/a'), /sizeBytes/);
    });
  });

  describe('relations', () => {
    beforeEach(() => {
      for (const name of ['a', 'b']) catalog.vaults.put(vault(name));
    });

    it('let policies and jobs go with their vault', () => {
      catalog.jobs.put(job('j', 1));
      catalog.jobs.put(job('k', 1, { vaultKey: '/vaults/b' }));
      catalog.vaults.delete('/vaults/a');
      assert.deepEqual(
        catalog.jobs.list().map(({ id }) => id),
        ['/Jobs/k'],
      );
    });

    it('keep a vault that has items', () => {
      catalog.items.put(item('web', 'a'));
      assert.throws(() => catalog.vaults.delete('/vaults/a'), /FOREIGN KEY/);
      assert.equal(catalog.vaults.count(), 2);
      assert.throws(() => catalog.items.put(item('db', 'nowhere')), /FOREIGN KEY/);
    });

    it('let one machine be in one vault only', () => {
      catalog.items.put(item('web', 'a'));
      assert.throws(() => catalog.items.put(item('web2', 'b', 'web')), /UNIQUE/);
      assert.equal(catalog.items.count({ where: { policy_key: '/vaults/a/backuppolicies/nightly' } }), 1);
    });

    it('that are broken are found by the check', () => {
      catalog.items.put(item('web', 'a'));
      database.exec("PRAGMA foreign_keys = OFF; DELETE FROM vault WHERE key = '/vaults/a'; PRAGMA foreign_keys = ON");
      const problems = catalog.check();
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', /^item .*vault/);
    });
  });

  it('remembers what the last discovery of each vault found', () => {
    for (const name of ['a', 'b']) catalog.vaults.put(vault(name));
    catalog.setDiscovered('/vaults/a', ['/Machines/One', '/machines/two'], 1);
    catalog.setDiscovered('/vaults/b', ['/machines/one'], 1);
    catalog.setDiscovered('/vaults/a', ['/Machines/TWO', '/machines/three'], 2);
    assert.deepEqual(Array.from(catalog.discovered('/vaults/a')).toSorted(), ['/machines/three', '/machines/two']);
    assert.deepEqual([...catalog.discovered('/vaults/b')], ['/machines/one']);
    assert.deepEqual([...catalog.discovered('/vaults/c')], []);
  });
});
