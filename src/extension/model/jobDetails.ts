import { isDeepStrictEqual } from 'node:util';
import { isFinished } from '../../domain/states';
import type { Job, JobStatistics } from '../../domain/views';
import { idKey, vaultIdOf } from '../../protocol/ids';
import { inParallel } from './bounded';
import { type Failure, failureOf, isCancelled, isEngineFailure } from './failure';
import type { Life } from './life';
import type { Link } from './link';
import type { Links } from './links';

const CALLS_AT_ONCE = 4;

export interface JobDetailsOptions {
  readonly links: Links;
  /** Takes a job that was read with its tasks and errors, which lists leave out. */
  readonly accept: (job: Job) => void;
  /** Counts a change of counters or of a failure. */
  readonly changed: () => void;
}

/** What only a job itself tells, not a list of jobs: its tasks and errors, and its live counters. */
export class JobDetails {
  /** How many look at the details of a job. */
  private readonly looked = new Map<string, number>();
  /** The status that each job had when its details were read. */
  private readonly readIn = new Map<string, string>();
  /** The readings that are under way. */
  private readonly reading = new Map<string, Promise<void>>();
  private readonly unreadable = new Map<string, Failure>();
  private readonly live = new Map<string, JobStatistics>();

  constructor(private readonly options: JobDetailsOptions) {}

  /** Live counters of a job, as last read. */
  statistics(jobId: string): JobStatistics | undefined {
    return this.live.get(idKey(jobId));
  }

  /** Why the details of a job could not be read the last time, for example because it is gone. */
  failure(jobId: string): Failure | undefined {
    return this.unreadable.get(idKey(jobId));
  }

  /** Somebody looks at a job until the result is disposed of. */
  look(jobId: string): Life {
    const key = idKey(jobId);
    this.looked.set(key, (this.looked.get(key) ?? 0) + 1);
    let open = true;
    return {
      dispose: () => {
        if (!open) return;
        open = false;
        const left = (this.looked.get(key) ?? 1) - 1;
        if (left > 0) this.looked.set(key, left);
        else this.looked.delete(key);
      },
    };
  }

  /** How many jobs of each vault, by its key, are looked at and may still change. */
  lookedByVault(): ReadonlyMap<string, number> {
    const looked = new Map<string, number>();
    for (const key of this.looked.keys()) {
      const vault = idKey(vaultIdOf(key) ?? '');
      if (!this.isComplete(key)) looked.set(vault, (looked.get(vault) ?? 0) + 1);
    }
    return looked;
  }

  /** Reads one job with its details and its counters, now. */
  read(jobId: string): Promise<void> {
    const key = idKey(jobId);
    const reading = this.readOnce(jobId).finally(() => {
      if (this.reading.get(key) === reading) this.reading.delete(key);
    });
    this.reading.set(key, reading);
    return reading;
  }

  /** Reads a job unless its details are known for the status that it is in. Never rejects, see {@link failure}. */
  async ensure({ id, status }: Pick<Job, 'id' | 'status'>): Promise<void> {
    const key = idKey(id);
    if (this.readIn.get(key) === status || this.unreadable.has(key)) return;
    try {
      await this.readShared(id);
    } catch (error) {
      if (!isCancelled(error)) this.unreadable.set(key, failureOf(error));
    }
  }

  /** Reads the jobs of a link that somebody looks at. One that cannot be read does not hold up the others. */
  async readLooked(link: Link): Promise<void> {
    for (const key of Array.from(this.looked.keys())) {
      if (this.isComplete(key) || this.options.links.of(key) !== link) continue;
      try {
        await this.readShared(key);
      } catch (error) {
        if (isCancelled(error) || isEngineFailure(error)) throw error;
        this.fail(key, error);
      }
    }
  }

  /** Reads the live counters of jobs that run. */
  async readLive(link: Link, running: readonly Job[]): Promise<void> {
    await inParallel(running, CALLS_AT_ONCE, async (job) => {
      const statistics = await link.run(async ({ local }) => local?.jobStatistics(job.id)).catch(() => undefined); // counters are an extra: the job's own facts are shown without them
      this.takeStatistics(job.id, statistics);
    });
  }

  /** Keeps why a job could not be read. */
  fail(jobId: string, error: unknown): void {
    this.unreadable.set(idKey(jobId), failureOf(error));
    this.options.changed();
  }

  /** Forgets the jobs whose ids `isGone` names. */
  forget(isGone: (key: string) => boolean): void {
    for (const kept of [this.readIn, this.unreadable, this.live]) {
      for (const key of Array.from(kept.keys())) if (isGone(key)) kept.delete(key);
    }
  }

  /** Reads a job, or waits for a reading that is under way. */
  private readShared(jobId: string): Promise<void> {
    return this.reading.get(idKey(jobId)) ?? this.read(jobId);
  }

  private async readOnce(jobId: string): Promise<void> {
    const { job, statistics } = await this.options.links.of(jobId).run(async (client) => ({
      job: await client.job(jobId),
      statistics: await client.local?.jobStatistics(jobId).catch(() => undefined), // old jobs have no counters
    }));
    const key = idKey(job.id);
    this.readIn.set(key, job.status);
    if (this.unreadable.delete(key)) this.options.changed();
    this.takeStatistics(job.id, statistics);
    this.options.accept(job);
  }

  /** Whether the details of a job were read after its end. */
  private isComplete(key: string): boolean {
    const status = this.readIn.get(key);
    return status !== undefined && isFinished(status);
  }

  private takeStatistics(jobId: string, statistics: JobStatistics | undefined): void {
    const key = idKey(jobId);
    if (!statistics || isDeepStrictEqual(this.live.get(key), statistics)) return;
    this.live.set(key, statistics);
    this.options.changed();
  }
}
