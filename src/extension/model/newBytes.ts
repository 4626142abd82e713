import type { Job, JobStatistics } from '../../domain/views';
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

  /** Asks the newest backups, once each. @returns whether anything was asked */
  async read(machine: MachineFacts | undefined): Promise<boolean> {
    if (!machine?.vault) return false;
    const ended = jobsOf(this.stores.jobs.jobs, machine).filter(
      ({ operation, endTime }) => operation === 'Backup' && endTime !== undefined,
    );
    const asked = ended.slice(0, MEASURED_BACKUPS).filter(({ id }) => !this.known.has(id));
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
