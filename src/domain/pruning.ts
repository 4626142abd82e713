import type { BackupPolicy } from './policy';
import { type KeptPoint, type PolicyChange, retentionAfterPolicyChange } from './policyChange';
import type { TagExpiry } from './retention';
import type { ProtectionState } from './states';

/** What decides about a recovery point when expired ones are removed. Times are ms UTC. */
export interface PrunablePoint {
  readonly time: number;
  /** Absent for a point that is kept until somebody deletes it. */
  readonly expiryTime?: number;
  /** Set while a legal hold keeps the point, whatever its expiry. */
  readonly hold?: number;
  /** Until when the snapshot tier has the point as well; absent for one that is in the vault only. */
  readonly snapshotUntil?: number;
}

/** What decides about all points of a protected item. */
export interface PrunableItem {
  readonly state: ProtectionState;
  /** Set while the item waits for its own removal. */
  readonly softDelete?: object;
  /** True while a job of the item is under way, which may be reading a point. */
  readonly busy?: boolean;
}

/** Why an expired point is removed, or is kept although it has expired. */
export type PruneReason = 'Expired' | 'Newest' | 'Held' | 'Paused' | 'Busy' | 'Snapshot';

/** What happens to one expired point. */
export interface PruneDecision<P extends PrunablePoint> {
  readonly point: P;
  readonly remove: boolean;
  readonly reason: PruneReason;
}

/**
 * What happens to the expired points of an item (SPEC §3 "GC"), oldest first. Nothing is removed while protection is
 * stopped or the item is soft-deleted, or while a job of it is under way; a legal hold keeps a point; the newest point of
 * an item is never removed, and no point leaves the vault before its snapshot.
 * @param points at least those that have expired
 * @param newest time of the item's newest point
 */
export function planPruning<P extends PrunablePoint>(
  item: PrunableItem,
  points: readonly P[],
  { now, newest }: { readonly now: number; readonly newest: number },
): PruneDecision<P>[] {
  return points
    .filter(({ expiryTime }) => expiryTime !== undefined && expiryTime <= now)
    .toSorted((a, b) => a.time - b.time)
    .map((point) => {
      const reason = pruneReason(item, point, { now, newest });
      return { point, remove: reason === 'Expired', reason };
    });
}

function pruneReason(
  item: PrunableItem,
  point: PrunablePoint,
  { now, newest }: { readonly now: number; readonly newest: number },
): PruneReason {
  if (item.state === 'ProtectionStopped' || item.softDelete) return 'Paused';
  if (point.hold !== undefined) return 'Held';
  if (point.time >= newest) return 'Newest';
  if (point.snapshotUntil !== undefined && point.snapshotUntil > now) return 'Snapshot';
  return item.busy ? 'Busy' : 'Expired';
}

/** A stored point with everything that a change of its policy decides by. */
export interface RetainedPoint extends PrunablePoint {
  readonly tags: readonly TagExpiry[];
}

/** What a change of policy does to the points of one item. Times are ms UTC. */
export interface RetentionImpact {
  /** Points there are now. */
  readonly points: number;
  /** Points that the next clean-up removes. */
  readonly removed: number;
  /** The oldest point now and after that clean-up; absent without points. */
  readonly oldest?: number;
  readonly newOldest?: number;
}

/** Counts what saving a policy would remove from an item, before it is saved (SPEC §3 "Policy change"). */
export function retentionImpact(
  item: PrunableItem,
  points: readonly RetainedPoint[],
  change: { readonly from: BackupPolicy; readonly to: BackupPolicy; readonly at: number },
): RetentionImpact {
  const newest = Math.max(...points.map(({ time }) => time));
  const changed = points.map((point) => afterChange(point, change));
  const plan = planPruning(item, changed, { now: change.at, newest });
  const removed = new Set(plan.filter(({ remove }) => remove).map(({ point }) => point));
  return {
    points: points.length,
    removed: removed.size,
    ...oldestOf('oldest', points),
    ...oldestOf(
      'newOldest',
      changed.filter((point) => !removed.has(point)),
    ),
  };
}

/** A point as it is kept once a change of its policy is in force. */
export function afterChange<P extends RetainedPoint>(
  point: P,
  change: PolicyChange,
): P & Pick<KeptPoint, 'tags'> & { readonly expiryTime?: number; readonly ruleName?: string } {
  if (point.expiryTime === undefined) return point;
  const { time, tags, expiryTime: expiry } = point;
  const changed = retentionAfterPolicyChange({ time, tags, expiry }, change);
  return { ...point, tags: changed.tags, expiryTime: changed.expiry, ruleName: changed.ruleName };
}

function oldestOf<K extends string>(key: K, points: readonly PrunablePoint[]): Partial<Record<K, number>> {
  if (points.length === 0) return {};
  const found: Partial<Record<K, number>> = {};
  found[key] = Math.min(...points.map(({ time }) => time));
  return found;
}
