import { isFinished } from '../../domain/states';
import type { Job, JobStatistics } from '../../domain/views';

/** How far a running job is. A number that is not known yet is absent, never guessed. */
export interface JobProgress {
  readonly percent?: number;
  readonly bytesPerSecond?: number;
  readonly remainingMs?: number;
}

/** The rate is the mean of the last 10 seconds. */
const RATE_WINDOW_MS = 10_000;
/** Before these, an estimate of the remaining time would be a guess. */
const MIN_PERCENT = 5;
const MIN_ELAPSED_MS = 10_000;

/** Progress of a running job; empty for one that has ended. */
export function jobProgress(job: Job, statistics: JobStatistics | undefined, now: number): JobProgress {
  if (isFinished(job.status)) return {};
  const percent = job.progressPercent ?? percentOf(statistics);
  const bytesPerSecond = rateOf(statistics);
  const remainingMs = remaining(percent, now - job.startTime);
  return {
    ...(percent === undefined ? {} : { percent: Math.floor(percent) }),
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
    ...(remainingMs === undefined ? {} : { remainingMs }),
  };
}

function percentOf(statistics: JobStatistics | undefined): number | undefined {
  if (!statistics || statistics.totalBytes === 0) return undefined;
  return Math.min(100, (statistics.readBytes / statistics.totalBytes) * 100);
}

function rateOf(statistics: JobStatistics | undefined): number | undefined {
  const last = statistics?.samples.at(-1);
  if (!last) return undefined;
  const first = statistics?.samples.find((sample) => sample.time >= last.time - RATE_WINDOW_MS);
  if (!first || first.time === last.time) return undefined;
  return ((last.bytes - first.bytes) / (last.time - first.time)) * 1_000;
}

function remaining(percent: number | undefined, elapsedMs: number): number | undefined {
  if (percent === undefined || percent < MIN_PERCENT || percent >= 100 || elapsedMs < MIN_ELAPSED_MS) return undefined;
  return (elapsedMs / percent) * (100 - percent);
}
