import { html, nothing, type TemplateResult } from 'lit';
import { formatBytes } from '../../src/domain/sizes';
import type { StateKind } from '../../src/messages/stateKind';
import { stateIcon } from '../ui/icons';
import { dataTable } from '../ui/table';
import { filteredLog, type LogFilter } from './jobModel';
import type { JobViewContext } from './jobView';

const FILTERS = ['all', 'warning', 'error'] as const;
const LEVEL_KINDS: Readonly<Record<'info' | 'warning' | 'error', StateKind>> = {
  info: 'off',
  warning: 'warning',
  error: 'error',
};

/** The end of the job's log, with a choice of levels. */
export function logView(
  { snapshot, texts, times }: JobViewContext,
  filter: LogFilter,
  setFilter: (filter: LogFilter) => void,
): TemplateResult | typeof nothing {
  const log = snapshot.statistics?.log;
  if (!log) {
    return nothing;
  }
  const entries = filteredLog(log, filter);
  const onChange = ({ target }: Event) => {
    const chosen = target instanceof HTMLSelectElement ? target.value : '';
    setFilter(FILTERS.find((value) => value === chosen) ?? 'all');
  };
  return html`<section aria-labelledby="log">
    <div class="log-head">
      <h2 id="log">${texts.t('log.heading')}</h2>
      <span class="with-unit">
        <label for="log-level">${texts.t('log.show')}</label>
        <select id="log-level" @change=${onChange}>
          ${FILTERS.map((value) => html`<option value=${value} ?selected=${value === filter}>${texts.t(`log.${value}`)}</option>`)}
        </select>
      </span>
    </div>
    ${
      entries.length === 0
        ? html`<p class="muted">${texts.t(log.length === 0 ? 'log.none' : 'log.noneOfLevel')}</p>`
        : html`<ol class="log" tabindex="0" aria-labelledby="log">
            ${entries.map(
              ({ time, level, text }) => html`<li>
                <time>${times.time(time)}</time>
                <span class="level">${stateIcon(LEVEL_KINDS[level])}<span>${texts.t(`log.level.${level}`)}</span></span>
                <span class="text">${text}</span>
              </li>`,
            )}
          </ol>`
    }
  </section>`;
}

/** The files that a restore wrote. */
export function filesView({ snapshot, texts }: JobViewContext): TemplateResult | typeof nothing {
  const files = snapshot.statistics?.files ?? [];
  if (files.length === 0) {
    return nothing;
  }
  return html`<section aria-labelledby="files">
    <h2 id="files">${texts.t('files.heading')}</h2>
    ${dataTable({
      labelledBy: 'files',
      columns: [
        { header: texts.t('files.disk'), cell: (file) => file.disk },
        { header: texts.t('files.path'), cell: (file) => file.path },
        { header: texts.t('files.size'), numeric: true, cell: (file) => formatBytes(file.sizeBytes) },
      ],
      rows: files,
    })}
  </section>`;
}

/** What else the service tells about the job. */
export function factsView({ snapshot, texts }: JobViewContext): TemplateResult | typeof nothing {
  const facts = Object.entries(snapshot.job.properties);
  if (facts.length === 0) {
    return nothing;
  }
  return html`<section aria-labelledby="facts">
    <h2 id="facts">${texts.t('facts.heading')}</h2>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${texts.of(`fact.${name}`, name)}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
