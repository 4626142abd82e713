import { html, type TemplateResult } from 'lit';

const WIDTH = 600;
const HEIGHT = 60;

/** The points of a line through `values` from 0 up, spread over the drawing; empty below two values. */
export function sparklinePoints(values: readonly number[], width = WIDTH, height = HEIGHT): string {
  const top = Math.max(...values, 0);
  if (values.length < 2) {
    return '';
  }
  const step = width / (values.length - 1);
  return values
    .map((value, index) => {
      const y = top === 0 ? height : height - (value / top) * height;
      return `${round(index * step)},${round(y)}`;
    })
    .join(' ');
}

/** A line over time; `label` says the same in words, and the caller adds a table. */
export function sparkline(values: readonly number[], label: string): TemplateResult {
  const line = sparklinePoints(values);
  return html`<svg class="sparkline" viewBox="0 -2 ${WIDTH} ${HEIGHT + 4}" preserveAspectRatio="none" role="img" aria-label=${label}>
    <polygon points="0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}"></polygon>
    <polyline points=${line} vector-effect="non-scaling-stroke"></polyline>
  </svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
