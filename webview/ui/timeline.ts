import { html, nothing, svg, type TemplateResult } from 'lit';
import type { timelineStrings } from '../../src/messages/timelineStrings';
import type { Texts } from './texts';
import {
  movedTo,
  type TimelinePoint,
  timelineBars,
  timelineTicks,
  timeWindow,
  ZOOMS,
  type Zoom,
} from './timelineModel';

const WIDTH = 900;
const HEIGHT = 90;
const BAR = 6;

const TICKS = {
  day: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  between: { day: 'numeric', month: 'short' },
  year: { month: 'short', year: '2-digit' },
} as const;

export interface TimelineOptions {
  /** Newest first. */
  readonly points: readonly TimelinePoint[];
  readonly selected: string | undefined;
  readonly zoom: Zoom;
  readonly now: number;
  readonly lang: string;
  /** IANA name of the zone that times are shown in; without it the window's own. */
  readonly timeZone: string | undefined;
  readonly texts: Texts<keyof typeof timelineStrings>;
  /** The selected point in words: what a screen reader says. */
  readonly words: string;
  readonly select: (id: string) => void;
  readonly setZoom: (zoom: Zoom) => void;
  /** Goes to what can be done with the selected point. */
  readonly enter: () => void;
}

/**
 * The recovery points of a machine over time, each a bar as high as the new data it brought. One tab stop, a slider over
 * the points: arrows move from point to point. The caller adds the same as a table.
 */
export function timeline(options: TimelineOptions): TemplateResult {
  const { points, selected, zoom, now, lang, texts, words } = options;
  const at = points.findIndex(({ id }) => id === selected);
  const window = timeWindow(zoom, now, points[at]?.time);
  const bars = timelineBars(points, window, WIDTH, BAR);
  const ticks = timelineTicks(zoom, window);
  const format = new Intl.DateTimeFormat(lang, {
    ...TICKS[zoom === 'day' || zoom === 'year' ? zoom : 'between'],
    timeZone: options.timeZone,
  });
  const onKey = (event: KeyboardEvent) => {
    const to = movedTo(points, selected, event.key);
    if (to !== undefined) options.select(to);
    else if (event.key === 'Enter') options.enter();
    else return;
    event.preventDefault();
  };
  return html`<div class="timeline">
    <div class="timeline-zoom" role="group" aria-label=${texts.t('timeline.zoom')}>
      ${ZOOMS.map(
        (
          name,
        ) => html`<button type="button" class="chip" aria-pressed=${name === zoom ? 'true' : 'false'} @click=${() => options.setZoom(name)}>
          ${texts.t(`timeline.${name}`)}
        </button>`,
      )}
    </div>
    <div
      id="timeline"
      class="timeline-view"
      role="slider"
      tabindex="0"
      aria-label=${texts.t('timeline.label')}
      aria-describedby="timeline-hint"
      aria-orientation="horizontal"
      aria-valuemin="1"
      aria-valuemax=${points.length}
      aria-valuenow=${points.length - Math.max(0, at)}
      aria-valuetext=${words}
      @keydown=${onKey}
    >
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT + 4}" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        ${bars.map(({ x, height, known, held, ids }) => {
          const chosen = selected !== undefined && ids.includes(selected);
          return svg`<rect class="hit" x=${x - BAR / 2} y="0" width=${BAR * 2} height=${HEIGHT} @click=${() => options.select(ids[0] ?? '')}></rect>
            <rect class=${`bar ${known ? '' : 'unknown'} ${chosen ? 'chosen' : ''}`} x=${x + 1} y=${HEIGHT - height * HEIGHT} width=${BAR - 2} height=${height * HEIGHT} @click=${() => options.select(ids[0] ?? '')}></rect>
            ${held ? svg`<path class="held" d=${`M${x} 2h${BAR}l-${BAR / 2} 8z`}></path>` : nothing}`;
        })}
        <line x1="0" x2=${WIDTH} y1=${HEIGHT + 1} y2=${HEIGHT + 1} vector-effect="non-scaling-stroke"></line>
      </svg>
      <div class="timeline-axis" aria-hidden="true">${ticks.map((tick) => html`<span>${format.format(tick)}</span>`)}</div>
    </div>
    <p class="hint" id="timeline-hint">${texts.t('timeline.hint')}</p>
  </div>`;
}
