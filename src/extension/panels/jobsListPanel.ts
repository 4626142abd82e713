import type { Job } from '../../domain/views';
import {
  JOB_FILTER_STATUSES,
  type JobsFilter,
  type JobsListRequest,
  type JobsListResult,
  type JobsListSnapshot,
  type JobsSort,
  jobsListProtocol,
} from '../../messages/jobsList';
import { jobsListStrings } from '../../messages/jobsListStrings';
import type { PanelKey } from '../../messages/protocol';
import { COMMANDS } from '../commands/ids';
import { failureText } from '../model/failure';
import { isoDate } from '../model/format';
import { type JobsFacts, jobChoices, jobListRow, jobsCsv, matchingJobs } from '../model/jobsList';
import { type Life, Lives, Signal } from '../model/life';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Messages } from '../ui/messages';
import type { Execute } from './jobPanel';
import type { PanelContent, PanelController, PanelKind } from './panelController';

/** A number so that each opening with a filter is another one; the page keeps its own filter for the same key only. */
const OPENED = 'opened';

/** The key of a list that is opened with a filter, or as the person left it. */
export function jobsListKey(filter: JobsFilter | undefined, now: number): PanelKey {
  if (!filter) return {};
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(entries.map(([name, value]) => [name, String(value)])), [OPENED]: String(now) };
}

/** The jobs list. */
export function jobsListPanelKind(
  stores: Stores,
  actions: { execute: Execute; saveFile: Messages['saveFile'] },
): PanelKind<JobsListSnapshot, JobsListRequest, JobsListResult> {
  return {
    name: 'jobsList',
    protocol: jobsListProtocol,
    strings: jobsListStrings,
    control: (key) => new JobsListController(stores, actions, filterOf(key)),
  };
}

/** Shows the jobs of all vaults. The page asks for the rows that it shows. */
export class JobsListController implements PanelController<JobsListSnapshot, JobsListRequest, JobsListResult> {
  private readonly watching: Life;
  /** The store tells nothing where there is no job yet. */
  private readonly read = new Signal();
  /** The last answer in full: scrolling asks for the same again. */
  private found: { readonly query: string; readonly all: readonly Job[]; readonly jobs: readonly Job[] } | undefined;

  constructor(
    private readonly stores: Stores,
    private readonly actions: { execute: Execute; saveFile: Messages['saveFile'] },
    private readonly filter: JobsFilter,
  ) {
    this.watching = stores.jobs.watch();
  }

  get title(): string {
    return t('Jobs');
  }

  content(): PanelContent<JobsListSnapshot> {
    const { jobs, clock } = this.stores;
    const { failure, asOf } = jobs;
    if (asOf === undefined) {
      return {
        kind: 'notice',
        sentence: failure ? t('The jobs cannot be shown. {0}', failureText(failure)) : t('Reading the jobs…'),
      };
    }
    const world = this.world();
    const data: JobsListSnapshot = {
      filter: this.filter,
      total: world.jobs.length,
      ...jobChoices(world),
      now: clock.now(),
      asOf,
      ...(failure ? { failure: failureText(failure) } : {}),
    };
    return { kind: 'snapshot', data };
  }

  async load(): Promise<void> {
    await this.stores.vaults.ensure();
    await this.stores.jobs.ensure();
    this.read.fire();
  }

  async handle(request: JobsListRequest): Promise<JobsListResult> {
    switch (request.action) {
      case 'rows': {
        const { from, count, filter, sort } = request;
        const jobs = this.matching(filter, sort);
        const world = this.world();
        const rows = jobs.slice(from, from + count).map((job) => jobListRow(job, world));
        return { outcome: 'rows', matching: jobs.length, from, rows };
      }
      case 'export':
        return this.export(request.filter, request.sort);
      case 'open':
        this.actions.execute(COMMANDS.jobOpen, { kind: 'job', jobId: request.jobId });
        return { outcome: 'done' };
      default:
        await this.stores.jobs.refresh();
        return { outcome: 'done' };
    }
  }

  closesAfter(): boolean {
    return false;
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.read.on(listener));
    lives.own(this.stores.jobs.onDidChange(listener));
    lives.own(this.stores.vaults.onDidChange(listener));
    return lives;
  }

  dispose(): void {
    this.watching.dispose();
  }

  private async export(filter: JobsFilter, sort: JobsSort): Promise<JobsListResult> {
    const jobs = this.matching(filter, sort);
    const path = await this.actions.saveFile({
      title: t('Export jobs'),
      fileName: `vm-backup-jobs-${isoDate(this.stores.clock.now())}.csv`,
      kind: { name: 'CSV', extension: 'csv' },
      content: jobsCsv(jobs, this.world()),
    });
    return path === undefined ? { outcome: 'done' } : { outcome: 'exported', path, rows: jobs.length };
  }

  private matching(filter: JobsFilter, sort: JobsSort): readonly Job[] {
    const query = JSON.stringify([filter, sort]);
    const world = this.world();
    // The store makes a new list when a job has changed.
    if (this.found?.query !== query || this.found.all !== world.jobs) {
      this.found = { query, all: world.jobs, jobs: matchingJobs(world, filter, sort) };
    }
    return this.found.jobs;
  }

  private world(): JobsFacts {
    const { jobs, vaults, clock } = this.stores;
    return {
      jobs: jobs.jobs,
      vaults: vaults.vaults.value ?? [],
      now: clock.now(),
      statistics: (jobId) => jobs.statistics(jobId),
    };
  }
}

function filterOf(key: PanelKey): JobsFilter {
  const { operation, vaultId, machine, text } = key;
  const status = JOB_FILTER_STATUSES.find((name) => name === key['status']);
  const hours = Number(key['hours']);
  return {
    ...(status === undefined ? {} : { status }),
    ...(operation === undefined ? {} : { operation }),
    ...(vaultId === undefined ? {} : { vaultId }),
    ...(machine === undefined ? {} : { machine }),
    ...(hours > 0 ? { hours } : {}),
    ...(text === undefined ? {} : { text }),
  };
}
