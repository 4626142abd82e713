import { css } from 'lit';

/** Long tables and their filters. Rows are all of one height; on narrow pages each is a card of three lines. */
export const gridStyles = css`
  .filters { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: end; margin-bottom: 1rem; }
  .filters > label { display: grid; gap: 0.2rem; min-width: 0; }
  .filters > label > span { color: var(--muted); font-size: 0.92em; }
  .filters select { max-width: 11rem; }
  .filters input[type='text'] { width: 12rem; }
  .grid { border: 1px solid var(--line); border-radius: 4px; overflow: hidden; }
  .grid-scroll { height: clamp(14rem, 62vh, 60rem); overflow-y: auto; scrollbar-gutter: stable; }
  .grid-head { scrollbar-gutter: stable; overflow-y: hidden; border-bottom: 1px solid var(--line); background: var(--card); }
  .grid-row {
    display: grid; align-items: center; gap: 0 1rem; padding: 0 0.75rem; height: 2.6rem;
    grid-template-columns: minmax(7rem, 1.2fr) minmax(7rem, 1fr) minmax(10rem, 2fr) minmax(6rem, 1fr) 10rem 6rem;
  }
  .grid-rows > .grid-row { border-bottom: 1px solid var(--line); cursor: pointer; }
  .grid-rows > .grid-row:hover { background: var(--vscode-list-hoverBackground); }
  .grid-rows > .grid-row:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  .grid-cell { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .grid-cell .state { max-width: 100%; display: flex; }
  .grid-cell .state > span { overflow: hidden; text-overflow: ellipsis; }
  .grid-cell .state > .state { flex: none; }
  .grid-cell .state > .cause { color: var(--muted); min-width: 0; }
  .grid-head .grid-cell { color: var(--muted); font-size: 0.92em; }
  .grid-sort {
    font: inherit; color: inherit; background: none; border: 0; padding: 0.2rem 0; cursor: pointer;
    max-width: 100%; overflow: hidden; text-overflow: ellipsis;
  }
  .grid-arrow { display: inline-block; font-size: 0.8em; padding-left: 0.3em; }
  .list-head { display: flex; flex-wrap: wrap; gap: 0.5rem var(--gap); align-items: baseline; justify-content: space-between; margin-bottom: 0.5rem; }
  /* Below this the columns and the margins of the page do not fit beside each other. */
  @media (max-width: 57rem) {
    .grid-rows > .grid-row {
      height: 5.4rem; grid-template-columns: minmax(0, 1fr) auto; align-content: center;
      grid-template-areas: 'machine duration' 'status status' 'rest rest';
    }
    .grid-head .grid-row { display: flex; flex-wrap: wrap; height: auto; padding-block: 0.2rem; }
    .grid-rows .at-machine { grid-area: machine; font-weight: 600; }
    .grid-rows .at-duration { grid-area: duration; }
    .grid-rows .at-status { grid-area: status; }
    .grid-rows .at-operation { grid-area: rest; }
    .grid-rows .at-vault { display: none; }
    .grid-rows .at-started { grid-area: rest; text-align: right; }
    .filters > label, .filters input[type='text'], .filters select { width: 100%; max-width: none; }
  }
`;
