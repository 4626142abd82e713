import { isFinished } from '../../domain/states';
import type { Job } from '../../domain/views';
import { Derived } from '../model/derived';
import { type Filter, matches } from '../model/filter';
import { asOfText, dateText } from '../model/format';
import { findableJob, jobDay, jobRow } from '../model/jobView';
import { type Life, Lives, Signal } from '../model/life';
import { phasesOf } from '../model/phaseView';
import { groupRow, moreRow, type Row } from '../model/row';
import type { Stores } from '../model/stores';
import { showsPolicyZones, timeDisplayVersion } from '../model/timeDisplay';
import { ViewFilter } from '../model/viewChoices';
import { t } from '../text';
import { failureRows, linkBranches, type TreeModel } from './treeModel';

const RUNNING = 'running';

/** Content of the Jobs view: what runs, then what has ended, by day, a page at a time. */
export class JobsTree implements TreeModel {
  private readonly grown = new Signal();
  private extraPages = 0;
  /** What the filter finds among the jobs that have ended: every day's rows ask for it again. */
  private readonly ended = new Derived(
    () => [this.stores.jobs.jobs, this.filter.filter] as const,
    ([jobs, filter]) =>
      this.found(
        jobs.filter((job) => isFinished(job.status)),
        filter,
      ),
  );
  /** The pages of them that are shown. What is called today changes at midnight. */
  private readonly pages = new Derived(
    () => {
      const { clock, known } = this.stores;
      const most = this.pageSize() * (this.extraPages + 1);
      const days = [
        dateText(clock.now()),
        timeDisplayVersion(),
        showsPolicyZones() ? known.machines : undefined,
      ] as const;
      return [this.ended.value, most, ...days] as const;
    },
    ([ended, most]) => ({ byDay: this.byDay(ended.slice(0, most)), hidden: Math.max(0, ended.length - most) }),
  );

  constructor(
    private readonly stores: Stores,
    private readonly pageSize: () => number,
    private readonly filter: ViewFilter = new ViewFilter(),
  ) {}

  async roots(): Promise<readonly Row[]> {
    await this.stores.jobs.ensure();
    const { key } = this.stores.engine;
    const running = this.running();
    const { byDay, hidden } = this.pages.value;
    const failed = linkBranches('jobs', t('Could not list jobs'), this.stores.jobs.failures);
    const rows = failureRows(key, failed);
    if (running.length > 0) {
      rows.push(groupRow({ key, group: RUNNING, label: t('Running'), count: running.length, expanded: true }));
    }
    for (const [day, jobs] of byDay) {
      rows.push(groupRow({ key, group: `day ${day}`, label: day, count: jobs.length, expanded: true }));
    }
    if (hidden > 0) rows.push(moreRow({ key, of: [], words: t('{0} older jobs', hidden) }));
    return rows;
  }

  async children(row: Row): Promise<readonly Row[]> {
    if (row.target.kind === 'job') return this.phases(row.target.jobId);
    if (row.target.kind !== 'group') return [];
    const { group } = row.target;
    const jobs = group === RUNNING ? this.running() : (this.pages.value.byDay.get(group.slice('day '.length)) ?? []);
    return jobs.map((job) => this.row(job));
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.stores.jobs.onDidChange(listener));
    lives.own(this.grown.on(listener));
    lives.own(this.filter.onDidChange(listener));
    return lives;
  }

  /** What the view says beside its name: the filter. */
  description(): string | undefined {
    return this.filter.text || undefined;
  }

  /** One sentence above the rows, or nothing. */
  message(): string | undefined {
    const { failure, asOf } = this.stores.jobs;
    return failure && asOf !== undefined ? asOfText(asOf, this.stores.clock.now()) : undefined;
  }

  /** Shows one page more. */
  loadMore(): void {
    this.extraPages += 1;
    this.grown.fire();
  }

  /** Keeps the phases of a job up to date while somebody sees them. */
  unfold({ target }: Row): Life | undefined {
    return target.kind === 'job' ? this.stores.jobs.watchJob(target.jobId) : undefined;
  }

  private async phases(jobId: string): Promise<Row[]> {
    const { jobs, engine, clock, links } = this.stores;
    const known = jobs.job(jobId);
    if (!known) return [];
    await jobs.ensureDetails(known);
    const job = jobs.job(jobId) ?? known;
    const { key } = engine;
    const failed = { branch: jobId, label: t('Could not read the job'), failure: jobs.jobFailure(jobId) };
    const options = { key, now: clock.now(), provider: links.provider(jobId) };
    return [...failureRows(key, [failed]), ...phasesOf({ job, statistics: jobs.statistics(jobId) }, options)];
  }

  private running(): readonly Job[] {
    return this.found(this.stores.jobs.running, this.filter.filter);
  }

  private found(jobs: readonly Job[], filter: Filter): readonly Job[] {
    if (filter.length === 0) return jobs;
    const { jobs: store, links } = this.stores;
    const findable = (job: Job) => findableJob({ job, statistics: store.statistics(job.id) }, links.provider(job.id));
    return jobs.filter((job) => matches(filter, findable(job)));
  }

  private byDay(jobs: readonly Job[]): ReadonlyMap<string, readonly Job[]> {
    const now = this.stores.clock.now();
    const days = new Map<string, Job[]>();
    for (const job of jobs) {
      const day = jobDay(job, now, this.stores.known.jobZone(job));
      const sameDay = days.get(day);
      if (sameDay) sameDay.push(job);
      else days.set(day, [job]);
    }
    return days;
  }

  private row(job: Job): Row {
    const statistics = this.stores.jobs.statistics(job.id);
    const { engine, clock, links, known } = this.stores;
    const policyZone = known.jobZone(job);
    const options = { key: engine.key, now: clock.now(), provider: links.provider(job.id), policyZone };
    return jobRow({ job, statistics }, options);
  }
}
