import { html, nothing, type TemplateResult } from 'lit';
import { type PhaseRow, phaseRows } from '../../src/domain/jobPhases';
import { formatRate } from '../../src/domain/sizes';
import { canStartAgain, isFinished } from '../../src/domain/states';
import type { JobRequest, JobSnapshot } from '../../src/messages/job';
import type { JobStringKey } from '../../src/messages/jobStrings';
import { jobStateKind } from '../../src/messages/stateKind';
import { duration } from '../ui/duration';
import { stateLabel } from '../ui/icons';
import { sparkline } from '../ui/sparkline';
import { dataTable } from '../ui/table';
import type { Texts } from '../ui/texts';
import type { TimeFormat } from '../ui/time';
import { counters } from './counters';
import { type FailureCause, failureCauses, rates } from './jobModel';

/** What the parts of the page draw from. */
export interface JobViewContext {
  readonly snapshot: JobSnapshot;
  /** The host's clock at this moment. */
  readonly now: number;
  readonly texts: Texts<JobStringKey>;
  readonly times: TimeFormat;
  readonly send: (action: JobRequest['action']) => void;
}

/** Title, state and what can be done. */
export function headerView({ snapshot, texts, times, send }: JobViewContext): TemplateResult {
  const { job, statistics, vaultName } = snapshot;
  const button = (action: JobRequest['action'], secondary: boolean) =>
    html`<vscode-button appearance=${secondary ? 'secondary' : 'primary'} @click=${() => send(action)}
      >${texts.t(`action.${action}`)}</vscode-button
    >`;
  const started = times.withZone(job.startTime);
  return html`<header class="page">
    <div class="titles">
      <h1>${jobTitle(snapshot, texts)}</h1>
      <p>${stateLabel(jobStateKind(job.status), statusText(job.status, texts))}</p>
      <p class="muted">${
        job.endTime === undefined
          ? texts.t('header.line', vaultName, started)
          : texts.t('header.finished', vaultName, started, times.withZone(job.endTime))
      }</p>
    </div>
    <div class="actions">
      ${canStartAgain(job) ? button('retry', false) : nothing}
      ${job.status !== 'Failed' && statistics?.files.length ? button('openFolder', false) : nothing}
      ${job.status === 'Failed' ? button('explain', true) : nothing} ${button('openLog', true)} ${job.cancellable ? button('cancel', true) : nothing}
    </div>
  </header>`;
}

/** What comes first: a lost connection, and the cause of a failure with what to do next. */
export function bannersView({ snapshot, texts, times }: JobViewContext): TemplateResult {
  const { job, connection, now } = snapshot;
  const causes = failureCauses(job.errors);
  return html`<div class="banners">
    ${
      connection.state === 'lost'
        ? html`<p class="banner warning">${texts.t('connection.lost', connection.reason, times.dateTime(now))}</p>`
        : nothing
    }
    ${
      job.status === 'Failed'
        ? html`<section class="banner error" aria-labelledby="failure">
            <h2 id="failure">${texts.t('failure.heading')}</h2>
            ${causes.length === 0 ? html`<p>${texts.t('failure.unknown')}</p>` : causes.map((cause) => causeView(cause, texts))}
          </section>`
        : nothing
    }
  </div>`;
}

function causeView({ cause, advice, code }: FailureCause, texts: Texts<JobStringKey>): TemplateResult {
  const [only, ...more] = advice;
  return html`<p>${cause} ${more.length === 0 ? only : nothing}</p>
    ${
      more.length === 0
        ? nothing
        : html`<h3>${texts.t('failure.advice')}</h3>
            <ul>${advice.map((line) => html`<li>${line}</li>`)}</ul>`
    }
    ${code === undefined ? nothing : html`<p class="muted">${texts.t('failure.code', code)}</p>`}`;
}

/** The bar, and the counters under it. */
export function progressView({ snapshot, now, texts }: JobViewContext): TemplateResult {
  const { job } = snapshot;
  const finished = isFinished(job.status);
  const percent = job.progressPercent;
  const line = percent === undefined ? texts.t('progress.unknown') : texts.t('progress.percent', Math.floor(percent));
  const showBar = percent !== undefined || !finished;
  return html`<section aria-labelledby="progress">
    <h2 id="progress">${texts.t('progress.heading')}</h2>
    ${
      showBar
        ? html`<progress
              class=${finished ? jobStateKind(job.status) : ''}
              max="100"
              value=${percent ?? nothing}
              aria-label=${texts.t('progress.label')}
            ></progress>
            <p class="progress-line">${line}</p>`
        : nothing
    }
    <dl class="facts large">${counters(snapshot, now, texts).map(
      ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
    )}</dl>
  </section>`;
}

/** The throughput as a line, in words, and as a table. */
export function throughputView({ snapshot, texts, times }: JobViewContext): TemplateResult | typeof nothing {
  const samples = snapshot.statistics?.samples ?? [];
  const points = rates(samples);
  const first = samples[0];
  const last = samples.at(-1);
  if (points.length < 2 || !first || !last) {
    return nothing;
  }
  const values = points.map(({ bytesPerSecond }) => bytesPerSecond);
  const summary = texts.t(
    'throughput.summary',
    formatRate(Math.max(...values)),
    formatRate(Math.min(...values)),
    duration(last.time - first.time, texts),
  );
  return html`<section aria-labelledby="throughput">
    <h2 id="throughput">${texts.t('throughput.heading')}</h2>
    ${sparkline(values, summary)}
    <p class="muted">${summary}</p>
    <details>
      <summary>${texts.t('throughput.table')}</summary>
      ${dataTable({
        labelledBy: 'throughput',
        compact: true,
        columns: [
          { header: texts.t('throughput.time'), cell: (point) => times.time(point.time) },
          { header: texts.t('throughput.rate'), numeric: true, cell: (point) => formatRate(point.bytesPerSecond) },
        ],
        rows: points,
      })}
    </details>
  </section>`;
}

/** Every phase so far and how long it took. */
export function phasesView({ snapshot, now, texts }: JobViewContext): TemplateResult {
  const rows = phaseRows(snapshot.job, snapshot.statistics, now);
  const kinds = { waiting: 'off', running: 'running', done: 'ok', stopped: 'error' } as const;
  const hasDetail = rows.some((row) => row.detail !== undefined || row.percent !== undefined);
  return html`<section aria-labelledby="phases">
    <h2 id="phases">${texts.t('phases.heading')}</h2>
    ${
      rows.length === 0
        ? html`<p class="muted">${texts.t('phases.none')}</p>`
        : dataTable<PhaseRow>({
            labelledBy: 'phases',
            columns: [
              { header: texts.t('phases.phase'), cell: (row) => texts.of(`phase.${row.name}`, row.name) },
              {
                header: texts.t('phases.state'),
                cell: (row) =>
                  stateLabel(
                    row.status ? jobStateKind(row.status) : kinds[row.state],
                    row.status ? statusText(row.status, texts) : texts.t(`phaseState.${row.state}`),
                  ),
              },
              ...(hasDetail
                ? [{ header: texts.t('phases.detail'), cell: (row: PhaseRow) => phaseDetail(row, texts) }]
                : []),
              {
                header: texts.t('phases.duration'),
                numeric: true,
                cell: (row) => (row.durationMs === undefined ? texts.t('value.none') : duration(row.durationMs, texts)),
              },
            ],
            rows,
          })
    }
  </section>`;
}

function phaseDetail({ percent, detail }: PhaseRow, { t }: Texts<JobStringKey>): string {
  const parts = [percent === undefined ? undefined : t('progress.percent', Math.floor(percent)), detail];
  return parts.filter(Boolean).join(' · ') || t('value.none');
}

/** The title of a job, for example `Backup of web-01`. */
export function jobTitle({ job }: JobSnapshot, texts: Texts<JobStringKey>): string {
  return texts.of(`title.${job.operation}`, texts.t('title.other', job.operation, job.machineName), job.machineName);
}

/** The word of a job status. */
export function statusText(status: string, texts: Texts<JobStringKey>): string {
  return texts.of(`status.${status}`, status);
}
