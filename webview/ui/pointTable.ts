import { html } from 'lit';
import { formatBytes } from '../../src/domain/sizes';
import type { commonStrings } from '../../src/messages/commonStrings';
import type { PointRow } from '../../src/messages/machine';
import type { timelineStrings } from '../../src/messages/timelineStrings';
import type { Texts } from './texts';
import type { TimeFormat } from './time';
import type { GridColumn } from './virtualGrid';

type PointTexts = Texts<keyof typeof timelineStrings | keyof typeof commonStrings>;

/** What is known of a recovery point besides its time, in one line. */
export function pointFacts({ newBytes, consistencyText, keptText, tierText }: PointRow, texts: PointTexts): string {
  const data = newBytes === undefined ? undefined : texts.t('point.newData', formatBytes(newBytes));
  return [data, keptText, consistencyText, tierText].filter(Boolean).join(' · ');
}

/** The columns of a table of recovery points. */
export function pointColumns({ t }: PointTexts, times: TimeFormat): GridColumn<PointRow>[] {
  return [
    {
      id: 'time',
      header: t('column.time'),
      cell: ({ time }) =>
        html`<time datetime=${new Date(time).toISOString()} title=${times.withZone(time)}>${times.dateTime(time)}</time>`,
    },
    { id: 'kept', header: t('column.kept'), cell: ({ keptText }) => keptText },
    {
      id: 'new',
      header: t('column.new'),
      numeric: true,
      cell: ({ newBytes }) => (newBytes === undefined ? t('value.none') : formatBytes(newBytes)),
    },
    { id: 'consistency', header: t('column.consistency'), cell: ({ consistencyText }) => consistencyText },
    { id: 'tier', header: t('column.tier'), cell: ({ tierText }) => tierText },
  ];
}
