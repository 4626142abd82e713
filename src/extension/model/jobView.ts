import { formatBytes, formatRate } from '../../domain/sizes';
import { canStartAgain, isFinished } from '../../domain/states';
import type { Job, JobStatistics } from '../../domain/views';
import { nameIn, parseId } from '../../protocol/ids';
import { t } from '../text';
import type { Findable } from './filter';
import { agoText, clockText, dayText, durationText, facts, fullTimeText, leftText, plainMarkdown } from './format';
import { rowId } from './ids';
import { jobProgress } from './jobProgress';
import type { Provider } from './link';
import { COLORS, type Row, type RowIcon } from './row';

/** A job and the live counters that belong to it. */
export interface JobFacts {
  readonly job: Job;
  readonly statistics?: JobStatistics | undefined;
}

/** State of a job in words. */
export function jobStateWords({ job, statistics }: JobFacts): string {
  return job.status === 'InProgress' && statistics?.phase === 'Queued' ? t('Queued') : statusWords(job.status);
}

/** State of a job or of its task in words; states that this version does not know are shown as the service gives them. */
export function statusWords(status: string): string {
  switch (status) {
    case 'NotStarted':
      return t('Not started');
    case 'InProgress':
      return t('In progress');
    case 'Completed':
      return t('Completed');
    case 'CompletedWithWarnings':
      return t('Completed with warnings');
    case 'Failed':
      return t('Failed');
    case 'Cancelling':
      return t('Cancelling');
    case 'Cancelled':
      return t('Cancelled');
    default:
      return status;
  }
}

/** What a job does, and to which machine: `Backup web-01`. */
export function jobTitle(job: Pick<Job, 'operation' | 'machineName'>): string {
  switch (job.operation) {
    case 'Backup':
      return t('Backup {0}', job.machineName);
    case 'Restore':
      return t('Restore {0}', job.machineName);
    case 'CrossRegionRestore':
      return t('Cross-region restore of {0}', job.machineName);
    case 'ConfigureBackup':
      return t('Enable backup {0}', job.machineName);
    case 'DisableBackup':
      return t('Stop protection {0}', job.machineName);
    case 'DeleteBackupData':
      return t('Delete backup data {0}', job.machineName);
    default:
      return `${job.operation} ${job.machineName}`.trim() || t('Job');
  }
}

/** What a kind of job does, without its machine. */
export function operationWords(operation: string): string {
  switch (operation) {
    case 'Backup':
      return t('Backup');
    case 'Restore':
      return t('Restore');
    case 'CrossRegionRestore':
      return t('Cross-region restore');
    case 'ConfigureBackup':
      return t('Enable backup');
    case 'DisableBackup':
      return t('Stop protection');
    case 'DeleteBackupData':
      return t('Delete backup data');
    case 'Undelete':
      return t('Undelete');
    default:
      return operation;
  }
}

/** The numbers of a running job: `41% · 118 MB/s · about 2 min left`. */
export function progressWords({ job, statistics }: JobFacts, now: number): string {
  const { percent, bytesPerSecond, remainingMs } = jobProgress(job, statistics, now);
  return facts(
    percent === undefined ? undefined : `${percent}%`,
    bytesPerSecond === undefined ? undefined : formatRate(bytesPerSecond),
    remainingMs === undefined ? undefined : leftText(remainingMs),
  );
}

/** First cause of a failed job, if the service told one. */
export function jobCause(job: Job): string | undefined {
  const [error] = job.errors;
  return error && (error.title || error.message);
}

/** Tree row of a job. */
export function jobRow(
  shown: JobFacts,
  options: { key: string; now: number; provider: Provider; policyZone?: string | undefined },
): Row {
  const { job } = shown;
  const state = jobStateWords(shown);
  const running = !isFinished(job.status);
  const when = running
    ? progressWords(shown, options.now) || t('since {0}', clockText(job.startTime, options.policyZone))
    : facts(clockText(job.startTime, options.policyZone), durationText(job.durationMs));
  const description = facts(state, when, job.status === 'Failed' ? jobCause(job) : undefined);
  const canCancel = running && job.cancellable && job.status !== 'Cancelling';
  const canRetry = canStartAgain(job);
  const hasFolder = options.provider === 'local' && job.operation === 'Restore' && job.status.startsWith('Completed');
  return {
    id: rowId(options.key, 'job', job.id),
    label: jobTitle(job),
    description,
    tooltip: () => tooltip(shown, options.now, options.policyZone),
    icon: jobIcon(shown),
    tokens: [
      'job',
      options.provider,
      ...(canCancel ? ['can.cancel'] : []),
      ...(canRetry ? ['can.retry'] : []),
      ...(hasFolder ? ['can.openFolder'] : []),
    ],
    children: 'collapsed',
    spoken: [
      t('{0}, job, {1}', jobTitle(job), state),
      when,
      canCancel ? t('cancel available') : undefined,
      canRetry ? t('retry available') : undefined,
    ]
      .filter(Boolean)
      .join(', '),
    target: { kind: 'job', jobId: job.id },
    opens: true,
  };
}

/** What a job is found by in a filter. */
export function findableJob(shown: JobFacts, provider: Provider): Findable {
  const { job } = shown;
  const vault = () => nameIn(job.vaultId, 'vaults') ?? '';
  const group = () => parseId(job.vaultId)?.resourceGroup ?? '';
  return {
    text: () => [jobTitle(job), job.operation, jobStateWords(shown), vault(), group(), jobCause(job) ?? ''].join('\n'),
    values: (key) => {
      switch (key) {
        case 'state': {
          const running = isFinished(job.status) ? [] : ['running'];
          return [job.status.toLowerCase(), jobStateWords(shown).toLowerCase(), ...running];
        }
        case 'vault':
          return [vault().toLowerCase()];
        case 'provider':
          return [provider];
        case 'rg':
          return [group().toLowerCase()];
        case 'machine':
          return [job.machineName.toLowerCase()];
        case 'operation':
          return [job.operation.toLowerCase()];
        default:
          return [];
      }
    },
  };
}

/** The heading that a finished job stands under: the day it started. */
export function jobDay(job: Job, now: number, policyZone?: string): string {
  return dayText(job.startTime, now, policyZone);
}

function jobIcon({ job, statistics }: JobFacts): RowIcon {
  return job.status === 'InProgress' && statistics?.phase === 'Queued' ? { name: 'clock' } : statusIcon(job.status);
}

/** How the state of a job, or of its task, is drawn. */
export function statusIcon(status: string): RowIcon {
  switch (status) {
    case 'NotStarted':
      return { name: 'circle-outline', color: COLORS.muted };
    case 'InProgress':
      return { name: 'sync~spin', color: COLORS.busy };
    case 'Completed':
      return { name: 'pass', color: COLORS.passed };
    case 'CompletedWithWarnings':
      return { name: 'warning', color: COLORS.warning };
    case 'Failed':
      return { name: 'error', color: COLORS.error };
    case 'Cancelling':
      return { name: 'loading~spin' };
    case 'Cancelled':
      return { name: 'circle-slash', color: COLORS.muted };
    default:
      return { name: 'question' };
  }
}

function tooltip(shown: JobFacts, now: number, policyZone: string | undefined): string {
  const { job, statistics } = shown;
  const lines = [
    `**${plainMarkdown(jobTitle(job))}** — ${plainMarkdown(jobStateWords(shown))}`,
    plainMarkdown(t('Started {0} ({1})', fullTimeText(job.startTime, policyZone), agoText(job.startTime, now))),
    plainMarkdown(t('Duration {0}', durationText(isFinished(job.status) ? job.durationMs : now - job.startTime))),
  ];
  if (statistics) {
    lines.push(
      plainMarkdown(
        t(
          '{0} read, {1} new, {2} skipped, phase {3}',
          formatBytes(statistics.readBytes),
          formatBytes(statistics.newBytes),
          formatBytes(statistics.skippedBytes),
          statistics.phase,
        ),
      ),
    );
  }
  const cause = jobCause(job);
  if (cause) lines.push(plainMarkdown(cause));
  return lines.join('\n\n');
}
