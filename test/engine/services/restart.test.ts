import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineWorld, HOUR } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { noise } from '../store/storeSupport';
import {
  backedUp,
  backup,
  ended,
  imageContent,
  makeGroup,
  makeProtected,
  makeTarget,
  makeVault,
  must,
  pointsOf,
  propertiesOf,
  restoreBody,
  restoredHashes,
  sha256,
  statisticsOf,
  verified,
} from './life';

const MIB = 1024 * 1024;

describe('an engine that comes back', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.create();
  });
  afterEach(() => world.close());

  it('has everything as it was', async () => {
    const content = imageContent(1);
    const { item, vault, machine } = await makeProtected(world, 'web', { contents: [content] });
    const job = await backedUp(world, item);
    const [point] = await pointsOf(world, item);
    const paths = [
      '/subscriptions',
      world.group,
      machine,
      vault,
      `${vault}/backupstorageconfig/vaultstorageconfig`,
      `${vault}/backupPolicies`,
      `${vault}/backupProtectedItems`,
      `${vault}/backupJobs`,
      `${item}?$filter=expand eq 'extendedInfo'`,
      job,
      `${job}/providers/VmBackup.Local/statistics/default`,
      `${vault}/providers/VmBackup.Local/usage/default`,
    ];
    const look = async () => Promise.all(paths.map(async (path) => must(world, 200, ['GET', path])));
    const before = await look();
    await world.restart();
    assert.deepEqual(await look(), before);
    assert.deepEqual(await pointsOf(world, item), [point]);
    assert.deepEqual(await restoredHashes(world, item, point.name), [sha256(content)]);
    assert.deepEqual((await verified(world)).ok, true);
  });

  it('still answers about an operation that was over', async () => {
    await makeGroup(world);
    const { headers } = await world.arm('PUT', `${world.group}/providers/Microsoft.RecoveryServices/vaults/vv`, {
      location: 'local',
    });
    await world.restart();
    assert.equal((await world.follow(headers['azure-asyncoperation'])).body.status, 'Succeeded');
  });

  describe('after it was killed', () => {
    it('shows what was under way as failed, with how far it had come', async () => {
      const { item, vault } = await makeProtected(world, 'web');
      const job = await backedUp(world, item);
      const answer = await world.arm('PUT', vault, { location: 'local' });
      world.clock.advance(HOUR);
      await world.stop();
      world.edit((catalog) => {
        const record = catalog.jobs.get(job)!;
        const statistics = {
          ...record.statistics,
          phase: 'Read and store',
          totalBytes: 1000,
          readBytes: 420,
          skippedBytes: 400,
        } as const;
        const phases = [{ phase: 'Read and store', startTime: record.startTime }] as const;
        const [snapshot, transfer] = record.tasks;
        catalog.jobs.put({
          ...record,
          status: 'InProgress',
          endTime: undefined,
          tasks: [snapshot!, { ...transfer!, status: 'InProgress', endTime: undefined, percent: 42 }],
          statistics: { ...statistics, phases: [...phases] },
        });
        for (const operation of catalog.operations.list()) {
          catalog.operations.put({ ...operation, status: 'InProgress', endTime: undefined });
        }
      });
      await world.start();
      const { status, errorDetails, endTime, extendedInfo } = await propertiesOf(world, job);
      assert.deepEqual([status, endTime], ['Failed', '2026-10-12T13:00:00Z']);
      assert.deepEqual(errorDetails, [
        {
          errorCode: 0,
          errorTitle: 'LocalEngineStopped',
          errorString: 'The engine stopped at 42 %.',
          recommendations: ['Retry reuses what was stored.'],
        },
      ]);
      assert.deepEqual(
        extendedInfo.tasksList.map((task: { status: string }) => task.status),
        ['Completed', 'Failed'],
      );
      const { phases, log } = await statisticsOf(world, job);
      assert.equal(phases[0].endTime, world.clock.time);
      assert.equal(log.at(-1).text, 'The engine stopped at 42 %.');
      const { lastBackupStatus, protectionStatus } = await propertiesOf(world, item);
      assert.deepEqual([lastBackupStatus, protectionStatus], ['Failed', 'Unhealthy']);

      const { body } = await world.follow(answer.headers['azure-asyncoperation']);
      assert.deepEqual([body.status, body.error.code], ['Failed', 'LocalEngineStopped']);
      assert.equal(world.engine.health().runningJobs, 0);
      await backedUp(world, item);
      assert.equal((await propertiesOf(world, item)).protectionStatus, 'Healthy');
    });

    it('shows a point whose manifest was durable, and its job as completed', async () => {
      const content = imageContent(1);
      const { item, vault } = await makeProtected(world, 'web', { contents: [content] });
      const beforeBackup = world.clock.time;
      const job = await backedUp(world, item);
      const expected = await pointsOf(world, item);
      const itemThen = await propertiesOf(world, item);
      await world.stop();
      world.edit((catalog) => {
        const [point] = catalog.points.list();
        catalog.points.delete(`${point!.itemKey}/recoverypoints/${point!.name}`);
        const record = catalog.jobs.get(job)!;
        const [snapshot, transfer] = record.tasks;
        const tasks = [snapshot!, { ...transfer!, status: 'InProgress', endTime: undefined }] as const;
        catalog.jobs.put({ ...record, status: 'InProgress', endTime: undefined, tasks: [...tasks] });
        const state = catalog.items.get(item)!;
        catalog.items.put({ ...state, state: 'IRPending', lastBackupStatus: '', lastBackupTime: undefined });
      });
      world.clock.advance(HOUR);
      await world.start();
      assert.deepEqual(await pointsOf(world, item), expected);
      const { status, extendedInfo, endTime } = await propertiesOf(world, job);
      assert.deepEqual([status, endTime], ['Completed', '2026-10-12T13:00:00Z']);
      for (const task of extendedInfo.tasksList) assert.equal(task.status, 'Completed');
      const { log } = await statisticsOf(world, job);
      assert.equal(log.at(-1).text, 'The recovery point was complete when the engine stopped.');
      const itemNow = await propertiesOf(world, item);
      assert.deepEqual(itemNow, itemThen);
      assert.equal(Date.parse(itemNow.lastBackupTime), beforeBackup);
      assert.deepEqual(await restoredHashes(world, item, expected[0].name), [sha256(content)]);
      await world.restart();
      assert.equal((await pointsOf(world, item)).length, 1, 'shown once');
      const { value } = await must(world, 200, ['GET', `${vault}/backupJobs?$filter=status eq 'Failed'`]);
      assert.deepEqual(value, []);
    });

    it('keeps a later failure when it finds an older point again', async () => {
      const { item } = await makeProtected(world, 'web');
      await backedUp(world, item);
      world.clock.advance(HOUR);
      rmSync(join(world.folder, 'images', 'web-0.raw'));
      assert.equal((await ended(world, await backup(world, item))).status, 'Failed');
      await world.stop();
      world.edit((catalog) => {
        const [point] = catalog.points.list();
        catalog.points.delete(`${point!.itemKey}/recoverypoints/${point!.name}`);
      });
      await world.start();
      assert.equal((await pointsOf(world, item)).length, 1);
      const { lastBackupStatus, lastBackupTime } = await propertiesOf(world, item);
      assert.deepEqual([lastBackupStatus, lastBackupTime], ['Failed', '2026-10-12T13:00:00Z']);
    });

    it('at any look at the clock of a backup, is whole: the point is there as it was read, or not at all', async function () {
      this.timeout(300_000); // an engine of its own for each look
      const first = imageContent(1);
      const second = imageContent(2);
      const { item } = await makeProtected(world, 'web', { contents: [first] });
      await backedUp(world, item);
      const [before] = await pointsOf(world, item);
      world.clock.advance(HOUR);
      writeFileSync(join(world.folder, 'images', 'web-0.raw'), second);

      const copies: EngineWorld[] = [];
      world.clock.onLook = () => void copies.push(world.crashCopy());
      const job = await backedUp(world, item).finally(() => (world.clock.onLook = undefined));
      const [after] = await pointsOf(world, item);
      assert.ok(copies.length > 10, `only ${copies.length} looks`);

      const phases = new Set<string>();
      const outcomes = new Map<string, number>();
      try {
        for (const copy of copies) {
          await copy.start();
          const report = await verified(copy);
          assert.equal(report.ok, true, JSON.stringify(report));
          const points = await pointsOf(copy, item);
          const { status, body } = await copy.arm('GET', job);
          const outcome = status === 404 ? 'not begun' : body.properties.status;
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          if (status === 200) {
            for (const { phase } of (await statisticsOf(copy, job)).phases) phases.add(phase);
          }
          const expected = outcome === 'Completed' ? [after.name, before.name] : [before.name];
          assert.deepEqual(
            points.map((point: { name: string }) => point.name),
            expected,
            outcome,
          );
          assert.deepEqual(await restoredHashes(copy, item, before.name), [sha256(first)]);
          if (outcome === 'Completed') assert.deepEqual(await restoredHashes(copy, item, after.name), [sha256(second)]);
          else if (outcome !== 'not begun')
            assert.equal(body.properties.errorDetails[0].errorTitle, 'LocalEngineStopped');
        }
      } finally {
        for (const copy of copies) await copy.close();
      }
      assert.deepEqual([...outcomes.keys()].toSorted(), ['Completed', 'Failed', 'not begun']);
      assert.deepEqual([...phases].toSorted(), ['Commit', 'Done', 'Prepare', 'Queued', 'Read and store']);
    });

    it('at any look at the clock of a restore, has changed nothing in the vault', async function () {
      this.timeout(300_000); // an engine of its own for each look
      const content = imageContent(1);
      const { item } = await makeProtected(world, 'web', { contents: [content] });
      await backedUp(world, item);
      const [point] = await pointsOf(world, item);
      const copies: EngineWorld[] = [];
      world.clock.onLook = () => void copies.push(world.crashCopy());
      await restoredHashes(world, item, point.name).finally(() => (world.clock.onLook = undefined));
      try {
        for (const copy of copies) {
          await copy.start();
          assert.equal((await verified(copy)).ok, true);
          const vault = item.slice(0, item.indexOf('/backupFabrics'));
          const filter = "$filter=operation eq 'Restore'";
          const { value } = await must(copy, 200, ['GET', `${vault}/backupJobs?${filter}`]);
          for (const job of value) assert.ok(['Failed', 'Completed'].includes(job.properties.status));
          assert.equal((await propertiesOf(copy, item)).lastBackupStatus, 'Completed');
          assert.deepEqual(await restoredHashes(copy, item, point.name), [sha256(content)]);
        }
      } finally {
        for (const copy of copies) await copy.close();
      }
    });
  });

  describe('after it was stopped while a backup ran', () => {
    it('shows the job as failed with how far it had come; the next run reuses what was stored', async () => {
      const content = noise(112 * MIB, 3);
      const { item } = await makeProtected(world, 'web', { contents: [content] });
      world.pool.onRead = (_source, offset) => {
        world.clock.advance(2000);
        if (offset >= 80 * MIB) world.pool.hold();
      };
      const job = await backup(world, item);
      await waitFor('the backup to wait', () => world.pool.waiting > 0);
      const stopped = world.stop();
      await stopped;
      world.pool.onRead = undefined;
      await world.start();
      const { status, errorDetails } = await propertiesOf(world, job);
      assert.deepEqual([status, errorDetails[0].errorTitle], ['Failed', 'LocalEngineStopped']);
      assert.match(errorDetails[0].errorString, /^The engine stopped at [1-9]\d %\.$/);
      assert.deepEqual(errorDetails[0].recommendations, ['Retry reuses what was stored.']);
      assert.deepEqual(await pointsOf(world, item), []);
      assert.equal((await propertiesOf(world, item)).lastBackupStatus, 'Failed');

      const again = await statisticsOf(world, await backedUp(world, item));
      assert.equal(again.readBytes, content.length);
      assert.ok(again.skippedBytes >= 30 * MIB, `${again.skippedBytes} bytes were reused`);
      assert.equal(again.newBytes + again.skippedBytes, content.length);
      assert.equal((await verified(world)).ok, true);
    });

    it('shows a waiting restore as failed, and writes nothing', async () => {
      const { item } = await makeProtected(world, 'web');
      await backedUp(world, item);
      const [point] = await pointsOf(world, item);
      const target = await makeTarget(world, join(world.folder, 'restored'));
      world.pool.hold();
      const answer = await world.arm('POST', `${item}/recoveryPoints/${point.name}/restore`, restoreBody(target));
      await waitFor('the restore to write', () => world.pool.waiting > 0);
      await world.restart();
      const { body } = await world.follow(answer.headers['azure-asyncoperation']);
      const vault = item.slice(0, item.indexOf('/backupFabrics'));
      const { status, errorDetails } = await propertiesOf(world, `${vault}/backupJobs/${body.properties.jobId}`);
      assert.deepEqual([status, errorDetails[0].errorTitle], ['Failed', 'LocalEngineStopped']);
      const left = readdirSync(join(world.folder, 'restored'), { recursive: true, encoding: 'utf8' });
      assert.deepEqual(
        left.filter((name) => name.endsWith('.raw')),
        [],
      );
    });

    it('lets a restore that was just asked for end cleanly', async () => {
      const { item } = await makeProtected(world, 'web');
      await backedUp(world, item);
      const [point] = await pointsOf(world, item);
      const target = await makeTarget(world, join(world.folder, 'restored'));
      const stopped = new Promise<void>((resolve) => {
        world.clock.onLook = () => {
          world.clock.onLook = undefined; // the operation begins: its job has not yet
          queueMicrotask(() => resolve(world.stop()));
        };
      });
      const answer = await world.arm('POST', `${item}/recoveryPoints/${point.name}/restore`, restoreBody(target));
      await stopped;
      await world.start();
      const { body } = await world.follow(answer.headers['azure-asyncoperation']);
      assert.notEqual(body.status, 'InProgress');
      const vault = item.slice(0, item.indexOf('/backupFabrics'));
      const { value } = await must(world, 200, ['GET', `${vault}/backupJobs?$filter=operation eq 'Restore'`]);
      for (const job of value) assert.notEqual(job.properties.status, 'InProgress');
      assert.equal((await verified(world)).ok, true);
    });
  });

  const vaults = () => join(world.dataFolder, 'sites', 'local', 'vaults');

  describe('after a deletion of a vault was cut off', () => {
    it('takes it back when the vault was still in the catalog', async () => {
      const content = imageContent(1);
      const { item } = await makeProtected(world, 'web', { contents: [content] });
      await backedUp(world, item);
      const [point] = await pointsOf(world, item);
      await world.stop();
      const [repository] = readdirSync(vaults());
      renameSync(join(vaults(), repository!), join(vaults(), `${repository}.deleted`));
      await world.start();
      assert.deepEqual(readdirSync(vaults()), [repository]);
      assert.deepEqual(await restoredHashes(world, item, point.name), [sha256(content)]);
    });

    it('finishes it when the vault was gone from the catalog', async () => {
      await makeGroup(world);
      const vault = await makeVault(world, 'home-vault');
      await makeVault(world, 'other-vault');
      await world.stop();
      const [kept, condemned] = [vault.replace('home', 'other'), vault];
      let repositories: string[] = [];
      world.edit((catalog) => {
        repositories = [kept, condemned].map((id) => catalog.vaults.get(id)!.repository);
        catalog.vaults.delete(condemned);
      });
      renameSync(join(vaults(), repositories[1]!), join(vaults(), `${repositories[1]}.deleted`));
      await world.start();
      assert.deepEqual(readdirSync(vaults()), [repositories[0]]);
      assert.equal((await world.arm('GET', vault)).status, 404);
      assert.equal((await world.arm('GET', `${kept}/backupPolicies/DefaultPolicy`)).status, 200);
      await makeVault(world, 'home-vault');
    });
  });

  describe('with something broken', () => {
    it('shows the other vaults, and names the one whose folder is gone', async () => {
      const broken = await makeProtected(world, 'web', { vault: 'broken-vault', contents: [imageContent(1)] });
      const healthy = await makeProtected(world, 'db', { vault: 'healthy-vault', contents: [imageContent(2)] });
      for (const { item } of [broken, healthy]) await backedUp(world, item);
      await world.stop();
      let repository = '';
      world.edit((catalog) => (repository = catalog.vaults.get(broken.vault)!.repository));
      renameSync(join(vaults(), repository), join(world.folder, 'unplugged'));
      await world.start();
      assert.ok(world.lines.some((line) => line.includes('warn') && line.includes('broken-vault')));
      const report = await verified(world);
      assert.equal(report.ok, false);
      assert.deepEqual(
        report.vaults.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok]),
        [
          ['broken-vault', false],
          ['healthy-vault', true],
        ],
      );
      assert.ok(report.vaults[0].problems[0].length > 10);
      const { errorDetails, status } = await ended(world, await backup(world, broken.item));
      assert.equal(status, 'Failed');
      assert.match(errorDetails[0].errorTitle, /^LocalVaultUnreadable$/);
      const [point] = await pointsOf(world, healthy.item);
      assert.deepEqual(await restoredHashes(world, healthy.item, point.name), [sha256(imageContent(2))]);

      rmSync(join(vaults(), repository), { recursive: true, force: true });
      renameSync(join(world.folder, 'unplugged'), join(vaults(), repository));
      await backedUp(world, broken.item);
      assert.equal((await verified(world)).ok, true, 'plugged in again');
    });

    it('does not come up on a catalog of a newer version, and leaves it as it is', async () => {
      await world.stop();
      const { DatabaseSync } = await import('node:sqlite');
      const open = () => new DatabaseSync(join(world.dataFolder, 'catalog.db'));
      const database = open();
      const settings = database.prepare('SELECT COUNT(*) AS n FROM setting').get()?.n;
      database.exec('PRAGMA user_version = 99');
      database.close();
      await assert.rejects(world.start(), { code: 'LocalCatalogTooNew' });
      const again = open();
      assert.equal(again.prepare('PRAGMA user_version').get()?.user_version, 99);
      assert.equal(again.prepare('SELECT COUNT(*) AS n FROM setting').get()?.n, settings);
      again.close();
    });

    it('does not come up on a file that is no catalog, names it, and leaves it as it is', async () => {
      await world.stop();
      const file = join(world.dataFolder, 'catalog.db');
      for (const name of [`${file}-wal`, `${file}-shm`]) rmSync(name, { force: true });
      writeFileSync(file, 'this is no database, and it is longer than a header of one hundred bytes '.repeat(20));
      await assert.rejects(world.start(), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'EngineCatalogUnreadable');
        assert.ok(error.message.startsWith(`The catalog ${file} cannot be read: `), error.message);
        return true;
      });
      assert.ok(existsSync(file));
      mkdirSync(join(world.folder, 'images'), { recursive: true });
    });
  });
});
