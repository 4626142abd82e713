import { isRestore } from '../domain/states';
import type { Job } from '../domain/views';
import { secondRegionOf } from '../protocol/ids';
import { COMMANDS } from './commands/ids';
import type { Clock } from './model/clock';
import { errorForLog, isCancelled } from './model/failure';
import type { FinishedJob, JobStore } from './model/jobStore';
import { jobCause, jobTitle } from './model/jobView';
import type { Life } from './model/life';
import type { Provider } from './model/link';
import type { Log } from './model/log';
import type { Mutes, NoticeKind } from './model/mutes';
import type { Target } from './model/target';
import type { NotificationLevel } from './settings';
import { t } from './text';
import type { MessageAction, Messages, OwnAction } from './ui/messages';

/** Failures of scheduled jobs are told at most this often. */
const DIGEST_MS = 15 * 60_000;

export interface NotificationOptions {
  readonly jobs: JobStore;
  readonly messages: Pick<Messages, 'toast'>;
  readonly clock: Clock;
  readonly level: () => NotificationLevel;
  readonly mutes: Mutes;
  readonly machineOf: (job: Job) => string | undefined;
  /** Where a resource is kept, by its ARM id. */
  readonly provider: (armId: string) => Provider;
  readonly log: Log;
}

/** Tells how the jobs ended that the person started, and which others failed. Nothing else. */
export class Notifications implements Life {
  private readonly listening: Life;
  private readonly failed: Job[] = [];
  private digest: Life | undefined;
  private lastDigest = -DIGEST_MS;

  constructor(private readonly options: NotificationOptions) {
    this.listening = options.jobs.onDidFinish((finished) => {
      this.tell(finished).catch((error: unknown) => {
        if (!isCancelled(error)) options.log.warn(`notification: ${errorForLog(error)}`);
      });
    });
  }

  dispose(): void {
    this.digest?.dispose();
    this.listening.dispose();
  }

  private async tell({ job: ended, mine }: FinishedJob): Promise<void> {
    const { jobs, level } = this.options;
    const { mutes } = this.options;
    if (level() === 'none' || (ended.operation !== 'Backup' && !isRestore(ended.operation))) return;
    if (ended.status !== 'Failed' && (!mine || level() === 'failures' || mutes.isMuted(kindOf(ended)))) return;
    if (ended.status === 'Failed' && !mine && mutes.isMuted('scheduledFailed')) return;
    // Causes and written files are details that lists leave out. Without them the end is still worth telling.
    await jobs.readDetails(ended.id).catch(() => undefined);
    const job = jobs.job(ended.id) ?? ended;
    if (job.status === 'Failed' && !mine) this.collect(job);
    else this.toastOf(job);
  }

  private toastOf(job: Job, own: readonly OwnAction[] = []): void {
    const target: Target = { kind: 'job', jobId: job.id };
    const openJob: MessageAction = { title: t('Open job'), command: COMMANDS.jobOpen, targets: [target] };
    const { messages } = this.options;
    switch (job.status) {
      case 'Failed':
        messages.toast({
          level: 'error',
          text: failedText(job),
          actions: [openJob, { title: t('Retry'), command: COMMANDS.jobRetry, targets: [target] }],
          own,
        });
        return;
      case 'Cancelled':
        messages.toast({
          level: 'info',
          text: t('"{0}" was cancelled.', jobTitle(job)),
          actions: [openJob],
          own: [this.neverAgain('cancelled')],
        });
        return;
      default:
        messages.toast({
          level: job.status === 'CompletedWithWarnings' ? 'warning' : 'info',
          text: doneText(job),
          actions: [...this.nextSteps(job, target), openJob],
          own: [this.neverAgain(kindOf(job))],
        });
    }
  }

  private nextSteps(job: Job, target: Target): MessageAction[] {
    if (isRestore(job.operation)) {
      if (this.options.provider(job.id) === 'azure') return []; // nothing is written to this computer
      return [{ title: t('Open folder'), command: COMMANDS.jobOpenFolder, targets: [target] }];
    }
    const machineId = this.options.machineOf(job);
    if (machineId === undefined) return [];
    return [{ title: t('Restore…'), command: COMMANDS.restore, targets: [{ kind: 'machine', machineId }] }];
  }

  private collect(job: Job): void {
    const { clock } = this.options;
    this.failed.push(job);
    const wait = this.lastDigest + DIGEST_MS - clock.now();
    if (wait <= 0) this.tellFailed();
    else this.digest ??= clock.after(wait, () => this.tellFailed());
  }

  private tellFailed(): void {
    this.digest = undefined;
    this.lastDigest = this.options.clock.now();
    // What was muted while the message waited is not told.
    const jobs = this.options.mutes.isMuted('scheduledFailed') ? [] : this.failed.splice(0);
    this.failed.length = 0;
    const [only] = jobs;
    if (!only) return;
    if (jobs.length === 1) {
      this.toastOf(only, this.quieter());
      return;
    }
    this.options.messages.toast({
      level: 'error',
      text: t('{0} jobs failed: {1}', jobs.length, causesOf(jobs)),
      actions: [{ title: t('Show status'), command: COMMANDS.showStatus }],
      own: this.quieter(),
    });
  }

  private quieter(): OwnAction[] {
    const today = { title: t('Mute for today'), run: () => this.options.mutes.muteForToday('scheduledFailed') };
    return [today, this.neverAgain('scheduledFailed')];
  }

  private neverAgain(kind: NoticeKind): OwnAction {
    return { title: t("Don't show again"), run: () => this.options.mutes.muteForGood(kind) };
  }
}

function doneText(job: Job): string {
  const warnings = job.status === 'CompletedWithWarnings' ? ` ${t('It has warnings; open the job to read them.')}` : '';
  const elsewhere = secondRegionOf(job.id);
  if (elsewhere !== undefined)
    return `${t('The disks of {0} are restored in {1}.', job.machineName, elsewhere)}${warnings}`;
  if (isRestore(job.operation)) return `${t('The disks of {0} are restored.', job.machineName)}${warnings}`;
  return `${t('The backup of {0} is complete.', job.machineName)}${warnings}`;
}

function kindOf(job: Job): NoticeKind {
  if (job.status === 'Cancelled') return 'cancelled';
  return isRestore(job.operation) ? 'restoreDone' : 'backupDone';
}

/** Causes and how often each is there, the most frequent first: `agent not ready ×2, no space ×1`. */
function causesOf(jobs: readonly Job[]): string {
  const counts = new Map<string, number>();
  for (const job of jobs) {
    const cause = jobCause(job) ?? t('unknown cause');
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return Array.from(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([cause, count]) => t('{0} ×{1}', cause, count))
    .join(', ');
}

function failedText(job: Job): string {
  const [error] = job.errors;
  const cause = error
    ? [error.message || error.title, ...error.recommendations].join(' ')
    : t('Open the job to see why.');
  return isRestore(job.operation)
    ? t('The restore of {0} failed. {1}', job.machineName, cause)
    : t('The backup of {0} failed. {1}', job.machineName, cause);
}
