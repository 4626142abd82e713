import { type BackupPolicy, isEnhanced, type MonthDays, type Retention, type Schedule } from '../../domain/policy';
import { oldestKept } from '../../domain/policyPreview';
import { nextRuns } from '../../domain/schedule';
import type { VaultPolicy } from '../../domain/views';
import { displayLanguage, t } from '../text';
import { facts, fullTimeText, listText, plainMarkdown } from './format';
import { rowId } from './ids';
import type { Provider } from './link';
import type { Row } from './row';

const UPCOMING_RUNS = 5;
/** 4 January 1970 was a Sunday: any Sunday serves to name the days of the week. */
const A_SUNDAY = Date.UTC(1970, 0, 4);
const DAY_MS = 24 * 3600_000;
const WEEKDAY_ORDER = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** When a policy runs: `Daily at 02:00 (Taipei Standard Time)`, `Every 4 hours from 08:00 for 12 hours (UTC)`. */
export function scheduleWords({ schedule, timeZone }: BackupPolicy): string {
  switch (schedule.frequency) {
    case 'Daily':
      return t('Daily at {0} ({1})', schedule.time, timeZone);
    case 'Weekly':
      return t('Weekly on {0} at {1} ({2})', dayNames(schedule.days), schedule.time, timeZone);
    default: {
      const { intervalHours, time, durationHours } = schedule;
      return t('Every {0} hours from {1} for {2} hours ({3})', intervalHours, time, durationHours, timeZone);
    }
  }
}

/** What a policy keeps: `keeps daily points 30 days, weekly points 12 weeks`. */
export function retentionWords(rule: BackupPolicy): string {
  const ranges = rangeWords(rule.retention);
  return ranges.length === 0 ? t('keeps nothing') : t('keeps {0}', listText(ranges));
}

/** The policy in one sentence, for pickers and tooltips. */
export function policyWords(policy: VaultPolicy): string {
  if (!policy.rule) return t('This version does not show policies of this kind.');
  const words = [scheduleWords(policy.rule), retentionWords(policy.rule)];
  if (isEnhanced(policy.rule)) words.push(t('Enhanced policy'));
  if (policy.rule.crashConsistentOnly) words.push(t('crash-consistent points only'));
  return listText(words);
}

/** How far back a policy lets one go once it has run that long; `undefined` for one of an unknown kind. */
export function goBackWords({ rule }: VaultPolicy, now: number): string | undefined {
  if (!rule) return undefined;
  try {
    const date = oldestKept(rule, now);
    return date && t('once filled, you can go back to {0}', date);
  } catch {
    return undefined; // a time zone that this computer does not know: the rest of the policy is still worth showing
  }
}

/** Hundreds of machines share a policy, and its next moments stay the same until the first of them comes. */
const planned = new WeakMap<BackupPolicy, { since: number; count: number; runs: number[] }>();

/** The next scheduled moments of a policy (ms UTC); none for a policy of an unknown kind. */
export function upcomingRuns(policy: VaultPolicy | undefined, now: number, count: number = UPCOMING_RUNS): number[] {
  if (!policy?.rule) return [];
  const known = planned.get(policy.rule);
  if (known && known.count === count && known.since <= now && now < (known.runs[0] ?? 0)) return known.runs;
  try {
    const runs = nextRuns(policy.rule, now, count);
    planned.set(policy.rule, { since: now, count, runs });
    return runs;
  } catch {
    return []; // a time zone that this computer does not know: the rest of the policy is still worth showing
  }
}

/** Tree row of a policy. */
export function policyRow(
  policy: VaultPolicy,
  options: { key: string; now: number; provider: Provider; canWrite: boolean },
): Row {
  const usedBy = policy.protectedItems === 1 ? t('1 VM') : t('{0} VMs', policy.protectedItems);
  const description = facts(policy.rule && shortWords(policy.rule), usedBy);
  return {
    id: rowId(options.key, 'policy', policy.id),
    label: policy.name,
    description,
    tooltip: () => tooltip(policy, options.now),
    icon: { name: 'calendar' },
    tokens: ['policy', options.provider, ...(options.canWrite ? ['can.write', 'can.delete'] : [])],
    children: policy.protectedItems > 0 ? 'collapsed' : 'none',
    spoken: t('{0}, backup policy, {1}, used by {2}', policy.name, policyWords(policy), usedBy),
    target: { kind: 'policy', vaultId: policy.vaultId, policyId: policy.id },
  };
}

function tooltip(policy: VaultPolicy, now: number): string {
  const runs = upcomingRuns(policy, now).map((run) => `- ${plainMarkdown(fullTimeText(run, policy.rule?.timeZone))}`);
  const next = runs.length > 0 ? `\n\n${t('Next backups:')}\n\n${runs.join('\n')}` : '';
  const words = facts(policyWords(policy), goBackWords(policy, now));
  return `**${plainMarkdown(policy.name)}**\n\n${plainMarkdown(words)}${next}`;
}

function shortWords(rule: BackupPolicy): string {
  const [shortest] = rangeWords(rule.retention);
  return facts(shortSchedule(rule.schedule), shortest);
}

function shortSchedule(schedule: Schedule): string {
  switch (schedule.frequency) {
    case 'Daily':
      return t('daily {0}', schedule.time);
    case 'Weekly':
      return t('weekly {0} {1}', dayNames(schedule.days), schedule.time);
    default:
      return t('every {0} hours from {1}', schedule.intervalHours, schedule.time);
  }
}

function rangeWords({ daily, weekly, monthly, yearly }: Retention): string[] {
  return [
    daily && t('daily points {0} days', daily.count),
    weekly && t('weekly points ({0}) {1} weeks', dayNames(weekly.days), weekly.count),
    monthly && t('monthly points ({0}) {1} months', monthDayWords(monthly.on), monthly.count),
    yearly && t('yearly points ({0}) {1} years', monthDayWords(yearly.on), yearly.count),
  ].filter((words) => words !== undefined);
}

function monthDayWords(on: MonthDays): string {
  if (on.by === 'day')
    return [...on.dates.map((date) => t('day {0}', date)), ...(on.last ? [t('last day')] : [])].join(', ');
  return t('{0} {1}', on.weeks.map(weekWord).join(', '), dayNames(on.days));
}

function weekWord(week: string): string {
  switch (week) {
    case 'First':
      return t('first');
    case 'Second':
      return t('second');
    case 'Third':
      return t('third');
    case 'Fourth':
      return t('fourth');
    default:
      return t('last');
  }
}

function dayNames(days: readonly string[]): string {
  const format = new Intl.DateTimeFormat(displayLanguage(), { weekday: 'long', timeZone: 'UTC' });
  return days.map((day) => format.format(A_SUNDAY + WEEKDAY_ORDER.indexOf(day) * DAY_MS)).join(', ');
}
