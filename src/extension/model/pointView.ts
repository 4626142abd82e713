import type { PointConsistency } from '../../domain/states';
import type { RecoveryPoint } from '../../domain/views';
import { t } from '../text';
import { dayText, facts, fullTimeText, isoDate, momentText, plainMarkdown } from './format';
import { rowId } from './ids';
import { pointsWords } from './machineView';
import type { Row } from './row';

interface PointOptions {
  readonly key: string;
  readonly now: number;
  readonly machineId: string;
  readonly itemId: string;
  readonly scope?: string;
}

/** What a point guarantees, in words. */
export function consistencyWords(point: RecoveryPoint): string {
  const words: { readonly [S in PointConsistency]: string } = {
    AppConsistent: t('application-consistent'),
    FileSystemConsistent: t('file-system-consistent'),
    CrashConsistent: t('crash-consistent'),
  };
  return words[point.consistency];
}

/** Why and until when a point is kept. */
export function keptWords(point: RecoveryPoint): string {
  const why = point.ruleName ?? t('on demand');
  return point.expiryTime === undefined ? why : t('{0}, until {1}', why, isoDate(point.expiryTime));
}

/** One line about a point, for rows and pickers. */
export function pointDescription(point: RecoveryPoint): string {
  return facts(consistencyWords(point), keptWords(point));
}

/** The row that holds the recovery points of an item. */
export function pointsGroupRow(points: readonly RecoveryPoint[] | undefined, options: PointOptions): Row {
  const oldest = points?.at(-1);
  const newest = points?.[0];
  const range = oldest && newest ? `${dayText(oldest.time, options.now)} – ${dayText(newest.time, options.now)}` : '';
  const description = facts(pointsWords(points?.length), range);
  return {
    id: rowId(options.key, ...(options.scope ? [options.scope] : []), 'points', options.itemId),
    label: t('Recovery points'),
    ...(description === '' ? {} : { description }),
    icon: { name: 'history' },
    tokens: ['points', 'local'],
    children: 'collapsed',
    spoken: t('Recovery points, {0}', description),
    target: { kind: 'points', machineId: options.machineId, itemId: options.itemId },
  };
}

/** Tree row of a recovery point. */
export function pointRow(point: RecoveryPoint, options: PointOptions): Row {
  const label = momentText(point.time, options.now);
  const description = pointDescription(point);
  return {
    id: rowId(options.key, ...(options.scope ? [options.scope] : []), 'point', point.id),
    label,
    description,
    tooltip: [
      `**${plainMarkdown(fullTimeText(point.time))}**`,
      plainMarkdown(description),
      plainMarkdown(t('Stored in: {0}', point.tiers.join(', '))),
    ].join('\n\n'),
    icon: { name: 'circle-filled' },
    tokens: ['point', 'local', 'can.restore'],
    children: 'none',
    spoken: t('{0}, recovery point, {1}', label, description),
    target: { kind: 'point', machineId: options.machineId, itemId: options.itemId, pointId: point.id },
  };
}
