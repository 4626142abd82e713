import type { RetentionTag } from '../../src/domain/policy';
import type { FuturePoint, PolicyPreview } from '../../src/domain/policyPreview';
import { addDays, monthAfter, monthOf } from '../ui/calendarModel';

const SHOWN_MONTHS = 12;

/** A date on which points are taken: the one of them that is kept longest. */
export interface Dot {
  readonly point: FuturePoint;
  /** Whether it can be gone back to on the chosen date. */
  readonly kept: boolean;
}

/** A point that can be gone back to on the chosen date. */
export interface KeptRow {
  readonly time: number;
  /** The ranges that keep it on that date. */
  readonly because: readonly RetentionTag[];
  readonly deleted: number;
}

/** What the preview shows for a chosen date. */
export interface PreviewFacts {
  /** Newest first. */
  readonly rows: readonly KeptRow[];
  /** This month and the eleven that follow, as `2027-03`. */
  readonly months: readonly string[];
  /** By date, as `2027-03-01`. */
  readonly dots: ReadonlyMap<string, Dot>;
}

/** The points kept on a date, and the calendar of the coming year with them. */
export function previewFacts(preview: PolicyPreview, date: string): PreviewFacts {
  const kept = preview.kept(date);
  const keptTimes = new Set(kept.map(({ time }) => time));
  const start = monthOf(preview.first);
  const dots = new Map<string, Dot>();
  for (const point of preview.taken(addDays(`${monthAfter(start, SHOWN_MONTHS)}-01`, -1))) {
    const shown = dots.get(point.date);
    if (!shown || point.expiryTime >= shown.point.expiryTime) {
      dots.set(point.date, { point, kept: keptTimes.has(point.time) });
    }
  }
  return {
    rows: kept
      .map((point) => ({
        time: point.time,
        because: preview.keptBy(point, date),
        deleted: point.expiryTime,
      }))
      .toReversed(),
    months: Array.from({ length: SHOWN_MONTHS }, (_, index) => monthAfter(start, index)),
    dots,
  };
}
