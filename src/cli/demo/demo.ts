import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalConnection } from '../../client/arm';
import { AppError } from '../../domain/errors';
import { formatBytes } from '../../domain/sizes';
import type { JobStatistics, Machine, ProtectedItem, Vault } from '../../domain/views';
import { FIRST_SITE } from '../../protocol/local';
import { asLocal, bundleFolder, type LocalEngine } from '../context';
import { waitForJob } from '../jobWait';
import { changePart, copySparse, imageSize, requireSpace, sha256 } from './imageFile';

const GROUP = 'demo';
/** Room for the engine's own files, and for what file systems add. */
const SPARE_BYTES = 64 * 1024 ** 2;

/** What one backup and its restore did. Bytes, seconds, and SHA-256 as hex. */
export interface DemoPoint {
  readonly point: string;
  readonly changedBytes: number;
  readonly readBytes: number;
  readonly newBytes: number;
  readonly storedBytes: number;
  readonly backupSeconds: number;
  readonly restoreSeconds: number;
  readonly sourceSha256: string;
  readonly restoredSha256: string;
  readonly identical: boolean;
}

export interface DemoResult {
  readonly ok: boolean;
  readonly disk: string;
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  readonly neededBytes: number;
  readonly vaultBytes: number;
  readonly seconds: number;
  readonly changeTracking: string;
  readonly points: readonly DemoPoint[];
}

export interface DemoOptions {
  /** A raw image; it is read, never written. The sample lab's web server without it. */
  readonly disk?: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The main job end to end, on a real image and the real engine process, in a folder of its own that is removed:
 * vault → machine → discover → policy → enable → back up → change → back up again → restore both points → compare.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const folder = await mkdtemp(join(tmpdir(), 'vm-backup-demo-'));
  try {
    return await new Demo(folder, options).run();
  } catch (error) {
    options.signal.throwIfAborted(); // whatever was cut off: the reason is that somebody stopped it
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Demo {
  readonly #started = Date.now();
  readonly #folder: string;
  readonly #options: DemoOptions;

  constructor(folder: string, options: DemoOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  async run(): Promise<DemoResult> {
    const { disk, say, signal } = this.#options;
    const given = disk === undefined ? undefined : await this.#checkRoom(disk);
    say('Starting the engine.');
    const connection = await createLocalConnection({ dataFolder: join(this.#folder, 'data'), bundleFolder });
    try {
      signal.throwIfAborted();
      return await this.#story(asLocal(connection), given);
    } finally {
      await stop(connection);
    }
  }

  async #story(engine: LocalEngine, given: { neededBytes: number } | undefined): Promise<DemoResult> {
    const { say, disk } = this.#options;
    await engine.createResourceGroup({ name: GROUP, location: FIRST_SITE });
    const vault = await engine.createVault({
      name: 'demo-vault',
      resourceGroup: GROUP,
      location: FIRST_SITE,
      replication: 'LocallyRedundant',
    });
    await engine.local.createRecoveryKey(vault.id);
    say(`Created vault ${vault.name}.`);
    const machine = disk === undefined ? await this.#sampleMachine(engine) : await this.#machineOf(engine, disk);
    const source = machine.disks[0]?.path;
    if (source === undefined) throw new AppError('DemoFailed', `${machine.name} has no disk image.`);
    const size = await imageSize(source);
    const needed = given ?? (await this.#checkRoom(source));

    await engine.discover(vault.id);
    const found = await engine.protectableItems(vault.id);
    say(`Discovered ${found.map((item) => item.name).join(', ')}.`);
    const [policy] = await engine.policies(vault.id);
    if (!policy) throw new AppError('DemoFailed', 'The vault has no policy.');
    const item = await engine.protect({ vaultId: vault.id, machineId: machine.id, policyId: policy.id });
    say(`Enabled backup of ${machine.name} with ${policy.name}: Warning (Initial backup pending).`);

    const first = await this.#backUp(engine, item, source, 0);
    const changed =
      disk === undefined ? await changeLab(engine, machine) : await changePart(source, size.allocatedBytes);
    say(`Changed ${formatBytes(changed)} of the disk.`);
    const second = await this.#backUp(engine, item, source, changed);
    say('A raw file has no change tracking, so the second backup read the whole image; only new chunks were stored.');

    const points: DemoPoint[] = [];
    for (const taken of [first, second]) points.push(await this.#restore(engine, vault, item, taken));
    const usage = await engine.local.vaultUsage(vault.id);
    return {
      ok: points.every((point) => point.identical),
      disk: disk ?? `sample lab: ${machine.name}`,
      ...size,
      neededBytes: needed.neededBytes,
      vaultBytes: usage.storedBytes,
      seconds: secondsSince(this.#started),
      changeTracking: 'none (raw file): each backup reads the whole image and stores what is new',
      points,
    };
  }

  /** 2.2 × the data for a copy and one restored image at a time, and the store: what the demo takes at most. */
  async #checkRoom(image: string): Promise<{ neededBytes: number }> {
    const { allocatedBytes } = await imageSize(image);
    const neededBytes = Math.ceil(2.2 * allocatedBytes) + Math.ceil(1.05 * allocatedBytes) + SPARE_BYTES;
    await requireSpace(this.#folder, neededBytes);
    this.#options.say(`Needs at most ${formatBytes(neededBytes)} of room in ${this.#folder}, and removes it again.`);
    return { neededBytes };
  }

  async #machineOf(engine: LocalEngine, disk: string): Promise<Machine> {
    const copy = join(this.#folder, 'source.raw');
    this.#options.say(`Copying ${disk}, which is not written to.`);
    await copySparse(disk, copy, this.#options.signal);
    const input = { name: 'demo-machine', resourceGroup: GROUP, location: FIRST_SITE, osType: 'Linux' } as const;
    return engine.local.addMachine({ ...input, diskPaths: [copy] });
  }

  async #sampleMachine(engine: LocalEngine): Promise<Machine> {
    const [machine] = (await engine.local.createLab()).machines;
    if (!machine) throw new AppError('DemoFailed', 'The sample lab has no machine.');
    return machine;
  }

  async #backUp(engine: LocalEngine, item: ProtectedItem, source: string, changedBytes: number): Promise<Taken> {
    const sourceSha256 = await sha256(source, this.#options.signal);
    const started = Date.now();
    const jobId = await engine.backupNow(item.id);
    const { statistics } = await waitForJob(engine, jobId, this.#options.signal);
    const backupSeconds = secondsSince(started);
    const [point] = await engine.recoveryPoints(item.id);
    if (!point) throw new AppError('DemoFailed', 'The backup completed, but there is no recovery point.');
    const { readBytes, newBytes, storedBytes } = statistics;
    this.#options.say(
      `Backed up in ${backupSeconds} s: read ${formatBytes(readBytes)}, new ${formatBytes(newBytes)}, stored ${formatBytes(storedBytes)}.`,
    );
    return { id: point.id, name: point.name, changedBytes, statistics, backupSeconds, sourceSha256 };
  }

  async #restore(engine: LocalEngine, vault: Vault, item: ProtectedItem, taken: Taken): Promise<DemoPoint> {
    const target = join(this.#folder, 'restored');
    await mkdir(target, { recursive: true });
    const started = Date.now();
    const { location } = vault;
    const storageAccountId = await engine.local.restoreTarget({ folder: target, location });
    const jobId = await engine.restore({
      pointId: taken.id,
      machineId: item.machineId,
      location,
      target: { kind: 'disks', storageAccountId },
    });
    const { statistics } = await waitForJob(engine, jobId, this.#options.signal);
    const restoreSeconds = secondsSince(started);
    const file = statistics.files[0]?.path;
    if (file === undefined) throw new AppError('DemoFailed', 'The restore completed, but names no file.');
    const restoredSha256 = await sha256(file, this.#options.signal);
    await rm(target, { recursive: true, force: true });
    const identical = restoredSha256 === taken.sourceSha256;
    this.#options.say(`Restored point ${taken.name} in ${restoreSeconds} s: ${identical ? 'identical' : 'DIFFERENT'}.`);
    const { readBytes, newBytes, storedBytes } = taken.statistics;
    const { name: point, changedBytes, backupSeconds, sourceSha256 } = taken;
    return {
      point,
      changedBytes,
      readBytes,
      newBytes,
      storedBytes,
      backupSeconds,
      restoreSeconds,
      sourceSha256,
      restoredSha256,
      identical,
    };
  }
}

interface Taken {
  readonly id: string;
  readonly name: string;
  readonly changedBytes: number;
  readonly statistics: JobStatistics;
  readonly backupSeconds: number;
  readonly sourceSha256: string;
}

async function changeLab(engine: LocalEngine, machine: Machine): Promise<number> {
  const changes = await engine.local.changeLabFiles();
  return changes.filter((change) => change.machine === machine.name).reduce((sum, change) => sum + change.bytes, 0);
}

/** Ends the demo's engine, with whatever it is doing: its data folder goes as well. */
async function stop(connection: { dispose(): void; endEngine(): Promise<void> }): Promise<void> {
  await connection.endEngine();
  connection.dispose();
}

function secondsSince(started: number): number {
  return Number(((Date.now() - started) / 1000).toFixed(2));
}
