import { css } from 'lit';

/** The timeline of recovery points, tabs and chips. */
export const timelineStyles = css`
  .timeline { margin-bottom: 1rem; }
  .timeline-zoom { display: flex; gap: 0.3rem; margin-bottom: 0.5rem; }
  .chip {
    font: inherit; color: var(--vscode-foreground); background: none; border: 1px solid var(--vscode-input-border, var(--line));
    border-radius: 1rem; padding: 0.1rem 0.75rem; cursor: pointer;
  }
  .chip[aria-pressed='true'] { color: var(--vscode-button-foreground); background: var(--vscode-button-background); border-color: var(--vscode-contrastActiveBorder, transparent); }
  .timeline-view { border: 1px solid var(--line); border-radius: 4px; padding: 0.5rem 0.5rem 0.2rem; background: var(--card); }
  .timeline-view svg { display: block; width: 100%; height: 6.5rem; }
  .timeline-view line { stroke: var(--line); stroke-width: 1; }
  .timeline-view .hit { fill: transparent; cursor: pointer; }
  .timeline-view .bar { fill: var(--running); cursor: pointer; opacity: 0.75; }
  .timeline-view .bar.unknown { fill: var(--muted); }
  .timeline-view .bar.chosen { fill: var(--vscode-foreground); opacity: 1; }
  .timeline-view .held { fill: var(--warning); }
  .timeline-axis { display: flex; color: var(--muted); font-size: 0.85em; }
  .timeline-axis span { flex: 1 1 0; text-align: center; white-space: nowrap; overflow: hidden; }
  .timeline > .hint { margin-top: 0.4rem; }
  [role='tablist'] { display: flex; flex-wrap: wrap; gap: 0 1.25rem; border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
  [role='tab'] {
    font: inherit; color: var(--muted); background: none; border: 0; border-bottom: 2px solid transparent; padding: 0.4rem 0; cursor: pointer;
  }
  [role='tab'][aria-selected='true'] { color: var(--vscode-foreground); border-bottom-color: var(--vscode-focusBorder); font-weight: 600; }
  .selected-point { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: center; justify-content: space-between; margin: 0 0 1rem; }
  .selected-point > p { min-width: 0; overflow-wrap: anywhere; }
  .selected-point .muted { display: block; }
  .selected-point .actions { display: flex; flex-wrap: wrap; gap: 0.5rem; }
  .points .grid-scroll { height: clamp(10rem, 40vh, 40rem); }
  .points .grid-row { grid-template-columns: 12rem minmax(8rem, 2fr) 7rem minmax(7rem, 1fr) minmax(6rem, 1fr); }
  .points [aria-selected='true'] { background: var(--vscode-list-inactiveSelectionBackground, var(--card)); }
  @media (max-width: 52rem) {
    .points .grid-rows > .grid-row { grid-template-columns: minmax(0, 1fr) auto; grid-template-areas: 'time new' 'kept kept' 'consistency tier'; }
    .grid-rows .at-time { grid-area: time; font-weight: 600; }
    .grid-rows .at-new { grid-area: new; }
    .grid-rows .at-kept { grid-area: kept; }
    .grid-rows .at-consistency { grid-area: consistency; }
    .grid-rows .at-tier { grid-area: tier; }
  }
  @media (forced-colors: none) {
    .vscode-high-contrast .chip[aria-pressed='true'] { color: var(--vscode-editor-background); background: var(--vscode-foreground); }
  }
  @media (forced-colors: active) {
    .timeline-view .bar[class] { fill: CanvasText; opacity: 1; }
    .timeline-view .bar.chosen[class] { fill: Highlight; }
    .chip[aria-pressed='true'] { forced-color-adjust: none; background: Highlight; color: HighlightText; }
  }
`;
