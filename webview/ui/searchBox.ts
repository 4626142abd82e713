import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

/** A choice of a {@link SearchBox}: what is chosen, and a second line that tells more. */
export interface SearchChoice {
  readonly value: string;
  readonly detail: string;
}

/**
 * One of many, found by typing (the editable combobox pattern): arrows move, Enter chooses, Escape puts the chosen
 * value back. Lives in the page's own tree, so that its label and errors can be bound by id. Fires `change` after
 * `value` has changed.
 */
export class SearchBox extends LitElement {
  static override properties = {
    value: {},
    inputId: {},
    describedBy: {},
    invalid: { type: Boolean },
    search: { attribute: false },
    noneText: {},
    toggleText: {},
    listLabel: {},
    query: { state: true },
    expanded: { state: true },
    active: { state: true },
  };

  declare value: string;
  declare inputId: string;
  declare describedBy: string;
  declare invalid: boolean;
  /** The choices for a query, best first; all of them for an empty one. */
  declare search: (query: string) => readonly SearchChoice[];
  declare noneText: string;
  declare toggleText: string;
  declare listLabel: string;
  /** What is typed; `undefined` while the chosen value is shown. */
  declare query: string | undefined;
  declare expanded: boolean;
  declare active: number;

  constructor() {
    super();
    this.value = '';
    this.inputId = '';
    this.describedBy = '';
    this.invalid = false;
    this.search = () => [];
    this.noneText = '';
    this.toggleText = '';
    this.listLabel = '';
    this.query = undefined;
    this.expanded = false;
    this.active = -1;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override focus(): void {
    this.input()?.focus();
  }

  override render(): TemplateResult {
    const open = this.expanded;
    const listId = `${this.inputId}-list`;
    return html`<div class="search-box" @focusout=${this.onFocusOut}>
      <input
        id=${this.inputId}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        aria-autocomplete="list"
        aria-expanded=${open ? 'true' : 'false'}
        aria-controls=${listId}
        aria-activedescendant=${open && this.active >= 0 ? this.optionId(this.active) : nothing}
        aria-describedby=${this.describedBy || nothing}
        aria-invalid=${this.invalid ? 'true' : 'false'}
        .value=${live(this.query ?? this.value)}
        @input=${this.onInput}
        @change=${(event: Event) => event.stopPropagation()}
        @keydown=${this.onKey}
        @click=${() => this.open(undefined)}
      />
      <button type="button" class="search-toggle" tabindex="-1" aria-label=${this.toggleText} @click=${this.onToggle}>
        <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M4 6 8 10 12 6"></path></svg>
      </button>
      <div id=${listId} class="search-list" role="listbox" aria-label=${this.listLabel} ?hidden=${!open}>
        ${open ? this.choiceViews() : nothing}
      </div>
    </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('active') && this.active >= 0) {
      this.querySelector(`#${this.optionId(this.active)}`)?.scrollIntoView({ block: 'nearest' });
    }
  }

  private choiceViews(): TemplateResult | TemplateResult[] {
    const choices = this.choices();
    if (choices.length === 0) {
      return html`<div class="search-none" role="option" aria-disabled="true" aria-selected="false">${this.noneText}</div>`;
    }
    return choices.map(
      (choice, index) => html`<div
        id=${this.optionId(index)}
        role="option"
        class=${index === this.active ? 'active' : ''}
        aria-selected=${choice.value === this.value ? 'true' : 'false'}
        @mousedown=${(event: Event) => event.preventDefault()}
        @click=${() => this.choose(choice)}
      ><span>${choice.value}</span><span class="detail">${choice.detail}</span></div>`,
    );
  }

  private readonly onInput = (): void => this.open(this.input()?.value ?? '');

  private readonly onToggle = (): void => {
    if (!this.expanded) {
      this.open(undefined);
      this.input()?.focus();
    } else {
      this.close();
    }
  };

  private readonly onFocusOut = (event: FocusEvent): void => {
    const next = event.relatedTarget;
    if (!(next instanceof Node && this.contains(next))) {
      this.close();
    }
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      this.move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && this.expanded) {
      event.preventDefault();
      const choice = this.choices()[this.active];
      if (choice) {
        this.choose(choice);
      }
    } else if (event.key === 'Escape' && this.expanded) {
      event.preventDefault();
      this.close();
    }
  };

  private open(query: string | undefined): void {
    this.query = query;
    this.expanded = true;
    if (query === undefined) {
      this.active = this.choices().findIndex(({ value }) => value === this.value);
      this.input()?.select();
    } else {
      this.active = this.choices().length === 0 ? -1 : 0;
    }
  }

  private close(): void {
    this.query = undefined;
    this.expanded = false;
    this.active = -1;
  }

  private choices(): readonly SearchChoice[] {
    return this.search(this.query ?? '');
  }

  private move(by: number): void {
    if (!this.expanded) {
      this.open(undefined);
      return;
    }
    const last = this.choices().length - 1;
    this.active = Math.min(Math.max(this.active + by, Math.min(0, last)), last);
  }

  private choose(choice: SearchChoice): void {
    this.close();
    if (choice.value !== this.value) {
      this.value = choice.value;
      this.dispatchEvent(new Event('change', { bubbles: true }));
    }
  }

  private optionId(index: number): string {
    return `${this.inputId}-option-${index}`;
  }

  private input(): HTMLInputElement | null {
    return this.querySelector('input');
  }
}

customElements.define('vmb-search-box', SearchBox);
