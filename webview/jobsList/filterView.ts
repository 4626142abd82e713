import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import {
  JOB_FILTER_STATUSES,
  JOB_RANGES_HOURS,
  type JobsFilter,
  type JobsListSnapshot,
} from '../../src/messages/jobsList';
import type { JobsListStringKey } from '../../src/messages/jobsListStrings';
import type { Texts } from '../ui/texts';
import { isNarrowed, narrowed } from './listModel';

interface FilterOptions {
  readonly filter: JobsFilter;
  readonly snapshot: JobsListSnapshot;
  readonly texts: Texts<JobsListStringKey>;
  readonly change: (filter: JobsFilter) => void;
}

/** Everything the list can be narrowed by. */
export function filterView({ filter, snapshot, texts, change }: FilterOptions): TemplateResult {
  const { t } = texts;
  const statuses = JOB_FILTER_STATUSES.map((value) => ({ value, text: t(`status.${value}`) }));
  const ranges = JOB_RANGES_HOURS.map((hours) => ({
    value: String(hours),
    text: texts.of(`hours.${hours}`, String(hours)),
  }));
  const machines = snapshot.machines.map((name) => ({ value: name, text: name }));
  return html`<section class="filters" aria-label=${t('filter.heading')}>
    <label><span>${t('filter.text')}</span
      ><input id="text" type="text" placeholder=${t('filter.textHint')} .value=${live(filter.text ?? '')}
        @input=${(event: Event) => change(narrowed(filter, 'text', valueOf(event)))} /></label>
    ${choice(t('filter.status'), statuses, filter.status, (value) =>
      change(narrowed(filter, 'status', JOB_FILTER_STATUSES.find((status) => status === value) ?? '')),
    )}
    ${choice(t('filter.operation'), snapshot.operations, filter.operation, (value) => change(narrowed(filter, 'operation', value)))}
    ${choice(t('filter.vault'), snapshot.vaults, filter.vaultId, (value) => change(narrowed(filter, 'vaultId', value)))}
    ${choice(t('filter.machine'), machines, filter.machine, (value) => change(narrowed(filter, 'machine', value)))}
    ${choice(t('filter.hours'), ranges, filter.hours === undefined ? undefined : String(filter.hours), (value) =>
      change(narrowed(filter, 'hours', value === '' ? '' : Number(value))),
    )}
    <vscode-button appearance="secondary" ?disabled=${!isNarrowed(filter)} @click=${() => change({})}
      >${t('action.clear')}</vscode-button
    >
  </section>`;

  function choice(
    label: string,
    options: readonly { value: string; text: string }[],
    chosen: string | undefined,
    choose: (value: string) => void,
  ): TemplateResult {
    // What was chosen stays on offer, also when no known job has it any more.
    const known = chosen === undefined || options.some(({ value }) => value === chosen);
    const all = known ? options : [...options, { value: chosen, text: chosen.split('/').at(-1) ?? chosen }];
    return html`<label><span>${label}</span>
      <select .value=${live(chosen ?? '')} @change=${(event: Event) => choose(valueOf(event))}>
        <option value="" ?selected=${chosen === undefined}>${t('filter.all')}</option>
        ${all.map(({ value, text }) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
      </select></label
    >`;
  }
}

function valueOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}
