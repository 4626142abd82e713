import { Temporal } from 'temporal-polyfill';
import type { BackupPolicy, RetentionTag } from './policy';
import { planPruning } from './pruning';
import { expiryOf, type TagExpiry, tagsForRun } from './retention';
import { dateOf, runsBetween, runsFrom } from './schedule';
import { standardMoment } from './timeZones';

/** A recovery point that a policy will take: every run taken to succeed at its very moment. Times are ms UTC. */
export interface FuturePoint {
  readonly time: number;
  /** Its date on the policy's clock, for example `2027-03-01`. */
  readonly date: string;
  /** The ranges that keep it, each until its own time. */
  readonly tags: readonly TagExpiry[];
  /** The range that keeps it longest, and until when. */
  readonly ruleName: RetentionTag;
  readonly expiryTime: number;
}

/** Years that a preview looks ahead at most: a point may be kept for 99, which are too many days to work out. */
export const PREVIEW_YEARS = 5;
/** The same for an hourly schedule, which takes several points a day; also the least for every other. */
const SHORTEST_PREVIEW_YEARS = 1;

/**
 * What a policy will keep, for a machine whose first backup is the policy's next run. Dates are those of the policy's
 * clock, which stays on standard time all year (SPEC §1.5); a date means its end, so that its own run counts.
 * Points are worked out as far as a date needs them, once.
 */
export class PolicyPreview {
  /** Today on the policy's clock, and the last date that is worth asking for. */
  readonly first: string;
  readonly last: string;
  /** Years that {@link last} is limited to, where the policy keeps points for longer. */
  readonly cappedYears: number | undefined;
  private readonly known: FuturePoint[] = [];
  private knownUntil: number;

  /**
   * @param policy one that breaks no rule of `policyProblems`
   * @param now ms UTC
   * @throws AppError `LocalTimeZoneUnknown`
   */
  constructor(
    private readonly policy: BackupPolicy,
    private readonly now: number,
  ) {
    this.knownUntil = now;
    const today = dateOf(policy, now);
    const years = policy.schedule.frequency === 'Hourly' ? SHORTEST_PREVIEW_YEARS : PREVIEW_YEARS;
    const cap = today.add({ years });
    const wanted = later(today.add({ years: SHORTEST_PREVIEW_YEARS }), longestReach(policy, today));
    const isCapped = Temporal.PlainDate.compare(wanted, cap) > 0;
    this.first = today.toString();
    this.last = (isCapped ? cap : wanted).toString();
    this.cappedYears = isCapped ? years : undefined;
  }

  /** Every point taken until the end of a date, oldest first, those that are deleted by then included. */
  taken(date: string): FuturePoint[] {
    const until = this.endOf(date);
    this.workOutUntil(until);
    return this.known.filter(({ time }) => time <= until);
  }

  /** The points that can be gone back to at the end of a date, oldest first (SPEC §3 "GC"). */
  kept(date: string): FuturePoint[] {
    const taken = this.taken(date);
    const newest = taken.at(-1)?.time ?? this.now;
    const plan = planPruning({ state: 'Protected' }, taken, { now: this.endOf(date), newest });
    const removed = new Set(plan.filter(({ remove }) => remove).map(({ point }) => point));
    return taken.filter((point) => !removed.has(point));
  }

  /** The ranges that still keep a point at the end of a date; of its newest point, maybe none. */
  keptBy({ tags }: FuturePoint, date: string): RetentionTag[] {
    const at = this.endOf(date);
    return tags.filter(({ expiry }) => expiry > at).map(({ tag }) => tag);
  }

  /** The last ms (UTC) of a date on the policy's clock. */
  private endOf(date: string): number {
    const next = Temporal.PlainDate.from(date).add({ days: 1 });
    return standardMoment(this.policy.timeZone, next.toPlainDateTime()) - 1;
  }

  private workOutUntil(until: number): void {
    if (until <= this.knownUntil) return;
    for (const time of runsBetween(this.policy, this.knownUntil, until, Number.POSITIVE_INFINITY)) {
      const tags = tagsForRun(this.policy, time, time);
      const longest = expiryOf(tags);
      if (longest) {
        const { ruleName, expiry } = longest;
        this.known.push({ time, date: dateOf(this.policy, time).toString(), tags, ruleName, expiryTime: expiry });
      }
    }
    this.knownUntil = until;
  }
}

/**
 * How far back a policy reaches now, on a machine that it has backed up for as long as it keeps points: the date of the
 * oldest point, on the policy's clock. `undefined` if it keeps none.
 * @param policy one that breaks no rule of `policyProblems`
 * @param now ms UTC
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function oldestKept(policy: BackupPolicy, now: number): string | undefined {
  const today = dateOf(policy, now);
  const { daily, weekly, monthly, yearly } = policy.retention;
  const start = [
    today.subtract({ days: daily?.count ?? 0 }),
    today.subtract({ weeks: weekly?.count ?? 0 }),
    today.subtract({ months: monthly?.count ?? 0 }),
    today.subtract({ years: yearly?.count ?? 0 }),
  ].reduce((a, b) => (Temporal.PlainDate.compare(a, b) < 0 ? a : b));
  const from = standardMoment(policy.timeZone, start.subtract({ days: 1 }).toPlainDateTime());
  for (const time of runsFrom(policy, from)) {
    if (time > now) return undefined;
    const kept = expiryOf(tagsForRun(policy, time, time));
    if (kept && kept.expiry > now) return dateOf(policy, time).toString();
  }
  return undefined;
}

/** The date on which the longest range has been filled for the first time, and begins to lose its oldest point. */
function longestReach({ retention }: BackupPolicy, today: Temporal.PlainDate): Temporal.PlainDate {
  const { daily, weekly, monthly, yearly } = retention;
  return [
    today.add({ days: daily?.count ?? 0 }),
    today.add({ weeks: weekly?.count ?? 0 }),
    today.add({ months: monthly?.count ?? 0 }),
    today.add({ years: yearly?.count ?? 0 }),
  ].reduce(later);
}

function later(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) < 0 ? b : a;
}
