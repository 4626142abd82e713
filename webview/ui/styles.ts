import { type CSSResult, css } from 'lit';
import { calendarStyles } from './calendarStyles';
import { controlStyles } from './controlStyles';
import { gridStyles } from './gridStyles';

/** Layout and text of every page, from theme variables only. Sizes follow the text, so that zoom keeps proportions. */
const base = css`
  :root {
    --gap: 1rem;
    --line: var(--vscode-panel-border, var(--vscode-contrastBorder, rgba(128, 128, 128, 0.35)));
    --card: var(--vscode-sideBar-background, transparent);
    --muted: var(--vscode-descriptionForeground);
    --ok: var(--vscode-testing-iconPassed, var(--vscode-foreground));
    --warning: var(--vscode-problemsWarningIcon-foreground, var(--vscode-foreground));
    --error: var(--vscode-problemsErrorIcon-foreground, var(--vscode-errorForeground));
    --running: var(--vscode-charts-blue, var(--vscode-foreground));
  }
  * { box-sizing: border-box; }
  [hidden] { display: none !important; }
  body {
    margin: 0;
    padding: 0 clamp(0.75rem, 3vw, 2rem) 3rem;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    line-height: 1.5;
    color: var(--vscode-foreground);
    background: var(--vscode-editor-background);
    overflow-wrap: break-word;
  }
  #page { max-width: 68rem; margin: 0 auto; }
  #page:has(> main.wide) { max-width: 90rem; }
  body.vscode-light, body.vscode-high-contrast-light { color-scheme: light; }
  body.vscode-dark, body.vscode-high-contrast:not(.vscode-high-contrast-light) { color-scheme: dark; }
  h1 { font-size: 1.7em; font-weight: 600; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
  h2 { font-size: 1.15em; font-weight: 600; margin: 0 0 0.6rem; }
  p { margin: 0; }
  .muted, .hint { color: var(--muted); }
  .visually-hidden {
    position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap;
  }
  header.page { display: flex; flex-wrap: wrap; gap: 0.75rem var(--gap); align-items: flex-start; padding: 1.5rem 0 1.25rem; }
  header.page > .titles { flex: 1 1 16rem; min-width: 0; display: grid; gap: 0.25rem; }
  header.page .actions { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
  section { margin: 0 0 1.75rem; min-width: 0; }
  .banner {
    margin: 1rem 0 0; padding: 0.6rem 0.9rem; border: 1px solid var(--line); border-left: 4px solid var(--running);
    border-radius: 3px; background: var(--card); overflow-wrap: anywhere;
  }
  .banner.error { border-left-color: var(--error); }
  .banner.warning { border-left-color: var(--warning); }
  .banner :is(h2, h3) { margin: 0 0 0.25rem; font-size: 1em; }
  .banner h3 { margin-top: 0.5rem; }
  .banner ul { margin: 0.25rem 0 0; padding-left: 1.2rem; }
  .banner + section, [role='alert'] + header { margin-top: 1.5rem; }
  .banners .banner { margin: 0 0 0.75rem; }
  .banners .banner:last-child { margin-bottom: 1.5rem; }
  .state { display: inline-flex; gap: 0.45em; align-items: center; vertical-align: middle; }
  .icon { width: 1.15em; height: 1.15em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
  .icon.ok { color: var(--ok); }
  .icon.warning { color: var(--warning); }
  .icon.error { color: var(--error); }
  .icon.running { color: var(--running); }
  .icon.off { color: var(--muted); }
  .card { border: 1px solid var(--line); border-radius: 4px; background: var(--card); padding: 1rem; }
  details > summary { cursor: pointer; width: fit-content; color: var(--vscode-textLink-foreground); }
  @media (forced-colors: active) {
    .icon[class] { color: CanvasText; }
  }
`;

const tables = css`
  table { width: 100%; border-collapse: collapse; }
  th, td { text-align: left; font-weight: normal; padding: 0.45rem 1rem 0.45rem 0; vertical-align: middle; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
  th:last-child, td:last-child { padding-right: 0; }
  thead th { color: var(--muted); font-size: 0.92em; white-space: nowrap; }
  tbody tr:hover { background: var(--vscode-list-hoverBackground); }
  .numeric { text-align: right; font-variant-numeric: tabular-nums; }
  .cell-label { display: none; }
  @media (max-width: 40rem) {
    .cards, .cards :is(tbody, tbody tr, tbody th, tbody td) { display: block; }
    .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .cards tbody tr { border: 1px solid var(--line); border-radius: 4px; padding: 0.4rem 0.75rem; margin-bottom: 0.6rem; }
    .cards :is(tbody th, tbody td) { border: 0; padding: 0.2rem 0; text-align: left; }
    .cards tbody th { font-weight: 600; }
    .cards tbody td { display: flex; gap: 0.75rem; justify-content: space-between; align-items: center; }
    .cards tbody td > span:last-child { text-align: right; min-width: 0; }
    .cards .cell-label { display: block; color: var(--muted); flex: none; }
  }
`;

const motion = css`
  @media (prefers-reduced-motion: no-preference) {
    .icon.running { animation: turn 2s linear infinite; }
    progress:not([value])::after { animation: slide 1.6s ease-in-out infinite; }
  }
  @media (prefers-reduced-motion: reduce) {
    progress:not([value])::after { width: 100%; opacity: 0.4; }
  }
  @keyframes turn { to { transform: rotate(1turn); } }
  @keyframes slide { from { left: -30%; } to { left: 100%; } }
`;

const parts = css`
  progress {
    appearance: none; display: block; position: relative; overflow: hidden; width: 100%; height: 0.6rem; border: 0;
    border-radius: 0.3rem; background: var(--vscode-editorWidget-background, var(--line)); outline: 1px solid var(--line);
  }
  progress::-webkit-progress-bar { background: transparent; }
  progress::-webkit-progress-value { background: var(--vscode-progressBar-background); }
  progress:not([value])::after {
    content: ''; position: absolute; left: 0; top: 0; width: 30%; height: 100%; background: var(--vscode-progressBar-background);
  }
  progress.ok::-webkit-progress-value { background: var(--ok); }
  progress.error::-webkit-progress-value { background: var(--error); }
  progress.off::-webkit-progress-value { background: var(--muted); }
  dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(9.5rem, 100%), 1fr)); gap: 0.9rem var(--gap); margin: 0; }
  dl.facts dt { color: var(--muted); font-size: 0.92em; }
  dl.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
  dl.facts.large { grid-template-columns: repeat(auto-fill, minmax(min(8.5rem, 100%), 1fr)); }
  dl.facts.large dd { font-size: 1.2em; }
  dl.facts.wide { grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), max-content)); gap: 0.9rem 3rem; }
  .note { margin-top: 0.5rem; }
  .progress-line { font-size: 1.2em; margin: 0.4rem 0 1rem; }
  .sparkline { display: block; width: 100%; height: 4.5rem; }
  .sparkline polyline { fill: none; stroke: var(--running); stroke-width: 1.5; }
  .sparkline polygon { fill: var(--running); opacity: 0.15; }
  .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(14rem, 100%), 1fr)); gap: 0.75rem; }
  .tile {
    display: grid; gap: 0.15rem; align-content: start; text-align: left; font: inherit; color: inherit; cursor: pointer;
    padding: 0.8rem 0.9rem; border: 1px solid var(--line); border-radius: 4px; background: var(--card);
  }
  .tile:hover { background: var(--vscode-list-hoverBackground); }
  .tile .label { color: var(--muted); }
  .tile .value { font-size: 1.9em; line-height: 1.25; font-weight: 300; font-variant-numeric: tabular-nums; }
  .tile .details { display: grid; gap: 0.1rem; }
  .tile .state { align-items: start; }
  .tile .icon { margin-top: 0.15em; }
  .log-head { display: flex; flex-wrap: wrap; gap: 0.5rem var(--gap); align-items: center; justify-content: space-between; margin-bottom: 0.6rem; }
  .log-head h2 { margin: 0; }
  .log {
    list-style: none; margin: 0; padding: 0.5rem 0.75rem; max-height: 20rem; overflow-y: auto; border: 1px solid var(--line);
    border-radius: 4px; background: var(--card); font-family: var(--vscode-editor-font-family, monospace); font-size: 0.95em;
  }
  .log li { display: grid; grid-template-columns: auto 6.5rem minmax(0, 1fr); gap: 0 var(--gap); padding: 0.15rem 0; }
  .log time { color: var(--muted); font-variant-numeric: tabular-nums; }
  .log .level { display: inline-flex; gap: 0.4em; align-items: center; }
  .log .text { overflow-wrap: anywhere; }
  @media (max-width: 40rem) {
    .log li { grid-template-columns: auto 1fr; padding: 0.3rem 0; }
    .log .text { grid-column: 1 / -1; }
  }
  @media (forced-colors: active) {
    .sparkline polyline { stroke: CanvasText; }
    progress, progress::-webkit-progress-value { forced-color-adjust: none; }
    progress { background: Canvas; outline-color: CanvasText; }
    progress[max]::-webkit-progress-value { background: Highlight; }
  }
`;

/** The style sheets of a page: adopted ones, which need no permission of the content security policy. */
export function pageStyles(own: readonly CSSResult[]): CSSStyleSheet[] {
  const shared = [base, controlStyles, gridStyles, tables, calendarStyles, parts, motion];
  return [...shared, ...own].flatMap(({ styleSheet }) => styleSheet ?? []);
}
