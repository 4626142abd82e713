import * as z from 'zod/mini';
import { panelProtocol } from './protocol';
import { STATE_KINDS } from './stateKind';

/** The states that the list can be narrowed to; `InProgress` means every job that has not ended. */
export const JOB_FILTER_STATUSES = ['InProgress', 'Completed', 'CompletedWithWarnings', 'Failed', 'Cancelled'] as const;

/** The time ranges of the list, by the hours that they look back. */
export const JOB_RANGES_HOURS = [24, 7 * 24, 30 * 24] as const;

/** What a list of jobs is narrowed to. What is absent lets everything through. */
export const jobsFilterSchema = z.object({
  status: z.optional(z.enum(JOB_FILTER_STATUSES)),
  operation: z.optional(z.string()),
  vaultId: z.optional(z.string()),
  machine: z.optional(z.string()),
  /** Jobs that started at most so long ago. */
  hours: z.optional(z.number()),
  /** Words that must all be found in the row. */
  text: z.optional(z.string()),
});
export type JobsFilter = z.infer<typeof jobsFilterSchema>;

export const JOB_COLUMNS = ['machine', 'operation', 'status', 'vault', 'started', 'duration'] as const;

export const jobsSortSchema = z.object({ column: z.enum(JOB_COLUMNS), descending: z.boolean() });
export type JobsSort = z.infer<typeof jobsSortSchema>;

/** One line of the list. Times are ms UTC. */
export const jobListRowSchema = z.object({
  id: z.string(),
  machine: z.string(),
  operationText: z.string(),
  stateText: z.string(),
  stateKind: z.enum(STATE_KINDS),
  vaultName: z.string(),
  startTime: z.number(),
  durationMs: z.number(),
  /** First cause of a failure. */
  cause: z.optional(z.string()),
});
export type JobListRow = z.infer<typeof jobListRowSchema>;

/**
 * What the jobs list starts from. The rows are not in it: there may be ten thousand, so the page asks for those that it
 * shows, again after each snapshot. `key` of its messages is the filter that the list was opened with.
 */
export const jobsListSnapshotSchema = z.object({
  filter: jobsFilterSchema,
  /** All known jobs. */
  total: z.number(),
  /** What the filters offer: what the known jobs have. */
  operations: z.array(z.object({ value: z.string(), text: z.string() })),
  vaults: z.array(z.object({ value: z.string(), text: z.string() })),
  machines: z.array(z.string()),
  now: z.number(),
  asOf: z.optional(z.number()),
  /** Why the last reading failed, in one sentence; the jobs are then the last known ones. */
  failure: z.optional(z.string()),
});
export type JobsListSnapshot = z.infer<typeof jobsListSnapshotSchema>;

const query = { filter: jobsFilterSchema, sort: jobsSortSchema };
/** Most rows in one answer. */
export const MAX_JOB_ROWS = 500;

export const jobsListRequestSchema = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('rows'),
    ...query,
    from: z.int().check(z.nonnegative()),
    count: z.int().check(z.nonnegative(), z.maximum(MAX_JOB_ROWS)),
  }),
  z.object({ action: z.literal('export'), ...query }),
  z.object({ action: z.literal('open'), jobId: z.string() }),
  z.object({ action: z.literal('refresh') }),
]);
export type JobsListRequest = z.infer<typeof jobsListRequestSchema>;

/** Answer to a request: rows with the number of all that fit, the file that was written, or done. */
export const jobsListResultSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('rows'), matching: z.number(), from: z.number(), rows: z.array(jobListRowSchema) }),
  z.object({ outcome: z.literal('exported'), path: z.string(), rows: z.number() }),
  z.object({ outcome: z.literal('done') }),
]);
export type JobsListResult = z.infer<typeof jobsListResultSchema>;

export const jobsListProtocol = panelProtocol({
  snapshot: jobsListSnapshotSchema,
  request: jobsListRequestSchema,
  result: jobsListResultSchema,
});
