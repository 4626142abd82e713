import * as z from 'zod';
import { parseId } from '../../protocol/ids';
import { failureOf, isCancelled } from './failure';
import type { Links } from './links';
import type { Log } from './log';
import type { Memory } from './memory';

const KEY = 'azure.operations';
/** Azure forgets its operations too; one that is older than this (ms) has ended long ago. */
const OLDEST_MS = 24 * 3600_000;

const remembered = z.array(z.object({ url: z.url({ protocol: /^https$/ }), started: z.number() }));
type Operation = z.infer<typeof remembered>[number];

/** Long operations of Azure that have begun and not ended, kept over the reload of a window. They hold no secret. */
export class PendingOperations {
  constructor(
    private readonly memory: Memory,
    private readonly now: () => number,
  ) {}

  begun({ url, started }: Operation): void {
    this.set([...this.all.filter((known) => known.url !== url), { url, started }]);
  }

  ended(url: string): void {
    this.set(this.all.filter((known) => known.url !== url));
  }

  /** Forgets all of them. */
  clear(): void {
    this.memory.set(KEY, undefined);
  }

  /**
   * Goes on following what an earlier window began, in the subscriptions that are shown; `job` is told of each job that turns up.
   * What cannot be followed is left to the jobs list.
   */
  async resume(links: Links, log: Log, job: (jobId: string) => void): Promise<void> {
    await Promise.all(
      this.all.map(async ({ url }) => {
        const link = links.subscriptions.find((one) => one.owns(new URL(url).pathname));
        if (!link) return;
        try {
          const jobId = await link.run((client) => client.followOperation(url));
          if (jobId !== undefined && parseId(jobId)) job(jobId);
          this.ended(url);
        } catch (error) {
          if (isCancelled(error)) return;
          log.warn(`an operation that an earlier window began: ${failureOf(error).message}`);
          this.ended(url);
        }
      }),
    );
  }

  private get all(): readonly Operation[] {
    const { data = [] } = remembered.safeParse(this.memory.get(KEY));
    return data.filter(({ started }) => this.now() - started < OLDEST_MS);
  }

  private set(operations: readonly Operation[]): void {
    this.memory.set(KEY, operations.length === 0 ? undefined : operations);
  }
}
