import { type BackupPolicy, isEnhanced, type Retention, type RetentionTag } from './policy';
import { expiryOf, type TagExpiry, tagExpiry } from './retention';

/** What is known of an existing recovery point when its policy changes. Times are ms UTC. */
export interface KeptPoint {
  /** Moment of the recovery point. */
  readonly time: number;
  /** Ranges that keep it; empty for an on-demand point. */
  readonly tags: readonly TagExpiry[];
  readonly expiry: number;
}

/** How long a point is kept once the new policy is in force. Times are ms UTC. */
export interface ChangedRetention {
  readonly tags: readonly TagExpiry[];
  readonly expiry: number;
  /** Absent for an on-demand point and for a point that no range keeps any more. */
  readonly ruleName?: RetentionTag;
}

/** A policy edit, or the move of an item to another policy, at a moment (ms UTC). */
export interface PolicyChange {
  readonly from: BackupPolicy;
  readonly to: BackupPolicy;
  readonly at: number;
}

/**
 * How long an existing point is kept after its policy changed (SPEC §3 "Policy change"):
 * - a new duration counts from the point's time for the ranges it has; it gets no new ranges;
 * - a range that was removed keeps nothing, so the point falls back to its next range;
 * - daily or hourly → weekly: points kept as Daily only expire at once;
 * - weekly → daily or hourly: points kept as Weekly stay for what remains of their retention;
 * - a range that neither policy has is left from such an earlier change and keeps its expiry;
 * - an on-demand point is not touched.
 * A point that no range keeps any more expires at the change, or earlier if it was due earlier.
 */
export function retentionAfterPolicyChange(point: KeptPoint, change: PolicyChange): ChangedRetention {
  if (point.tags.length === 0) {
    return { tags: point.tags, expiry: point.expiry };
  }
  const tags = point.tags.flatMap((tag) => changedTag(tag, point.time, change));
  const longest = expiryOf(tags);
  return longest ? { tags, ...longest } : { tags, expiry: Math.min(point.expiry, change.at) };
}

function changedTag(kept: TagExpiry, pointTime: number, { from, to }: PolicyChange): TagExpiry[] {
  if (kept.tag === 'Weekly' && from.schedule.frequency === 'Weekly' && to.schedule.frequency !== 'Weekly') {
    return [kept];
  }
  const expiry = tagExpiry(to, kept.tag, pointTime);
  if (expiry !== undefined) {
    return [{ tag: kept.tag, expiry }];
  }
  return tagExpiry(from, kept.tag, pointTime) === undefined ? [kept] : [];
}

/**
 * True if a policy keeps some points for a shorter time than the one before it: a range is gone or shorter, or daily
 * points end with a weekly schedule. Immutable vaults refuse that (SPEC §2.16).
 */
export function reducesRetention({ from, to }: Pick<PolicyChange, 'from' | 'to'>): boolean {
  const ranges = ['daily', 'weekly', 'monthly', 'yearly'] as const satisfies readonly (keyof Retention)[];
  return ranges.some((range) => (to.retention[range]?.count ?? 0) < (from.retention[range]?.count ?? 0));
}

/** True for a move that is not possible: an item never goes back from an Enhanced policy to a Standard one (SPEC §2.8). */
export function isDowngrade({ from, to }: Pick<PolicyChange, 'from' | 'to'>): boolean {
  return isEnhanced(from) && !isEnhanced(to);
}
