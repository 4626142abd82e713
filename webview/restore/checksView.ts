import { html, nothing, type TemplateResult } from 'lit';
import type { RestoreCheck } from '../../src/messages/restore';
import type { RestoreStringKey } from '../../src/messages/restoreStrings';
import { stateIcon } from '../ui/icons';
import type { Texts } from '../ui/texts';
import { checksSentence, type ShownChecks } from './formModel';

export interface ChecksContext {
  readonly shown: ShownChecks;
  readonly texts: Texts<RestoreStringKey>;
  readonly again: () => void;
}

/** The check column: each check with its state, what was found and what to do about it. */
export function checksView({ shown, texts, again }: ChecksContext): TemplateResult {
  const { t } = texts;
  return html`<h2 id="checks">${t('checks.heading')}</h2>
    <p role="status">${checksSentence(shown, texts)}</p>
    <ul class="checks" aria-labelledby="checks">
      ${shown.checks.map((check) => checkView(check, texts))}
    </ul>
    <vscode-button appearance="secondary" @click=${again}>${t('checks.again')}</vscode-button>`;
}

function checkView({ kind, title, text, advice }: RestoreCheck, { t }: Texts<RestoreStringKey>): TemplateResult {
  return html`<li>
    ${stateIcon(kind)}
    <div>
      <p><strong>${title}</strong> <span class="visually-hidden">${t(`state.${kind}`)}</span></p>
      <p>${text}</p>
      ${advice === undefined ? nothing : html`<p class="advice">${advice}</p>`}
    </div>
  </li>`;
}
