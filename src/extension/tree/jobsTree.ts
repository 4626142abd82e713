import { isFinished } from '../../domain/states';
import type { Job } from '../../domain/views';
import { type Filter, type Findable, matches } from '../model/filter';
import { clockText } from '../model/format';
import { rowId } from '../model/ids';
import { findableJob, jobDay, jobRow } from '../model/jobView';
import { type Life, Lives, Signal } from '../model/life';
import { groupRow, type Row } from '../model/row';
import type { Stores } from '../model/stores';
import { ViewFilter } from '../model/viewChoices';
import { t } from '../text';
import { failureRows, linkBranches, type TreeModel } from './treeModel';

const RUNNING = 'running';

/** Content of the Jobs view: what runs, then what has ended, by day, a page at a time. */
export class JobsTree implements TreeModel {
  private readonly grown = new Signal();
  private extraPages = 0;
  /** What the filter finds among the jobs that have ended: every day's rows ask for it again. */
  private ended: { readonly of: readonly Job[]; readonly filter: Filter; readonly found: readonly Job[] } | undefined;

  constructor(
    private readonly stores: Stores,
    private readonly pageSize: () => number,
    private readonly filter: ViewFilter = new ViewFilter(),
  ) {}

  async roots(): Promise<readonly Row[]> {
    await this.stores.jobs.ensure();
    const { key } = this.stores.engine;
    const { running, shown, hidden } = this.pages();
    const failed = linkBranches('jobs', t('Could not list jobs'), this.stores.jobs.failures);
    const rows = failureRows(key, failed);
    if (running.length > 0) {
      rows.push(groupRow({ key, group: RUNNING, label: t('Running'), count: running.length, expanded: true }));
    }
    for (const [day, jobs] of this.byDay(shown)) {
      rows.push(groupRow({ key, group: `day ${day}`, label: day, count: jobs.length, expanded: true }));
    }
    if (hidden > 0) rows.push(this.moreRow(hidden));
    return rows;
  }

  async children(row: Row): Promise<readonly Row[]> {
    if (row.target.kind !== 'group') return [];
    const { running, shown } = this.pages();
    const { group } = row.target;
    const jobs = group === RUNNING ? running : (this.byDay(shown).get(group.slice('day '.length)) ?? []);
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
    return failure && asOf !== undefined ? t('as of {0}', clockText(asOf)) : undefined;
  }

  /** Shows one page more. */
  loadMore(): void {
    this.extraPages += 1;
    this.grown.fire();
  }

  private pages(): { running: readonly Job[]; shown: readonly Job[]; hidden: number } {
    const { filter } = this.filter;
    const found = (jobs: readonly Job[]) =>
      filter.length === 0 ? jobs : jobs.filter((job) => matches(filter, this.findable(job)));
    const { jobs, running } = this.stores.jobs;
    if (this.ended?.of !== jobs || this.ended.filter !== filter) {
      this.ended = { of: jobs, filter, found: found(jobs.filter((job) => isFinished(job.status))) };
    }
    const finished = this.ended.found;
    const shown = finished.slice(0, this.pageSize() * (this.extraPages + 1));
    return { running: found(running), shown, hidden: finished.length - shown.length };
  }

  private findable(job: Job): Findable {
    return findableJob({ job, statistics: this.stores.jobs.statistics(job.id) }, this.stores.links.provider(job.id));
  }

  private byDay(jobs: readonly Job[]): Map<string, Job[]> {
    const days = new Map<string, Job[]>();
    for (const job of jobs) {
      const day = jobDay(job, this.stores.clock.now());
      const sameDay = days.get(day);
      if (sameDay) sameDay.push(job);
      else days.set(day, [job]);
    }
    return days;
  }

  private row(job: Job): Row {
    const statistics = this.stores.jobs.statistics(job.id);
    const { engine, clock, links } = this.stores;
    return jobRow({ job, statistics }, { key: engine.key, now: clock.now(), provider: links.provider(job.id) });
  }

  private moreRow(hidden: number): Row {
    const label = t('Load more…');
    return {
      id: rowId(this.stores.engine.key, 'more'),
      label,
      description: t('{0} older jobs', hidden),
      icon: { name: 'ellipsis' },
      tokens: ['more'],
      children: 'none',
      spoken: t('Load more, {0} older jobs', hidden),
      target: { kind: 'more' },
      opens: true,
    };
  }
}
