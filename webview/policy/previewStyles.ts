import { css } from 'lit';

/** The preview beside the form. Ranges differ by shape as well as by colour; what is kept is filled. */
export const previewStyles = css`
  @media (min-width: 60rem) {
    .columns.with-preview { grid-template-columns: minmax(0, 1fr) minmax(24rem, 28rem); }
    .columns.with-preview > aside.preview { position: static; }
  }
  .preview h3 { font-size: 1em; font-weight: 600; margin: 1.5rem 0 0.4rem; }
  .preview h2 + h3 { margin-top: 0; }
  .preview .hint { margin-top: 0.5rem; font-size: 0.92em; }
  .preview .incomplete { margin-top: 1rem; }
  .preview input[type='range'] { display: block; width: 100%; margin: 0.6rem 0 0; height: 1.5rem; accent-color: var(--vscode-foreground); }
  .preview .ends { display: flex; justify-content: space-between; gap: 1rem; font-size: 0.92em; margin-bottom: 0.75rem; }
  .preview .grid-scroll { height: 15rem; }
  .preview .grid :is(.grid-row, .grid-rows > .grid-row) {
    display: grid; height: 2.2rem; gap: 0 0.6rem; cursor: default; grid-template-areas: none;
    grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr) minmax(0, 1fr);
  }
  /* Three columns do not fit beside each other: the point has a line of its own. */
  @media (max-width: 30rem) {
    .preview .grid :is(.grid-row, .grid-rows > .grid-row) {
      height: 3.8rem; align-content: center; grid-template-columns: minmax(0, 1fr) auto;
    }
    .preview .grid .at-point { grid-column: 1 / -1; }
    .preview .grid-rows .at-point { font-weight: 600; }
  }
  .months { display: grid; grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); gap: 0.9rem 1rem; margin-top: 0.75rem; }
  .month-name { font-size: 0.92em; font-weight: 600; }
  .months table.month { border-spacing: 0; font-size: 0.8em; }
  .months table.month :is(th, td) { padding: 0 0 0.2rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
  .months table.month th { color: var(--muted); }
  .months td.chosen-date { outline: 1px solid var(--vscode-focusBorder); }
  .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0; padding: 0; }
  .legend li { display: inline-flex; gap: 0.4rem; align-items: center; }
  .dot { display: block; width: 6px; height: 6px; margin: 0 auto; border: 1px solid transparent; color: var(--vscode-foreground); }
  .legend .dot { margin: 0; }
  .dot.Daily { border-color: currentColor; border-radius: 50%; color: var(--vscode-charts-blue, var(--vscode-foreground)); }
  .dot.Weekly { border-color: currentColor; color: var(--vscode-charts-green, var(--vscode-foreground)); }
  .dot.Monthly { border-color: currentColor; transform: rotate(45deg); color: var(--vscode-charts-orange, var(--vscode-foreground)); }
  .dot.Yearly { border-color: currentColor; width: 14px; border-radius: 3px; color: var(--vscode-charts-purple, var(--vscode-foreground)); }
  .dot.kept { background: currentColor; }
  @media (forced-colors: active) {
    .dot[class] { forced-color-adjust: none; color: CanvasText; }
    .dot:not(.kept) { background: none; }
  }
`;
