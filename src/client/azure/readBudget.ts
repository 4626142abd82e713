import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { HOUR_MS, READ_BUDGET, type ReadState, readWait } from '../../domain/readPace';
import { idKey } from '../../protocol/ids';
import { retryAfterMs } from '../retryAfter';
import { armAction } from './action';

/** The kind of read that lists and shows jobs. */
export const JOBS_READ = 'Microsoft.RecoveryServices/vaults/backupJobs/read';

/** Counts what is read of each vault, by the action that Azure counts it under, over the last hour. */
export class ReadBudget {
  readonly #now: () => number;
  readonly #kinds = new Map<string, { reads: number[]; blockedUntil?: number }>();

  /** @param now ms UTC */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Sees every try of every request: also one that is refused counts. */
  readonly policy: PipelinePolicy = {
    name: 'readBudget',
    sendRequest: async (request, next) => {
      const { action, vaultId } = armAction(request.method, request.url);
      if (vaultId === undefined || !action.endsWith('/read')) return next(request);
      const kind = this.#kind(vaultId, action);
      kind.reads.push(this.#now());
      const response = await next(request);
      const asked = response.status === 429 ? retryAfterMs(response.headers, this.#now()) : undefined;
      if (asked !== undefined) kind.blockedUntil = this.#now() + asked;
      return response;
    },
  };

  /** Reads of the last hour. @param action for example {@link JOBS_READ} */
  reads(vaultId: string, action: string): number {
    return this.#kind(vaultId, action).reads.length;
  }

  /** Reads that may still be sent now. */
  left(vaultId: string, action: string): number {
    return Math.max(0, READ_BUDGET - this.reads(vaultId, action));
  }

  /** Whether a look out of turn leaves enough for the rest of the hour: half of the budget is left, and Azure did not ask to wait. */
  mayHurry(vaultId: string, action: string): boolean {
    const { blockedUntil = 0 } = this.#kind(vaultId, action);
    return this.left(vaultId, action) > READ_BUDGET / 2 && blockedUntil <= this.#now();
  }

  /** How long (ms) a poller of a vault waits before it looks again; `undefined` if nobody needs it to look. */
  wait(
    vaultId: string,
    action: string,
    state: Pick<ReadState, 'running' | 'visible' | 'readsPerLook'>,
  ): number | undefined {
    return readWait({ ...state, ...this.#kind(vaultId, action) }, this.#now());
  }

  #kind(vaultId: string, action: string): { reads: number[]; blockedUntil?: number } {
    const key = `${idKey(vaultId)} ${action.toLowerCase()}`;
    const kind = this.#kinds.get(key) ?? { reads: [] };
    const from = this.#now() - HOUR_MS;
    const firstCounting = kind.reads.findIndex((time) => time > from);
    kind.reads.splice(0, firstCounting === -1 ? kind.reads.length : firstCounting);
    this.#kinds.set(key, kind);
    return kind;
  }
}
