import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { HOURLY_INTERVALS, isEnhanced, type Schedule, WEEKDAYS } from '../../src/domain/policy';
import { instantRestoreLimits } from '../../src/domain/policyRules';
import { asElementsOf, type FormContext, field, inputValue, numberInput, optionGroup } from './fields';
import { isInstantRestoreFixed, TIMES, toPolicy, windowsOf, withInterval, withType } from './formModel';
import { findZones, zoneNote } from './zones';

/** The policy's name. */
export function nameView(context: FormContext): TemplateResult {
  const { form, change, snapshot, texts } = context;
  const fixed = snapshot.mode === 'edit';
  return field(context, 'name', {
    label: texts.t('name.label'),
    hint: texts.t(fixed ? 'name.fixed' : 'name.hint'),
    control: ({ describedBy, invalid }) => html`<input
      id="name"
      class="wide"
      type="text"
      autocomplete="off"
      spellcheck="false"
      maxlength="200"
      ?readonly=${fixed}
      aria-describedby=${describedBy}
      aria-invalid=${invalid ? 'true' : 'false'}
      .value=${live(form.name)}
      @input=${(event: Event) => change({ name: inputValue(event) })}
    />`,
  });
}

/** Whether the policy is a Standard or an Enhanced one. A saved Enhanced policy stays one (SPEC §2.8). */
export function typeView({ form, change, snapshot, texts }: FormContext): TemplateResult {
  const stays = snapshot.mode === 'edit' && isEnhanced(snapshot.draft.policy);
  return html`<div class="field">
    <label for="policyType">${texts.t('type.label')}</label>
    <select
      id="policyType"
      aria-describedby="policyType-hint"
      ?disabled=${stays}
      @change=${(event: Event) => change(withType(form, inputValue(event) === 'V2' ? 'V2' : 'V1'))}
    >
      <option value="V1" ?selected=${form.policyType === 'V1'}>${texts.t('type.standard')}</option>
      <option value="V2" ?selected=${form.policyType === 'V2'}>${texts.t('type.enhanced')}</option>
    </select>
    <p class="hint" id="policyType-hint">${texts.t(stays ? 'type.stays' : 'type.hint')}</p>
  </div>`;
}

/** When points are taken. */
export function scheduleView(context: FormContext): TemplateResult {
  const { form, change, texts } = context;
  return html`<section aria-labelledby="schedule">
    <h2 id="schedule">${texts.t('schedule.heading')}</h2>
    <div class="row">
      <div class="field">
        <label for="frequency">${texts.t('schedule.frequency')}</label>
        <select id="frequency" @change=${(event: Event) => change({ frequency: frequencyIn(event) })}>
          ${
            form.policyType === 'V2'
              ? html`<option value="Hourly" ?selected=${form.frequency === 'Hourly'}>${texts.t('schedule.hourly')}</option>`
              : nothing
          }
          <option value="Daily" ?selected=${form.frequency === 'Daily'}>${texts.t('schedule.daily')}</option>
          <option value="Weekly" ?selected=${form.frequency === 'Weekly'}>${texts.t('schedule.weekly')}</option>
        </select>
      </div>
      ${field(context, 'schedule.time', {
        label: texts.t(form.frequency === 'Hourly' ? 'schedule.start' : 'schedule.time'),
        control: ({ describedBy, invalid }) => html`<select
          id="schedule.time"
          aria-describedby=${describedBy}
          aria-invalid=${invalid ? 'true' : 'false'}
          @change=${(event: Event) => change({ time: inputValue(event) })}
        >
          ${TIMES.map((time) => html`<option value=${time} ?selected=${time === form.time}>${time}</option>`)}
        </select>`,
      })}
    </div>
    ${
      form.frequency === 'Weekly'
        ? field(context, 'schedule.days', {
            group: texts.t('schedule.days'),
            control: (binding) =>
              optionGroup('schedule.days', binding, {
                label: texts.t('schedule.days'),
                options: WEEKDAYS.map((day) => ({
                  value: day,
                  text: texts.t(`dayShort.${day}`),
                  title: texts.t(`day.${day}`),
                })),
                selected: form.scheduleDays,
                choose: (chosen) => change({ scheduleDays: asElementsOf(WEEKDAYS, chosen) }),
              }),
          })
        : nothing
    }
    ${form.frequency === 'Hourly' ? hourlyView(context) : nothing} ${zoneView(context)}
  </section>`;
}

function hourlyView(context: FormContext): TemplateResult {
  const { form, change, texts } = context;
  return html`<div class="row">
    ${field(context, 'schedule.intervalHours', {
      label: texts.t('schedule.interval'),
      control: ({ describedBy, invalid }) => html`<select
        id="schedule.intervalHours"
        aria-describedby=${describedBy}
        aria-invalid=${invalid ? 'true' : 'false'}
        @change=${(event: Event) => change(withInterval(form, Number(inputValue(event))))}
      >
        ${HOURLY_INTERVALS.map((each) => html`<option value=${each} ?selected=${each === form.intervalHours}>${texts.t('schedule.hours', each)}</option>`)}
      </select>`,
    })}
    ${field(context, 'schedule.durationHours', {
      label: texts.t('schedule.duration'),
      control: ({ describedBy, invalid }) => html`<select
        id="schedule.durationHours"
        aria-describedby=${describedBy}
        aria-invalid=${invalid ? 'true' : 'false'}
        @change=${(event: Event) => change({ durationHours: Number(inputValue(event)) })}
      >
        ${windowsOf(form.intervalHours).map((each) => html`<option value=${each} ?selected=${each === form.durationHours}>${texts.t('schedule.hours', each)}</option>`)}
      </select>`,
    })}
  </div>`;
}

function frequencyIn(event: Event): Schedule['frequency'] {
  const value = inputValue(event);
  return value === 'Weekly' || value === 'Hourly' ? value : 'Daily';
}

/** How long snapshots are kept beside the vault copy. */
export function instantRestoreView(context: FormContext): TemplateResult {
  const { form, change, texts } = context;
  const policy = toPolicy(form);
  return html`<section aria-labelledby="instant">
    <h2 id="instant">${texts.t('instant.heading')}</h2>
    ${
      isInstantRestoreFixed(policy)
        ? html`<p class="hint">${texts.t('instant.fixed')}</p>`
        : field(context, 'instantRestoreDays', {
            label: texts.t('instant.label'),
            hint: texts.t('instant.hint'),
            control: (binding) =>
              numberInput('instantRestoreDays', binding, {
                ...instantRestoreLimits(policy),
                unit: texts.t('unit.days'),
                value: form.instantRestoreDays,
                set: (instantRestoreDays) => change({ instantRestoreDays }),
              }),
          })
    }
  </section>`;
}

/** Whether a guest's help is asked for; Standard policies always ask. */
export function consistencyView({ form, change, texts }: FormContext): TemplateResult | typeof nothing {
  if (form.policyType !== 'V2') return nothing;
  const toggle = (event: Event) => {
    const checked = event.target instanceof HTMLElement && 'checked' in event.target && event.target.checked === true;
    // The element also reports its first value as a change.
    if (checked !== form.crashConsistentOnly) change({ crashConsistentOnly: checked });
  };
  return html`<section aria-labelledby="consistency">
    <h2 id="consistency">${texts.t('consistency.heading')}</h2>
    <vscode-checkbox .checked=${live(form.crashConsistentOnly)} @change=${toggle}>${texts.t('consistency.crashOnly')}</vscode-checkbox>
    <p class="hint indent">${texts.t('consistency.hint')}</p>
  </section>`;
}

function zoneView(context: FormContext): TemplateResult {
  const { form, change, texts, snapshot } = context;
  const note = zoneNote(form.timeZone, form.time, snapshot.now, texts);
  return field(context, 'timeZone', {
    label: texts.t('schedule.timeZone'),
    hint: texts.t('zone.hint'),
    labelFor: 'timeZone-input',
    after: note === undefined ? undefined : html`<p id="zone-note">${note}</p>`,
    control: ({ describedBy, invalid }) => html`<vmb-search-box
      id="timeZone"
      .inputId=${'timeZone-input'}
      .value=${live(form.timeZone)}
      .describedBy=${`${describedBy} zone-note`}
      .invalid=${invalid}
      .search=${context.searchZones}
      .noneText=${texts.t('zone.none')}
      .toggleText=${texts.t('zone.toggle')}
      .listLabel=${texts.t('schedule.timeZone')}
      @change=${(event: Event) => change({ timeZone: inputValue(event) })}
    ></vmb-search-box>`,
  });
}

/** A search in the host's time zones, to be made once per snapshot: a new function would render the box anew. */
export function zoneSearch(snapshot: FormContext['snapshot']): FormContext['searchZones'] {
  return (query) => findZones(snapshot.timeZones, query);
}
