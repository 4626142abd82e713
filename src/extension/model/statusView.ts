import type { Job } from '../../domain/views';
import { t } from '../text';
import type { Alert } from './alerts';
import type { EngineState } from './engineLink';
import { failureText } from './failure';
import { facts, fullTimeText, plainMarkdown } from './format';
import { type JobFacts, jobTitle, progressWords } from './jobView';
import { isProtected, type MachineFacts } from './machineFacts';

/** Alerts that the tooltip tells one by one. */
const MOST_ALERTS = 5;

/** The status bar item as data. */
export interface StatusView {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly spoken: string;
  readonly warning: boolean;
}

export interface StatusFacts {
  readonly engine: EngineState;
  readonly machines: readonly MachineFacts[];
  readonly running: readonly JobFacts[];
  readonly alerts: readonly Alert[];
  readonly now: number;
}

/** What the status bar says: what runs, else who needs attention, else how many are protected. */
export function statusView(shown: StatusFacts): StatusView {
  const { icon, words, warning } = headline(shown);
  return {
    text: `$(${icon}) ${words}`,
    tooltip: [`**VM Backup** — ${plainMarkdown(words)}`, ...details(shown).map(plainMarkdown)].join('\n\n'),
    spoken: t('VM Backup: {0}', words),
    warning,
  };
}

/** The engine's health in whole sentences, for the tooltip and the status picker. */
export function engineWords(engine: EngineState): string {
  switch (engine.kind) {
    case 'idle':
      return t('The backup engine is not connected. It starts when a VM Backup view or command needs it.');
    case 'starting':
      return t('The backup engine is starting.');
    case 'failed':
      return failureText(engine.failure);
    default: {
      if (!engine.health) return t('The backup engine is running.');
      const { version, pid, dataFolder } = engine.health;
      return t('The backup engine {0} is running (process {1}). Its data folder is {2}.', version, pid, dataFolder);
    }
  }
}

function headline(shown: StatusFacts): { icon: string; words: string; warning: boolean } {
  const { engine, machines, running, alerts } = shown;
  if (engine.kind === 'failed') return { icon: 'error', words: t('Backup engine not available'), warning: true };
  if (engine.kind === 'starting') return { icon: 'sync~spin', words: t('Backup engine starting'), warning: false };
  const [first] = running;
  if (first) return { icon: 'sync~spin', words: runningWords(running, first, shown.now), warning: false };
  const attention = alerts.length;
  if (attention > 0) {
    const words = attention === 1 ? t('1 needs attention') : t('{0} need attention', attention);
    return { icon: 'warning', words, warning: true };
  }
  if (pausedSince(engine) !== undefined) {
    return { icon: 'debug-pause', words: t('Scheduled backups paused'), warning: false };
  }
  if (machines.length === 0) return { icon: 'shield', words: t('VM Backup'), warning: false };
  const covered = machines.filter(isProtected).length;
  return { icon: 'shield', words: t('{0}/{1} protected', covered, machines.length), warning: false };
}

/** Since when scheduled backups are paused (ms UTC); nothing while they run. */
export function pausedSince(engine: EngineState): number | undefined {
  return engine.kind === 'ready' ? engine.health?.pausedSince : undefined;
}

/** What has the engine run, where schedules depend on it. */
export function keeperWords(engine: EngineState): string | undefined {
  const health = engine.kind === 'ready' ? engine.health : undefined;
  if (health?.service) return t('The user service runs, so schedules run with VS Code closed.');
  if (!health?.protectedItems) return undefined;
  return t('Schedules run with VS Code closed until you log out; after that they need VS Code or the user service.');
}

function runningWords(running: readonly JobFacts[], first: JobFacts, now: number): string {
  if (running.length > 1) return t('{0} jobs running', running.length);
  const progress = progressWords(first, now).split(' · ')[0] ?? '';
  return progress.endsWith('%') ? t('{0} {1}', operationWord(first.job), progress) : operationWord(first.job);
}

function operationWord(job: Job): string {
  switch (job.operation) {
    case 'Backup':
      return t('Backup');
    case 'Restore':
    case 'CrossRegionRestore':
      return t('Restore');
    default:
      return jobTitle(job);
  }
}

function details({ engine, machines, running, alerts, now }: StatusFacts): string[] {
  const lines = [engineWords(engine)];
  if (machines.length > 0) {
    const covered = machines.filter(isProtected).length;
    lines.push(t('{0} of {1} machines are protected.', covered, machines.length));
  }
  for (const { sentence } of alerts.slice(0, MOST_ALERTS)) lines.push(sentence);
  if (alerts.length > MOST_ALERTS) lines.push(t('{0} more need attention.', alerts.length - MOST_ALERTS));
  for (const job of running) lines.push(facts(jobTitle(job.job), progressWords(job, now)));
  const paused = pausedSince(engine);
  if (paused !== undefined) lines.push(t('Scheduled backups are paused since {0}.', fullTimeText(paused)));
  const keeper = keeperWords(engine);
  if (keeper !== undefined) lines.push(keeper);
  const nextRun = engine.kind === 'ready' ? engine.health?.nextRun : undefined;
  if (nextRun !== undefined) lines.push(t('Next scheduled backup: {0}', fullTimeText(nextRun)));
  return lines;
}
