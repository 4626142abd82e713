import type { Clock } from './clock';
import { type Failure, failureOf, isCancelled } from './failure';
import type { Life } from './life';
import type { Link } from './link';
import type { Log } from './log';
import { pollDelay } from './pollPace';

/** A small job ends long before a link of slow pace is asked again. */
const SOON_MS = [2_000, 5_000, 10_000];

export interface JobPollerOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Whether somebody looks, or waits for a job. */
  readonly wanted: () => boolean;
  /** Whether a job of the link runs. */
  readonly active: () => boolean;
  /** How long (ms) the service's limits have the next reading wait at least; `soon` if somebody waits for a job that has just begun. */
  readonly least: (soon: boolean) => number;
  /** Reads the jobs, and tells why a part of them could not be read. @throws if none could */
  readonly read: () => Promise<Failure | undefined>;
  /** Another number once anything that was read is new. */
  readonly version: () => number;
  readonly changed: () => void;
}

/** Reads the jobs of one link again and again at the link's pace; the next reading is planned after the last has ended. */
export class JobPoller {
  private failed = 0;
  private lastFailure: Failure | undefined;
  private lastRead: number | undefined;
  private inFlight: Promise<void> | undefined;
  private next: Life | undefined;
  /** Delays until the next readings (ms), where they are shorter than the link's pace. */
  private quick: number[] = [];

  constructor(private readonly options: JobPollerOptions) {}

  /** Why the last reading failed. */
  get failure(): Failure | undefined {
    return this.lastFailure;
  }

  /** Whether that holds for a part of the jobs only. */
  get isPartial(): boolean {
    return this.failed === 0;
  }

  /** When the jobs were last read (ms UTC). */
  get readAt(): number | undefined {
    return this.lastRead;
  }

  /** Reads after a delay (ms), if somebody wants it then. */
  plan(delay: number): void {
    if (!this.options.wanted()) return;
    this.stop();
    this.next = this.options.clock.after(delay, () => void this.poll());
  }

  /** Reads, unless it does so already or has planned to. */
  begin(): void {
    if (!this.inFlight && !this.next) this.plan(0);
  }

  /** Reads now, and a few times soon: somebody waits for a job that has just begun. */
  hurry(): void {
    this.quick = Array.from(SOON_MS);
    this.plan(0);
  }

  stop(): void {
    this.next?.dispose();
    this.next = undefined;
  }

  /** Reads now. Never rejects: a failure becomes {@link failure}. */
  poll(): Promise<void> {
    this.stop();
    this.inFlight ??= this.pollOnce().finally(() => {
      this.inFlight = undefined;
      const { link, active, least, random } = this.options;
      const usual = pollDelay({ failures: this.failed, active: active(), pace: link.pace }, random);
      const soon = this.failed === 0 ? this.quick.shift() : undefined;
      this.plan(Math.max(Math.min(usual, soon ?? usual), least(soon !== undefined)));
    });
    return this.inFlight;
  }

  private async pollOnce(): Promise<void> {
    const { clock, log, link, read, version, changed } = this.options;
    const failureBefore = this.lastFailure?.message;
    const now = clock.now();
    const before = version();
    try {
      this.lastFailure = await read();
      this.lastRead = now;
      this.failed = 0;
      if (this.lastFailure) log.warn(`jobs of ${link.name}, a part: ${this.lastFailure.message}`);
    } catch (error) {
      if (!isCancelled(error)) {
        this.failed += 1;
        this.lastFailure = failureOf(error);
        log.warn(`jobs of ${link.name}: ${this.lastFailure.message}`);
      }
    }
    if (version() !== before || this.lastFailure?.message !== failureBefore) changed();
  }
}
