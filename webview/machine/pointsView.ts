import { html, nothing, type TemplateResult } from 'lit';
import type { PointRow } from '../../src/messages/machine';
import { pointColumns, pointFacts } from '../ui/pointTable';
import { timeline } from '../ui/timeline';
import type { Zoom } from '../ui/timelineModel';
import '../ui/virtualGrid';
import type { MachineViewContext } from './machineView';

/** What the points draw from, besides what every part does. */
export interface PointsContext extends MachineViewContext {
  readonly selected: PointRow | undefined;
  readonly zoom: Zoom;
  readonly select: (id: string) => void;
  readonly setZoom: (zoom: Zoom) => void;
}

/** The recovery points over time, the selected one with what can be done, and all of them as a table. */
export function pointsView(context: PointsContext): TemplateResult {
  const { snapshot, texts, lang, selected, zoom, select, setZoom } = context;
  const { t } = texts;
  const { points } = snapshot;
  if (!points || points.length === 0) {
    const key = points ? 'points.none' : snapshot.vaultName === undefined ? 'points.notProtected' : 'points.reading';
    return html`<section aria-labelledby="points">
      <h2 id="points">${t('points.heading')}</h2>
      <p class="muted">${t(key)}</p>
    </section>`;
  }
  const count =
    points.length === 1 ? t('points.one') : t('points.count', new Intl.NumberFormat(lang).format(points.length));
  return html`<section aria-labelledby="points">
    <h2 id="points">${count}</h2>
    ${timeline({
      points,
      selected: selected?.id,
      zoom,
      now: snapshot.now,
      lang,
      timeZone: context.times.timeZone,
      texts,
      words: selected ? pointWords(selected, context) : t('timeline.none'),
      select,
      setZoom,
      enter: () => document.getElementById('restore-point')?.focus(),
    })}
    ${selected ? selectedView(selected, context) : nothing}
    <vmb-virtual-grid
      class="points"
      .label=${t('points.label')}
      .columns=${pointColumns(texts, context.times)}
      .total=${points.length}
      .from=${0}
      .rows=${points}
      @open=${({ detail }: CustomEvent<PointRow>) => select(detail.id)}
    ></vmb-virtual-grid>
  </section>`;
}

function selectedView(point: PointRow, context: PointsContext): TemplateResult {
  const { texts, times, snapshot, send } = context;
  return html`<div class="card selected-point" role="group" aria-label=${texts.t('points.selected')}>
    <p><strong>${times.withZone(point.time)}</strong><span class="muted">${pointFacts(point, context.texts)}</span></p>
    <div class="actions">
      <vscode-button
        id="restore-point"
        appearance="secondary"
        ?disabled=${!snapshot.can.restore}
        @click=${() => send({ action: 'restore', pointId: point.id })}
        >${texts.t('points.restore')}</vscode-button
      >
      ${(point.actions ?? []).map(
        (action) =>
          html`<vscode-button appearance="secondary" @click=${() => send({ action, pointId: point.id })}
            >${texts.t(`points.${action}`)}</vscode-button
          >`,
      )}
    </div>
  </div>`;
}

/** The point in words, as a screen reader says it. */
function pointWords(point: PointRow, context: PointsContext): string {
  return `${context.times.withZone(point.time)}, ${pointFacts(point, context.texts)}`;
}
