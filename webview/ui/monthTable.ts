import { html, type TemplateResult } from 'lit';
import { firstDayOfWeek, momentOf, weeksOf } from './calendarModel';

/** A month as a table of weeks; `cell` gives the whole cell of a date. */
export function monthTable(options: {
  readonly month: string;
  readonly lang: string;
  readonly label: string;
  readonly role: 'grid' | 'table';
  cell(date: string): TemplateResult;
}): TemplateResult {
  const { month, lang, label, role } = options;
  const firstDay = firstDayOfWeek(lang);
  const long = new Intl.DateTimeFormat(lang, { weekday: 'long', timeZone: 'UTC' });
  const narrow = new Intl.DateTimeFormat(lang, { weekday: 'narrow', timeZone: 'UTC' });
  // 4 January 1970 was a Sunday.
  const weekdays = Array.from({ length: 7 }, (_, index) =>
    momentOf(`1970-01-${String(4 + ((firstDay + index) % 7)).padStart(2, '0')}`),
  );
  const cellRole = role === 'grid' ? 'gridcell' : 'cell';
  return html`<table class="month" role=${role} aria-label=${label}>
    <thead role="rowgroup">
      <tr role="row">
        ${weekdays.map(
          (day) => html`<th role="columnheader" scope="col" abbr=${long.format(day)}>
            <span aria-hidden="true">${narrow.format(day)}</span><span class="visually-hidden">${long.format(day)}</span>
          </th>`,
        )}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${weeksOf(month, firstDay).map(
        (week) => html`<tr role="row">
          ${week.map((date) => (date === undefined ? html`<td role=${cellRole} class="none"></td>` : options.cell(date)))}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** A month in words, for example `March 2027`. */
export function monthName(month: string, lang: string): string {
  return new Intl.DateTimeFormat(lang, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    momentOf(`${month}-01`),
  );
}

/** A date in full, for example `Monday, March 1, 2027`. */
export function dateName(date: string, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'full', timeZone: 'UTC' }).format(momentOf(date));
}
