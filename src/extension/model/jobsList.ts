import { sameName } from '../../domain/names';
import { isFinished } from '../../domain/states';
import type { Job, JobStatistics, Vault } from '../../domain/views';
import type { JobListRow, JobsFilter, JobsListSnapshot, JobsSort } from '../../messages/jobsList';
import { jobStateKind } from '../../messages/stateKind';
import { t } from '../text';
import { csvText } from './csv';
import { facts } from './format';
import { lastName, sameId } from './ids';
import { jobCause, jobStateWords, operationWords, progressWords } from './jobView';

const HOUR_MS = 3600_000;

/** What a list of jobs is made from. */
export interface JobsFacts {
  /** Newest first. */
  readonly jobs: readonly Job[];
  readonly vaults: readonly Vault[];
  readonly now: number;
  statistics(jobId: string): JobStatistics | undefined;
}

/** The jobs that a filter lets through, sorted; equal ones newest first. */
export function matchingJobs(world: JobsFacts, filter: JobsFilter, sort: JobsSort): Job[] {
  const words = (filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const since = filter.hours === undefined ? -Infinity : world.now - filter.hours * HOUR_MS;
  const names = vaultNames(world);
  const vaultName = (job: Job) => names.get(job.vaultId) ?? lastName(job.vaultId);
  const found = world.jobs.filter(
    (job) =>
      hasStatus(job, filter.status) &&
      (filter.operation === undefined || job.operation === filter.operation) &&
      (filter.vaultId === undefined || sameId(job.vaultId, filter.vaultId)) &&
      (filter.machine === undefined || sameName(job.machineName, filter.machine)) &&
      job.startTime >= since &&
      (words.length === 0 || hasWords(job, vaultName(job), words)),
  );
  const direction = sort.descending ? -1 : 1;
  return found
    .map((job) => ({ job, value: sortValue(job, sort.column, { vault: vaultName(job), now: world.now }) }))
    .toSorted((a, b) => direction * compare(a.value, b.value) || b.job.startTime - a.job.startTime)
    .map(({ job }) => job);
}

/** The line of a job. */
export function jobListRow(job: Job, world: JobsFacts): JobListRow {
  const shown = { job, statistics: world.statistics(job.id) };
  const cause = job.status === 'Failed' ? jobCause(job) : undefined;
  return {
    id: job.id,
    machine: job.machineName,
    operationText: operationWords(job.operation),
    stateText: facts(jobStateWords(shown), progressWords(shown, world.now)),
    stateKind: jobStateKind(job.status),
    vaultName: vaultNames(world).get(job.vaultId) ?? lastName(job.vaultId),
    startTime: job.startTime,
    durationMs: durationOf(job, world.now),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** What the filters of a list offer: what the known jobs have, in the order of their words. */
export function jobChoices(world: JobsFacts): Pick<JobsListSnapshot, 'operations' | 'vaults' | 'machines'> {
  const named = (values: Iterable<string>, text: (value: string) => string) =>
    Array.from(new Set(values), (value) => ({ value, text: text(value) })).toSorted((a, b) => compare(a.text, b.text));
  const names = vaultNames(world);
  return {
    operations: named(
      world.jobs.map(({ operation }) => operation),
      operationWords,
    ),
    vaults: named(
      world.jobs.map(({ vaultId }) => vaultId),
      (id) => names.get(id) ?? lastName(id),
    ),
    machines: Array.from(new Set(world.jobs.map(({ machineName }) => machineName))).toSorted(compare),
  };
}

/** Jobs as a CSV file, in the order given; times in UTC. */
export function jobsCsv(jobs: readonly Job[], world: JobsFacts): string {
  const heading = [
    t('Machine'),
    t('Operation'),
    t('State'),
    t('Vault'),
    t('Started (UTC)'),
    t('Ended (UTC)'),
    t('Duration (seconds)'),
    t('Error code'),
    t('Cause'),
    t('Job id'),
  ];
  const names = vaultNames(world);
  const rows = jobs.map((job) => {
    const [error] = job.errors;
    return [
      job.machineName,
      operationWords(job.operation),
      jobStateWords({ job }),
      names.get(job.vaultId) ?? lastName(job.vaultId),
      new Date(job.startTime).toISOString(),
      job.endTime === undefined ? '' : new Date(job.endTime).toISOString(),
      String(Math.round(durationOf(job, world.now) / 1000)),
      error ? String(error.code || error.title) : '',
      error ? error.message || error.title : '',
      job.name,
    ];
  });
  return csvText([heading, ...rows]);
}

function hasStatus({ status }: Job, wanted: JobsFilter['status']): boolean {
  if (wanted === undefined) return true;
  return wanted === 'InProgress' ? !isFinished(status) : status === wanted;
}

function hasWords(job: Job, vaultName: string, words: readonly string[]): boolean {
  const parts = [
    job.machineName,
    vaultName,
    operationWords(job.operation),
    jobStateWords({ job }),
    jobCause(job) ?? '',
  ];
  const text = parts.join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

function sortValue(job: Job, column: JobsSort['column'], { vault, now }: { vault: string; now: number }) {
  switch (column) {
    case 'machine':
      return job.machineName;
    case 'operation':
      return operationWords(job.operation);
    case 'status':
      return jobStateWords({ job });
    case 'vault':
      return vault;
    case 'started':
      return job.startTime;
    default:
      return durationOf(job, now);
  }
}

const collator = new Intl.Collator(undefined, { numeric: true });

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}

function durationOf(job: Job, now: number): number {
  return isFinished(job.status) ? job.durationMs : now - job.startTime;
}

function vaultNames({ vaults }: JobsFacts): Map<string, string> {
  return new Map(vaults.map(({ id, name }) => [id, name]));
}
