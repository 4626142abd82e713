import { type BackupGrowth, growthOf, type MachineGrowth } from '../../domain/storageEstimate';
import type { Job } from '../../domain/views';
import { inParallel } from './bounded';
import type { MachineFacts } from './machineFacts';
import { jobsOf } from './machineJobs';
import type { Stores } from './stores';

const DAY_MS = 24 * 3600_000;
/** Backups of so long a time tell how fast a machine changes. */
const MEASURED_MS = 30 * DAY_MS;
/** Of so many machines at most: each of their backups is asked about by itself. */
const MEASURED_MACHINES = 40;
const CALLS_AT_ONCE = 4;

/** How fast the backups of machines make their vaults grow. Only the engine of this computer tells it. */
export class ChangeRates {
  /** By job; `undefined` for jobs that tell nothing. */
  private readonly stored = new Map<string, number | undefined>();

  constructor(private readonly stores: Stores) {}

  /** @returns `undefined` where it is not known */
  readonly of = (machine: MachineFacts): MachineGrowth | undefined => {
    const backups = this.backups(machine).map(({ id, startTime }) => ({ time: startTime, bytes: this.stored.get(id) }));
    return growthOf(backups.filter((backup): backup is BackupGrowth => backup.bytes !== undefined));
  };

  /** Asks about the backups of the last days, once each. @returns whether anything was asked */
  async read(machines: readonly MachineFacts[]): Promise<boolean> {
    const local = machines.filter(({ provider, item }) => provider === 'local' && item);
    if (local.length > MEASURED_MACHINES) return false;
    const asked = local.flatMap((machine) => this.backups(machine)).filter(({ id }) => !this.stored.has(id));
    await inParallel(asked, CALLS_AT_ONCE, async ({ id }) => {
      const statistics = await this.stores.links
        .of(id)
        .run(async ({ local: engine }) => engine?.jobStatistics(id))
        .catch(() => undefined); // a pace is an extra: without it the page says that it is not known
      this.stored.set(id, statistics?.storedBytes);
    });
    return asked.length > 0;
  }

  /** The backups that made a point lately. */
  private backups(machine: MachineFacts): readonly Job[] {
    const since = this.stores.clock.now() - MEASURED_MS;
    return jobsOf(this.stores.jobs.jobs, machine).filter(
      ({ operation, status, startTime }) =>
        operation === 'Backup' && status.startsWith('Completed') && startTime >= since,
    );
  }
}
