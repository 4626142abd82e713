import { formatBytes, formatRate } from '../../src/domain/sizes';
import { isFinished } from '../../src/domain/states';
import type { JobStatistics } from '../../src/domain/views';
import type { JobSnapshot } from '../../src/messages/job';
import type { JobStringKey } from '../../src/messages/jobStrings';
import { duration } from '../ui/duration';
import type { Texts } from '../ui/texts';
import { averageRate, elapsedMs, remainingMs, roundedRemaining } from './jobModel';

/** A counter: its name and its value, in words. */
export type Counter = readonly [name: string, value: string];

/** The counters of a job: bytes where they are known, time always, speed and remaining time while it runs. */
export function counters({ job, statistics }: JobSnapshot, now: number, texts: Texts<JobStringKey>): Counter[] {
  const { t } = texts;
  const running = !isFinished(job.status);
  const rate = averageRate(statistics?.samples ?? []);
  return [
    ...(statistics ? byteCounters(job.operation, statistics, texts) : []),
    ...(running && rate !== undefined ? [[t('counter.rate'), formatRate(rate)] as const] : []),
    [t('counter.elapsed'), duration(elapsedMs(job, now), texts)],
    ...(running ? [[t('counter.remaining'), remainingText(remainingMs(job, statistics, now), texts)] as const] : []),
  ];
}

function byteCounters(operation: string, statistics: JobStatistics, { t }: Texts<JobStringKey>): Counter[] {
  const { readBytes, totalBytes, newBytes, storedBytes, skippedBytes } = statistics;
  const readOf = t('counter.readOf', formatBytes(readBytes), formatBytes(totalBytes));
  const read: Counter = [t('counter.read'), totalBytes > 0 ? readOf : formatBytes(readBytes)];
  return operation === 'Restore'
    ? [read, [t('counter.written'), formatBytes(storedBytes)], [t('counter.skippedRestore'), formatBytes(skippedBytes)]]
    : [
        read,
        [t('counter.new'), formatBytes(newBytes)],
        [t('counter.stored'), formatBytes(storedBytes)],
        [t('counter.skipped'), formatBytes(skippedBytes)],
      ];
}

function remainingText(ms: number | undefined, { t }: Texts<JobStringKey>): string {
  const remaining = ms === undefined ? undefined : roundedRemaining(ms);
  switch (remaining?.unit) {
    case 'soon':
      return t('remaining.soon');
    case 'min':
      return t('remaining.min', remaining.count);
    case 'hours':
      return t('remaining.hours', remaining.count);
    default:
      return t('remaining.unknown');
  }
}
