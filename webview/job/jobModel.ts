import { taskState } from '../../src/domain/jobPhases';
import { isFinished } from '../../src/domain/states';
import type { Job, JobError, JobStatistics } from '../../src/domain/views';

const RATE_WINDOW_MS = 10_000;
const REMAINING_FROM_MS = 10_000;
const REMAINING_FROM_PERCENT = 5;
const MINUTE = 60_000;

type Sample = JobStatistics['samples'][number];

/** Bytes per second over the last ten seconds of samples, `undefined` below two samples. */
export function averageRate(samples: readonly Sample[]): number | undefined {
  const last = samples.at(-1);
  const first = samples[0];
  if (!last || !first || last.time <= first.time) {
    return undefined;
  }
  // The youngest sample that is old enough, so that sparse samples still give a span.
  const start = samples.findLast((sample) => sample.time <= last.time - RATE_WINDOW_MS) ?? first;
  return rateBetween(start, last);
}

/** The rate between each two neighbouring samples, with the moment it ended. */
export function rates(samples: readonly Sample[]): { time: number; bytesPerSecond: number }[] {
  return samples.slice(1).flatMap((sample, index) => {
    const before = samples[index];
    return before && sample.time > before.time
      ? [{ time: sample.time, bytesPerSecond: rateBetween(before, sample) }]
      : [];
  });
}

/** How long a job has run, or ran, at `now` (ms). */
export function elapsedMs(job: Job, now: number): number {
  if (job.endTime !== undefined) {
    return Math.max(0, job.endTime - job.startTime);
  }
  return isFinished(job.status) ? job.durationMs : Math.max(0, now - job.startTime);
}

/**
 * Remaining time (ms) of a running job by its progress so far. Nothing before 5 % and before 10 seconds of work: until
 * then it is a guess.
 */
export function remainingMs(job: Job, statistics: JobStatistics | undefined, now: number): number | undefined {
  const percent = job.progressPercent ?? 0;
  const working = now - workStart(job, statistics);
  if (job.status !== 'InProgress' || percent < REMAINING_FROM_PERCENT || working < REMAINING_FROM_MS) {
    return undefined;
  }
  return (working * (100 - Math.min(percent, 100))) / percent;
}

/** Remaining time in the words of the page: about so many minutes or hours, or less than a minute. */
export type Remaining = { readonly unit: 'soon' } | { readonly unit: 'min' | 'hours'; readonly count: number };

/** Rounds a remaining time to what a person needs. */
export function roundedRemaining(ms: number): Remaining {
  if (ms < 0.75 * MINUTE) {
    return { unit: 'soon' };
  }
  const minutes = Math.max(1, Math.round(ms / MINUTE));
  return minutes < 90 ? { unit: 'min', count: minutes } : { unit: 'hours', count: Math.round(minutes / 60) };
}

/** Why a job failed, and what to do about it. */
export interface FailureCause {
  readonly cause: string;
  readonly advice: readonly string[];
  /** What the service calls it. */
  readonly code: string | number | undefined;
}

/** Every cause of a failure with all that is recommended against it; none if no error is known. */
export function failureCauses(errors: readonly JobError[]): FailureCause[] {
  return errors.flatMap(({ code, title, message, recommendations }) => {
    const cause = message || title;
    // The service numbers some failures; ours have a name in their title.
    return cause ? [{ cause, advice: recommendations.filter(Boolean), code: code || title || undefined }] : [];
  });
}

export type LogFilter = 'all' | 'warning' | 'error';

/** The log entries of a level and of graver ones. */
export function filteredLog(log: JobStatistics['log'], filter: LogFilter): JobStatistics['log'] {
  return log.filter(({ level }) => filter === 'all' || level === 'error' || level === filter);
}

/** What is spoken about a job. */
export interface Spoken {
  readonly status: string;
  readonly phase: string | undefined;
  /** Progress in whole quarters, 0 to 4. */
  readonly quarter: number;
}

/** The facts of a job whose change is worth speaking. */
export function spokenFacts(job: Job, statistics: JobStatistics | undefined): Spoken {
  const running = job.tasks.find((task) => taskState(task.status) === 'running');
  return {
    status: job.status,
    phase: statistics ? statistics.phase : running?.name,
    quarter: Math.floor((job.progressPercent ?? 0) / 25),
  };
}

/** What to speak after a change: a new status, a new phase, or a new quarter; nothing for the first facts. */
export function announcement(before: Spoken | undefined, after: Spoken): 'status' | 'phase' | 'quarter' | undefined {
  if (!before) {
    return undefined;
  }
  if (before.status !== after.status) {
    return 'status';
  }
  if (after.phase !== undefined && before.phase !== after.phase) {
    return 'phase';
  }
  return after.quarter > before.quarter ? 'quarter' : undefined;
}

function workStart(job: Job, statistics: JobStatistics | undefined): number {
  const work = statistics?.phases.find(({ phase }) => phase === 'Read and store' || phase === 'Restore');
  return work?.startTime ?? job.startTime;
}

function rateBetween(from: Sample, to: Sample): number {
  return Math.max(0, ((to.bytes - from.bytes) * 1000) / (to.time - from.time));
}
