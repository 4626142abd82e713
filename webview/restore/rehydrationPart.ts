import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { REHYDRATION_DAYS, REHYDRATION_PRIORITIES } from '../../src/domain/archiveTier';
import type { RestoreStringKey } from '../../src/messages/restoreStrings';
import type { FormContext } from './pointPart';

export const REHYDRATION_DAYS_ID = 'rehydrationDays';

const WORDS = {
  Standard: 'rehydration.standard',
  High: 'rehydration.high',
} as const satisfies Record<(typeof REHYDRATION_PRIORITIES)[number], RestoreStringKey>;

/** How a recovery point of the archive is rehydrated: for how many days, and how soon. */
export function rehydrationPart({ form, texts, edit }: FormContext): TemplateResult {
  const { t } = texts;
  const { least, most } = REHYDRATION_DAYS;
  const setDays = ({ target }: Event) => {
    const rehydrationDays = target instanceof HTMLInputElement ? target.value : '';
    edit((now) => ({ ...now, rehydrationDays }));
  };
  const setPriority = ({ target }: Event) => {
    const value = target instanceof HTMLSelectElement ? target.value : '';
    const rehydrationPriority = REHYDRATION_PRIORITIES.find((priority) => priority === value);
    if (rehydrationPriority) edit((now) => ({ ...now, rehydrationPriority }));
  };
  return html`<section aria-labelledby="rehydration">
    <h2 id="rehydration">${t('rehydration.heading')}</h2>
    <p class="hint">${t('rehydration.hint')}</p>
    <div class="field">
      <label for=${REHYDRATION_DAYS_ID}>${t('rehydration.days')}</label>
      <input
        id=${REHYDRATION_DAYS_ID}
        type="number"
        min=${least}
        max=${most}
        aria-describedby="rehydrationDays-hint"
        .value=${live(form.rehydrationDays)}
        @input=${setDays}
      />
      <p class="hint" id="rehydrationDays-hint">${t('rehydration.daysHint', least, most)}</p>
    </div>
    <div class="field">
      <label for="rehydrationPriority">${t('rehydration.priority')}</label>
      <select id="rehydrationPriority" .value=${live(form.rehydrationPriority)} @change=${setPriority}>
        ${REHYDRATION_PRIORITIES.map(
          (priority) =>
            html`<option value=${priority} ?selected=${priority === form.rehydrationPriority}>${t(WORDS[priority])}</option>`,
        )}
      </select>
    </div>
  </section>`;
}
