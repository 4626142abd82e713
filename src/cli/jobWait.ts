import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../domain/errors';
import { formatBytes, formatRate } from '../domain/sizes';
import { isFinished } from '../domain/states';
import type { Job, JobStatistics } from '../domain/views';
import type { LocalEngine } from './context';

const LOOK_EVERY_MS = 200;

/**
 * Follows a job to its end and shows its progress on stderr.
 * @throws AppError with the job's own reason when it did not complete
 */
export async function waitForJob(
  engine: LocalEngine,
  jobId: string,
  signal?: AbortSignal,
): Promise<{ job: Job; statistics: JobStatistics }> {
  const line = new ProgressLine();
  for (;;) {
    const [job, statistics] = await Promise.all([
      engine.job(jobId, { signal }),
      engine.local.jobStatistics(jobId, { signal }),
    ]);
    line.show(describe(job, statistics));
    if (isFinished(job.status)) {
      line.end();
      if (job.status !== 'Completed' && job.status !== 'CompletedWithWarnings') throw failureOf(job);
      return { job, statistics };
    }
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

function failureOf(job: Job): AppError {
  const [error] = job.errors;
  const what = `${job.operation} of ${job.machineName} ${job.status === 'Cancelled' ? 'was cancelled' : 'failed'}.`;
  if (!error) return new AppError(`Job${job.status}`, what);
  return new AppError(error.title, `${what} ${error.message}`, {
    details: { recommendation: error.recommendations.join(' ') },
  });
}

function describe(job: Job, { phase, totalBytes, readBytes, skippedBytes, newBytes }: JobStatistics): string {
  const percent = job.progressPercent === undefined ? '' : ` ${job.progressPercent} %`;
  const done = job.operation === 'Backup' ? readBytes : readBytes + skippedBytes;
  const rate = job.durationMs > 500 ? `, ${formatRate((1000 * done) / job.durationMs)}` : '';
  const news = job.operation === 'Backup' ? `, ${formatBytes(newBytes)} new` : '';
  return `${job.operation} of ${job.machineName}: ${phase}${percent}, ${formatBytes(done)} of ${formatBytes(totalBytes)}${rate}${news}`;
}

/** One line that is written over on a terminal, and left out elsewhere so that logs stay short. */
class ProgressLine {
  #shown = false;

  show(text: string): void {
    if (!process.stderr.isTTY) return;
    // A line that wraps could not be written over.
    process.stderr.write(`\r\u001B[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
    this.#shown = true;
  }

  end(): void {
    if (this.#shown) process.stderr.write('\n');
  }
}
