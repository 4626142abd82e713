import type { BackupPolicy } from '../../domain/policy';
import { latestRunAtOrBefore, nextRuns, runsBetween } from '../../domain/schedule';
import type { Clock } from '../clock';

const LOOK_EVERY_MS = 30_000;
/** A run that is seen later than this after its time was missed: a look may itself be late. */
const ON_TIME_MS = 2 * LOOK_EVERY_MS;
/** Missed runs are counted up to here; nobody needs a bigger number. */
const MOST_MISSED = 1000;

/** A policy that items follow. */
export interface FollowedPolicy {
  readonly key: string;
  /** May throw for a policy that cannot be read; only its items then stay without runs. */
  readonly policy: () => BackupPolicy;
  /** The items whose last slot that was run or given up (ms UTC) is before a slot. */
  readonly due: (slot: number) => readonly { readonly key: string; readonly lastSlot: number }[];
}

/** Runs that were missed, and how many items make up for theirs. */
export interface MissedRuns {
  readonly runs: number;
  readonly machines: number;
}

export interface SchedulerDeps {
  readonly clock: Clock;
  readonly policies: () => readonly FollowedPolicy[];
  /** Starts a run; false when it cannot start now (a job of the item is under way) and shall be tried again. */
  readonly start: (key: string, run: { slot: number; missedRuns: number }) => boolean;
  /** True while no run shall start. */
  readonly paused: () => boolean;
  /** Whether missed runs are made up for. */
  readonly runMissed: () => boolean;
  /** What else is due at every look; one that fails never keeps the others from running. */
  readonly chores: readonly (() => void)[];
  readonly warn: (text: string) => void;
}

/**
 * Runs policies at their slots. Runs that were missed while the engine was down are caught up once, as the latest of
 * them, or not at all if nobody wants that; an item that fails to start never keeps the others from running.
 */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  /** The latest slot of each policy that was seen on time: its items may begin later all the same. */
  readonly #onTime = new Map<string, number>();
  #madeUp: MissedRuns = { runs: 0, machines: 0 };
  #timer?: { cancel(): void };

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  /** Looks now, and from then on every 30 s. */
  run(): void {
    this.look();
    this.#timer = this.#deps.clock.after(LOOK_EVERY_MS, () => this.run());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Starts what is due at this moment. */
  look(): void {
    const now = this.#deps.clock.now();
    for (const chore of this.#deps.chores) {
      try {
        chore();
      } catch (error) {
        this.#deps.warn(`Scheduled chore: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (this.#deps.paused()) return;
    for (const followed of this.#deps.policies()) {
      this.#attempt(followed.key, () => {
        const policy = followed.policy();
        const slot = latestRunAtOrBefore(policy, now);
        if (slot === undefined) return;
        const isMissed = this.#isMissed(followed.key, slot, now);
        if (isMissed && !this.#deps.runMissed()) return;
        for (const { key, lastSlot } of followed.due(slot)) {
          this.#attempt(key, () => {
            const missedRuns = runsBetween(policy, lastSlot, slot, MOST_MISSED).filter((run) => run < slot).length;
            const missed = missedRuns + (isMissed ? 1 : 0);
            if (!this.#deps.start(key, { slot, missedRuns }) || missed === 0) return;
            this.#madeUp = { runs: this.#madeUp.runs + missed, machines: this.#madeUp.machines + 1 };
          });
        }
      });
    }
  }

  /** The runs that were missed and made up for since the engine started; nothing if there were none. */
  get madeUp(): MissedRuns | undefined {
    return this.#madeUp.machines > 0 ? this.#madeUp : undefined;
  }

  #isMissed(policy: string, slot: number, now: number): boolean {
    if (now - slot <= ON_TIME_MS) this.#onTime.set(policy, slot);
    return this.#onTime.get(policy) !== slot;
  }

  #attempt(key: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#deps.warn(`Scheduled run of ${key}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The next run of any item (ms UTC); none while runs are paused. */
  nextRun(): number | undefined {
    if (this.#deps.paused()) return undefined;
    const now = this.#deps.clock.now();
    const next = this.#deps.policies().flatMap((followed) => {
      try {
        return nextRuns(followed.policy(), now, 1);
      } catch {
        return []; // every look warns about it
      }
    });
    return next.length === 0 ? undefined : Math.min(...next);
  }
}
