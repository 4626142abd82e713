import type { Statements } from './statements';

/** The recovery points of one item in numbers; times are ms UTC, absent without points. */
export interface PointSpan {
  readonly oldest?: number;
  readonly newest?: number;
  /** Only when it was asked for. */
  readonly count?: number;
}

/** The points of many items in one query; only `count` reads more than the ends of each item's index. */
export function readPointSpans(
  statements: Statements,
  itemKeys: readonly string[],
  { count }: { count: boolean },
): Map<string, PointSpan> {
  const counted = count ? ', (SELECT COUNT(*) FROM point WHERE item_key = asked.value) AS count' : '';
  const rows = statements
    .get(
      `SELECT asked.value AS item_key,
         (SELECT MIN(time) FROM point WHERE item_key = asked.value) AS oldest,
         (SELECT MAX(time) FROM point WHERE item_key = asked.value) AS newest${counted}
       FROM json_each(?) AS asked`,
    )
    .all(JSON.stringify(itemKeys));
  return new Map(
    rows.map((row) => [
      String(row.item_key),
      { oldest: numberIn(row.oldest), newest: numberIn(row.newest), count: numberIn(row.count) },
    ]),
  );
}

/** Used bytes of the newest point of each item of a vault, over all its disks; items without points are left out. */
export function readUsedBytes(statements: Statements, vaultKey: string): number[] {
  const rows = statements
    .get(
      `SELECT (SELECT (SELECT SUM(json_extract(disk.value, '$.usedBytes')) FROM json_each(point.body, '$.disks') AS disk)
         FROM point WHERE item_key = item.key ORDER BY time DESC LIMIT 1) AS used
       FROM item WHERE vault_key = ?`,
    )
    .all(vaultKey);
  return rows.flatMap(({ used }) => (typeof used === 'number' ? [used] : []));
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
