import type { Job } from '../../domain/views';
import type { CoverageRow, DayMark, HistoryRow } from '../../messages/vault';
import { t } from '../text';
import { spanText } from './format';
import { sameId } from './ids';
import { type MachineFacts, restingState } from './machineFacts';

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
    if (isCovered(facts)) group.isProtected += 1;
    groups.set(name.toLowerCase(), group);
  }
  return Array.from(groups.values())
    .toSorted((a, b) => a.isProtected / a.total - b.isProtected / b.total || a.name.localeCompare(b.name))
    .slice(0, MAX_ROWS);
}

/** Target, age and margin of each machine's newest point, and how its backups ended on each of the last days. */
export function historyRows(machines: readonly MachineFacts[], jobs: readonly Job[], now: number): HistoryRow[] {
  const backups = backupsByMachine(jobs);
  return machines
    .filter(isCovered)
    .slice(0, MAX_ROWS)
    .map((facts) => {
      const last = facts.item?.lastRecoveryPointTime;
      const days = dayMarks(backups.get(facts.name.toLowerCase()) ?? [], facts, now);
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

/** The moment that every protected machine can go back to: the youngest of their oldest points; none if one has no point. */
export function commonDate(machines: readonly MachineFacts[]): number | undefined {
  const covered = machines.filter(({ item }) => item !== undefined);
  const oldest = covered.map(({ item }) => item?.oldestRecoveryPoint ?? item?.lastRecoveryPointTime);
  if (oldest.length === 0) return undefined;
  return oldest.reduce((latest, time) =>
    latest === undefined || time === undefined ? undefined : Math.max(latest, time),
  );
}

function isCovered(facts: MachineFacts): boolean {
  return facts.item !== undefined && restingState(facts) !== 'stopped';
}

function marginOf({ targetMs }: MachineFacts, last: number | undefined, now: number) {
  if (targetMs === undefined || last === undefined) return {};
  const margin = targetMs - (now - last);
  return margin >= 0
    ? { marginText: t('{0} left', spanText(margin)), missed: false }
    : { marginText: t('missed by {0}', spanText(-margin)), missed: true };
}

/** Backups by lower-case machine name, newest first. */
function backupsByMachine(jobs: readonly Job[]): Map<string, Job[]> {
  const found = new Map<string, Job[]>();
  for (const job of jobs) {
    if (job.operation !== 'Backup') continue;
    const name = job.machineName.toLowerCase();
    found.set(name, [...(found.get(name) ?? []), job]);
  }
  return found;
}

/** How the last backup of each day ended, oldest day first; days are those of the window's clock. */
function dayMarks(backups: readonly Job[], { vault }: MachineFacts, now: number): DayMark[] {
  const marks: DayMark[] = Array.from({ length: HISTORY_DAYS }, () => 'none');
  const ofVault = backups.filter((job) => vault !== undefined && sameId(job.vaultId, vault.id));
  for (const job of ofVault.toSorted((a, b) => a.startTime - b.startTime)) {
    const mark = markOf(job);
    const daysAgo = Math.round((startOfDay(now) - startOfDay(job.startTime)) / DAY_MS);
    if (mark && daysAgo >= 0 && daysAgo < HISTORY_DAYS) marks[HISTORY_DAYS - 1 - daysAgo] = mark;
  }
  return marks;
}

function markOf({ status }: Job): DayMark | undefined {
  switch (status) {
    case 'Completed':
      return 'ok';
    case 'CompletedWithWarnings':
      return 'warning';
    case 'Failed':
      return 'error';
    default:
      return undefined;
  }
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
