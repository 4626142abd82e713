import { html, svg, type TemplateResult } from 'lit';
import type { StateKind } from '../../src/messages/stateKind';

const SHAPES: Readonly<Record<StateKind, TemplateResult>> = {
  ok: svg`<circle cx="8" cy="8" r="6.5"/><path d="M5 8.3 7.2 10.5 11 6"/>`,
  warning: svg`<path d="M8 2 14.5 13.5H1.5Z"/><path d="M8 6.3V9.6M8 11.2V11.9"/>`,
  error: svg`<circle cx="8" cy="8" r="6.5"/><path d="M5.6 5.6 10.4 10.4M10.4 5.6 5.6 10.4"/>`,
  running: svg`<path d="M13.5 8A5.5 5.5 0 0 1 3.6 11.3M2.5 8A5.5 5.5 0 0 1 12.4 4.7"/><path d="M12.7 1.8V5H9.5M3.3 14.2V11H6.5"/>`,
  off: svg`<circle cx="8" cy="8" r="6.5"/><path d="M5 8H11"/>`,
};

/** The mark of a state; decoration only, its word stands beside it. */
export function stateIcon(kind: StateKind): TemplateResult {
  return html`<svg class="icon ${kind}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${SHAPES[kind]}</svg>`;
}

/** A state as mark and word. */
export function stateLabel(kind: StateKind, text: string): TemplateResult {
  return html`<span class="state">${stateIcon(kind)}<span>${text}</span></span>`;
}
