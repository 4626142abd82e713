import { css } from 'lit';

/** The check column and the choices that only the restore form has. */
export const restoreStyles = css`
  .target { margin: 0 0 0.7rem; }
  .target .hint { margin-left: 1.6rem; }
  .target input { flex: none; }
  .target .radio { margin: 0; align-items: center; }
  .disks { display: grid; gap: 0.35rem; justify-items: start; margin-bottom: 0.5rem; }
  .with-button { display: flex; flex-wrap: wrap; gap: 0.5rem; width: 100%; max-width: 34rem; }
  .with-button input { flex: 1 1 14rem; min-width: 0; }
  .field > input[type='text'], .field > select { width: 100%; max-width: 28rem; }
  section > .hint:has(+ .field) { margin-bottom: 0.9rem; }
  .fields { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 1rem; }
  details.points { margin: 0 0 1rem; }
  details.points > summary { margin-bottom: 0.6rem; }
  details.points .grid-scroll { height: clamp(8rem, 30vh, 24rem); }
  ul.checks { list-style: none; margin: 0.9rem 0; padding: 0; display: grid; gap: 0.8rem; }
  ul.checks > li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 0.6rem; }
  ul.checks .icon { margin-top: 0.15em; }
  ul.checks p { overflow-wrap: anywhere; }
  ul.checks .advice { color: var(--muted); }
  /* The checks are to be seen while the form is filled in, also beside an open side bar. */
  .restore .form-actions { flex-wrap: wrap; }
  .restore .form-actions vscode-button { flex: none; }
  .to-checks { flex: 1 1 100%; order: -1; }
  @media (min-width: 48rem) {
    .restore .columns { grid-template-columns: minmax(0, 1fr) clamp(15rem, 30%, 22rem); gap: 0 2rem; }
    .restore .columns > aside { position: sticky; top: 1rem; align-self: start; }
    .to-checks { display: none; }
  }
  .note-list { margin-top: 1rem; display: grid; gap: 0.5rem; }
`;
