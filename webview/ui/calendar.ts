import { html, LitElement, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { calendarStrings } from '../../src/messages/calendarStrings';
import { addDays, addMonths, firstDayOfWeek, monthOf, weekdayOf, within } from './calendarModel';
import { dateName, monthName, monthTable } from './monthTable';
import { Texts } from './texts';

type CalendarKey = keyof typeof calendarStrings;

/**
 * A calendar to choose one day. One tab stop among the days (the date grid pattern): arrows move by days and weeks, Home
 * and End in the week, Page up and down by months, with Shift by years; Enter and space choose. Fires `change` after
 * `selected` has changed. Lives in the page's own tree, so that labels can be bound by id.
 */
export class Calendar extends LitElement {
  static override properties = {
    selected: {},
    earliest: {},
    latest: {},
    today: {},
    lang: {},
    texts: { attribute: false },
    active: { state: true },
  };

  /** Dates as `2027-03-01`. */
  declare selected: string;
  declare earliest: string;
  declare latest: string;
  declare today: string;
  declare lang: string;
  declare texts: Texts<CalendarKey>;
  /** The day that the keys have reached; its month is shown. */
  declare private active: string;

  constructor() {
    super();
    this.selected = '';
    this.earliest = '';
    this.latest = '';
    this.today = '';
    this.lang = 'en';
    this.texts = new Texts<CalendarKey>({});
    this.active = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changes: Map<string, unknown>): void {
    if (changes.has('selected') || this.active === '') this.active = this.selected;
    this.active = within(this.active, this.earliest, this.latest);
  }

  override render(): TemplateResult {
    const { t } = this.texts;
    const month = monthOf(this.active);
    const step = (months: number) => () => this.show(addMonths(this.active, months));
    const atStart = month === monthOf(this.earliest);
    const atEnd = month === monthOf(this.latest);
    return html`<div class="calendar">
      <div class="calendar-head">
        <button type="button" class="step" aria-label=${t('calendar.previous')} ?disabled=${atStart} @click=${step(-1)}>‹</button>
        ${this.monthChoice()} ${this.yearChoice()}
        <button type="button" class="step" aria-label=${t('calendar.next')} ?disabled=${atEnd} @click=${step(1)}>›</button>
      </div>
      <div @keydown=${this.onKey}>
        ${monthTable({
          month,
          lang: this.lang,
          label: monthName(month, this.lang),
          role: 'grid',
          cell: (date) => this.dayView(date),
        })}
      </div>
    </div>`;
  }

  /** Goes to the day that the keys have reached. */
  override focus(): void {
    void this.updateComplete.then(() => this.focusDay());
  }

  private dayView(date: string): TemplateResult {
    const allowed = date === within(date, this.earliest, this.latest);
    return html`<td
      role="gridcell"
      class=${date === this.today ? 'today' : ''}
      aria-selected=${date === this.selected ? 'true' : 'false'}
      aria-disabled=${allowed ? 'false' : 'true'}
      aria-current=${date === this.today ? 'date' : 'false'}
      aria-label=${dateName(date, this.lang)}
      tabindex=${date === this.active ? 0 : -1}
      data-date=${date}
      @click=${() => this.choose(date)}
    >${Number(date.slice(8))}</td>`;
  }

  private monthChoice(): TemplateResult {
    const names = new Intl.DateTimeFormat(this.lang, { month: 'long', timeZone: 'UTC' });
    const year = this.active.slice(0, 4);
    const months = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0')).filter(
      (month) => `${year}-${month}` >= monthOf(this.earliest) && `${year}-${month}` <= monthOf(this.latest),
    );
    const shown = Number(this.active.slice(5, 7));
    const change = (event: Event) => this.show(addMonths(this.active, Number(valueOf(event)) - shown));
    return html`<select aria-label=${this.texts.t('calendar.month')} .value=${live(this.active.slice(5, 7))} @change=${change}>
      ${months.map((month) => html`<option value=${month} ?selected=${month === this.active.slice(5, 7)}>${names.format(Date.UTC(2000, Number(month) - 1))}</option>`)}
    </select>`;
  }

  private yearChoice(): TemplateResult {
    const first = Number(this.earliest.slice(0, 4));
    const years = Array.from({ length: Number(this.latest.slice(0, 4)) - first + 1 }, (_, index) => first + index);
    const shown = Number(this.active.slice(0, 4));
    const change = (event: Event) => this.show(addMonths(this.active, (Number(valueOf(event)) - shown) * 12));
    return html`<select aria-label=${this.texts.t('calendar.year')} .value=${live(String(shown))} @change=${change}>
      ${years.map((year) => html`<option value=${year} ?selected=${year === shown}>${year}</option>`)}
    </select>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const weekday = (weekdayOf(this.active) - firstDayOfWeek(this.lang) + 7) % 7;
    const months = event.shiftKey ? 12 : 1;
    const moves: Record<string, () => string> = {
      ArrowLeft: () => addDays(this.active, -1),
      ArrowRight: () => addDays(this.active, 1),
      ArrowUp: () => addDays(this.active, -7),
      ArrowDown: () => addDays(this.active, 7),
      Home: () => addDays(this.active, -weekday),
      End: () => addDays(this.active, 6 - weekday),
      PageUp: () => addMonths(this.active, -months),
      PageDown: () => addMonths(this.active, months),
    };
    const move = moves[event.key];
    if (move) this.show(move(), { focus: true });
    else if (event.key === 'Enter' || event.key === ' ') this.choose(this.active);
    else return;
    event.preventDefault();
  };

  private show(date: string, options: { focus: boolean } = { focus: false }): void {
    this.active = within(date, this.earliest, this.latest);
    if (options.focus) this.focus();
  }

  private choose(date: string): void {
    if (date !== within(date, this.earliest, this.latest)) return;
    this.active = date;
    this.selected = date;
    this.dispatchEvent(new Event('change'));
    this.focus();
  }

  private focusDay(): void {
    this.querySelector<HTMLElement>(`[data-date='${this.active}']`)?.focus();
  }
}

customElements.define('vmb-calendar', Calendar);

function valueOf({ target }: Event): string {
  return target instanceof HTMLSelectElement ? target.value : '';
}
