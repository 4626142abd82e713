import { css } from 'lit';

/** Inputs, selects, choices and buttons as VS Code draws them. */
export const controlStyles = css`
  vscode-button { --button-secondary-background: var(--vscode-button-secondaryBackground, var(--vscode-button-background)); }
  :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
  input[type='text'], input[type='number'], input[type='datetime-local'], select {
    font: inherit; color: var(--vscode-input-foreground); background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-settings-textInputBorder, var(--line)));
    border-radius: 2px; padding: 0.25rem 0.5rem; min-height: 2rem; max-width: 100%;
  }
  select {
    color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background);
    border-color: var(--vscode-dropdown-border, var(--line)); min-width: 7rem;
  }
  input[type='number'] { width: 6.5rem; }
  input:focus, select:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
  input::selection { color: var(--vscode-editor-selectionForeground); background: var(--vscode-editor-selectionBackground); }
  [aria-invalid='true']:is(input, select), [role='listbox'][aria-invalid='true'] {
    border-color: var(--vscode-inputValidation-errorBorder, var(--error)); outline-color: var(--vscode-inputValidation-errorBorder, var(--error));
  }
  [role='listbox'][aria-invalid='true'] { outline: 1px solid; outline-offset: 2px; }
  input[type='radio'] { accent-color: var(--vscode-focusBorder); margin: 0 0.5rem 0 0; }
  .radio { display: inline-flex; align-items: center; margin-right: 1.25rem; }
  form { display: block; }
  fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
  legend { padding: 0; }
  .field { display: grid; gap: 0.3rem; margin: 0 0 1.1rem; justify-items: start; min-width: 0; }
  .field > label, .field > .label, legend.label { font-weight: 600; }
  .field > .wide, .field > vmb-search-box { width: 100%; max-width: 28rem; }
  .row { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
  .with-unit { display: inline-flex; gap: 0.5rem; align-items: center; }
  .problem { color: var(--vscode-errorForeground, var(--error)); overflow-wrap: anywhere; }
  .problem::before { content: '\\2715\\00a0'; }
  .link {
    font: inherit; border: 0; padding: 0; background: none; cursor: pointer; text-align: left;
    color: var(--vscode-textLink-foreground); overflow-wrap: anywhere;
  }
  .link:hover { text-decoration: underline; color: var(--vscode-textLink-activeForeground); }
  vmb-option-group { display: block; max-width: 100%; }
  vmb-option-group [role='listbox'] { display: flex; flex-wrap: wrap; gap: 0.25rem; border-radius: 2px; }
  vmb-option-group.dates [role='listbox'] { display: grid; grid-template-columns: repeat(7, minmax(0, 2.6rem)); }
  vmb-option-group.dates [role='option']:last-child { grid-column: span 2; }
  vmb-option-group [role='option'] {
    padding: 0.15rem 0.6rem; border: 1px solid var(--vscode-input-border, var(--line)); border-radius: 2px; text-align: center;
    cursor: pointer; user-select: none; background: var(--vscode-input-background); color: var(--vscode-input-foreground);
  }
  vmb-option-group.dates [role='option'] { padding: 0.15rem 0; }
  vmb-option-group [role='option'][aria-selected='true'] {
    color: var(--vscode-button-foreground); background: var(--vscode-button-background);
    border-color: var(--vscode-contrastActiveBorder, var(--vscode-button-background));
  }
  /* High contrast themes have one background for everything: what is chosen turns round. */
  @media (forced-colors: none) {
    .vscode-high-contrast vmb-option-group [role='option'][aria-selected='true'] {
      color: var(--vscode-editor-background); background: var(--vscode-foreground); border-color: var(--vscode-foreground);
    }
  }
  .search-box { position: relative; }
  .search-box input { width: 100%; padding-right: 2rem; }
  .search-toggle {
    position: absolute; right: 1px; top: 1px; bottom: 1px; width: 1.9rem; border: 0; background: none; cursor: pointer;
    color: var(--vscode-input-foreground); display: grid; place-items: center;
  }
  .search-toggle svg { width: 1rem; height: 1rem; fill: none; stroke: currentColor; stroke-width: 1.5; }
  .search-list {
    position: absolute; z-index: 2; left: 0; right: 0; top: 100%; max-height: 16rem; overflow-y: auto;
    color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-listBackground, var(--vscode-dropdown-background));
    border: 1px solid var(--vscode-focusBorder); border-radius: 2px;
  }
  .search-list [role='option'] { display: grid; padding: 0.25rem 0.5rem; cursor: pointer; }
  .search-list .detail { font-size: 0.92em; opacity: 0.9; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .search-list [role='option']:hover { background: var(--vscode-list-hoverBackground); color: var(--vscode-list-hoverForeground); }
  .search-list [role='option'].active {
    background: var(--vscode-list-activeSelectionBackground); color: var(--vscode-list-activeSelectionForeground);
    outline: 1px solid var(--vscode-contrastActiveBorder, transparent); outline-offset: -1px;
  }
  .search-list .search-none { cursor: default; }
  html { scroll-padding-bottom: 5rem; }
  .columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 2.5rem; }
  @media (min-width: 60rem) {
    .columns { grid-template-columns: minmax(0, 1fr) 22rem; }
    .columns > aside { position: sticky; top: 1rem; align-self: start; }
  }
  .lead { margin-bottom: 1.75rem; }
  .summary { margin: 0 0 1.5rem; }
  .impact { margin: 1.25rem 0 0.5rem; }
  .impact vscode-checkbox { margin-top: 0.5rem; }
  .intro { margin-bottom: 0.4rem; }
  .range { border-top: 1px solid var(--line); padding: 0.75rem 0 0; }
  p.range { padding-bottom: 0.75rem; }
  .range vscode-checkbox { font-weight: 600; margin: 0 0 0.5rem; }
  .range .indent { padding-left: 1.75rem; }
  .range .indent:not(.hint) { display: flex; flex-wrap: wrap; gap: 0 2.25rem; }
  .range .field { margin-bottom: 0.9rem; }
  .range .field > .label { font-weight: normal; color: var(--muted); }
  .range p.hint.indent { margin: -0.25rem 0 0.6rem; }
  .range .break { flex-basis: 100%; height: 0; }
  .form-actions {
    position: sticky; bottom: 0; z-index: 1; display: flex; gap: 0.5rem; padding: 0.9rem 0; margin-top: 0.5rem;
    background: var(--vscode-editor-background); border-top: 1px solid var(--line);
  }
  @media (forced-colors: active) {
    .link, details > summary { color: LinkText; }
    vscode-checkbox::part(checked-indicator) { fill: CanvasText; }
    vmb-option-group [role='option'][aria-selected='true'], .search-list [role='option'].active {
      forced-color-adjust: none; background: Highlight; color: HighlightText; border-color: Highlight;
    }
  }
`;
