import { formatBytes } from '../../src/domain/sizes';
import type { StateKind } from '../../src/messages/stateKind';
import type { DayMark, VaultSnapshot, VaultTile } from '../../src/messages/vault';
import type { VaultStringKey } from '../../src/messages/vaultStrings';
import type { Texts } from '../ui/texts';
import type { TimeFormat } from '../ui/time';

/** The days on which backups ended alike. */
export interface DayList {
  readonly mark: DayMark;
  readonly text: string;
}

/** Which days had which end, the worst first; days in a row as a range. */
export function dayLists(
  marks: readonly DayMark[],
  names: readonly string[],
  { t }: Texts<VaultStringKey>,
): readonly DayList[] {
  return (['error', 'none', 'warning', 'ok'] as const).flatMap((mark) => {
    const ranges = rangesOf(marks, mark).map(([first, last]) => {
      const [from = '', until = ''] = [names[first], names[last]];
      return first === last ? from : t('history.range', from, until);
    });
    const days = ranges.reduce((before, range) => (before === '' ? range : t('history.list', before, range)), '');
    return days === '' ? [] : [{ mark, text: t('history.day', t(`day.${mark}`), days) }];
  });
}

/** First and last place of every unbroken row of a mark. */
function rangesOf(marks: readonly DayMark[], wanted: DayMark): [number, number][] {
  const ranges: [number, number][] = [];
  for (const [index, mark] of marks.entries()) {
    const last = ranges.at(-1);
    if (mark !== wanted) continue;
    if (last?.[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges;
}

/** A line under a tile's figure; a mark where it asks for attention. */
export interface TileDetail {
  readonly text: string;
  readonly kind?: StateKind;
}

/** A tile: what it counts, the figure, and what to know about it. */
export interface Tile {
  readonly tile: VaultTile;
  readonly label: string;
  readonly value: string;
  readonly details: readonly TileDetail[];
}

/** What the tiles are written with. */
export interface TileContext {
  readonly texts: Texts<VaultStringKey>;
  readonly times: TimeFormat;
  readonly lang: string;
}

/** The tiles of the dashboard, in their order. What is not known says so. */
export function tiles(snapshot: VaultSnapshot, context: TileContext): Tile[] {
  const { texts, lang } = context;
  const { t } = texts;
  const { items, jobs, notProtected, storageBytes, recoveryPoints, attention, instances } = snapshot.tiles;
  const number = new Intl.NumberFormat(lang);
  const tile = (name: VaultTile, value: string | undefined, details: readonly TileDetail[]): Tile =>
    value === undefined
      ? { tile: name, label: t(`tile.${name}`), value: t('value.none'), details: [{ text: t('tile.unknown') }] }
      : { tile: name, label: t(`tile.${name}`), value, details };
  const count = (value: number | undefined) => (value === undefined ? undefined : number.format(value));
  return [
    tile('items', count(items?.total), items ? itemDetails(items, texts) : []),
    tile('notProtected', count(notProtected), [
      notProtected
        ? { text: t('tile.notProtected.some'), kind: 'warning' }
        : { text: t('tile.notProtected.none'), kind: 'ok' },
    ]),
    tile('jobs', count(jobs && jobs.inProgress + jobs.failed + jobs.completed), jobs ? jobDetails(jobs, texts) : []),
    tile('attention', count(attention), [
      attention > 0
        ? { text: t('tile.attention.some'), kind: 'warning' }
        : { text: t('tile.attention.none'), kind: 'ok' },
    ]),
    tile(
      'storage',
      storageBytes === undefined ? undefined : formatBytes(storageBytes),
      storageDetails(snapshot.tiles, texts, lang),
    ),
    tile('recoveryPoints', count(recoveryPoints), [
      { text: t(recoveryPoints ? 'tile.recoveryPoints.some' : 'tile.recoveryPoints.none') },
    ]),
    ...(items?.total === 0 ? [] : [goBackToTile(snapshot.tiles, context, tile)]),
    tile('instances', count(instances?.count), [
      {
        text:
          instances?.usedBytes === undefined
            ? t('tile.instances.charged')
            : t('tile.instances.detail', formatBytes(instances.usedBytes)),
      },
    ]),
  ];
}

/** Until when the disk is full is told within ten years: what lies beyond says nothing. */
const MOST_DAYS_LEFT = 3650;

/**
 * How much smaller the vault is than what one full copy of every machine would be, though more points lie in it; how fast it grows,
 * and what that means for its disk.
 */
function storageDetails(
  { storageBytes = 0, instances, newPerDay, daysLeft }: VaultSnapshot['tiles'],
  { t }: Texts<VaultStringKey>,
  lang: string,
): TileDetail[] {
  const ratio = storageBytes > 0 ? (instances?.usedBytes ?? 0) / storageBytes : 0;
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  return [
    { text: ratio <= 1 ? t('tile.storage.detail') : t('tile.storage.saved', number.format(ratio)) },
    ...(newPerDay === undefined ? [] : [{ text: t('tile.storage.perDay', formatBytes(newPerDay)) }]),
    ...(daysLeft === undefined || daysLeft > MOST_DAYS_LEFT
      ? []
      : [{ text: t('tile.storage.daysLeft', number.format(daysLeft)), ...(daysLeft < 30 ? SOON : {}) }]),
  ];
}

const SOON = { kind: 'warning' } as const;

function goBackToTile(
  { goBackTo, items }: VaultSnapshot['tiles'],
  { texts: { t }, times }: TileContext,
  tile: (name: VaultTile, value: string | undefined, details: readonly TileDetail[]) => Tile,
): Tile {
  if (goBackTo !== undefined) return tile('goBackTo', times.dateTime(goBackTo), [{ text: t('tile.goBackTo.detail') }]);
  return items && items.notBackedUp > 0
    ? tile('goBackTo', t('value.none'), [{ text: t('tile.goBackTo.none') }])
    : tile('goBackTo', undefined, []);
}

function itemDetails(
  items: NonNullable<VaultSnapshot['tiles']['items']>,
  { t }: Texts<VaultStringKey>,
): readonly TileDetail[] {
  if (items.total === 0) {
    return [{ text: t('tile.items.none') }];
  }
  return items.notBackedUp > 0
    ? [{ text: t('tile.items.notBackedUp', items.notBackedUp), kind: 'warning' }]
    : [{ text: t('tile.items.allBackedUp'), kind: 'ok' }];
}

function jobDetails(
  jobs: NonNullable<VaultSnapshot['tiles']['jobs']>,
  { t }: Texts<VaultStringKey>,
): readonly TileDetail[] {
  const details: TileDetail[] = [];
  if (jobs.failed > 0) {
    details.push({ text: t('tile.jobs.failed', jobs.failed), kind: 'error' });
  }
  if (jobs.inProgress > 0) {
    details.push({ text: t('tile.jobs.inProgress', jobs.inProgress), kind: 'running' });
  }
  if (jobs.completed > 0) {
    details.push({ text: t('tile.jobs.completed', jobs.completed), kind: 'ok' });
  }
  return details.length === 0 ? [{ text: t('tile.jobs.none') }] : details;
}
