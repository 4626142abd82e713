import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Catalog } from '../../../src/engine/catalog/catalog';
import { MIGRATIONS } from '../../../src/engine/catalog/migrations';
import type {
  DiskRecord,
  ItemRecord,
  JobRecord,
  MachineRecord,
  PointRecord,
  VaultRecord,
} from '../../../src/engine/catalog/records';

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
  sku: { name: 'Standard' },
  publicNetworkAccess: 'Enabled',
  crossSubscriptionRestore: 'Enabled',
  softDelete: { state: 'Enabled', days: 14, enhancedSecurity: 'Enabled' },
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
const machine = (name: string, location: string): MachineRecord => ({
  id: `/Machines/${name}`,
  name,
  group: 'Lab',
  location,
  tags: {},
  createdAt: 1,
  vmId: 'id',
  osType: 'Linux',
  size: 'Local',
  osDiskId: '/Disks/a',
  dataDisks: [],
});
const point = (itemName: string, time: number): PointRecord => ({
  name: String(time),
  vaultKey: '/vaults/a',
  itemKey: `/items/${itemName}`,
  time,
  consistency: 'CrashConsistent',
  osType: 'Linux',
  machineSize: 'Local',
  tags: [],
  policyType: 'V1',
  manifestKey: 'm',
  disks: [],
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

const times = ({ rows }: { rows: readonly JobRecord[] }) => rows.map(({ startTime }) => startTime);

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
    assert.deepEqual([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')], ['wal', 2, 1]);
    assert.deepEqual(catalog.check(), []);
    catalog.disks.put(disk('a'));
    catalog.close();
    database = open();
    catalog = new Catalog(database);
    assert.equal(catalog.disks.count(), 1);
  });

  it('finds a page that was overwritten, by the quick check too', () => {
    for (let i = 0; i < 200; i++) catalog.disks.put(disk(`disk-${i}`));
    assert.deepEqual(catalog.quickCheck(), []);
    const { rootpage } = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'disk'").get() ?? {};
    const { page_size: size } = database.prepare('PRAGMA page_size').get() ?? {};
    catalog.close();
    const file = join(folder, 'catalog.db');
    const content = readFileSync(file);
    content.fill(0, (Number(rootpage) - 1) * Number(size), Number(rootpage) * Number(size));
    writeFileSync(file, content);
    database = open();
    catalog = new Catalog(database);
    assert.notDeepEqual(catalog.quickCheck(), []);
    assert.notDeepEqual(catalog.check(), []);
  });

  it('refuses a file of a newer version without touching it', () => {
    catalog.disks.put(disk('a'));
    database.exec('PRAGMA user_version = 1000');
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
      assert.deepEqual(starts({ orderBy: 'start_time', descending: true, limit: 2 }), [40, 30]);
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

  describe('pages', () => {
    const newest = { where: { vault_key: '/vaults/a' }, orderBy: 'start_time', descending: true } as const;
    beforeEach(() => {
      catalog.vaults.put(vault('a'));
      for (const [i, time] of [30, 10, 20, 20, 40].entries()) catalog.jobs.put(job(`j${i}`, time));
    });

    it('follow each other to the last row, equal values in the order in which they came', () => {
      const names: string[] = [];
      let token: string | undefined;
      do {
        const page = catalog.jobs.page({ orderBy: 'start_time' }, { size: 2, token });
        names.push(...page.rows.map(({ id }) => id));
        token = page.next;
      } while (token !== undefined);
      assert.deepEqual(names, ['/Jobs/j1', '/Jobs/j2', '/Jobs/j3', '/Jobs/j0', '/Jobs/j4']);
    });

    it('neither repeat nor lose a row when rows come, change and go meanwhile', () => {
      const first = catalog.jobs.page(newest, { size: 2 });
      assert.deepEqual(times(first), [40, 30]);
      catalog.jobs.put(job('late', 50));
      catalog.jobs.put(job('j0', 30, { status: 'Failed' }));
      catalog.jobs.delete('/jobs/j4');
      const second = catalog.jobs.page(newest, { size: 2, token: first.next });
      assert.deepEqual(times(second), [20, 20]);
      const third = catalog.jobs.page(newest, { size: 2, token: second.next });
      assert.deepEqual([times(third), third.next], [[10], undefined]);
    });

    it('refuse a token of another list', () => {
      const { next } = catalog.jobs.page(newest, { size: 1 });
      const foreign = (token: string | undefined) => () => catalog.jobs.page({}, { size: 1, token });
      assert.throws(foreign(next), { code: 'InvalidRequestContent' });
      assert.throws(foreign(Buffer.from('["1"]').toString('base64url')), { code: 'InvalidRequestContent' });
      assert.throws(foreign(''), { code: 'InvalidRequestContent' });
    });

    it('are read through an index that has their order, whatever they are filtered by', () => {
      const jobs = 'SELECT body FROM job WHERE vault_key = ?';
      const order = 'ORDER BY start_time DESC, rowid DESC LIMIT 5';
      for (const sql of [
        `${jobs} ${order}`,
        `${jobs} AND (start_time, rowid) < (?, ?) ${order}`,
        `${jobs} AND status = ? ${order}`,
        `${jobs} AND operation = ? ${order}`,
        `${jobs} AND operation = ? AND status = ? AND start_time >= ? AND end_time <= ? AND start_time <= ? ${order}`,
        `${jobs} AND machine_name = ? ${order}`,
        'SELECT body FROM item WHERE vault_key = ? AND rowid > ? ORDER BY rowid',
        'SELECT body FROM item WHERE vault_key = ? AND machine_name = ? ORDER BY rowid',
        'SELECT body FROM item WHERE vault_key = ? AND policy_key = ? AND rowid > ? ORDER BY rowid',
        'SELECT body FROM item WHERE state = ? AND policy_key = ? AND last_slot <= ?',
        'SELECT 1 FROM item WHERE state = ? LIMIT 1',
        'SELECT body FROM operation WHERE status = ?',
        'SELECT body FROM point WHERE item_key = ? AND time >= ? AND (time, rowid) < (?, ?) ORDER BY time DESC, rowid DESC',
      ]) {
        const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array(sql.split('?').length - 1).fill(1));
        assert.deepEqual(plan.length, 1, `${sql}: ${plan.map(({ detail }) => detail).join('; ')}`);
        assert.match(String(plan[0]?.detail), /^SEARCH \w+ USING (COVERING )?INDEX/, sql);
      }
    });
  });

  it('counts the points of many items at once', () => {
    catalog.vaults.put(vault('a'));
    for (const name of ['web', 'db', 'new']) catalog.items.put(item(name, 'a'));
    for (const [name, time] of [
      ['web', 20],
      ['web', 10],
      ['web', 30],
      ['db', 5],
    ] as const) {
      catalog.points.put(point(name, time));
    }
    const spans = (count: boolean) =>
      Object.fromEntries(catalog.pointSpans(['/items/web', '/items/db', '/items/new'], { count }));
    assert.deepEqual(spans(true), {
      '/items/web': { oldest: 10, newest: 30, count: 3 },
      '/items/db': { oldest: 5, newest: 5, count: 1 },
      '/items/new': { oldest: undefined, newest: undefined, count: 0 },
    });
    assert.deepEqual(spans(false)['/items/web'], { oldest: 10, newest: 30, count: undefined });
  });

  it('remembers which machines the last discovery of each vault found, and pages those that nothing protects', () => {
    for (const name of ['a', 'b']) catalog.vaults.put(vault(name));
    for (const name of ['one', 'Two', 'three']) catalog.machines.put(machine(name, 'East Asia'));
    catalog.machines.put(machine('far', 'west'));
    catalog.discovered.refresh('/vaults/a', 'eastasia', 1);
    catalog.machines.put(machine('late', 'eastasia'));
    const names = (vaultKey: string, size = 9, token?: string) =>
      catalog.discovered.protectable(vaultKey, { size, token }).rows.map(({ name }) => name);
    assert.deepEqual(names('/vaults/a'), ['one', 'three', 'Two']);
    assert.deepEqual(names('/vaults/b'), []);
    assert.equal(catalog.discovered.has('/vaults/a', '/machines/far'), false);

    catalog.machines.delete('/machines/one');
    catalog.items.put(item('three', 'b'));
    assert.deepEqual(names('/vaults/a'), ['Two'], 'without another discovery');
    catalog.items.delete('/items/three');
    assert.deepEqual(names('/vaults/a'), ['three', 'Two']);
    catalog.items.put(item('three', 'b', 'two'));
    catalog.items.put(item('three', 'b'));
    assert.deepEqual(names('/vaults/a'), ['Two'], 'the machine that the item is of now');
    catalog.discovered.refresh('/vaults/a', 'EastAsia', 2);
    assert.deepEqual(names('/vaults/a'), ['late', 'Two']);
    const { next } = catalog.discovered.protectable('/vaults/a', { size: 1 });
    assert.deepEqual(names('/vaults/a', 1, next), ['Two']);
    assert.equal(catalog.discovered.has('/vaults/a', '/machines/one'), false);
  });

  it('knows which machine a disk is attached to, until it is detached or the machine goes', () => {
    const users = () => ['/disks/a', '/disks/b', '/disks/c'].map((key) => catalog.machineWith(key)?.name);
    const web = machine('web', 'local');
    catalog.machines.put({ ...web, dataDisks: [{ lun: 0, diskId: '/Disks/B' }] });
    catalog.machines.put({ ...machine('db', 'local'), osDiskId: '/Disks/C' });
    assert.deepEqual(users(), ['web', 'web', 'db']);
    catalog.machines.put({ ...web, tags: { changed: 'yes' } });
    assert.deepEqual(users(), ['web', undefined, 'db']);
    catalog.machines.delete(web.id);
    assert.deepEqual(users(), [undefined, undefined, 'db']);
    assert.deepEqual(catalog.check(), []);
  });

  it('fills the columns of a catalog of the first version', () => {
    const old = new DatabaseSync(':memory:');
    old.exec(`${MIGRATIONS[0]} PRAGMA user_version = 1`);
    const insert = (table: string, row: Readonly<Record<string, string | number>>) =>
      old
        .prepare(`INSERT INTO ${table} (${Object.keys(row).join()}) VALUES (${Object.keys(row).fill('?').join()})`)
        .run(...Object.values(row));
    const [web, web1] = [
      { ...item('web', 'a'), machineName: 'Web' },
      job('j', 10, { machineName: 'Web', endTime: 20 }),
    ];
    insert('vault', { key: '/vaults/a', body: JSON.stringify(vault('a')), group_key: 'lab' });
    insert('machine', { key: '/machines/web', body: JSON.stringify(machine('Web', 'East Asia')), group_key: 'lab' });
    const itemRow = { key: '/items/web', vault_key: '/vaults/a', machine_key: 'm', policy_key: 'p', state: 's' };
    insert('item', { ...itemRow, body: JSON.stringify(web) });
    const jobRow = {
      key: '/jobs/j',
      vault_key: '/vaults/a',
      item_key: 'i',
      status: 's',
      operation: 'o',
      start_time: 10,
    };
    insert('job', { ...jobRow, body: JSON.stringify(web1) });

    const opened = new Catalog(old);
    assert.deepEqual(
      [
        'SELECT location_key AS v FROM machine',
        'SELECT machine_name AS v FROM item',
        'SELECT machine_name AS v FROM job',
        'SELECT end_time AS v FROM job',
      ].map((sql) => old.prepare(sql).get()?.v),
      ['eastasia', 'web', 'web', 20],
    );
    assert.equal(opened.jobs.get('/jobs/j')?.machineName, 'Web');
    assert.equal(opened.machineWith('/disks/a')?.name, 'Web');
    opened.close();
  });
});
