import { canArchive, needsRehydration } from '../../domain/archiveTier';
import { expiryOf, type TagExpiry, tagsForRun } from '../../domain/retention';
import { formatBytes } from '../../domain/sizes';
import type { PointConsistency } from '../../domain/states';
import type { RecoveryPoint, VaultPolicy } from '../../domain/views';
import type { PointAction } from '../../messages/machine';
import { t } from '../text';
import { dateText, dayText, facts, fullTimeText, listText, momentText, plainMarkdown } from './format';
import { rowId } from './ids';
import type { Provider } from './link';
import { pointsWords } from './machineView';
import { retentionWords } from './policyView';
import type { Row } from './row';

/** Moments this close are the same one: the wire has no fractions of a second. */
const SAME_MS = 1_000;

interface PointOptions {
  readonly provider: Provider;
  readonly key: string;
  readonly now: number;
  readonly machineId: string;
  readonly itemId: string;
  readonly scope?: string;
  /** Says under which ranges a point is kept. */
  readonly policy?: VaultPolicy | undefined;
  /** The computer that the vault belongs to, where that is another one. */
  readonly heldBy?: string | undefined;
  /** How much data a point brought that the vault did not have, where that is told. */
  readonly newBytesOf?: (point: RecoveryPoint) => number | undefined;
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

/** Where a point is stored: `snapshot, vault`, or `archive, rehydrated until 2026-12-05`. */
export function tierWords({ tiers, rehydrated }: RecoveryPoint): string {
  const words: Readonly<Record<string, string>> = {
    InstantRP: t('snapshot'),
    HardenedRP: t('vault'),
    ArchivedRP: t('archive'),
  };
  const places = tiers.map((tier) => words[tier] ?? tier);
  return (rehydrated ? [...places, rehydratedWords(rehydrated)] : places).join(', ');
}

function rehydratedWords({ until }: NonNullable<RecoveryPoint['rehydrated']>): string {
  return until === undefined ? t('rehydrated') : t('rehydrated until {0}', dateText(until));
}

/** The name of a retention range, as the service writes it. */
function rangeWords(tag: string): string {
  const words: Readonly<Record<string, string>> = {
    Daily: t('Daily'),
    Weekly: t('Weekly'),
    Monthly: t('Monthly'),
    Yearly: t('Yearly'),
    'On-Demand': t('on demand'),
  };
  return words[tag] ?? tag;
}

/** The same inside a list of them. */
function rangeNoun(tag: string): string {
  const words: Readonly<Record<string, string>> = {
    Daily: t('daily'),
    Weekly: t('weekly'),
    Monthly: t('monthly'),
    Yearly: t('yearly'),
  };
  return words[tag] ?? rangeWords(tag);
}

/** Why and until when a point is kept. */
export function keptWords(point: RecoveryPoint, policyZone?: string): string {
  const why = rangeWords(point.ruleName ?? 'On-Demand');
  if (point.hold !== undefined) return t('{0}, on hold', why);
  return point.expiryTime === undefined ? why : t('{0}, until {1}', why, dateText(point.expiryTime, policyZone));
}

/** Everything that keeps a point: `Kept as Daily until 2026-11-11 · Weekly until 2026-12-05 · held by you ("before upgrade")`. */
export function keptReasons(point: RecoveryPoint, policy: VaultPolicy | undefined): string {
  const ranges = rangesOf(point, policy).map(({ tag, expiry }) =>
    t('{0} until {1}', rangeWords(tag), dateText(expiry, policy?.rule?.timeZone)),
  );
  const why = ranges.length > 0 ? facts(...ranges) : keptWords({ ...point, hold: undefined }, policy?.rule?.timeZone);
  return facts(t('Kept as {0}', why), point.hold === undefined ? undefined : t('held by you ("{0}")', point.hold));
}

/** The policy's ranges that keep a point; none where they do not end when the service says that the point does. */
function rangesOf({ time, expiryTime }: RecoveryPoint, policy: VaultPolicy | undefined): readonly TagExpiry[] {
  if (!policy?.rule || expiryTime === undefined) return [];
  try {
    const tags = tagsForRun(policy.rule, time, time);
    const expiry = expiryOf(tags)?.expiry ?? 0;
    return Math.abs(expiry - expiryTime) < SAME_MS ? tags : [];
  } catch {
    return []; // a time zone that this computer does not know
  }
}

/** One line about a point, for rows and pickers. Of the tiers only the archive makes a difference that is worth a place in it. */
export function pointDescription(point: RecoveryPoint, policyZone?: string): string {
  const isInArchive = point.tiers.includes('ArchivedRP');
  return facts(consistencyWords(point), keptWords(point, policyZone), isInArchive ? tierWords(point) : undefined);
}

/** What the row of a point says beside its time: `+312 MB · daily, weekly · application-consistent`. */
function rowDescription(point: RecoveryPoint, newBytes: number | undefined, policy: VaultPolicy | undefined): string {
  const ranges = rangesOf(point, policy).map(({ tag }) => rangeNoun(tag));
  const why = ranges.length > 0 ? ranges : [rangeNoun(point.ruleName ?? 'On-Demand')];
  return facts(
    newBytes === undefined ? undefined : `+${formatBytes(newBytes)}`,
    listText(point.hold === undefined ? why : [...why, t('on hold')]),
    consistencyWords(point),
    point.tiers.includes('ArchivedRP') ? tierWords(point) : undefined,
  );
}

/** The row that holds the recovery points of an item. */
export function pointsGroupRow(points: readonly RecoveryPoint[] | undefined, options: PointOptions): Row {
  const oldest = points?.at(-1);
  const newest = points?.[0];
  const day = ({ time }: RecoveryPoint) => dayText(time, options.now, options.policy?.rule?.timeZone);
  const days = new Set(oldest && newest ? [day(oldest), day(newest)] : []);
  const range = Array.from(days).join(' – ');
  const description = facts(pointsWords(points?.length), range);
  return {
    id: rowId(options.key, ...(options.scope ? [options.scope] : []), 'points', options.itemId),
    label: t('Recovery points'),
    ...(description === '' ? {} : { description }),
    tooltip: () => pointsTooltip(points, options),
    icon: { name: 'history' },
    tokens: ['points', options.provider],
    children: 'collapsed',
    spoken: t('Recovery points, {0}', description),
    target: { kind: 'points', machineId: options.machineId, itemId: options.itemId },
  };
}

/** What is kept of a machine, how many points that are now, and from when to when. */
function pointsTooltip(points: readonly RecoveryPoint[] | undefined, { policy }: PointOptions): string {
  const full = (point: RecoveryPoint) => fullTimeText(point.time, policy?.rule?.timeZone);
  const [newest, oldest] = [points?.[0], points?.at(-1)];
  const lines = [
    policy?.rule && t('Policy {0} {1}', policy.name, retentionWords(policy.rule)),
    pointsWords(points?.length),
    newest && t('Newest point {0}', full(newest)),
    oldest && t('Oldest point {0}', full(oldest)),
  ];
  return lines.flatMap((line) => (line === undefined ? [] : [plainMarkdown(line)])).join('\n\n');
}

/** The row of a day with several recovery points. @param points of that day, newest first */
export function pointDayRow(points: readonly RecoveryPoint[], day: string, options: PointOptions): Row {
  const time = points[0]?.time ?? options.now;
  const label = dayText(time, options.now, options.policy?.rule?.timeZone);
  const count = pointsWords(points.length) ?? '';
  return {
    id: rowId(options.key, ...(options.scope ? [options.scope] : []), 'point-day', options.itemId, day),
    label,
    description: count,
    icon: { name: 'calendar' },
    tokens: ['group', options.provider],
    children: 'collapsed',
    spoken: t('{0}, {1}', label, count),
    target: { kind: 'pointDay', machineId: options.machineId, itemId: options.itemId, day },
  };
}

/** Tree row of a recovery point. */
export function pointRow(point: RecoveryPoint, options: PointOptions): Row {
  const policyZone = options.policy?.rule?.timeZone;
  const label = momentText(point.time, options.now, policyZone);
  const newBytes = options.newBytesOf?.(point);
  const description = rowDescription(point, newBytes, options.policy);
  return {
    id: rowId(options.key, ...(options.scope ? [options.scope] : []), 'point', point.id),
    label,
    description,
    tooltip: () => tooltip(point, newBytes, options.policy),
    icon: { name: point.hold === undefined ? 'circle-filled' : 'lock' },
    tokens: [
      'point',
      options.provider,
      'can.restore',
      ...pointActions(point, options).map((action) => TOKEN_OF[action]),
      ...(options.provider === 'azure' && needsRehydration(point) ? ['can.rehydrate'] : []),
    ],
    children: 'none',
    spoken: t('{0}, recovery point, {1}', label, description),
    target: { kind: 'point', machineId: options.machineId, itemId: options.itemId, pointId: point.id },
    opens: true,
  };
}

const TOKEN_OF: { readonly [A in PointAction]: string } = {
  hold: 'can.pin',
  release: 'can.unpin',
  recoverFiles: 'can.recoverFiles',
  archive: 'can.archive',
};

/**
 * What can be done with a recovery point besides restoring it. A hold is written into the vault, so not into one of another computer;
 * Azure has no legal holds on single points, but an archive, out of which no disk is mounted.
 */
export function pointActions(
  point: RecoveryPoint,
  { provider, heldBy }: Pick<PointOptions, 'provider' | 'heldBy'>,
): PointAction[] {
  if (provider === 'azure') {
    return [
      ...(needsRehydration(point) ? [] : ['recoverFiles' as const]),
      ...(canArchive(point) ? ['archive' as const] : []),
    ];
  }
  if (heldBy !== undefined) return [];
  return [point.hold === undefined ? 'hold' : 'release'];
}

function tooltip(point: RecoveryPoint, newBytes: number | undefined, policy: VaultPolicy | undefined): string {
  return [
    `**${plainMarkdown(fullTimeText(point.time, policy?.rule?.timeZone))}**`,
    plainMarkdown(consistencyWords(point)),
    plainMarkdown(keptReasons(point, policy)),
    ...(newBytes === undefined ? [] : [plainMarkdown(t('Added to the vault: {0}', formatBytes(newBytes)))]),
    plainMarkdown(t('Stored in: {0}', tierWords(point))),
  ].join('\n\n');
}
