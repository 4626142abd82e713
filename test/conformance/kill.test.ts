import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createLocalConnection, type LocalHandle } from '../../src/client/arm';
import { isFinished } from '../../src/domain/states';
import type { Job } from '../../src/domain/views';
import { noise } from '../engine/store/storeSupport';
import { seeded } from '../support/seeded';
import { waitFor } from '../support/waitFor';
import { RealEngines } from './support/realEngines';

const MIB = 1024 * 1024;
const DISK_MIB = 130;
const CHANGE_MIB = 26;
const KILLS = 20;
/** Another seed kills at other moments. */
const SEED = 20_261_012;

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 4 * MIB }), hash);
  return hash.digest('hex');
}

describe('kill -9 of the engine', () => {
  const engines = new RealEngines();
  let connection: LocalHandle;
  let vaultId: string;
  let itemId: string;
  let machineId: string;
  let image: string;
  let changes = 0;

  /** Writes new content over a part of the image. */
  const change = (at: number, size: number): void => {
    const file = openSync(image, changes === 0 ? 'w' : 'r+');
    for (let done = 0; done < size; done += CHANGE_MIB)
      writeSync(file, noise(CHANGE_MIB * MIB, ++changes), 0, CHANGE_MIB * MIB, (at + done) * MIB);
    closeSync(file);
  };

  const jobEnd = async (id: string): Promise<Job> =>
    waitFor('the end of the job', async () => {
      const job = await connection.job(id);
      return isFinished(job.status) ? job : undefined;
    });

  const restored = async (pointId: string): Promise<string> => {
    const folder = join(engines.root, 'restored');
    const storageAccountId = await connection.local!.restoreTarget({ folder, location: 'local' });
    const target = { kind: 'disks', storageAccountId } as const;
    const jobId = await connection.restore({ pointId, machineId, target, location: 'local' });
    const { status, errors } = await jobEnd(jobId);
    assert.equal(status, 'Completed', JSON.stringify(errors));
    const { files } = await connection.local!.jobStatistics(jobId);
    const hash = await sha256Of(files[0]!.path);
    rmSync(folder, { recursive: true });
    return hash;
  };

  before(async () => {
    const bundleFolder = await engines.bundleEngine();
    connection = await createLocalConnection({ dataFolder: engines.dataFolder(), bundleFolder });
    image = join(engines.root, 'disk.raw');
    change(0, DISK_MIB);
    await connection.createResourceGroup({ name: 'lab', location: 'local' });
    const vault = await connection.createVault({ name: 'home-vault', resourceGroup: 'lab', location: 'local' });
    vaultId = vault.id;
    const machine = await connection.local!.addMachine({
      name: 'web',
      resourceGroup: 'lab',
      location: 'local',
      osType: 'Linux',
      diskPaths: [image],
    });
    machineId = machine.id;
    await connection.discover(vaultId);
    const [policy] = await connection.policies(vaultId);
    const item = await connection.protect({ vaultId, machineId, policyId: policy!.id });
    itemId = item.id;
  });
  after(async () => {
    connection.dispose();
    await engines.close();
  });

  it(`at ${KILLS} moments of a backup leaves a whole vault, and every completed point restores exactly`, async function () {
    this.timeout(240_000);
    const random = seeded(SEED);
    /** Content of each point by its name. */
    const expected = new Map<string, string>();
    const points = async () => connection.recoveryPoints(itemId);
    /** Takes what a completed job promised: one new point, with the content of the image. */
    const noteNew = async (): Promise<void> => {
      const fresh = (await points()).filter((point) => !expected.has(point.name));
      assert.equal(fresh.length, 1, 'one point for each completed job');
      expected.set(fresh[0]!.name, await sha256Of(image));
    };

    assert.equal((await jobEnd(await connection.backupNow(itemId))).status, 'Completed');
    await noteNew();

    const outcomes: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      change(CHANGE_MIB * Math.floor((random() * DISK_MIB) / CHANGE_MIB), CHANGE_MIB);
      const { pid } = await connection.local!.health();
      // Beyond the whole disk is after the end. The job tells about ten times a second how far it is.
      const share = random() * 1.2;
      const jobId = await connection.backupNow(itemId);
      const seen = await waitFor(
        'the moment',
        async () => {
          const statistics = await connection.local!.jobStatistics(jobId);
          const { phase, totalBytes, readBytes } = statistics;
          return phase === 'Done' || (totalBytes > 0 && readBytes >= share * totalBytes) ? statistics : undefined;
        },
        { everyMs: 1 },
      );
      process.kill(pid, 'SIGKILL');
      await waitFor('the engine to be gone', () => !engines.running().includes(pid));

      const report = await connection.local!.verify();
      assert.equal(report.ok, true, `kill ${kill}: ${JSON.stringify(report)}`);
      assert.notEqual((await connection.local!.health()).pid, pid);
      const jobs = await connection.jobs(vaultId);
      assert.deepEqual(
        jobs.filter((job) => !isFinished(job.status)).map((job) => job.id),
        [],
      );
      const { status, errors } = await connection.job(jobId);
      if (seen.phase === 'Done') assert.equal(status, 'Completed', 'what was reported stays');
      if (status === 'Completed') await noteNew();
      else assert.deepEqual([status, errors[0]?.title], ['Failed', 'LocalEngineStopped']);
      outcomes.push(`${seen.phase}: ${status}`);

      const names = (await points()).map((point) => point.name).toSorted();
      assert.deepEqual(names, [...expected.keys()].toSorted(), `kill ${kill}`);
    }
    const within = outcomes.filter((outcome) => outcome.endsWith('Failed')).length;
    assert.ok(within >= KILLS / 4, `too few within a backup: ${outcomes.join()}`);

    const last = await jobEnd(await connection.backupNow(itemId));
    assert.equal(last.status, 'Completed');
    await noteNew();
    for (const point of await points()) {
      assert.equal(await restored(point.id), expected.get(point.name), point.name);
    }
  });
});
