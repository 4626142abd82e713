import type { Job, JobStatistics, RecoveryPoint } from '../../domain/views';
import { inParallel } from './bounded';
import type { MachineFacts } from './machineFacts';
import { jobsOf } from './machineJobs';
import type { Stores } from './stores';

/** Of so many backups the new data is asked for, newest first: what a month of a daily schedule shows. */
const MEASURED_BACKUPS = 40;
const CALLS_AT_ONCE = 4;

/** How much data the backups of a machine brought that their vault did not have. */
export class NewBytes {
  /** By job; `undefined` for jobs that tell none. */
  private readonly known = new Map<string, number | undefined>();

  constructor(private readonly stores: Stores) {}

  /** @returns `undefined` where it is not told */
  readonly of = (jobId: string): number | undefined => this.known.get(jobId);

  /** How much data each point brought, as far as it is told; asks nobody. */
  forPoints(machine: MachineFacts | undefined): (point: RecoveryPoint) => number | undefined {
    const jobs = machine ? jobsOf(this.stores.jobs.jobs, machine) : [];
    const measured = jobs.filter(({ id, operation }) => operation === 'Backup' && this.known.get(id) !== undefined);
    return (point) => {
      const job = measured.find((candidate) => madePoint(candidate, point));
      return job && this.known.get(job.id);
    };
  }

  /** Asks the newest backups, once each. @returns whether anything was asked */
  async read(machine: MachineFacts | undefined): Promise<boolean> {
    if (!machine?.vault) return false;
    const ended = jobsOf(this.stores.jobs.jobs, machine).filter(
      ({ operation, endTime }) => operation === 'Backup' && endTime !== undefined,
    );
    const asked = ended.slice(0, MEASURED_BACKUPS).filter(({ id }) => !this.known.has(id));
    for (const { id } of asked) this.known.set(id, undefined); // on its way
    await inParallel(asked, CALLS_AT_ONCE, async ({ id }: Job) => {
      const statistics = await this.stores.links
        .of(id)
        .run(async ({ local }): Promise<JobStatistics | undefined> => local?.jobStatistics(id))
        .catch(() => undefined); // counters are an extra: the point is shown without them
      this.known.set(id, statistics?.newBytes);
    });
    return asked.length > 0;
  }
}

/** True if the point is of the time that the backup took: two backups of a machine never overlap. */
export function madePoint(job: Job, { time }: Pick<RecoveryPoint, 'time'>): boolean {
  // Times on the wire may have been cut to seconds.
  return job.startTime - 1000 <= time && time <= (job.endTime ?? 0) + 1000;
}
