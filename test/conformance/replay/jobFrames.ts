import type { Step } from './corpus';
import { listOf, type Members, membersOf } from './json';

const WORK = /^(Backup|Restore|CrossRegionRestore)$/;

interface Frame {
  readonly at: number;
  readonly running: boolean;
}

/** When a recording shows which job at work: until then the engine's disks are held. */
export class JobFrames {
  readonly #jobs = new Map<string, { startedAt: number; readonly frames: Frame[] }>();

  constructor(steps: readonly Step[]) {
    const starts = new Map<string, number>();
    for (const { i, request, response } of steps) {
      const link = response.headers['azure-asyncoperation'] ?? response.headers.location;
      if (request.method === 'POST' && response.status === 202 && link !== undefined) starts.set(operationOf(link), i);
      const { properties } = membersOf(response.body);
      const { jobId } = membersOf(properties);
      if (typeof jobId === 'string') {
        const startedAt = starts.get(operationOf(request.path));
        if (startedAt !== undefined && !this.#jobs.has(jobId)) this.#jobs.set(jobId, { startedAt, frames: [] });
      }
      for (const job of [membersOf(response.body), ...listOf(response.body)]) this.#see(i, job);
    }
  }

  /** Whether a job that has been started by this step is next seen at work. */
  shouldHold(step: number): boolean {
    return [...this.#jobs.values()].some(
      ({ startedAt, frames }) => startedAt <= step && frames.find(({ at }) => at >= step)?.running === true,
    );
  }

  #see(at: number, job: Members): void {
    const { operation, status } = membersOf(job.properties);
    if (typeof job.name !== 'string' || typeof operation !== 'string' || !WORK.test(operation)) return;
    const known = this.#jobs.get(job.name) ?? { startedAt: at, frames: [] };
    known.frames.push({ at, running: status === 'InProgress' });
    this.#jobs.set(job.name, known);
  }
}

function operationOf(link: string): string {
  return decodeURIComponent((link.split('?')[0] ?? '').split('/').at(-1) ?? '');
}
