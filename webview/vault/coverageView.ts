import { html, nothing, svg, type TemplateResult } from 'lit';
import type { CoverageRow, DayMark, HistoryRow } from '../../src/messages/vault';
import { stateLabel } from '../ui/icons';
import { dataTable } from '../ui/table';
import { dayLists } from './vaultModel';
import type { VaultViewContext } from './vaultView';

/** What waits for somebody; each line opens what it is about. */
export function alertsView({ snapshot, texts, send }: VaultViewContext): TemplateResult | typeof nothing {
  const { alerts } = snapshot;
  if (alerts.length === 0) return nothing;
  return html`<section class="alerts" aria-labelledby="alerts">
    <h2 id="alerts">${texts.t('alerts.heading')}</h2>
    <ul class="plain">
      ${alerts.map(
        ({ id, kind, text }) => html`<li>
          <button type="button" class="link" @click=${() => send({ action: 'openAlert', alertId: id })}
            >${stateLabel(kind, text)}</button
          >
        </li>`,
      )}
    </ul>
  </section>`;
}

/** How much of each resource group is protected. */
export function coverageView({ snapshot, texts }: VaultViewContext): TemplateResult | typeof nothing {
  const { coverage } = snapshot;
  const { t } = texts;
  if (coverage.length === 0) return nothing;
  return html`<section aria-labelledby="coverage">
    <h2 id="coverage">${t('coverage.heading')}</h2>
    ${dataTable<CoverageRow>({
      labelledBy: 'coverage',
      compact: true,
      columns: [
        { header: t('coverage.group'), cell: ({ name }) => name },
        {
          header: t('coverage.protected'),
          cell: (row) => html`<span class="coverage">
            ${coverageBar(row)}<span>${t('coverage.value', row.isProtected, row.total)}</span>
          </span>`,
        },
      ],
      rows: coverage,
    })}
  </section>`;
}

/** Target, newest point and margin of each machine, and how its backups ended by day. */
export function historyView(context: VaultViewContext): TemplateResult | typeof nothing {
  const { snapshot, texts, send } = context;
  const { history } = snapshot;
  const { t } = texts;
  const [first] = history;
  if (!first) return nothing;
  const none = t('value.none');
  return html`<section aria-labelledby="history">
    <h2 id="history">${t('history.heading', first.days.length)}</h2>
    ${dataTable<HistoryRow>({
      labelledBy: 'history',
      columns: [
        {
          header: t('history.machine'),
          cell: ({ id, name }) => html`<button
            type="button"
            class="link"
            @click=${() => send({ action: 'openMachine', machineId: id })}
          >${name}</button>`,
        },
        { header: t('history.target'), cell: ({ targetText }) => targetText ?? none },
        {
          header: t('history.age'),
          cell: ({ ageText }) => (ageText === undefined ? t('items.never') : t('history.age.value', ageText)),
        },
        {
          header: t('history.margin'),
          cell: ({ marginText, missed }) =>
            marginText === undefined ? none : stateLabel(missed ? 'warning' : 'ok', marginText),
        },
        { header: t('history.days'), cell: (row) => dayStrip(row, context) },
      ],
      rows: history,
    })}
    <p class="hint note">${t('history.legend')}</p>
  </section>`;
}

const BAR_WIDTH = 120;
const CELL = 6;
const STRIP_HEIGHT = 16;

function coverageBar({ isProtected, total }: CoverageRow): TemplateResult {
  const width = total === 0 ? 0 : (BAR_WIDTH * isProtected) / total;
  return html`<svg class="coverage-bar" viewBox="0 0 ${BAR_WIDTH} 8" aria-hidden="true" focusable="false">
    <rect class="all" width=${BAR_WIDTH} height="8" rx="2"></rect>
    <rect class="part" width=${width} height="8" rx="2"></rect>
  </svg>`;
}

/** One mark per day, told apart by shape as well as colour; each says its day on hover, and the words below say all of them. */
function dayStrip({ days, daysText }: HistoryRow, { snapshot, texts }: VaultViewContext): TemplateResult {
  const names = snapshot.historyDays;
  const title = (mark: DayMark, index: number) => texts.t('history.day', names[index] ?? '', texts.t(`day.${mark}`));
  return html`<svg
      class="day-strip"
      viewBox="0 0 ${days.length * CELL} ${STRIP_HEIGHT}"
      aria-hidden="true"
      focusable="false"
    >${days.map(
      (mark, index) => svg`<g>
        <title>${title(mark, index)}</title>
        <rect class="hit" x=${index * CELL} width=${CELL} height=${STRIP_HEIGHT}/>
        ${dayMark(mark, index * CELL)}
      </g>`,
    )}</svg>
    <details class="day-words">
      <summary>${daysText}</summary>
      <ul>${dayLists(days, names, texts).map(({ text }) => html`<li>${text}</li>`)}</ul>
    </details>`;
}

function dayMark(mark: DayMark, x: number): TemplateResult {
  switch (mark) {
    case 'ok':
      return svg`<rect class="ok" x=${x + 1} y="1" width="4" height="14" rx="1"/>`;
    case 'warning':
      return svg`<path class="warning" d="M${x + 3} 3 L${x + 5.6} 15 H${x + 0.4} Z"/>`;
    case 'error':
      return svg`<path class="error" d="M${x + 0.8} 5 L${x + 5.2} 11 M${x + 5.2} 5 L${x + 0.8} 11"/>`;
    default:
      return svg`<circle class="none" cx=${x + 3} cy="8" r="0.9"/>`;
  }
}
