import '../ui/zod';
import { html, type TemplateResult } from 'lit';
import { isFinished } from '../../src/domain/states';
import { type JobRequest, type JobSnapshot, jobProtocol } from '../../src/messages/job';
import type { JobStringKey } from '../../src/messages/jobStrings';
import type { Accepted } from '../../src/messages/protocol';
import { type Page, type PageContext, startPage } from '../ui/page';
import { announcement, type LogFilter, type Spoken, spokenFacts } from './jobModel';
import {
  bannersView,
  headerView,
  type JobViewContext,
  phasesView,
  progressView,
  statusText,
  throughputView,
} from './jobView';
import { factsView, filesView, logView } from './logView';

const TICK_MS = 1000;

class JobPage implements Page<JobSnapshot> {
  private snapshot: JobSnapshot | undefined;
  /** The window's clock when the snapshot came: the host's clock is its `now` plus the time since. */
  private receivedAt = 0;
  private jobId = '';
  private filter: LogFilter = 'all';
  private spoken: Spoken | undefined;
  private spokenText = '';

  constructor(private readonly context: PageContext<JobRequest, Accepted, JobStringKey>) {
    setInterval(() => {
      if (this.isTicking() && document.visibilityState === 'visible') {
        context.update();
      }
    }, TICK_MS);
  }

  accept(snapshot: JobSnapshot): void {
    this.snapshot = snapshot;
    this.receivedAt = Date.now();
    if (snapshot.job.id !== this.jobId) {
      this.jobId = snapshot.job.id;
      this.spoken = undefined;
      this.spokenText = '';
      this.filter = this.keptFilter();
    }
    this.speak(snapshot);
  }

  render(): TemplateResult {
    if (!this.snapshot) {
      return html``;
    }
    const view = this.view(this.snapshot);
    return html`<main>
      ${headerView(view)} ${bannersView(view)} ${progressView(view)} ${filesView(view)} ${phasesView(view)}
      ${throughputView(view)} ${logView(view, this.filter, this.setFilter)} ${factsView(view)}
      <p class="visually-hidden" role="status" aria-live="polite">${this.spokenText}</p>
    </main>`;
  }

  private view(snapshot: JobSnapshot): JobViewContext {
    const { texts, times } = this.context;
    return {
      snapshot,
      now: snapshot.now + (this.isTicking() ? Date.now() - this.receivedAt : 0),
      texts,
      times,
      send: (action) => void this.context.request({ action }),
    };
  }

  /** Time stands still with the last known facts, and with a job that has ended. */
  private isTicking(): boolean {
    return (
      this.snapshot !== undefined && this.snapshot.connection.state === 'live' && !isFinished(this.snapshot.job.status)
    );
  }

  private speak({ job, statistics }: JobSnapshot): void {
    const { texts } = this.context;
    const facts = spokenFacts(job, statistics);
    switch (announcement(this.spoken, facts)) {
      case 'status':
        this.spokenText = statusText(facts.status, texts);
        break;
      case 'phase':
        this.spokenText = texts.t('announce.phase', texts.of(`phase.${facts.phase}`, facts.phase ?? ''));
        break;
      case 'quarter':
        this.spokenText = texts.t('announce.percent', facts.quarter * 25);
        break;
      case undefined:
        break;
    }
    this.spoken = facts;
  }

  private readonly setFilter = (filter: LogFilter): void => {
    this.filter = filter;
    this.context.keep({ filter });
    this.context.update();
  };

  private keptFilter(): LogFilter {
    const kept = this.context.pageState();
    const filter = typeof kept === 'object' && kept !== null && 'filter' in kept ? kept.filter : undefined;
    return filter === 'warning' || filter === 'error' ? filter : 'all';
  }
}

startPage(jobProtocol, (context: PageContext<JobRequest, Accepted, JobStringKey>) => new JobPage(context));
