import * as z from 'zod/mini';
import type { PointRow } from '../../src/messages/machine';
import { ZOOMS } from '../ui/timelineModel';

export const TABS = ['points', 'jobs', 'disks', 'settings'] as const;
export type TabName = (typeof TABS)[number];

/** What the page keeps over a reload of the window. */
export const keptMachineSchema = z.object({
  tab: z.enum(TABS),
  zoom: z.optional(z.enum(ZOOMS)),
  selected: z.optional(z.string()),
});

/** The chosen point, the newest one where none is chosen or the chosen one is gone. `points` are newest first. */
export function selectedPoint(points: readonly PointRow[], id: string | undefined): PointRow | undefined {
  return points.find((point) => point.id.toLowerCase() === id?.toLowerCase()) ?? points[0];
}
