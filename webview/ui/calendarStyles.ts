import { css } from 'lit';

/** Months: the calendar to choose from, and the small ones that only show. */
export const calendarStyles = css`
  vmb-calendar { display: block; max-width: 22rem; }
  .calendar-head { display: flex; gap: 0.5rem; align-items: center; justify-content: space-between; margin-bottom: 0.5rem; }
  .calendar-head select { flex: 1 1 5rem; min-width: 0; }
  .calendar-head .step {
    font: inherit; font-size: 1.3em; line-height: 1; width: 2rem; height: 2rem; flex: none; cursor: pointer; border-radius: 2px;
    color: var(--vscode-foreground); background: none; border: 1px solid var(--vscode-input-border, var(--line));
  }
  .calendar-head .step:disabled { opacity: 0.4; cursor: default; }
  table.month { table-layout: fixed; border-collapse: separate; border-spacing: 2px; }
  table.month :is(th, td) { text-align: center; padding: 0; border: 0; }
  table.month tbody tr:hover { background: none; }
  .calendar table.month td { height: 2.4rem; border: 1px solid transparent; border-radius: 3px; cursor: pointer; }
  .calendar td.none { cursor: default; }
  .calendar td[data-date]:hover { background: var(--vscode-list-hoverBackground); }
  .calendar table.month td.today { border-color: var(--vscode-focusBorder); }
  .calendar td[aria-disabled='true'] { color: var(--vscode-disabledForeground, var(--muted)); opacity: 0.6; cursor: default; }
  .calendar td[aria-selected='true'] { color: var(--vscode-button-foreground); background: var(--vscode-button-background); font-weight: 600; }
  @media (forced-colors: none) {
    .vscode-high-contrast .calendar td[aria-selected='true'] { color: var(--vscode-editor-background); background: var(--vscode-foreground); }
  }
  @media (forced-colors: active) {
    .calendar td[aria-selected='true'] { forced-color-adjust: none; background: Highlight; color: HighlightText; }
  }
  .chosen { font-size: 1.15em; margin: 1rem 0 0; }
`;
