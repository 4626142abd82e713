import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../../../src/domain/engineSettings';
import { Gate } from '../../../src/engine/services/gate';
import { MIB } from '../../../src/engine/store/format';
import { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { worldClient } from '../../support/worldClient';
import { backup, ended, imageContent, makeGroup, makeProtected, makeVault, must } from './life';

const SETTINGS = '/providers/VmBackup.Local/settings/default';

describe('settings of the engine', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.create();
  });
  afterEach(() => world.close());

  const names = async () => (await worldClient(world).machines()).map(({ name }) => name).toSorted();
  const save = (settings: Partial<EngineSettings>) =>
    worldClient(world).local.saveSettings({ ...DEFAULT_ENGINE_SETTINGS, ...settings });

  it('are the defaults until somebody chooses, and hold over a restart', async () => {
    assert.deepEqual(await must(world, 200, ['GET', SETTINGS]), DEFAULT_ENGINE_SETTINGS);
    const chosen = {
      maxParallelJobs: 5,
      runMissedSchedules: false,
      bandwidthLimitMBps: 2.5,
      machineFolders: ['/srv/images'],
    };
    await save(chosen);
    await world.restart();
    assert.deepEqual(await must(world, 200, ['GET', SETTINGS]), chosen);
  });

  it('are refused where they make no sense, and stay as they were', async () => {
    const wrong = [
      { ...DEFAULT_ENGINE_SETTINGS, maxParallelJobs: 0 },
      { ...DEFAULT_ENGINE_SETTINGS, maxParallelJobs: 9 },
      { ...DEFAULT_ENGINE_SETTINGS, maxParallelJobs: 1.5 },
      { ...DEFAULT_ENGINE_SETTINGS, bandwidthLimitMBps: -1 },
      { maxParallelJobs: 1 },
    ];
    for (const body of wrong) await must(world, 400, ['PUT', SETTINGS, body]);
    await assert.rejects(save({ machineFolders: ['images'] }), {
      code: 'LocalMachineFolderNotAbsolute',
      message: 'The folder images of disk images is not an absolute path.',
    });
    assert.deepEqual(await must(world, 200, ['GET', SETTINGS]), DEFAULT_ENGINE_SETTINGS);
  });

  it('say how many jobs run at once, from the moment they are saved', async () => {
    const items: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const contents = [imageContent(name.charCodeAt(0))];
      items.push((await makeProtected(world, name, { contents })).item);
    }
    await save({ maxParallelJobs: 1 });
    world.pool.hold();
    const jobs: string[] = [];
    for (const item of items) jobs.push(await backup(world, item));
    const begun = async () => {
      const details = await Promise.all(
        jobs.map((job) => must(world, 200, ['GET', `${job}/providers/VmBackup.Local/statistics/default`])),
      );
      return details.filter(({ phase }) => phase !== 'Queued').length;
    };
    await waitFor('the first job to read', () => world.pool.waiting > 0);
    assert.equal(await begun(), 1);
    await save({ maxParallelJobs: 3 });
    await waitFor('the others to begin', async () => (await begun()) === 3);
    world.pool.release();
    for (const job of jobs) assert.equal((await ended(world, job)).status, 'Completed');
  });

  it('limit how much data a second backups read and restores write', async () => {
    const { item } = await makeProtected(world, 'web', { contents: [imageContent(1, 6 * MIB)] });
    await save({ bandwidthLimitMBps: 1 });
    const began = world.clock.time;
    const job = await backup(world, item);
    await waitFor('the end of the backup', async () => {
      world.clock.advance(25);
      return (await must(world, 200, ['GET', job])).properties.status === 'Completed';
    });
    // Half of the image is zeros, which nobody reads.
    assert.ok(world.clock.time - began >= 3_000, `${world.clock.time - began} ms`);
  });

  it('let a job that waits for its bandwidth go on once there is no limit any more', async () => {
    const { item } = await makeProtected(world, 'web');
    await save({ bandwidthLimitMBps: 0.001 });
    const job = await backup(world, item);
    const counters = () => must(world, 200, ['GET', `${job}/providers/VmBackup.Local/statistics/default`]);
    await waitFor('the disk to be read', async () => (await counters()).readBytes === MIB);
    assert.equal((await must(world, 200, ['GET', job])).properties.status, 'InProgress');
    await save({});
    world.clock.advance(1_000);
    assert.equal((await ended(world, job)).status, 'Completed');
  });

  describe('folders of disk images', () => {
    let folder: string;
    let vault: string;
    beforeEach(async () => {
      folder = join(world.folder, 'found images');
      mkdirSync(folder);
      await makeGroup(world);
      vault = await makeVault(world, 'home-vault');
    });

    const image = (name: string, seed: number) => writeFileSync(join(folder, name), imageContent(seed));

    it('are looked in at discovery: each image becomes a machine that can be protected', async () => {
      image('web 01.img', 1);
      image('DB.RAW', 2);
      image('notes.txt', 3);
      mkdirSync(join(folder, 'deeper.img'));
      await save({ machineFolders: [folder] });
      assert.deepEqual(await names(), [], 'nothing is looked for before');
      await worldClient(world).discover(vault);
      assert.deepEqual(await names(), ['DB', 'web-01']);
      const items = await worldClient(world).protectableItems(vault);
      assert.deepEqual(items.map(({ name }) => name).toSorted(), ['DB', 'web-01']);
      const [machine] = await worldClient(world).machines();
      assert.deepEqual([machine?.resourceGroup, machine?.location], ['vm-backup', 'local']);
    });

    it('do not bring an image twice, under whatever name', async () => {
      image('web.img', 1);
      symlinkSync(join(folder, 'web.img'), join(folder, 'link.img'));
      const other = join(world.folder, 'more');
      mkdirSync(other);
      writeFileSync(join(other, 'web.img'), imageContent(9));
      await save({ machineFolders: [folder, other] });
      const client = worldClient(world);
      assert.deepEqual(await client.local.lookForMachines(), []);
      assert.deepEqual(await client.local.lookForMachines(), []);
      assert.deepEqual(await names(), ['link', 'web']);
    });

    it('tell what could not be taken, and take the rest', async () => {
      image('good.img', 1);
      writeFileSync(join(folder, 'empty.img'), '');
      writeFileSync(join(folder, 'other.img'), Buffer.concat([Buffer.from('QFI\u00FB', 'latin1'), Buffer.alloc(1024)]));
      const gone = join(world.folder, 'gone');
      await save({ machineFolders: [gone, folder] });
      const problems = await worldClient(world).local.lookForMachines();
      assert.deepEqual(
        problems.map(({ code }) => code),
        ['LocalMachineFolderNotReadable', 'LocalDiskEmpty', 'LocalDiskFormatUnknown'],
      );
      assert.ok(problems[0]?.message.startsWith(`The folder ${gone} cannot be looked in for disk images: ENOENT`));
      assert.deepEqual(await names(), ['good']);
    });
  });
});

/** Work that runs until it is told to end. */
function work() {
  const end = new EventEmitter();
  const over = once(end, 'over').then(() => undefined);
  return { run: () => over, end: () => void end.emit('over') };
}

/** Lets everything go on that waits for nothing but its turn. */
async function turns(): Promise<void> {
  for (let n = 0; n < 10; n++) await Promise.resolve();
}

describe('the gate of jobs', () => {
  it('keeps the order of those who wait when its limit shrinks', async () => {
    let limit = 2;
    const gate = new Gate(() => limit);
    const begun: number[] = [];
    const works = [0, 1, 2, 3].map(work);
    const all = works.map(({ run }, n) =>
      gate.run(new AbortController().signal, () => {
        begun.push(n);
        return run();
      }),
    );
    await turns();
    assert.deepEqual(begun, [0, 1]);
    limit = 1;
    works[0]?.end();
    await turns();
    assert.deepEqual(begun, [0, 1]);
    works[1]?.end();
    await turns();
    assert.deepEqual(begun, [0, 1, 2]);
    limit = 8;
    gate.look();
    await turns();
    assert.deepEqual(begun, [0, 1, 2, 3]);
    for (const { end } of works) end();
    await Promise.all(all);
  });

  it('forgets whoever gives up waiting', async () => {
    const gate = new Gate(() => 1);
    const first = work();
    const running = gate.run(new AbortController().signal, first.run);
    const given = new AbortController();
    const waiting = gate.run(given.signal, async () => assert.fail('begun'));
    given.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    first.end();
    await running;
    assert.equal(await gate.run(new AbortController().signal, async () => 'next'), 'next');
  });
});
