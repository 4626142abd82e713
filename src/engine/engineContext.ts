import type { Operation } from './http/operation';
import type { Log } from './process/log';

/** What the process gives to the engine proper. */
export interface EngineContext {
  /** Absolute; writable; locked for this process. */
  readonly dataFolder: string;
  /** The folder's 32-byte key. */
  readonly key: Buffer;
  readonly version: string;
  readonly log: Log;
}

/** What the engine is busy with; part of its health. */
export interface EngineActivity {
  readonly runningJobs: number;
  readonly protectedItems: number;
  /** The next scheduled backup over all vaults (ms UTC). */
  readonly nextRun?: number;
  /** Scheduled backups that were missed and are made up for since the engine started. */
  readonly madeUp?: { readonly runs: number; readonly machines: number };
  /** Since when scheduled backups are paused (ms UTC). */
  readonly pausedSince?: number;
}

/** The engine proper, as the process sees it. */
export interface Engine {
  readonly operations: readonly Operation[];
  /** The data folder's subscription. */
  readonly subscriptionId: string;
  /** The tenant that the subscription says it is in. */
  readonly tenantId: string;
  health(): EngineActivity;
  /** True while the engine has work of its own: protected items or running jobs. */
  mustStay(): boolean;
  /** Interrupts running jobs cleanly and closes the catalog. No request is under way any more. */
  close(): Promise<void>;
}

export type BuildEngine = (context: EngineContext) => Promise<Engine>;
