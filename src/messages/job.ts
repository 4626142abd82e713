import * as z from 'zod/mini';
import { acceptedSchema, panelProtocol } from './protocol';
import { jobSchema, jobStatisticsSchema } from './shapes';

/** Everything the job panel shows. `key` of its messages is `{ jobId }`. */
export const jobSnapshotSchema = z.object({
  job: jobSchema,
  /** Live counters, where the connection has them. */
  statistics: z.optional(jobStatisticsSchema),
  vaultName: z.string(),
  /** The host's clock when it took the snapshot (ms UTC): the page ticks on from here. */
  now: z.number(),
  /** `lost`: the shown facts are the last known ones; `reason` is one sentence. */
  connection: z.discriminatedUnion('state', [
    z.object({ state: z.literal('live') }),
    z.object({ state: z.literal('lost'), reason: z.string() }),
  ]),
});
export type JobSnapshot = z.infer<typeof jobSnapshotSchema>;

/**
 * What the job page asks for. The host asks before it cancels where a partial point would be lost; `openFolder` opens
 * the folder of the restored files, which the host knows from the job and never takes from the page.
 */
export const jobRequestSchema = z.object({ action: z.enum(['cancel', 'retry', 'explain', 'openLog', 'openFolder']) });
export type JobRequest = z.infer<typeof jobRequestSchema>;

export const jobProtocol = panelProtocol({
  snapshot: jobSnapshotSchema,
  request: jobRequestSchema,
  result: acceptedSchema,
});
