import { html, LitElement, nothing, type TemplateResult } from 'lit';

/** An option of an {@link OptionGroup}. */
export interface GroupOption {
  readonly value: string;
  readonly text: string;
  /** The full word where `text` is short: shown on hover, told as the description. */
  readonly title?: string;
}

/**
 * Several of a few: weekdays, months, dates. One tab stop; arrows, Home and End move, space and Enter choose (the
 * multi-select listbox pattern). Lives in the page's own tree, so that labels and errors can be bound by id.
 * Fires `change` after `selected` has changed.
 */
export class OptionGroup extends LitElement {
  static override properties = {
    options: { attribute: false },
    selected: { attribute: false },
    label: {},
    describedBy: {},
    invalid: { type: Boolean },
  };

  declare options: readonly GroupOption[];
  declare selected: readonly string[];
  declare label: string;
  declare describedBy: string;
  declare invalid: boolean;
  private active = 0;

  constructor() {
    super();
    this.options = [];
    this.selected = [];
    this.label = '';
    this.describedBy = '';
    this.invalid = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override focus(): void {
    this.optionElement(this.active)?.focus();
  }

  override render(): TemplateResult {
    const active = Math.min(this.active, this.options.length - 1);
    return html`<div
      role="listbox"
      aria-multiselectable="true"
      aria-orientation="horizontal"
      aria-label=${this.label}
      aria-describedby=${this.describedBy || nothing}
      aria-invalid=${this.invalid ? 'true' : 'false'}
      @keydown=${this.onKey}
    >
      ${this.options.map(
        (option, index) => html`<div
          role="option"
          tabindex=${index === active ? 0 : -1}
          title=${option.title ?? nothing}
          aria-selected=${this.selected.includes(option.value) ? 'true' : 'false'}
          @click=${() => this.toggle(index)}
        >${option.text}</div>`,
      )}
    </div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const last = this.options.length - 1;
    const target = {
      ArrowRight: Math.min(this.active + 1, last),
      ArrowDown: Math.min(this.active + 1, last),
      ArrowLeft: Math.max(this.active - 1, 0),
      ArrowUp: Math.max(this.active - 1, 0),
      Home: 0,
      End: last,
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      this.moveTo(target);
    } else if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      this.toggle(this.active);
    }
  };

  private moveTo(index: number): void {
    this.active = index;
    this.requestUpdate();
    this.optionElement(index)?.focus();
  }

  private toggle(index: number): void {
    const option = this.options[index];
    if (!option) {
      return;
    }
    this.active = index;
    const chosen = new Set(this.selected);
    if (!chosen.delete(option.value)) {
      chosen.add(option.value);
    }
    this.selected = this.options.map(({ value }) => value).filter((value) => chosen.has(value));
    this.dispatchEvent(new Event('change', { bubbles: true }));
  }

  private optionElement(index: number): HTMLElement | undefined {
    return this.querySelectorAll<HTMLElement>('[role="option"]')[index];
  }
}

customElements.define('vmb-option-group', OptionGroup);
