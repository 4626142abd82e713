import { isFinished } from '../../domain/states';
import type { Job, JobStatistics, Vault } from '../../domain/views';
import { idKey, vaultIdOf } from '../../protocol/ids';
import { inParallel } from './bounded';
import type { Clock } from './clock';
import type { EngineLink } from './engineLink';
import { jobInWords } from './errorWords';
import { type Failure, failureOf, isCancelled, isEngineFailure } from './failure';
import { type Life, Signal } from './life';
import type { Log } from './log';
import { pollDelay } from './pollPace';

/** How far back the first reading looks. */
const WINDOW_MS = 30 * 24 * 3600_000;
/** Overlap of two readings, in case the service lists a job a little late. */
const OVERLAP_MS = 60_000;
const CALLS_AT_ONCE = 4;

/** A job that ended while this window knew of it. */
export interface FinishedJob {
  readonly job: Job;
  /** Whether it was started from this window. */
  readonly mine: boolean;
}

export interface JobStoreOptions {
  readonly engine: EngineLink;
  readonly vaults: () => Promise<readonly Vault[]>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

/**
 * The one place that asks for jobs; tree, status bar, panels and notifications listen. It polls only while somebody
 * looks or a job of this window runs, and the next poll is planned after the last one has ended.
 */
export class JobStore implements Life {
  private readonly changed = new Signal();
  private readonly finished = new Signal<FinishedJob>();
  private readonly known = new Map<string, Job>();
  private sorted: readonly Job[] | undefined;
  private readonly live = new Map<string, JobStatistics>();
  private readonly mine = new Set<string>();
  /** How many look at the details of a job. */
  private readonly looked = new Map<string, number>();
  /** Jobs whose details were read after their end. */
  private readonly complete = new Set<string>();
  private readonly unreadable = new Map<string, Failure>();
  private watchers = 0;
  private failures = 0;
  private lastFailure: Failure | undefined;
  private readAt: number | undefined;
  private inFlight: Promise<void> | undefined;
  private next: Life | undefined;
  private disposed = false;

  constructor(private readonly options: JobStoreOptions) {}

  readonly onDidChange = this.changed.on;
  readonly onDidFinish = this.finished.on;

  /** All known jobs, newest first; the same list until one of them changes. */
  get jobs(): readonly Job[] {
    this.sorted ??= Array.from(this.known.values()).toSorted((a, b) => b.startTime - a.startTime);
    return this.sorted;
  }

  get running(): readonly Job[] {
    return this.jobs.filter((job) => !isFinished(job.status));
  }

  /** Why the last reading failed; the jobs are then the last known ones. */
  get failure(): Failure | undefined {
    return this.lastFailure;
  }

  /** When the jobs were last read (ms UTC). */
  get asOf(): number | undefined {
    return this.readAt;
  }

  job(jobId: string): Job | undefined {
    return this.known.get(idKey(jobId));
  }

  /** Live counters of a job, as last read. */
  statistics(jobId: string): JobStatistics | undefined {
    return this.live.get(idKey(jobId));
  }

  /** Keeps the store up to date until the result is disposed of: somebody looks. */
  watch(): Life {
    this.watchers += 1;
    this.plan(0);
    let open = true;
    return {
      dispose: () => {
        if (open) this.watchers -= 1;
        open = false;
        if (!this.wanted) this.stop();
      },
    };
  }

  /** Keeps one job up to date with all its details until the result is disposed of. */
  watchJob(jobId: string): Life {
    const key = idKey(jobId);
    this.looked.set(key, (this.looked.get(key) ?? 0) + 1);
    const watching = this.watch();
    let open = true;
    return {
      dispose: () => {
        if (!open) return;
        open = false;
        const left = (this.looked.get(key) ?? 1) - 1;
        if (left > 0) this.looked.set(key, left);
        else this.looked.delete(key);
        watching.dispose();
      },
    };
  }

  /** Why the details of a watched job could not be read, for example because it is gone. */
  jobFailure(jobId: string): Failure | undefined {
    return this.unreadable.get(idKey(jobId));
  }

  /** Follows a job that this window started until it ends, also while nobody looks. */
  track(jobId: string): void {
    this.mine.add(idKey(jobId));
    this.plan(0);
  }

  /** Reads the jobs unless they are known. */
  async ensure(): Promise<void> {
    if (this.readAt === undefined && !this.lastFailure) await this.poll();
  }

  /** Reads the jobs now. */
  async refresh(): Promise<void> {
    await this.poll();
  }

  /** Reads one job with its details and its counters, for its log and for what is told about its end. */
  async readDetails(jobId: string): Promise<void> {
    if (await this.readJob(jobId)) this.changed.fire();
  }

  dispose(): void {
    this.disposed = true;
    this.stop();
    this.changed.dispose();
    this.finished.dispose();
  }

  private get wanted(): boolean {
    return !this.disposed && (this.watchers > 0 || this.mine.size > 0);
  }

  private plan(delay: number): void {
    if (!this.wanted) return;
    this.stop();
    this.next = this.options.clock.after(delay, () => void this.poll());
  }

  private stop(): void {
    this.next?.dispose();
    this.next = undefined;
  }

  private poll(): Promise<void> {
    this.stop();
    this.inFlight ??= this.pollOnce().finally(() => {
      this.inFlight = undefined;
      this.plan(pollDelay({ failures: this.failures, active: this.isActive }, this.options.random));
    });
    return this.inFlight;
  }

  private get isActive(): boolean {
    return this.running.length > 0 || this.mine.size > 0;
  }

  private async pollOnce(): Promise<void> {
    const failureBefore = this.lastFailure?.message;
    let news = false;
    try {
      const readAt = this.options.clock.now();
      const vaults = await this.options.vaults();
      const startedAfter = this.since(readAt);
      const lists = await inParallel(vaults, CALLS_AT_ONCE, (vault) =>
        this.options.engine.run((client) => client.jobs(vault.id, { startedAfter })),
      );
      const jobs = lists.flat();
      const counted = await this.readLive(jobs.filter((job) => !isFinished(job.status)));
      this.readAt = readAt;
      this.failures = 0;
      this.lastFailure = undefined;
      this.forgetVanished(vaults);
      news = this.accept(jobs) || counted;
      news = (await this.readLooked()) || news;
    } catch (error) {
      if (!isCancelled(error)) {
        this.failures += 1;
        this.lastFailure = failureOf(error);
        this.options.log.warn(`jobs: ${this.lastFailure.message}`);
      }
    }
    if ((news || this.lastFailure?.message !== failureBefore) && !this.disposed) this.changed.fire();
  }

  /** Only what may have changed is asked for again: from the oldest unfinished job on, else from the last reading on. */
  private since(now: number): number {
    if (this.readAt === undefined) return now - WINDOW_MS;
    return Math.min(this.readAt - OVERLAP_MS, ...this.running.map((job) => job.startTime));
  }

  /** @returns whether any counter moved */
  private async readLive(running: readonly Job[]): Promise<boolean> {
    const moved = await inParallel(running, CALLS_AT_ONCE, async (job) => {
      const statistics = await this.options.engine
        .run((client) => client.local.jobStatistics(job.id))
        .catch(() => undefined); // counters are an extra: the job's own facts are shown without them
      return this.acceptStatistics(job.id, statistics);
    });
    return moved.includes(true);
  }

  /** Reads the details of the jobs that somebody looks at. One that cannot be read does not hold up the others. */
  private async readLooked(): Promise<boolean> {
    let news = false;
    for (const key of Array.from(this.looked.keys())) {
      if (this.complete.has(key)) continue;
      try {
        news = (await this.readJob(key)) || news;
        this.unreadable.delete(key);
      } catch (error) {
        if (isCancelled(error) || isEngineFailure(error)) throw error;
        this.unreadable.set(key, failureOf(error));
        news = true;
      }
    }
    return news;
  }

  private async readJob(jobId: string): Promise<boolean> {
    const { job, statistics } = await this.options.engine.run(async (client) => ({
      job: await client.job(jobId),
      statistics: await client.local.jobStatistics(jobId).catch(() => undefined), // old jobs have no counters
    }));
    if (isFinished(job.status)) this.complete.add(idKey(job.id));
    const counted = this.acceptStatistics(job.id, statistics);
    return this.accept([job]) || counted;
  }

  private acceptStatistics(jobId: string, statistics: JobStatistics | undefined): boolean {
    if (!statistics) return false;
    const before = this.live.get(idKey(jobId));
    this.live.set(idKey(jobId), statistics);
    return JSON.stringify(before) !== JSON.stringify(statistics);
  }

  /** A job whose vault is gone will never be seen to end. */
  private forgetVanished(vaults: readonly Vault[]): void {
    const there = new Set(vaults.map((vault) => idKey(vault.id)));
    const gone = (id: string) => !there.has(idKey(vaultIdOf(id) ?? ''));
    for (const key of Array.from(this.mine)) if (gone(key)) this.mine.delete(key);
    for (const [key, job] of Array.from(this.known)) if (gone(job.id)) this.known.delete(key);
    this.sorted = undefined;
  }

  /** @returns whether anything is new */
  private accept(jobs: readonly Job[]): boolean {
    let news = false;
    const ended: FinishedJob[] = [];
    for (const read of jobs) {
      const job = jobInWords(read);
      const key = idKey(job.id);
      const before = this.known.get(key);
      const mine = this.mine.has(key);
      // The list leaves out tasks and errors that the job itself told earlier.
      const detailed = before && before.status === job.status && job.tasks.length === 0;
      const after = detailed ? { ...job, tasks: before.tasks, errors: before.errors } : job;
      this.known.set(key, after);
      news ||= JSON.stringify(before) !== JSON.stringify(after);
      this.sorted = undefined;
      if (!isFinished(job.status)) continue;
      if (mine || (before && !isFinished(before.status))) ended.push({ job, mine });
      this.mine.delete(key);
    }
    for (const end of ended) this.finished.fire(end);
    return news;
  }
}
