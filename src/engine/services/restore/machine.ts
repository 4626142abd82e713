import { dirname, join } from 'node:path';
import { resourceId } from '../../../protocol/ids';
import type { PointRecord } from '../../catalog/records';
import type { Repository } from '../../store/repository';
import type { ComputeService } from '../compute';
import type { RunningJob } from '../runningJob';
import type { RestoredDisk } from './blobs';
import { locationOf, notWritable, type RestorePlan, type RestoreSubject } from './plan';
import { discardFresh, type Swap, swapFiles, takeBack } from './swap';
import { transferDisks } from './transfer';

/** The second task of replacing a machine's disks. */
export const UPDATE = 'Update the virtual machine';

const MOST_NAME = 80;

interface NewMachine {
  readonly jobName: string;
  readonly subject: RestoreSubject;
  readonly target: { readonly id: string; readonly name: string; readonly group: string };
  readonly disks: readonly RestoredDisk[];
}

/** Declares restored files as disks of the target group, and the machine that they are attached to. */
export async function makeMachine(compute: ComputeService, { jobName, subject, target, disks }: NewMachine) {
  const { point } = subject;
  const location = locationOf(subject);
  const [, , subscription = ''] = target.id.split('/');
  const attached: { id: string; lun?: number }[] = [];
  for (const { disk, path } of disks) {
    // The job's id makes the names free: a restore never takes a disk's place.
    const name = `${target.name}-${disk.name}`.slice(0, MOST_NAME - 9).concat('-', jobName.slice(-8));
    const id = resourceId(subscription, target.group, 'Microsoft.Compute/disks', name);
    const osType = disk.lun === undefined ? point.osType : undefined;
    const { group } = target;
    await compute.putDisk({ id, name, group, location, tags: {}, sku: 'Standard_LRS', osType, path });
    attached.push({ id, lun: disk.lun });
  }
  await compute.putMachine({
    ...target,
    location,
    tags: {},
    size: point.machineSize,
    osType: point.osType,
    osDiskId: attached.find(({ lun }) => lun === undefined)?.id ?? '',
    dataDisks: attached.flatMap(({ id, lun }) => (lun === undefined ? [] : [{ lun, diskId: id }])),
  });
}

interface Replacement {
  readonly compute: ComputeService;
  readonly store: Repository;
  readonly point: PointRecord;
  readonly plan: Extract<RestorePlan, { type: 'OriginalLocation' }>;
}

/**
 * Restores beside a machine's disk images, then puts the restored files in their place. The old ones stay beside them as
 * `<name>.before-restore-<time>`. Until the last task begins nothing of the machine has changed.
 */
export async function replaceDisks(job: RunningJob, { compute, store, point, plan }: Replacement): Promise<void> {
  const time = new Date(job.record.startTime).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const name = job.record.id.split('/').at(-1) ?? '';
  const swaps: Swap[] = plan.replaced.map(({ id, path }) => ({
    diskId: id,
    path,
    fresh: join(dirname(path), `.vm-backup-${name}-${id.split('/').at(-1)}.raw`),
    kept: `${path}.before-restore-${time}`,
  }));
  job.swap(swaps);
  try {
    const disks = plan.disks.map((disk, i) => ({ disk, path: swaps[i]?.fresh ?? '' }));
    await transferDisks(job, store, { point, disks });
  } catch (error) {
    await discardFresh(swaps);
    throw error;
  }
  job.task(UPDATE, { status: 'InProgress' });
  job.swap(swaps); // from here on the next start goes forward
  try {
    await swapFiles(swaps);
  } catch (error) {
    await takeBack(swaps);
    throw notWritable(dirname(swaps[0]?.path ?? ''), error);
  }
  for (const { diskId } of swaps) await compute.putDisk(compute.disk(diskId));
  for (const [i, { path, kept }] of swaps.entries()) {
    const disk = plan.disks[i];
    if (disk) job.file({ disk: disk.name, path, sizeBytes: disk.sizeBytes });
    job.log('info', `${path} is the restored disk now; the one before is kept as ${kept}.`);
  }
  job.task(UPDATE, { status: 'Completed' });
  job.complete();
}
