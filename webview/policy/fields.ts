import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PolicySnapshot } from '../../src/messages/policy';
import type { PolicyStringKey } from '../../src/messages/policyStrings';
import { type GroupOption, OptionGroup } from '../ui/optionGroup';
import { SearchBox, type SearchChoice } from '../ui/searchBox';
import type { Texts } from '../ui/texts';
import type { PolicyForm } from './formModel';
import type { FieldId, FieldProblem } from './formProblems';

/** What the parts of the form draw from. */
export interface FormContext {
  readonly snapshot: PolicySnapshot;
  readonly form: PolicyForm;
  /** The problems to show; empty until the person has changed or saved something. */
  readonly problems: readonly FieldProblem[];
  readonly texts: Texts<PolicyStringKey>;
  readonly change: (changes: Partial<PolicyForm>) => void;
  readonly searchZones: (query: string) => readonly SearchChoice[];
}

/** What binds a control to its hint and its problem. */
export interface Binding {
  readonly describedBy: string;
  readonly invalid: boolean;
}

interface FieldOptions {
  /** Text of a label bound to the control. */
  readonly label?: string;
  /** Text above a control that names itself, such as a group of options. */
  readonly group?: string;
  readonly labelFor?: string;
  readonly hint?: string;
  readonly after?: TemplateResult | undefined;
  control(binding: Binding): TemplateResult;
}

/** A control with its label, hint and problem. The id of the control is the field's. */
export function field(context: FormContext, id: FieldId, options: FieldOptions): TemplateResult {
  const problem = context.problems.find((found) => found.field === id);
  const ids = [options.hint ? `${id}-hint` : '', problem ? `${id}-problem` : ''].filter(Boolean).join(' ');
  return html`<div class="field">
    ${options.label ? html`<label for=${options.labelFor ?? id}>${options.label}</label>` : nothing}
    ${options.group ? html`<span class="label" aria-hidden="true">${options.group}</span>` : nothing}
    ${options.control({ describedBy: ids, invalid: problem !== undefined })}
    ${problem ? html`<p class="problem" id="${id}-problem">${problem.message}</p>` : nothing}
    ${options.hint ? html`<p class="hint" id="${id}-hint">${options.hint}</p>` : nothing} ${options.after ?? nothing}
  </div>`;
}

/** A number with its limits and its unit behind it. */
export function numberInput(
  id: FieldId,
  { describedBy, invalid }: Binding,
  options: {
    readonly min: number;
    readonly max: number;
    readonly unit: string;
    readonly value: string;
    readonly label?: string;
    readonly set: (value: string) => void;
  },
): TemplateResult {
  return html`<span class="with-unit">
    <input
      id=${id}
      type="number"
      min=${options.min}
      max=${options.max}
      step="1"
      aria-label=${options.label ?? nothing}
      aria-describedby=${describedBy || nothing}
      aria-invalid=${invalid ? 'true' : 'false'}
      .value=${live(options.value)}
      @input=${(event: Event) => options.set(inputValue(event))}
    />
    <span>${options.unit}</span>
  </span>`;
}

/** Several of a few; calls `choose` with the chosen values in their order. */
export function optionGroup(
  id: FieldId,
  { describedBy, invalid }: Binding,
  options: {
    readonly label: string;
    readonly options: readonly GroupOption[];
    readonly selected: readonly string[];
    readonly choose: (chosen: readonly string[]) => void;
    readonly dates?: boolean;
  },
): TemplateResult {
  return html`<vmb-option-group
    id=${id}
    class=${options.dates ? 'dates' : ''}
    .label=${options.label}
    .describedBy=${describedBy}
    .invalid=${invalid}
    .options=${options.options}
    .selected=${live(options.selected)}
    @change=${({ target }: Event) => {
      if (target instanceof OptionGroup) {
        options.choose(target.selected);
      }
    }}
  ></vmb-option-group>`;
}

/** The members of `all` that were chosen, in the order of `all`. */
export function asElementsOf<Value extends string>(all: readonly Value[], chosen: readonly string[]): Value[] {
  return all.filter((value) => chosen.includes(value));
}

/** The value of the input, select or search box that an event came from. */
export function inputValue({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof SearchBox
    ? target.value
    : '';
}
