import { html, type TemplateResult } from 'lit';

/** A column: its header and the content of its cell in a row. */
export interface Column<Row> {
  readonly header: string;
  /** Right-aligned with figures of equal width. */
  readonly numeric?: boolean;
  cell(row: Row): TemplateResult | string;
}

export interface TableOptions<Row> {
  /** Id of the heading that names the table. */
  readonly labelledBy: string;
  /** Stays a table on narrow pages: for two short columns. */
  readonly compact?: boolean;
  readonly columns: readonly [Column<Row>, ...Column<Row>[]];
  readonly rows: readonly Row[];
}

/**
 * A data table; the first column is each row's header. On narrow pages rows become cards, each cell with its header in
 * front. The roles are written out because that layout takes away the ones that table elements have by themselves.
 */
export function dataTable<Row>(options: TableOptions<Row>): TemplateResult {
  const { columns, rows, labelledBy } = options;
  const [first, ...rest] = columns;
  return html`<table role="table" class=${options.compact ? '' : 'cards'} aria-labelledby=${labelledBy}>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map(
          (column) => html`<th role="columnheader" scope="col" class=${alignment(column)}>${column.header}</th>`,
        )}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) => html`<tr role="row">
          <th role="rowheader" scope="row" class=${alignment(first)}>${first.cell(row)}</th>
          ${rest.map(
            (column) => html`<td role="cell" class=${alignment(column)}>
              <span class="cell-label" aria-hidden="true">${column.header}</span><span>${column.cell(row)}</span>
            </td>`,
          )}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function alignment(column: { readonly numeric?: boolean }): string {
  return column.numeric ? 'numeric' : '';
}
