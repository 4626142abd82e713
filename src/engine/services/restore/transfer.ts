import { formatBytes } from '../../../domain/sizes';
import type { PointRecord } from '../../catalog/records';
import type { Repository } from '../../store/repository';
import { healedSentence } from '../healing';
import type { RunningJob } from '../runningJob';
import type { RestoredDisk } from './blobs';

/** The first task of every restore. */
export const TRANSFER = 'Transfer data from vault';

/**
 * Writes disks of a point as raw files that do not exist yet, each chunk checked by its id; durable when this resolves.
 * @throws AppError of the store, or `LocalOperationCancelled`; the file under way is removed, those before it stay
 */
export async function transferDisks(
  job: RunningJob,
  store: Repository,
  { point, disks }: { point: PointRecord; disks: readonly RestoredDisk[] },
): Promise<void> {
  const totalBytes = disks.reduce((sum, { disk }) => sum + disk.sizeBytes, 0);
  job.counters({ totalBytes });
  job.phase('Restore');
  let done = { bytes: 0, written: 0 };
  for (const { disk, path } of disks) {
    const start = done;
    const { fromCopies, healedBlobs } = await store.restoreDisk({
      key: point.manifestKey,
      disk: disk.name,
      targetPath: path,
      signal: job.signal,
      onProgress: ({ readBytes, writtenBytes }) => {
        done = { bytes: start.bytes + readBytes, written: start.written + writtenBytes };
        showProgress(job, totalBytes, done);
      },
    });
    job.log('info', `${disk.name}: every chunk checked, written to ${path}.`);
    if (fromCopies.length > 0) {
      job.log('warning', `${disk.name}: ${fromCopies.length} damaged chunks were read from a copy of the vault.`);
    }
    const mended = healedSentence({ blobs: healedBlobs, points: 0 });
    if (mended !== undefined) job.log('info', mended);
  }
  job.signal.throwIfAborted();
  job.task(TRANSFER, { status: 'Completed', percent: 100 });
}

/** @param done bytes of the disks that were gone through, zeros included, and bytes that were written for them */
function showProgress(job: RunningJob, totalBytes: number, done: { bytes: number; written: number }): void {
  job.counters({ readBytes: done.written, storedBytes: done.written, skippedBytes: done.bytes - done.written });
  job.task(TRANSFER, {
    percent: totalBytes > 0 ? Math.floor((100 * done.bytes) / totalBytes) : 0,
    detail: `${formatBytes(done.bytes)} / ${formatBytes(totalBytes)} Transferred`,
  });
}
