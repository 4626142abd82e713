import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { WEEKDAYS } from '../../src/domain/policy';
import { INSTANT_RESTORE_LIMITS } from '../../src/domain/policyRules';
import { asElementsOf, type FormContext, field, inputValue, numberInput, optionGroup } from './fields';
import { TIMES } from './formModel';
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

/** When points are taken. */
export function scheduleView(context: FormContext): TemplateResult {
  const { form, change, texts } = context;
  return html`<section aria-labelledby="schedule">
    <h2 id="schedule">${texts.t('schedule.heading')}</h2>
    <div class="row">
      <div class="field">
        <label for="frequency">${texts.t('schedule.frequency')}</label>
        <select id="frequency" @change=${(event: Event) => change({ frequency: inputValue(event) === 'Weekly' ? 'Weekly' : 'Daily' })}>
          <option value="Daily" ?selected=${form.frequency === 'Daily'}>${texts.t('schedule.daily')}</option>
          <option value="Weekly" ?selected=${form.frequency === 'Weekly'}>${texts.t('schedule.weekly')}</option>
        </select>
      </div>
      ${field(context, 'schedule.time', {
        label: texts.t('schedule.time'),
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
    ${zoneView(context)}
  </section>`;
}

/** How long snapshots are kept beside the vault copy. */
export function instantRestoreView(context: FormContext): TemplateResult {
  const { form, change, texts } = context;
  return html`<section aria-labelledby="instant">
    <h2 id="instant">${texts.t('instant.heading')}</h2>
    ${
      form.frequency === 'Weekly'
        ? html`<p class="hint">${texts.t('instant.fixed')}</p>`
        : field(context, 'instantRestoreDays', {
            label: texts.t('instant.label'),
            hint: texts.t('instant.hint'),
            control: (binding) =>
              numberInput('instantRestoreDays', binding, {
                ...INSTANT_RESTORE_LIMITS,
                unit: texts.t('unit.days'),
                value: form.instantRestoreDays,
                set: (instantRestoreDays) => change({ instantRestoreDays }),
              }),
          })
    }
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
