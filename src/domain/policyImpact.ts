import { type BackupPolicy, RETENTION_TAGS, type RetentionTag } from './policy';
import type { PolicyChange } from './policyChange';
import { type PrunableItem, type RetainedPoint, type RetentionImpact, retentionImpact } from './pruning';
import { type TagExpiry, tagsForRun } from './retention';
import { latestRunAtOrBefore } from './schedule';
import type { RecoveryPoint } from './views';

/**
 * Counts what a change of policy removes from an item whose points are known by their views only, as those of Azure:
 * they say until when they are kept and which range keeps them longest, and the other ranges follow from the policy
 * that made them. A point without an expiry, or without a range, is not touched (SPEC §3 "Policy change").
 * @throws AppError `LocalTimeZoneUnknown`
 */
export function impactOnViews(
  item: PrunableItem,
  points: readonly RecoveryPoint[],
  change: PolicyChange,
): RetentionImpact {
  return retentionImpact(
    item,
    points.map((point) => retained(point, change.from)),
    change,
  );
}

function retained({ time, expiryTime, ruleName, hold }: RecoveryPoint, from: BackupPolicy): RetainedPoint {
  return {
    time,
    ...(expiryTime === undefined ? {} : { expiryTime }),
    ...(hold === undefined ? {} : { hold: time }),
    tags:
      isRetentionTag(ruleName) && expiryTime !== undefined
        ? tagsOf(time, { tag: ruleName, expiry: expiryTime }, from)
        : [],
  };
}

/** The range that the service names, and those that the policy gave the point's run besides. */
function tagsOf(time: number, named: TagExpiry, from: BackupPolicy): TagExpiry[] {
  const others = tagsForRun(from, latestRunAtOrBefore(from, time) ?? time, time).filter(({ tag }) => tag !== named.tag);
  return [...others, named];
}

function isRetentionTag(name: string | undefined): name is RetentionTag {
  return RETENTION_TAGS.some((tag) => tag === name);
}
