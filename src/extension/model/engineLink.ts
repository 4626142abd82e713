import type { Connection, EngineHealth, LocalConnection } from '../../client/connection';
import { t } from '../text';
import { type Failure, failureOf, isCancelled, isEngineFailure } from './failure';
import { type Life, Signal } from './life';
import type { Link } from './link';
import type { Log } from './log';
import { LOCAL_PACE } from './pollPace';

/** The connection to the engine of this computer. */
export interface LocalClient extends Connection {
  readonly local: LocalConnection;
  /** Where the engine says how it is reached, if somebody else runs it. */
  readonly foreignEndpoint?: string;
  /** Closes this side; the engine goes on by itself. */
  dispose(): void;
  /** Asks the engine to stop, unless jobs run. @returns whether it does */
  stopEngine(): Promise<boolean>;
}

export type EngineState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly health?: EngineHealth }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Starts in a row that may fail before only a person may ask for the next one. */
const MAX_FAILED_STARTS = 3;

/**
 * Holds the one connection to the engine. The engine is started by the first use, never before; uses at the same time
 * share the start.
 */
export class EngineLink implements Life, Link {
  readonly provider = 'local';
  readonly pace = LOCAL_PACE;
  private readonly changed = new Signal<EngineState>();
  private client: Promise<LocalClient> | undefined;
  private failedStarts = 0;
  private lastError: unknown;
  private current: EngineState = { kind: 'idle' };
  private lastKey = 'local';

  constructor(
    private readonly open: () => Promise<LocalClient>,
    private readonly log: Log,
  ) {}

  readonly onDidChange = this.changed.on;

  get state(): EngineState {
    return this.current;
  }

  get name(): string {
    return t('This computer');
  }

  /** Prefix of tree ids: the key of the last connection. */
  get key(): string {
    return this.lastKey;
  }

  /** The engine has no limit. */
  nextJobsLook(): number {
    return 0;
  }

  /** Runs `work` with the connection, starting the engine if needed. */
  async run<T>(work: (client: LocalClient) => Promise<T>): Promise<T> {
    const opening = this.ensure();
    const client = await opening;
    try {
      return await work(client);
    } catch (error) {
      if (!isCancelled(error) && isEngineFailure(error)) this.lose(opening, error);
      throw error;
    }
  }

  /** Asks the engine how it is. Failures end in {@link state}. */
  async readHealth(): Promise<void> {
    try {
      const health = await this.run((client) => client.local.health());
      this.set({ kind: 'ready', health });
    } catch (error) {
      this.log.warn(`engine health: ${failureOf(error).message}`);
    }
  }

  /** Forgets the connection and earlier failures, so that the next use starts or attaches afresh. */
  reset(): void {
    const client = this.client;
    this.client = undefined;
    this.failedStarts = 0;
    this.lastError = undefined;
    if (client) this.release(client);
    this.set({ kind: 'idle' });
  }

  dispose(): void {
    if (this.client) this.release(this.client);
    this.client = undefined;
    this.changed.dispose();
  }

  private ensure(): Promise<LocalClient> {
    if (this.client) return this.client;
    if (this.failedStarts >= MAX_FAILED_STARTS) return Promise.reject(this.lastError);
    this.set({ kind: 'starting' });
    const opening = this.open();
    this.client = opening;
    void this.follow(opening);
    return opening;
  }

  private async follow(opening: Promise<LocalClient>): Promise<void> {
    try {
      const { key } = await opening;
      if (this.client !== opening) return;
      this.lastKey = key;
      this.failedStarts = 0;
      this.set({ kind: 'ready' });
    } catch (error) {
      this.failedStarts += 1;
      this.lose(opening, error);
    }
  }

  private lose(opening: Promise<LocalClient>, error: unknown): void {
    // A later connection may already have taken the place of the one that failed.
    if (this.client !== opening) return;
    this.client = undefined;
    this.lastError = error;
    this.release(opening);
    this.set({ kind: 'failed', failure: failureOf(error) });
  }

  private release(client: Promise<LocalClient>): void {
    // One that never opened needs no closing, and that was told where it was asked for.
    client.then((open) => open.dispose()).catch(() => undefined);
  }

  private set(state: EngineState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
