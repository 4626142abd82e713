import { appError } from '../../domain/errorCatalogue';
import type { JobPhase, JobStatistics } from '../../domain/views';
import type { JobRecord } from '../catalog/records';
import { jobErrorOf } from './jobErrors';

const SAVE_EVERY_MS = 2000;
const MOST_SAMPLES = 120;
const MOST_LOG_LINES = 500;

export type Counters = Pick<JobStatistics, 'totalBytes' | 'readBytes' | 'newBytes' | 'storedBytes' | 'skippedBytes'>;

/** How a job ended. */
export interface JobEnd {
  readonly status: 'Completed' | 'Failed' | 'Cancelled';
  readonly errors: JobRecord['errors'];
}

/** The record of a job that ended at `now`: the task and the phase that were under way end with it. */
export function endedRecord(record: JobRecord, { status, errors }: JobEnd, now: number): JobRecord {
  const { statistics } = record;
  const phases = statistics.phases.map((phase) => (phase.endTime === undefined ? { ...phase, endTime: now } : phase));
  return {
    ...record,
    status,
    errors,
    endTime: now,
    tasks: record.tasks.map((task) => {
      if (task.status !== 'InProgress') return task;
      return { ...task, status, endTime: now, ...(status === 'Completed' && { percent: 100 }) };
    }),
    statistics:
      status === 'Completed'
        ? { ...statistics, phase: 'Done', phases: [...phases, { phase: 'Done', startTime: now, endTime: now }] }
        : { ...statistics, phases },
  };
}

/** How much of a job's disks was gone through, below 100 until the job has completed. */
export function percentOf({ operation, statistics }: JobRecord): number {
  const { totalBytes, readBytes, skippedBytes } = statistics;
  const done = operation === 'Backup' ? readBytes : readBytes + skippedBytes; // a backup reads what it then skips
  return totalBytes > 0 ? Math.min(99, Math.floor((100 * done) / totalBytes)) : 0;
}

/** A job under way: its record, its progress, and the signal that ends it. Progress reaches the catalog every 2 s. */
export class RunningJob {
  record: JobRecord;
  readonly finished: Promise<void>;
  readonly #abort = new AbortController();
  readonly #now: () => number;
  readonly #save: (record: JobRecord) => void;
  readonly #ended: () => void;
  #resolveFinished: () => void = () => undefined;
  #interrupted = false;
  #savedAt = 0;
  #sampleEveryMs = 500;

  constructor(record: JobRecord, deps: { now: () => number; save: (record: JobRecord) => void; ended: () => void }) {
    this.record = record;
    this.#now = deps.now;
    this.#save = deps.save;
    this.#ended = deps.ended;
    this.finished = new Promise((resolve) => (this.#resolveFinished = resolve));
  }

  /** Fires when the job shall stop. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** A person asked for the end. */
  cancel(): void {
    this.#update({ status: 'Cancelling' });
    this.log('info', 'Cancellation was asked for.');
    this.#abort.abort();
  }

  /** The engine itself ends. */
  interrupt(): void {
    this.#interrupted = true;
    this.#abort.abort();
  }

  /** Enters a phase; the one before ends. */
  phase(phase: JobPhase): void {
    const now = this.#now();
    const phases = this.record.statistics.phases.map((p) => (p.endTime === undefined ? { ...p, endTime: now } : p));
    this.#statistics({ phase, phases: [...phases, { phase, startTime: now }] });
    this.#update({});
  }

  task(name: string, change: Partial<JobRecord['tasks'][number]>): void {
    const now = this.#now();
    const tasks = this.record.tasks.map((task) => {
      if (task.name !== name) return task;
      const started = change.status === 'InProgress' ? { startTime: now } : {};
      const ended = change.status === 'Completed' ? { endTime: now } : {};
      return { ...task, ...started, ...ended, ...change };
    });
    this.record = { ...this.record, tasks };
  }

  counters(counters: Partial<Counters>): void {
    this.#statistics(counters);
    this.#sample();
    if (this.#now() - this.#savedAt >= SAVE_EVERY_MS) this.#update({});
  }

  property(name: string, value: string): void {
    this.record = { ...this.record, properties: { ...this.record.properties, [name]: value } };
  }

  file(file: JobStatistics['files'][number]): void {
    this.#statistics({ files: [...this.record.statistics.files, file] });
  }

  /** Notes, durably, the files that the job replaces. */
  swap(swaps: JobRecord['swaps']): void {
    this.#update({ swaps });
  }

  log(level: 'info' | 'warning' | 'error', text: string): void {
    const lines = [...this.record.statistics.log, { time: this.#now(), level, text }];
    this.#statistics({ log: lines.slice(-MOST_LOG_LINES) });
  }

  /** Ends the job well. `commit` writes the final record in the transaction of whatever else becomes visible with it. */
  complete(commit: (record: JobRecord) => void = this.#save): void {
    this.#end({ status: 'Completed', errors: [] }, commit);
  }

  /** Ends the job with what stopped it: a failure, a cancellation, or the engine's own end. */
  stop(error: unknown): void {
    const cancelled = this.signal.aborted && !this.#interrupted;
    const percent = percentOf(this.record);
    const cause = this.#interrupted ? appError('LocalEngineStopped', { percent }) : error;
    const failure = jobErrorOf(cancelled ? appError('LocalJobCancelled', { percent }) : cause);
    this.log(cancelled ? 'info' : 'error', failure.message);
    this.#end({ status: cancelled ? 'Cancelled' : 'Failed', errors: cancelled ? [] : [failure] }, this.#save);
  }

  #end(end: JobEnd, commit: (record: JobRecord) => void): void {
    this.record = endedRecord(this.record, end, this.#now());
    commit(this.record);
    this.#ended();
    this.#resolveFinished();
  }

  #sample(): void {
    const now = this.#now();
    const { samples, readBytes, skippedBytes } = this.record.statistics;
    if (now - (samples.at(-1)?.time ?? 0) < this.#sampleEveryMs) return;
    const more = [
      ...samples,
      { time: now, bytes: this.record.operation === 'Backup' ? readBytes : readBytes + skippedBytes },
    ];
    if (more.length <= MOST_SAMPLES) return this.#statistics({ samples: more });
    this.#sampleEveryMs *= 2; // a long job is drawn with fewer, wider steps
    this.#statistics({ samples: more.filter((_, i) => i % 2 === 0) });
  }

  #statistics(change: Partial<JobRecord['statistics']>): void {
    this.record = { ...this.record, statistics: { ...this.record.statistics, ...change } };
  }

  #update(change: Partial<JobRecord>): void {
    this.record = { ...this.record, ...change };
    this.#savedAt = this.#now();
    this.#save(this.record);
  }
}
