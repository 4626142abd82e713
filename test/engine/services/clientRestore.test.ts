import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RestoreInput, RestoreTarget } from '../../../src/client/connection';
import { EngineWorld } from '../../support/engineWorld';
import { worldClient } from '../../support/worldClient';
import { backedUp, ended, imageContent, makeProtected, must, sha256 } from './life';

const CONTENTS = [imageContent(1), imageContent(2)];

describe('restores, by the client', () => {
  let world: EngineWorld;
  let client: ReturnType<typeof worldClient>;
  let machine: string;
  let item: string;
  let pointId: string;

  beforeEach(async () => {
    world = await EngineWorld.create();
    client = worldClient(world);
    ({ machine, item } = await makeProtected(world, 'web', { contents: CONTENTS }));
    await backedUp(world, item);
    pointId = (await client.recoveryPoints(item))[0]?.id ?? '';
  });
  afterEach(() => world.close());

  const folder = () => ({ folder: join(world.folder, 'new', 'restored'), location: 'local' });
  const image = (i: number) => join(world.folder, 'images', `web-${i}.raw`);
  const wanted = CONTENTS.map((content) => sha256(content));
  const input = (target: RestoreTarget, luns?: readonly number[]): RestoreInput => ({
    pointId,
    machineId: machine,
    location: 'local',
    target,
    ...(luns && { luns }),
  });
  const newMachine = (name: string, storageAccountId: string): RestoreTarget => ({
    kind: 'newMachine',
    machineId: machine.replace(/[^/]+$/, name),
    storageAccountId,
  });

  /** @returns the hashes of the restored disks */
  async function restored(wish: RestoreInput): Promise<string[]> {
    const job = await client.restore(wish);
    const { status, errorDetails } = await ended(world, job);
    assert.equal(status, 'Completed', JSON.stringify(errorDetails));
    const { files } = await client.local.jobStatistics(job);
    return files.map(({ path }) => sha256(readFileSync(path)));
  }

  async function codes(target: RestoreTarget, luns?: readonly number[]): Promise<string[]> {
    return (await client.restoreProblems(input(target, luns))).map(({ code }) => code);
  }

  it('to a folder: all disks, or the OS disk and those that are named', async () => {
    const storageAccountId = await client.local.restoreTarget(folder());
    assert.deepEqual(await restored(input({ kind: 'disks', storageAccountId })), wanted);
    assert.deepEqual(await restored(input({ kind: 'disks', storageAccountId }, [])), wanted.slice(0, 1));
    assert.deepEqual(await restored(input({ kind: 'disks', storageAccountId }, [0])), wanted);
  });

  it('as a new machine, in the group that its id names', async () => {
    const storageAccountId = await client.local.restoreTarget(folder());
    assert.deepEqual(await restored(input(newMachine('web-restored', storageAccountId))), wanted);
    const made = (await client.machines()).find(({ name }) => name === 'web-restored');
    assert.deepEqual([made?.disks.length, made?.disks[1]?.lun], [2, 0]);
    assert.deepEqual(await codes(newMachine('web-restored', storageAccountId)), ['LocalRestoreNameTaken']);
  });

  it('in place of the disks, which stay beside the new ones', async () => {
    writeFileSync(image(0), imageContent(9));
    assert.deepEqual(await codes({ kind: 'replaceDisks' }), []);
    await restored(input({ kind: 'replaceDisks' }));
    assert.deepEqual(
      [image(0), image(1)].map((path) => sha256(readFileSync(path))),
      wanted,
    );
  });

  it('validates without leaving anything behind, and says what to do about what it finds', async () => {
    const ask = async (storageAccountId: string) => client.restoreProblems(input({ kind: 'disks', storageAccountId }));
    assert.deepEqual(await client.local.withRestoreTarget(folder(), ask), []);
    assert.equal(existsSync(dirname(folder().folder)), false);
    assert.deepEqual(await client.storageAccounts(), []);

    const file = { folder: join(image(0), 'below'), location: 'local' };
    const [problem, ...more] = await client.local.withRestoreTarget(file, ask);
    assert.deepEqual(more, []);
    assert.equal(problem?.code, 'LocalTargetNotWritable');
    assert.match(problem.recommendation ?? '', /choose another folder/);
  });

  it('of a machine that is gone are refused where its disks were to be replaced', async () => {
    await must(world, [200, 202, 204], ['DELETE', machine]);
    assert.deepEqual(await codes({ kind: 'replaceDisks' }), ['UserErrorVmNotFoundV2']);
  });

  it('offer what they may be staged in; machines here have no networks', async () => {
    const id = await client.local.restoreTarget(folder());
    assert.equal(await client.local.restoreTarget(folder()), id);
    const [account, ...others] = await client.storageAccounts();
    assert.deepEqual([account?.id, account?.resourceGroup, account?.location], [id, 'restore-targets', 'local']);
    assert.deepEqual(others, []);
    assert.deepEqual(await client.virtualNetworks(), []);
  });

  it('to a folder for a vault of another site use an account of that site', async () => {
    await client.local.saveSite({ name: 'attic', folder: join(world.folder, 'attic') });
    const here = await client.local.restoreTarget(folder());
    const there = await client.local.restoreTarget({ ...folder(), location: 'attic' });
    assert.notEqual(there, here);
    const places = (await client.storageAccounts()).map(({ location }) => location);
    assert.deepEqual(places.toSorted(), ['attic', 'local']);
  });

  it('§1.9 a point without some disks says which are in it', async () => {
    assert.equal((await client.recoveryPoint(pointId)).disks, undefined);
    const extendedProperties = { diskExclusionProperties: { diskLunList: [], isInclusionList: true } };
    const { properties } = await must(world, 200, ['GET', item]);
    await must(world, [200, 202], ['PUT', item, { properties: { ...properties, extendedProperties } }]);
    await backedUp(world, item);
    const [newest] = await client.recoveryPoints(item);
    const { disks, encrypted } = await client.recoveryPoint(newest?.id ?? '');
    assert.deepEqual([disks, encrypted], [[{ name: 'web-os' }], undefined]);
  });
});
