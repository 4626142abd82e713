import { isFinished } from './states';
import type { Job, JobStatistics } from './views';

/** A phase, or a task of the service, as it is listed. */
export interface PhaseRow {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'done' | 'stopped';
  /** The service's own word for the state, where it has one. */
  readonly status?: string;
  readonly durationMs?: number;
  readonly percent?: number;
  readonly detail?: string;
}

/** The phases of a job, or the tasks the service tells where there are no live counters. */
export function phaseRows(job: Job, statistics: JobStatistics | undefined, now: number): PhaseRow[] {
  if (!statistics) {
    return job.tasks.map((task) => ({
      name: task.name,
      state: taskState(task.status),
      status: task.status,
      durationMs: task.durationMs,
      percent: task.progressPercent,
      detail: task.detail,
    }));
  }
  const finished = isFinished(job.status);
  return statistics.phases
    .filter(({ phase }) => phase !== 'Done')
    .map(({ phase, startTime, endTime }, index, phases) => {
      const isLast = index === phases.length - 1;
      const end = endTime ?? (finished ? (job.endTime ?? startTime) : now);
      const stopped = isLast && (job.status === 'Failed' || job.status === 'Cancelled');
      const running = endTime === undefined && !finished;
      return {
        name: phase,
        state: stopped ? 'stopped' : running ? 'running' : 'done',
        durationMs: Math.max(0, end - startTime),
      };
    });
}

/** Whether a task of the service waits, runs, is done, or was where its job stopped. */
export function taskState(status: string): PhaseRow['state'] {
  switch (status) {
    case 'NotStarted':
      return 'waiting';
    case 'InProgress':
    case 'Cancelling':
      return 'running';
    case 'Failed':
    case 'Cancelled':
      return 'stopped';
    default:
      return 'done';
  }
}
