import { appError } from '../../domain/errorCatalogue';
import { sameName } from '../../domain/names';
import { isRestore } from '../../domain/states';
import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import { type JobRecord, jobSchema, type VaultRecord } from '../catalog/records';
import { jobErrorOf } from './jobErrors';
import { notFound } from './notFound';
import { endedRecord, type JobEnd, percentOf, RunningJob } from './runningJob';

export interface JobStart {
  /** Restores take the id of their operation (SPEC §1.8). */
  readonly name?: string;
  readonly vault: VaultRecord;
  readonly item: { readonly id: string; readonly containerName: string; readonly machineName: string };
  readonly operation: JobRecord['operation'];
  readonly tasks: readonly string[];
  readonly restoreType?: JobRecord['restoreType'];
  readonly secondSite?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly userTriggered: boolean;
}

export interface JobQuery {
  /** The last part of the job's id. */
  readonly name?: string;
  readonly status?: string;
  readonly operation?: string;
  readonly machineName?: string;
  /** Started at or after (ms UTC). */
  readonly startedAfter?: number;
  /** Ended at or before (ms UTC). */
  readonly endedBefore?: number;
}

/** Jobs of all vaults: what runs is held in memory, everything is in the catalog. */
export class JobService {
  readonly #catalog: Catalog;
  readonly #now: () => number;
  readonly #uuid: () => string;
  readonly #running = new Map<string, RunningJob>();

  constructor(deps: { catalog: Catalog; now: () => number; uuid: () => string }) {
    this.#catalog = deps.catalog;
    this.#now = deps.now;
    this.#uuid = deps.uuid;
  }

  /** Newest first. Values of the query are compared without case. */
  list(vault: VaultRecord, query: JobQuery, page: PageRequest): Page<JobRecord> {
    const vaultKey = idKey(vault.id);
    const { rows, next } = this.#catalog.jobs.page(
      {
        where: {
          key: query.name === undefined ? undefined : `${vaultKey}/backupjobs/${query.name.toLowerCase()}`,
          vault_key: vaultKey,
          status: spelling(jobSchema.shape.status.options, query.status),
          operation: spelling(jobSchema.shape.operation.options, query.operation),
          machine_name: query.machineName?.toLowerCase(),
        },
        from: { start_time: query.startedAfter },
        to: { end_time: query.endedBefore, start_time: query.endedBefore }, // the start is what the index knows
        orderBy: 'start_time',
        descending: true,
      },
      page,
    );
    return { rows: rows.map((row) => this.#running.get(idKey(row.id))?.record ?? row), next };
  }

  /** @throws AppError `ResourceNotFound` */
  get(id: string): JobRecord {
    const job = this.#running.get(idKey(id))?.record ?? this.#catalog.jobs.get(idKey(id));
    if (!job) throw notFound(id);
    return job;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** The unfinished job of an item, if there is one. */
  runningOf(itemKey: string): JobRecord | undefined {
    return [...this.#running.values()].find((job) => job.record.itemKey === itemKey)?.record;
  }

  /** Waits for the jobs of an item that somebody cancelled already. */
  async cancelled(itemKey: string): Promise<void> {
    const ending = [...this.#running.values()].filter(
      ({ record }) => record.itemKey === itemKey && record.status === 'Cancelling',
    );
    await Promise.all(ending.map(async (job) => job.finished));
  }

  start(input: JobStart): RunningJob {
    const now = this.#now();
    const name = input.name ?? this.#uuid();
    const record: JobRecord = {
      id: `${input.vault.id}/backupJobs/${name}`,
      vaultKey: idKey(input.vault.id),
      itemKey: idKey(input.item.id),
      containerName: input.item.containerName,
      machineName: input.item.machineName,
      operation: input.operation,
      status: 'InProgress',
      startTime: now,
      activityId: this.#uuid(),
      userTriggered: input.userTriggered,
      tasks: input.tasks.map((task) => ({ name: task, status: 'NotStarted' })),
      properties: { ...input.properties },
      restoreType: input.restoreType,
      secondSite: input.secondSite,
      errors: [],
      statistics: {
        phase: 'Queued',
        phases: [{ phase: 'Queued', startTime: now }],
        totalBytes: 0,
        readBytes: 0,
        newBytes: 0,
        storedBytes: 0,
        skippedBytes: 0,
        samples: [],
        log: [],
        files: [],
      },
    };
    const job = new RunningJob(record, {
      now: this.#now,
      save: (changed) => this.#catalog.jobs.put(changed),
      ended: () => this.#running.delete(idKey(record.id)),
    });
    this.#catalog.jobs.put(record);
    this.#running.set(idKey(record.id), job);
    return job;
  }

  /**
   * Asks a running job to stop; it is Cancelled once it has.
   * @throws AppError `CancellationNotSupported` or `JobNotCancellable` (SPEC §9.3)
   */
  cancel(id: string): void {
    const { operation } = this.get(id);
    if (operation !== 'Backup' && !isRestore(operation)) throw appError('CancellationNotSupported', {});
    const job = this.#running.get(idKey(id));
    // A restore cannot be stopped any more once it changes machines (SPEC §2.21).
    const changesMachine = isRestore(operation) && job?.record.tasks[1]?.status === 'InProgress';
    if (!job || changesMachine) throw appError('JobNotCancellable', {});
    job.cancel();
  }

  /** Stops every running job because the engine ends; each is Failed with a code that says so. */
  async interruptAll(): Promise<void> {
    const jobs = [...this.#running.values()];
    for (const job of jobs) job.interrupt();
    await Promise.all(jobs.map((job) => job.finished));
  }

  /** Marks what an engine that died left unfinished as Failed (DESIGN: after a crash). @returns those jobs */
  failUnfinished(): JobRecord[] {
    const unfinished = ['InProgress', 'Cancelling'].flatMap((status) => this.#catalog.jobs.list({ where: { status } }));
    return unfinished.map((job) => {
      const failure = jobErrorOf(appError('LocalEngineStopped', { percent: percentOf(job) }));
      return this.end(job, { status: 'Failed', errors: [failure] }, failure.message);
    });
  }

  /** Writes the final state of an unfinished job that no process runs, with a line in its log. */
  end(job: JobRecord, end: JobEnd, line: string): JobRecord {
    const now = this.#now();
    const ended = endedRecord(job, end, now);
    const level = end.status === 'Completed' ? 'info' : 'error';
    const log = [...ended.statistics.log, { time: now, level, text: line } as const];
    const record = { ...ended, statistics: { ...ended.statistics, log } };
    this.#catalog.jobs.put(record);
    return record;
  }
}

/** How a stored value is spelt; a value that is none of them matches nothing. */
function spelling(values: readonly string[], asked: string | undefined): string | undefined {
  return values.find((value) => asked !== undefined && sameName(value, asked)) ?? asked;
}
