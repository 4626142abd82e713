import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rmdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import type { AppError } from '../../domain/errors';
import { formatBytes } from '../../domain/sizes';
import { idKey } from '../../protocol/ids';
import { toPropertyBagTime } from '../../protocol/time';
import type { ItemRecord, OperationRecord, PointRecord, VaultRecord } from '../catalog/records';
import { writeDiskSecrets } from './diskSecrets';
import type { Gate } from './gate';
import type { JobService } from './jobs';
import type { OperationService } from './operations';
import type { RunningJob } from './runningJob';
import type { StorageAccountService } from './storageAccounts';
import type { VaultStores } from './vaultStores';

const TRANSFER = 'Transfer data from vault';

export interface RestoreInput {
  readonly storageAccountId: string;
  readonly targetResourceGroup?: string;
  /** Data disks to restore by LUN besides the OS disk; absent restores all of them (SPEC §1.10). */
  readonly luns?: readonly number[];
}

/** Restores: writes the disks of a recovery point as raw files below a folder, each chunk checked by its id. */
export class RestoreService {
  readonly #jobs: JobService;
  readonly #operations: OperationService;
  readonly #storageAccounts: StorageAccountService;
  readonly #stores: VaultStores;
  readonly #gate: Gate;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: {
    jobs: JobService;
    operations: OperationService;
    storageAccounts: StorageAccountService;
    stores: VaultStores;
    gate: Gate;
  }) {
    this.#jobs = deps.jobs;
    this.#operations = deps.operations;
    this.#storageAccounts = deps.storageAccounts;
    this.#stores = deps.stores;
    this.#gate = deps.gate;
  }

  /**
   * Starts a restore of disks. What cannot work (no room, no right to write, a backup under way) fails the operation
   * before anything is written; the job has the operation's id (SPEC §1.8).
   */
  start(vault: VaultRecord, item: ItemRecord, point: PointRecord, input: RestoreInput): OperationRecord {
    return this.#operations.start({
      vaultKey: idKey(vault.id),
      run: async (operationId) => {
        const folder = this.#storageAccounts.folder(input.storageAccountId);
        const disks = point.disks.filter((disk) => disk.lun === undefined || (input.luns?.includes(disk.lun) ?? true));
        await checkTarget(
          folder,
          disks.reduce((sum, disk) => sum + disk.usedBytes, 0),
        );
        if (this.#jobs.runningOf(idKey(item.id))) throw appError('BMSUserErrorObjectLocked', {});
        return { jobId: this.#begin(operationId, { vault, item, point, disks, folder, input }) };
      },
    });
  }

  /** Waits until no restore is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #begin(name: string, work: Work): string {
    const { vault, item, point, input } = work;
    const job = this.#jobs.start({
      name,
      vault,
      item,
      operation: 'Restore',
      tasks: [TRANSFER],
      properties: {
        'Job Type': 'Recover disks',
        'Target VM Name': 'vmName',
        'Target Storage Account Name': input.storageAccountId.split('/').at(-1) ?? '',
        'Recovery point time ': toPropertyBagTime(point.time),
        ...(input.targetResourceGroup !== undefined && { 'Target resource group': input.targetResourceGroup }),
      },
      userTriggered: true,
    });
    const running: Promise<void> = this.#gate
      .run(job.signal, () => this.#run(job, work))
      .catch((error: unknown) => job.stop(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    return job.record.id;
  }

  async #run(job: RunningJob, { vault, item, point, disks, folder }: Work): Promise<void> {
    job.phase('Prepare');
    job.task(TRANSFER, { status: 'InProgress' });
    const store = await this.#stores.open(vault);
    const target = join(folder, targetName(item.machineName, point.time));
    await mkdir(target, { recursive: true }).catch((error: unknown) => {
      throw notWritable(folder, error);
    });
    const totalBytes = disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
    job.counters({ totalBytes });
    job.log('info', `Restoring ${disks.length} disk(s), ${formatBytes(totalBytes)}, to ${target}.`);
    job.phase('Restore');
    const secrets = point.encryption ? await store.secrets(point.manifestKey) : [];
    let done = { bytes: 0, written: 0 };
    for (const disk of disks) {
      const path = join(target, `${disk.name}.raw`);
      const start = done;
      await store.restoreDisk({
        key: point.manifestKey,
        disk: disk.name,
        targetPath: path,
        signal: job.signal,
        onProgress: ({ readBytes, writtenBytes }) => {
          done = { bytes: start.bytes + readBytes, written: start.written + writtenBytes };
          showProgress(job, totalBytes, done);
        },
      });
      job.file({ disk: disk.name, path, sizeBytes: disk.sizeBytes });
      job.log('info', `${disk.name}: every chunk checked, written to ${path}.`);
      for (const key of await writeDiskSecrets(target, disk.name, secrets)) job.log('info', `Its key is in ${key}.`);
    }
    job.task(TRANSFER, { status: 'Completed', percent: 100 });
    job.property('Restored disk(s)', disks.map((disk) => disk.name).join(', '));
    job.property('Restored file(s)', job.record.statistics.files.map((file) => file.path).join(', '));
    job.complete();
  }
}

interface Work {
  readonly vault: VaultRecord;
  readonly item: ItemRecord;
  readonly point: PointRecord;
  readonly disks: PointRecord['disks'];
  readonly folder: string;
  readonly input: RestoreInput;
}

/** @param done bytes of the disks that were gone through, zeros included, and bytes that were written for them */
function showProgress(job: RunningJob, totalBytes: number, done: { bytes: number; written: number }): void {
  job.counters({ readBytes: done.written, storedBytes: done.written, skippedBytes: done.bytes - done.written });
  job.task(TRANSFER, {
    percent: totalBytes > 0 ? Math.floor((100 * done.bytes) / totalBytes) : 0,
    detail: `${formatBytes(done.bytes)} / ${formatBytes(totalBytes)} Transferred`,
  });
}

/** A folder of its own for each restore; a name that is never taken twice, so that nothing is ever overwritten. */
function targetName(machine: string, pointTime: number): string {
  const time = new Date(pointTime).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${machine}-${time}-${randomBytes(3).toString('hex')}`;
}

function notWritable(folder: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return appError('LocalTargetNotWritable', { path: folder, reason }, { cause });
}

/** @throws AppError `LocalTargetNotWritable` or `LocalTargetNoSpace`, before anything is written */
async function checkTarget(folder: string, neededBytes: number): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await rmdir(await mkdtemp(join(folder, '.vm-backup-'))); // the one proof that holds for every kind of right
  } catch (error) {
    throw notWritable(folder, error);
  }
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < neededBytes) {
    throw appError('LocalTargetNoSpace', {
      path: folder,
      needed: formatBytes(neededBytes),
      free: formatBytes(freeBytes),
    });
  }
}
