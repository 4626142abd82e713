import { isDeepStrictEqual } from 'node:util';
import { isFinished } from '../../domain/states';
import type { Job, JobStatistics, Vault } from '../../domain/views';
import { idKey, secondRegionOf, vaultIdOf } from '../../protocol/ids';
import { inParallel } from './bounded';
import type { Clock } from './clock';
import { jobInWords } from './errorWords';
import { type Failure, failureOf, isCancelled, isEngineFailure } from './failure';
import { JobDetails } from './jobDetails';
import { JobPoller } from './jobPoller';
import { type Life, Signal } from './life';
import type { Link } from './link';
import type { LinkFailure } from './linkedList';
import type { Links } from './links';
import type { Log } from './log';

const CALLS_AT_ONCE = 4;
/** How far back the first reading of a vault looks. */
const WINDOW_MS = 30 * 24 * 3600_000;
/** Overlap of two readings, in case the service lists a job a little late. */
const OVERLAP_MS = 60_000;
/** A job of a second region that cannot be read so many times in a row is followed no more. */
const MOST_FAILURES = 20;

/** A job that ended while this window knew of it. */
export interface FinishedJob {
  readonly job: Job;
  /** Whether it was started from this window. */
  readonly mine: boolean;
}

/** Jobs of second regions that are followed, kept over the reload of a window: no list of a vault has them. */
export interface FollowedJobs {
  jobBegun(jobId: string): void;
  jobEnded(jobId: string): void;
}

export interface JobStoreOptions {
  readonly links: Links;
  /** The vaults of a link. */
  readonly vaults: (link: Link) => Promise<readonly Vault[]>;
  readonly followed: FollowedJobs;
  /** Whether a link's jobs are told of also while nobody looks. */
  readonly always: (link: Link) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

/**
 * The one place that asks for jobs; tree, status bar, panels and notifications listen. It polls only while somebody
 * looks, a job of this window runs or the link's jobs are told of always, and the next poll is planned after the last one
 * has ended.
 */
export class JobStore implements Life {
  private readonly changed = new Signal();
  private readonly finished = new Signal<FinishedJob>();
  private readonly known = new Map<string, Job>();
  private changes = 0;
  private lists: { readonly all: readonly Job[]; readonly running: readonly Job[] } | undefined;
  private readonly mine = new Set<string>();
  /** Jobs of second regions that have not ended, and how many times in a row each could not be read. */
  private readonly elsewhere = new Map<string, { readonly jobId: string; failures: number }>();
  private readonly details: JobDetails;
  private readonly pollers = new Map<Link, JobPoller>();
  private readonly vaultFailures = new Map<string, Failure>();
  /** When the jobs of each vault were last read (ms UTC). */
  private readonly vaultReadAt = new Map<string, number>();
  /** The vaults whose jobs were read the last time. */
  private readonly vaultsRead = new WeakMap<Link, readonly Vault[]>();
  private readonly following: Life;
  private watchers = 0;
  private disposed = false;

  constructor(private readonly options: JobStoreOptions) {
    this.details = new JobDetails({
      links: options.links,
      accept: (job) => this.accept([job]),
      changed: () => {
        this.changes += 1;
      },
    });
    this.following = options.links.onDidChange((gone) => {
      for (const link of gone) this.forget((key) => link.owns(key));
      this.followLinks();
    });
    this.followLinks();
  }

  readonly onDidChange = this.changed.on;
  readonly onDidFinish = this.finished.on;

  /** Another number after every change of a job or of its counters. */
  get version(): number {
    return this.changes;
  }

  /** All known jobs, newest first; the same list until one of them changes. */
  get jobs(): readonly Job[] {
    return this.sorted.all;
  }

  /** Those of them that have not ended. */
  get running(): readonly Job[] {
    return this.sorted.running;
  }

  /** Why the last reading failed; the jobs are then the last known ones. */
  get failure(): Failure | undefined {
    return this.failures[0]?.failure;
  }

  /** The links whose jobs could not be read the last time. */
  get failures(): readonly LinkFailure[] {
    return Array.from(this.pollers, ([link, { failure }]) => ({ link, failure })).filter(
      (one): one is LinkFailure => one.failure !== undefined,
    );
  }

  /** Why the jobs of a vault could not be read the last time. @param armId of the vault, or of something in it */
  failureAt(armId: string): Failure | undefined {
    const poller = this.pollers.get(this.options.links.of(armId));
    return this.vaultFailures.get(idKey(vaultIdOf(armId) ?? '')) ?? (poller?.isPartial ? undefined : poller?.failure);
  }

  /** When the jobs were last read (ms UTC); the oldest reading of all links. */
  get asOf(): number | undefined {
    const read = Array.from(this.pollers.values(), ({ readAt }) => readAt).filter((time) => time !== undefined);
    return read.length === 0 ? undefined : Math.min(...read);
  }

  job(jobId: string): Job | undefined {
    return this.known.get(idKey(jobId));
  }

  /** Live counters of a job, as last read. */
  statistics(jobId: string): JobStatistics | undefined {
    return this.details.statistics(jobId);
  }

  /** Keeps the store up to date until the result is disposed of: somebody looks. */
  watch(): Life {
    this.watchers += 1;
    this.planAll();
    let open = true;
    return {
      dispose: () => {
        if (open) this.watchers -= 1;
        open = false;
        this.stopUnwanted();
      },
    };
  }

  /** Begins to read the jobs that are told of also while nobody looks, unless that is under way. */
  tell(link: Link): void {
    if (this.wants(link)) this.pollers.get(link)?.begin();
  }

  /** Keeps one job up to date with all its details until the result is disposed of. */
  watchJob(jobId: string): Life {
    const looking = this.details.look(jobId);
    const watching = this.watch();
    return {
      dispose: () => {
        looking.dispose();
        watching.dispose();
      },
    };
  }

  /** Why the details of a job could not be read the last time, for example because it is gone. */
  jobFailure(jobId: string): Failure | undefined {
    return this.details.failure(jobId);
  }

  /** Follows a job that this window started until it ends, also while nobody looks. */
  track(jobId: string): void {
    this.mine.add(idKey(jobId));
    if (secondRegionOf(jobId) !== undefined) {
      this.elsewhere.set(idKey(jobId), { jobId, failures: 0 });
      this.options.followed.jobBegun(jobId);
    }
    this.pollers.get(this.options.links.of(jobId))?.hurry();
  }

  /** Reads the jobs unless they are known. */
  async ensure(): Promise<void> {
    await Promise.all(Array.from(this.pollers.keys(), (link) => this.ensureLink(link)));
  }

  /** Reads the jobs of one link unless they are known. */
  async ensureLink(link: Link): Promise<void> {
    const poller = this.pollers.get(link);
    if (poller && poller.readAt === undefined && !poller.failure) await poller.poll();
  }

  /** Reads the jobs now. */
  async refresh(): Promise<void> {
    await Promise.all(Array.from(this.pollers.values(), (poller) => poller.poll()));
  }

  /** Reads one job with its details and its counters, for its log and for what is told about its end. */
  async readDetails(jobId: string): Promise<void> {
    const before = this.changes;
    await this.details.read(jobId);
    if (this.changes !== before) this.changed.fire();
  }

  /** Reads the details of a job unless they are known for the status that it is in. Never rejects, see {@link jobFailure}. */
  async ensureDetails(job: Pick<Job, 'id' | 'status'>): Promise<void> {
    const before = this.changes;
    await this.details.ensure(job);
    if (this.changes !== before) this.changed.fire();
  }

  dispose(): void {
    this.disposed = true;
    this.following.dispose();
    this.stopUnwanted();
    this.changed.dispose();
    this.finished.dispose();
  }

  private get sorted(): { readonly all: readonly Job[]; readonly running: readonly Job[] } {
    if (!this.lists) {
      const all = Array.from(this.known.values()).toSorted((a, b) => b.startTime - a.startTime);
      this.lists = { all, running: all.filter((job) => !isFinished(job.status)) };
    }
    return this.lists;
  }

  private wants(link: Link): boolean {
    return !this.disposed && (this.watchers > 0 || this.mineOf(link).length > 0 || this.options.always(link));
  }

  private planAll(): void {
    for (const poller of this.pollers.values()) poller.plan(0);
  }

  private stopUnwanted(): void {
    for (const [link, poller] of this.pollers) if (!this.wants(link)) poller.stop();
  }

  /** Gives every link a poller of its own; the jobs of links that are gone are forgotten. */
  private followLinks(): void {
    const { links, clock, log, random } = this.options;
    for (const [link, poller] of Array.from(this.pollers)) {
      if (links.all.includes(link)) continue;
      poller.stop();
      this.pollers.delete(link);
    }
    for (const link of links.all.filter((one) => !this.pollers.has(one))) {
      const poller: JobPoller = new JobPoller({
        link,
        clock,
        log,
        random,
        wanted: () => this.wants(link),
        active: () => this.isActive(link),
        least: (soon) => this.leastWait(link, soon),
        read: () => this.readLink(link),
        version: () => this.changes,
        changed: () => {
          if (!this.disposed) this.changed.fire();
        },
      });
      this.pollers.set(link, poller);
      poller.plan(0);
    }
  }

  /** Reads the jobs of every vault of a link. One that cannot be read does not hold up the others. */
  private async readLink(link: Link): Promise<Failure | undefined> {
    const vaults = await this.options.vaults(link);
    this.vaultsRead.set(link, vaults);
    this.forgetVanished(link, vaults);
    const failures: unknown[] = [];
    await inParallel(vaults, CALLS_AT_ONCE, async (vault) => {
      const key = idKey(vault.id);
      try {
        await this.readVault(link, vault);
        this.vaultFailures.delete(key);
      } catch (error) {
        if (isCancelled(error) || isEngineFailure(error)) throw error;
        this.vaultFailures.set(key, failureOf(error));
        failures.push(error);
      }
    });
    await this.readElsewhere(link);
    await this.details.readLooked(link);
    const [first] = failures;
    if (first !== undefined && failures.length === vaults.length) throw first;
    return first === undefined ? undefined : failureOf(first);
  }

  private async readVault(link: Link, vault: Vault): Promise<void> {
    const key = idKey(vault.id);
    const now = this.options.clock.now();
    const lastRead = this.vaultReadAt.get(key);
    // Only what may have changed is asked for again: from the oldest unfinished job on.
    const unfinished = this.running.filter(({ vaultId }) => idKey(vaultId) === key).map(({ startTime }) => startTime);
    const since = lastRead === undefined ? now - WINDOW_MS : lastRead - OVERLAP_MS;
    const startedAfter = Math.min(since, ...unfinished);
    const jobs = await link.run((client) => client.jobs(vault.id, { startedAfter }));
    await this.details.readLive(
      link,
      jobs.filter((job) => !isFinished(job.status)),
    );
    this.accept(jobs, lastRead);
    this.vaultReadAt.set(key, now);
  }

  /** Reads the jobs of second regions, each by itself. One that can be read no more is left, so that it is not asked for ever. */
  private async readElsewhere(link: Link): Promise<void> {
    const own = Array.from(this.elsewhere).filter(([, { jobId }]) => this.options.links.of(jobId) === link);
    for (const [key, followed] of own) {
      try {
        await this.details.read(followed.jobId);
        followed.failures = 0;
      } catch (error) {
        if (isCancelled(error)) throw error;
        followed.failures += 1;
        this.details.fail(key, error);
        if (followed.failures >= MOST_FAILURES) this.leave(key);
      }
    }
  }

  /** Follows a job no more. */
  private leave(key: string): void {
    const { jobId } = this.elsewhere.get(key) ?? {};
    if (jobId !== undefined) this.options.followed.jobEnded(jobId);
    this.elsewhere.delete(key);
    this.mine.delete(key);
  }

  /** A vault of Azure counts the list of its jobs and each job that is looked at as the same kind of read. */
  private leastWait(link: Link, soon: boolean): number {
    const looked = this.details.lookedByVault();
    const running = this.isActive(link);
    const waits = (this.vaultsRead.get(link) ?? []).map(({ id }) =>
      link.nextJobsLook(id, { running, reads: 1 + (looked.get(idKey(id)) ?? 0), soon }),
    );
    return Math.max(0, ...waits);
  }

  private isActive(link: Link): boolean {
    return this.running.some(({ id }) => this.options.links.of(id) === link) || this.mineOf(link).length > 0;
  }

  private mineOf(link: Link): string[] {
    return Array.from(this.mine).filter((id) => this.options.links.of(id) === link);
  }

  /** A job whose vault is gone will never be seen to end. */
  private forgetVanished(link: Link, vaults: readonly Vault[]): void {
    const { links } = this.options;
    const there = new Set(vaults.map((vault) => idKey(vault.id)));
    const gone = (vaultId: string) => links.of(vaultId) === link && !there.has(idKey(vaultId));
    for (const key of Array.from(this.mine)) if (gone(vaultIdOf(key) ?? '')) this.leave(key);
    this.forget((key) => gone(vaultIdOf(key) ?? ''));
  }

  /** Forgets the jobs whose ids `isGone` names. */
  private forget(isGone: (key: string) => boolean): void {
    this.details.forget(isGone);
    const { mine, elsewhere, vaultFailures, vaultReadAt } = this;
    for (const kept of [mine, elsewhere, vaultFailures, vaultReadAt]) {
      for (const key of Array.from(kept.keys())) if (isGone(key)) kept.delete(key);
    }
    for (const key of Array.from(this.known.keys())) {
      if (!isGone(key)) continue;
      this.known.delete(key);
      this.lists = undefined;
      this.changes += 1;
    }
  }

  /** @param lastRead when the jobs were read before (ms UTC): one that is new and ended since then has just ended */
  private accept(jobs: readonly Job[], lastRead = Number.POSITIVE_INFINITY): void {
    const ended: FinishedJob[] = [];
    for (const read of jobs) {
      const job = jobInWords(read);
      const key = idKey(job.id);
      const before = this.known.get(key);
      const mine = this.mine.has(key);
      // The list leaves out tasks and errors that the job itself told earlier.
      const detailed = before && before.status === job.status && job.tasks.length === 0;
      const after = detailed ? { ...job, tasks: before.tasks, errors: before.errors } : job;
      if (!isDeepStrictEqual(before, after)) {
        this.known.set(key, after);
        this.lists = undefined;
        this.changes += 1;
      }
      if (!isFinished(job.status)) continue;
      const isNews = before ? !isFinished(before.status) : (job.endTime ?? 0) >= lastRead;
      if (mine || isNews) ended.push({ job, mine });
      this.leave(key);
    }
    for (const end of ended) this.finished.fire(end);
  }
}
