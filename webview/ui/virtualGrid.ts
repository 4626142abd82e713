import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';

/** A column of a {@link VirtualGrid}. */
export interface GridColumn<Row> {
  readonly id: string;
  readonly header: string;
  readonly numeric?: boolean;
  cell(row: Row): TemplateResult | string;
}

/** How a grid is sorted. */
export interface GridSort {
  readonly column: string;
  readonly descending: boolean;
}

/** Rows from the index `from` on. */
export interface GridWindow {
  readonly from: number;
  readonly count: number;
}

/** Rows that are drawn above and below those in sight. */
const MARGIN_ROWS = 12;
const FALLBACK_ROW_PX = 34;

/**
 * A table of any length: only the rows around those in sight exist, and each is as high as the others. One tab stop;
 * arrows, Page up and down, Home and End move, Enter opens. Fires `window` when it needs other rows, `open` with the
 * chosen index and `sort` with the wished order. Lives in the page's own tree, for its styles and labels.
 */
export class VirtualGrid<Row> extends LitElement {
  static override properties = {
    columns: { attribute: false },
    total: { attribute: false },
    from: { attribute: false },
    rows: { attribute: false },
    sort: { attribute: false },
    label: {},
    first: { state: true },
    visible: { state: true },
  };

  declare columns: readonly GridColumn<Row>[];
  /** All rows there are. */
  declare total: number;
  /** Index of the first of {@link rows}. */
  declare from: number;
  /** The rows that are at hand. */
  declare rows: readonly Row[];
  /** How the rows are sorted; without it the headers are no buttons. */
  declare sort: GridSort | undefined;
  declare label: string;
  /** What is in sight. */
  declare private first: number;
  declare private visible: number;
  private active = 0;
  private hadFocus = false;
  private resized: ResizeObserver | undefined;

  constructor() {
    super();
    this.columns = [];
    this.total = 0;
    this.from = 0;
    this.rows = [];
    this.sort = undefined;
    this.label = '';
    this.first = 0;
    this.visible = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized = new ResizeObserver(() => this.look());
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized?.disconnect();
  }

  /** The rows to have at hand for what is in sight. */
  get wanted(): GridWindow {
    const from = Math.max(0, this.first - MARGIN_ROWS);
    return { from, count: Math.min(this.total, this.first + this.visible + MARGIN_ROWS) - from };
  }

  /** Goes back to the first row: the rows are others now. */
  toTop(): void {
    this.active = 0;
    if (this.scroller) this.scroller.scrollTop = 0;
    this.look();
  }

  override render(): TemplateResult {
    this.active = Math.max(0, Math.min(this.active, this.total - 1));
    const { from, count } = this.wanted;
    return html`<div class="grid" role="grid" aria-label=${this.label} aria-rowcount=${this.total + 1} aria-colcount=${this.columns.length}>
      <div role="rowgroup" class="grid-head">
        <div role="row" aria-rowindex="1" class="grid-row">${this.columns.map((column) => this.headerView(column))}</div>
      </div>
      <div role="rowgroup" class="grid-scroll" @scroll=${this.look} @keydown=${this.onKey} @focusin=${this.onFocus}>
        <div class="grid-space" role="presentation">
          <div class="grid-rows" role="presentation">
            ${Array.from({ length: Math.max(0, count) }, (_, offset) => this.rowView(from + offset))}
          </div>
        </div>
      </div>
    </div>`;
  }

  protected override willUpdate(): void {
    this.hadFocus =
      this.contains(document.activeElement) && document.activeElement?.matches('.grid-rows [role=row]') === true;
  }

  protected override updated(changes: PropertyValues): void {
    const height = this.rowHeight;
    // By properties of the style: the page's policy allows no style attributes.
    const space = this.querySelector<HTMLElement>('.grid-space');
    const rows = this.querySelector<HTMLElement>('.grid-rows');
    if (space) space.style.height = `${this.total * height}px`;
    if (rows) rows.style.transform = `translateY(${this.wanted.from * height}px)`;
    if (changes.has('total')) this.look();
    if (this.hadFocus) this.activeRow?.focus({ preventScroll: true });
  }

  private headerView(column: GridColumn<Row>): TemplateResult {
    const { sort } = this;
    if (!sort) return html`<div role="columnheader" class=${cellClass(column)}>${column.header}</div>`;
    const sorted = sort.column === column.id;
    const order = sort.descending ? 'descending' : 'ascending';
    return html`<div role="columnheader" class=${cellClass(column)} aria-sort=${sorted ? order : 'none'}>
      <button type="button" class="grid-sort" @click=${() => this.askSort(column.id)}>
        ${column.header}<span class="grid-arrow" aria-hidden="true">${sorted ? (sort.descending ? '▼' : '▲') : ''}</span>
      </button>
    </div>`;
  }

  private rowView(index: number): TemplateResult {
    const row = this.rows[index - this.from];
    return html`<div
      role="row"
      class="grid-row"
      aria-rowindex=${index + 2}
      tabindex=${index === this.active ? 0 : -1}
      data-index=${index}
      @click=${() => this.open(index)}
    >
      ${this.columns.map(
        (column) =>
          html`<div role="gridcell" class=${cellClass(column)}>${row === undefined ? nothing : column.cell(row)}</div>`,
      )}
    </div>`;
  }

  /** Finds out what is in sight; told where that changes. */
  private readonly look = (): void => {
    const { scroller } = this;
    if (!scroller) return;
    const height = this.rowHeight;
    this.first = Math.max(0, Math.floor(scroller.scrollTop / height));
    this.visible = Math.ceil(scroller.clientHeight / height);
    const { from, count } = this.wanted;
    const missing = count > 0 && (from < this.from || from + count > this.from + this.rows.length);
    if (missing) this.dispatchEvent(new CustomEvent<GridWindow>('window', { detail: this.wanted }));
  };

  /** The row that the focus came to, by whatever way, is the one that the keys start from. */
  private readonly onFocus = ({ target }: Event): void => {
    const index = target instanceof HTMLElement ? target.dataset['index'] : undefined;
    if (index === undefined || Number(index) === this.active) return;
    this.active = Number(index);
    this.requestUpdate();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const last = this.total - 1;
    const page = Math.max(1, this.visible - 1);
    const steps: Record<string, number> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: last,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      this.moveTo(Math.max(0, Math.min(last, to)));
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.open(this.active);
    } else {
      return;
    }
    event.preventDefault();
  };

  private moveTo(index: number): void {
    const { scroller } = this;
    if (!scroller) return;
    this.active = index;
    const height = this.rowHeight;
    const top = index * height;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + height > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + height - scroller.clientHeight;
    }
    this.look();
    this.requestUpdate();
    void this.updateComplete.then(() => this.activeRow?.focus({ preventScroll: true }));
  }

  private open(index: number): void {
    this.active = index;
    const row = this.rows[index - this.from];
    if (row !== undefined) this.dispatchEvent(new CustomEvent<Row>('open', { detail: row }));
    this.requestUpdate();
  }

  private askSort(column: string): void {
    const descending = this.sort?.column === column && !this.sort.descending;
    this.dispatchEvent(new CustomEvent<GridSort>('sort', { detail: { column, descending } }));
  }

  private get scroller(): HTMLElement | null {
    return this.querySelector('.grid-scroll');
  }

  private get activeRow(): HTMLElement | null {
    return this.querySelector(`.grid-rows [data-index='${this.active}']`);
  }

  private get rowHeight(): number {
    const row = this.querySelector<HTMLElement>('.grid-rows > .grid-row');
    return row?.offsetHeight || FALLBACK_ROW_PX;
  }
}

customElements.define('vmb-virtual-grid', VirtualGrid);

function cellClass(column: { readonly id: string; readonly numeric?: boolean }): string {
  return `grid-cell at-${column.id}${column.numeric ? ' numeric' : ''}`;
}
