import { html, nothing, type TemplateResult } from 'lit';
import type { PointRow } from '../../src/messages/machine';
import type { RestoreForm, RestoreSnapshot } from '../../src/messages/restore';
import type { RestoreStringKey } from '../../src/messages/restoreStrings';
import { pointColumns, pointFacts } from '../ui/pointTable';
import type { Texts } from '../ui/texts';
import type { TimeFormat } from '../ui/time';
import { timeline } from '../ui/timeline';
import type { Zoom } from '../ui/timelineModel';
import '../ui/virtualGrid';
import { fromInputTime, pointBefore, toInputTime } from './formModel';

/** What the parts of the form draw from. */
export interface FormContext {
  readonly snapshot: RestoreSnapshot;
  readonly form: RestoreForm;
  readonly texts: Texts<RestoreStringKey>;
  readonly times: TimeFormat;
  readonly lang: string;
  /** Changes the form as it is then; the same form changes nothing. */
  readonly edit: (change: (form: RestoreForm) => RestoreForm) => void;
}

export interface PointContext extends FormContext {
  readonly zoom: Zoom;
  readonly setZoom: (zoom: Zoom) => void;
  /** True if a moment was asked for that no point is as old as. */
  readonly noneBefore: boolean;
  readonly setNoneBefore: (none: boolean) => void;
}

/** Which recovery point: over time, by a moment that it shall not be younger than, or from a table. */
export function pointPart(context: PointContext): TemplateResult {
  const { snapshot, form, texts, times, lang, zoom, setZoom } = context;
  const { t } = texts;
  const { points, now } = snapshot;
  const selected = points.find(({ id }) => id === form.pointId);
  const select = (pointId: string) => {
    context.setNoneBefore(false);
    context.edit(({ luns: _ofTheOtherPoint, ...rest }) => ({ ...rest, pointId }));
  };
  return html`<section aria-labelledby="point">
    <h2 id="point">${t('point.heading')}</h2>
    ${timeline({
      points,
      selected: selected?.id,
      zoom,
      now,
      lang,
      timeZone: times.timeZone,
      texts,
      words: selected ? `${times.withZone(selected.time)}, ${pointFacts(selected, texts)}` : t('timeline.none'),
      select,
      setZoom,
      enter: () => document.querySelector<HTMLElement>('input[name=target]:checked')?.focus(),
    })}
    ${selected ? selectedView(selected, context) : nothing} ${beforeView(context, select)}
    <details class="points">
      <summary>${t('point.table', new Intl.NumberFormat(lang).format(points.length))}</summary>
      <vmb-virtual-grid
        class="points"
        .label=${t('points.label')}
        .columns=${pointColumns(texts, times)}
        .total=${points.length}
        .from=${0}
        .rows=${points}
        @open=${({ detail }: CustomEvent<PointRow>) => select(detail.id)}
      ></vmb-virtual-grid>
    </details>
  </section>`;
}

function selectedView(point: PointRow, { texts, times }: PointContext): TemplateResult {
  return html`<div class="card selected-point" role="group" aria-label=${texts.t('point.selected')}>
    <p><strong>${times.withZone(point.time)}</strong><span class="muted">${pointFacts(point, texts)}</span></p>
  </div>`;
}

function beforeView(context: PointContext, select: (id: string) => void): TemplateResult {
  const { snapshot, texts, times, noneBefore } = context;
  const { t } = texts;
  const { points, now } = snapshot;
  const choose = ({ target }: Event) => {
    const moment = target instanceof HTMLInputElement ? fromInputTime(target.value, times.timeZone) : undefined;
    if (moment === undefined) return;
    const found = pointBefore(points, moment);
    const point = found ?? points.at(-1);
    if (point) select(point.id);
    if (!found) context.setNoneBefore(true);
  };
  return html`<div class="field">
    <label for="before">${t('point.before')}</label>
    <input
      id="before"
      type="datetime-local"
      max=${toInputTime(now, times.timeZone)}
      aria-describedby=${noneBefore ? 'before-none before-hint' : 'before-hint'}
      .defaultValue=${toInputTime(now, times.timeZone)}
      @change=${choose}
    />
    ${noneBefore ? html`<p class="problem" id="before-none">${t('point.noneBefore')}</p>` : nothing}
    <p class="hint" id="before-hint">${t('point.beforeHint', times.zoneName(now))}</p>
  </div>`;
}
