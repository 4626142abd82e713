import * as z from 'zod';
import type { StartedOperation } from '../../client/connection';
import { idKey, parseId } from '../../protocol/ids';
import { failureOf, isAnswer, isCancelled } from './failure';
import { sameId } from './ids';
import type { Links } from './links';
import type { Log } from './log';
import type { Memory } from './memory';

const KEY = 'azure.operations';
/** Azure forgets its operations too; one that is older than this (ms) has ended long ago. */
const OLDEST_MS = 24 * 3600_000;

const JOBS_KEY = 'azure.secondRegionJobs';
/** A restore from another region takes hours; one that was begun longer ago than this (ms) has ended. */
const OLDEST_JOB_MS = 7 * 24 * 3600_000;

const secondRegion = z.object({ vaultId: z.string(), location: z.string() });
const remembered = z.array(
  z.object({
    url: z.url({ protocol: /^https$/ }),
    started: z.number(),
    secondRegion: z.optional(secondRegion),
  }),
);
type Operation = z.infer<typeof remembered>[number];
const rememberedJobs = z.array(z.object({ jobId: z.string(), started: z.number() }));
type FollowedJob = z.infer<typeof rememberedJobs>[number];

/**
 * Long operations of Azure that have begun and not ended, and jobs that no list of a vault has, kept over the reload of a window.
 * They hold no secret.
 */
export class PendingOperations {
  /** What this window follows already: addresses of operations, ids of jobs. */
  private readonly followed = new Set<string>();

  constructor(
    private readonly memory: Memory,
    private readonly now: () => number,
  ) {}

  begun({ url, started, secondRegion: region }: StartedOperation): void {
    this.followed.add(url);
    const others = this.all.filter((known) => known.url !== url);
    this.set([...others, { url, started, ...(region && { secondRegion: region }) }]);
  }

  ended(url: string): void {
    this.followed.delete(url);
    this.set(this.all.filter((known) => known.url !== url));
  }

  /** It could not be followed to its end; it is followed again later, by the next window at the latest. */
  left(url: string): void {
    this.followed.delete(url);
  }

  /** A job of a second region is followed from now on. */
  jobBegun(jobId: string): void {
    this.followed.add(idKey(jobId));
    const known = this.jobs;
    if (known.some((one) => sameId(one.jobId, jobId))) return;
    this.setJobs([...known, { jobId, started: this.now() }]);
  }

  jobEnded(jobId: string): void {
    this.setJobs(this.jobs.filter((one) => !sameId(one.jobId, jobId)));
  }

  /** Forgets all of them. */
  clear(): void {
    this.followed.clear();
    this.memory.set(KEY, undefined);
    this.memory.set(JOBS_KEY, undefined);
  }

  /**
   * Goes on following what an earlier window began, in the subscriptions that are shown, each once. `ended` is told of each one that has ended
   * well, with the job that it started, if it started one. One that cannot be followed now is kept.
   */
  async resume(links: Links, log: Log, ended: (jobId: string | undefined) => void): Promise<void> {
    for (const { jobId } of this.jobs) {
      if (links.provider(jobId) !== 'azure' || this.followed.has(idKey(jobId))) continue;
      this.followed.add(idKey(jobId));
      ended(jobId);
    }
    await Promise.all(
      this.all.map(async ({ url, secondRegion: region }) => {
        const link = links.subscriptions.find((one) => one.owns(new URL(url).pathname));
        if (!link || this.followed.has(url)) return;
        this.followed.add(url);
        try {
          const jobId = await link.run((client) => client.followOperation(url, { secondRegion: region }));
          ended(jobId !== undefined && parseId(jobId) ? jobId : undefined);
          this.ended(url);
        } catch (error) {
          if (isCancelled(error)) return this.left(url);
          const isKnown = isAnswer(error);
          const how = isKnown ? 'has failed' : 'is not known yet';
          log.warn(`an operation that an earlier window began ${how}: ${failureOf(error).message}`);
          if (isKnown) this.ended(url);
          else this.left(url);
        }
      }),
    );
  }

  private get all(): readonly Operation[] {
    const { data = [] } = remembered.safeParse(this.memory.get(KEY));
    return data.filter(({ started }) => this.now() - started < OLDEST_MS);
  }

  private get jobs(): readonly FollowedJob[] {
    const { data = [] } = rememberedJobs.safeParse(this.memory.get(JOBS_KEY));
    return data.filter(({ started }) => this.now() - started < OLDEST_JOB_MS);
  }

  private setJobs(jobs: readonly FollowedJob[]): void {
    this.memory.set(JOBS_KEY, jobs.length === 0 ? undefined : jobs);
  }

  private set(operations: readonly Operation[]): void {
    this.memory.set(KEY, operations.length === 0 ? undefined : operations);
  }
}
