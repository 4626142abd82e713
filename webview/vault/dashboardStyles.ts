import { css } from 'lit';

/** Charts and lists that only the dashboard has. */
export const dashboardStyles = css`
  .inline { display: inline-flex; gap: 0.5rem; align-items: center; max-width: 100%; }
  ul.plain { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.4rem; }
  .alerts .state { align-items: start; }
  .alerts .icon { margin-top: 0.15em; }
  .coverage { display: inline-flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: center; }
  .coverage-bar { width: 7.5rem; height: 0.6rem; flex: none; }
  .coverage-bar .all { fill: var(--line); }
  .coverage-bar .part { fill: var(--vscode-progressBar-background, var(--running)); }
  .day-strip { display: block; width: 15rem; max-width: 100%; height: 1.4rem; }
  .day-strip .ok { fill: var(--ok); }
  .day-strip .warning { fill: var(--warning); }
  .day-strip .error { fill: none; stroke: var(--error); stroke-width: 1.4; stroke-linecap: round; }
  .day-strip .none { fill: var(--muted); }
  .day-strip .hit { fill: transparent; }
  .day-words { max-width: 24rem; font-size: 0.9em; }
  .day-words ul { margin: 0.25rem 0 0; padding-inline-start: 1.1rem; }
  @media (forced-colors: active) {
    .coverage-bar .all { fill: Canvas; stroke: CanvasText; }
    .coverage-bar .part { fill: Highlight; }
    .day-strip :is(.ok, .warning, .none) { fill: CanvasText; }
    .day-strip .error { stroke: CanvasText; }
  }
`;
