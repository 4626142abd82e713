import { isFinished } from '../../domain/states';
import type { Job, ProtectedItem } from '../../domain/views';
import { jobStateKind } from '../../messages/stateKind';
import { type CoverageRow, DAY_MARKS, type DayMark, type HistoryRow } from '../../messages/vault';
import { displayLanguage, t } from '../text';
import { spanText } from './format';
import { isProtected, type MachineFacts } from './machineFacts';
import { jobsOf } from './machineJobs';

const DAY_MS = 24 * 3600_000;
/** Days that the strip of a machine shows, today included. */
export const HISTORY_DAYS = 30;
/** Rows of a table; the views and lists show the rest. */
const MAX_ROWS = 100;

/** How many machines of each resource group are protected, the least covered first. */
export function coverageRows(machines: readonly MachineFacts[]): CoverageRow[] {
  const groups = new Map<string, { name: string; isProtected: number; total: number }>();
  for (const facts of machines) {
    const name = facts.machine?.resourceGroup ?? facts.vault?.resourceGroup ?? '';
    const group = groups.get(name.toLowerCase()) ?? { name, isProtected: 0, total: 0 };
    group.total += 1;
    if (isProtected(facts)) group.isProtected += 1;
    groups.set(name.toLowerCase(), group);
  }
  return Array.from(groups.values())
    .toSorted((a, b) => a.isProtected / a.total - b.isProtected / b.total || a.name.localeCompare(b.name))
    .slice(0, MAX_ROWS);
}

/** Target, age and margin of each machine's newest point, and how its backups ended on each of the last days. */
export function historyRows(machines: readonly MachineFacts[], jobs: readonly Job[], now: number): HistoryRow[] {
  return machines
    .filter(isProtected)
    .slice(0, MAX_ROWS)
    .map((facts) => {
      const last = facts.item?.lastRecoveryPointTime;
      const days = dayMarks(jobsOf(jobs, facts), now);
      return {
        id: facts.machineId,
        name: facts.name,
        ...(facts.targetMs === undefined ? {} : { targetText: spanText(facts.targetMs) }),
        ...(last === undefined ? {} : { ageText: spanText(now - last) }),
        ...marginOf(facts, last, now),
        days,
        daysText: daysWords(days),
      };
    });
}

/**
 * The moment that every protected machine can go back to: the youngest of their oldest points; none while one has no point or its
 * oldest one is not known.
 */
export function commonDate(
  machines: readonly MachineFacts[],
  oldestPoint: (item: ProtectedItem) => number | undefined,
): number | undefined {
  const oldest = machines.filter(isProtected).map(({ item }) => item && oldestPoint(item));
  if (oldest.length === 0) return undefined;
  return oldest.reduce((latest, time) =>
    latest === undefined || time === undefined ? undefined : Math.max(latest, time),
  );
}

/** The days of the strips in words, oldest first: those of the window's clock. */
export function historyDays(now: number): string[] {
  const format = new Intl.DateTimeFormat(displayLanguage(), { weekday: 'short', day: 'numeric', month: 'short' });
  return Array.from({ length: HISTORY_DAYS }, (_, index) => {
    const day = new Date(now);
    day.setDate(day.getDate() - (HISTORY_DAYS - 1 - index));
    return format.format(day);
  });
}

function marginOf({ targetMs }: MachineFacts, last: number | undefined, now: number) {
  if (targetMs === undefined || last === undefined) return {};
  const margin = targetMs - (now - last);
  return margin >= 0
    ? { marginText: t('{0} left', spanText(margin)), missed: false }
    : { marginText: t('missed by {0}', spanText(-margin)), missed: true };
}

/** How the last backup of each day ended, oldest day first; days are those of the window's clock. */
function dayMarks(jobs: readonly Job[], now: number): DayMark[] {
  const marks: DayMark[] = Array.from({ length: HISTORY_DAYS }, () => 'none');
  const backups = jobs.filter(({ operation, status }) => operation === 'Backup' && isFinished(status));
  for (const job of backups.toSorted((a, b) => a.startTime - b.startTime)) {
    const kind = jobStateKind(job.status);
    const mark = DAY_MARKS.find((known) => known === kind); // a cancelled one leaves the day as it was
    const daysAgo = Math.round((startOfDay(now) - startOfDay(job.startTime)) / DAY_MS);
    if (mark && daysAgo >= 0 && daysAgo < HISTORY_DAYS) marks[HISTORY_DAYS - 1 - daysAgo] = mark;
  }
  return marks;
}

function daysWords(days: readonly DayMark[]): string {
  const count = (mark: DayMark) => days.filter((day) => day === mark).length;
  const warnings = count('warning');
  const words = [t('{0} days with a backup', count('ok') + warnings), t('{0} failed', count('error'))];
  return t('{0}, {1} without', words.join(', '), count('none'));
}

function startOfDay(moment: number): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}
