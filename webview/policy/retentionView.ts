import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { MONTHS, WEEKDAYS, WEEKS_OF_MONTH } from '../../src/domain/policy';
import { LAST_DATE_OF_MONTH, RETENTION_LIMITS } from '../../src/domain/policyRules';
import { asElementsOf, type FormContext, field, numberInput, optionGroup } from './fields';
import {
  isRangeFixed,
  isRangeOn,
  type MonthDaysForm,
  pickableDays,
  pickBy,
  pickedDays,
  type RangeName,
} from './formModel';

const LAST_DAY = 'last';
const DATES = Array.from({ length: LAST_DATE_OF_MONTH }, (_, index) => index + 1);

/** How long points are kept: one group for each range. */
export function retentionView(context: FormContext): TemplateResult {
  const { form, texts } = context;
  return html`<section aria-labelledby="retention">
    <h2 id="retention">${texts.t('retention.heading')}</h2>
    <p class="hint intro">${texts.t('retention.intro')}</p>
    ${
      form.frequency !== 'Weekly'
        ? rangeView(context, 'daily', [])
        : html`<p class="hint range">${texts.t('retention.noDaily')}</p>`
    }
    ${rangeView(context, 'weekly', isRangeFixed(form, 'weekly') ? [] : [weeklyDaysView(context)])}
    ${rangeView(context, 'monthly', pickView(context, 'monthly'))}
    ${rangeView(context, 'yearly', [monthsView(context), ...pickView(context, 'yearly')])}
  </section>`;
}

function rangeView(context: FormContext, name: RangeName, days: readonly TemplateResult[]): TemplateResult {
  const { form, change, texts } = context;
  const on = isRangeOn(form, name);
  const fixed = isRangeFixed(form, name);
  const toggle = (event: Event) => {
    const checked = event.target instanceof HTMLElement && 'checked' in event.target && event.target.checked === true;
    // The element also reports its first value as a change.
    if (!fixed && checked !== form[name].on) {
      change({ [name]: { ...form[name], on: checked } });
    }
  };
  return html`<fieldset class="range">
    <legend class="visually-hidden">${texts.t(`retention.${name}`)}</legend>
    <vscode-checkbox .checked=${live(on)} ?disabled=${fixed} @change=${toggle}>${texts.t(`retention.${name}`)}</vscode-checkbox>
    ${fixed ? html`<p class="hint indent">${texts.t(name === 'daily' ? 'retention.dailyAlways' : 'retention.weeklyAlways')}</p>` : nothing}
    ${on ? html`<div class="indent">${countView(context, name)} ${days}</div>` : nothing}
  </fieldset>`;
}

function countView(context: FormContext, name: RangeName): TemplateResult {
  const { form, change, texts } = context;
  const { min, max, unit } = RETENTION_LIMITS[name];
  return field(context, `retention.${name}.count`, {
    group: texts.t('retention.for'),
    control: (binding) =>
      numberInput(`retention.${name}.count`, binding, {
        min,
        max,
        unit: texts.t(`unit.${unit}`),
        value: form[name].count,
        label: texts.t(`retention.${name}.count`),
        set: (count) => change({ [name]: { ...form[name], count } }),
      }),
  });
}

function weeklyDaysView(context: FormContext): TemplateResult {
  const { form, change, texts } = context;
  return field(context, 'retention.weekly.days', {
    group: texts.t('on.days'),
    control: (binding) =>
      optionGroup('retention.weekly.days', binding, {
        label: texts.t('on.weekly.days'),
        options: dayOptions(context, WEEKDAYS),
        selected: form.weekly.days,
        choose: (chosen) => change({ weekly: { ...form.weekly, days: asElementsOf(WEEKDAYS, chosen) } }),
      }),
  });
}

function monthsView(context: FormContext): TemplateResult {
  const { form, change, texts } = context;
  return field(context, 'retention.yearly.months', {
    group: texts.t('on.months'),
    control: (binding) =>
      optionGroup('retention.yearly.months', binding, {
        label: texts.t('on.yearly.months'),
        options: MONTHS.map((month) => ({
          value: month,
          text: texts.t(`monthShort.${month}`),
          title: texts.t(`month.${month}`),
        })),
        selected: form.yearly.months,
        choose: (chosen) => change({ yearly: { ...form.yearly, months: asElementsOf(MONTHS, chosen) } }),
      }),
  });
}

/** The choice of days of a month: by week or by day, then which. */
function pickView(context: FormContext, name: 'monthly' | 'yearly'): TemplateResult[] {
  const { form, change, texts } = context;
  const { pick } = form[name];
  const by = pickBy(form, pick);
  const set = (changes: Partial<MonthDaysForm>) => change({ [name]: { ...form[name], pick: { ...pick, ...changes } } });
  const basis =
    form.frequency === 'Weekly'
      ? html`<p class="hint field">${texts.t('on.byWeekOnly')}</p>`
      : html`<div class="field" role="radiogroup" aria-labelledby="${name}-basis">
          <span class="label" id="${name}-basis">${texts.t('on.basis')}</span>
          <span>
            ${(['week', 'day'] as const).map(
              (value) => html`<label class="radio">
                <input
                  type="radio"
                  name="${name}-basis"
                  .checked=${live(by === value)}
                  @change=${() => set({ by: value })}
                />${texts.t(value === 'week' ? 'on.byWeek' : 'on.byDay')}
              </label>`,
            )}
          </span>
        </div>`;
  return [
    html`<div class="break"></div>`,
    basis,
    ...(by === 'week' ? [weekView(context, name, set)] : [datesView(context, name, set)]),
  ];
}

function weekView(
  context: FormContext,
  name: 'monthly' | 'yearly',
  set: (changes: Partial<MonthDaysForm>) => void,
): TemplateResult {
  const { form, texts } = context;
  const { pick } = form[name];
  return html`<div class="row">
    ${field(context, `retention.${name}.on.weeks`, {
      group: texts.t('on.weeks'),
      control: (binding) =>
        optionGroup(`retention.${name}.on.weeks`, binding, {
          label: `${texts.t(`retention.${name}`)}: ${texts.t('on.weeks')}`,
          options: WEEKS_OF_MONTH.map((week) => ({ value: week, text: texts.t(`week.${week}`) })),
          selected: pick.weeks,
          choose: (chosen) => set({ weeks: asElementsOf(WEEKS_OF_MONTH, chosen) }),
        }),
    })}
    ${field(context, `retention.${name}.on.days`, {
      group: texts.t('on.weekdays'),
      control: (binding) =>
        optionGroup(`retention.${name}.on.days`, binding, {
          label: `${texts.t(`retention.${name}`)}: ${texts.t('on.weekdays')}`,
          options: dayOptions(context, pickableDays(form)),
          selected: pickedDays(form, pick),
          choose: (chosen) => set({ days: asElementsOf(WEEKDAYS, chosen) }),
        }),
    })}
  </div>`;
}

function datesView(
  context: FormContext,
  name: 'monthly' | 'yearly',
  set: (changes: Partial<MonthDaysForm>) => void,
): TemplateResult {
  const { form, texts } = context;
  const { dates, last } = form[name].pick;
  return field(context, `retention.${name}.on.dates`, {
    group: texts.t('on.dates'),
    control: (binding) =>
      optionGroup(`retention.${name}.on.dates`, binding, {
        label: `${texts.t(`retention.${name}`)}: ${texts.t('on.dates')}`,
        dates: true,
        options: [
          ...DATES.map((date) => ({ value: String(date), text: String(date) })),
          { value: LAST_DAY, text: texts.t('on.last'), title: texts.t('on.lastDay') },
        ],
        selected: [...dates.map(String), ...(last ? [LAST_DAY] : [])],
        choose: (chosen) =>
          set({ dates: DATES.filter((date) => chosen.includes(String(date))), last: chosen.includes(LAST_DAY) }),
      }),
  });
}

function dayOptions({ texts }: FormContext, days: readonly (typeof WEEKDAYS)[number][]) {
  return days.map((day) => ({ value: day, text: texts.t(`dayShort.${day}`), title: texts.t(`day.${day}`) }));
}
