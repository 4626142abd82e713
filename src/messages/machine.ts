import * as z from 'zod/mini';
import { acceptedSchema, panelProtocol } from './protocol';
import { STATE_KINDS } from './stateKind';
import { vaultJobRowSchema } from './vault';

/** What can be done with a recovery point besides restoring it. */
export const POINT_ACTIONS = ['hold', 'release', 'recoverFiles', 'archive'] as const;
export type PointAction = (typeof POINT_ACTIONS)[number];

/** A recovery point as pages show it. Times are ms UTC. */
export const pointRowSchema = z.object({
  id: z.string(),
  time: z.number(),
  /** What it guarantees, why and until when it is kept, and where it lies, in words. */
  consistencyText: z.string(),
  keptText: z.string(),
  tierText: z.string(),
  /** Bytes that the vault did not have before; absent where that is not told any more. */
  newBytes: z.optional(z.number()),
  /** A legal hold keeps it, whatever its expiry. */
  held: z.boolean(),
  /** It lies in the archive alone: a restore has to rehydrate it first. */
  archived: z.boolean(),
  /** Absent where the page offers none. */
  actions: z.optional(z.array(z.enum(POINT_ACTIONS))),
});
export type PointRow = z.infer<typeof pointRowSchema>;

/** Everything the panel of a machine shows. `key` is `{ machineId }`, and `pointId` with it where a point was opened. */
export const machineSnapshotSchema = z.object({
  name: z.string(),
  isSample: z.boolean(),
  stateKind: z.enum(STATE_KINDS),
  /** The state and its numbers in one line, for example `Warning (Initial backup pending) · next Tomorrow 02:00`. */
  sentence: z.string(),
  /** What leads on, in words and times; absent where it is not so. */
  vaultName: z.optional(z.string()),
  policy: z.optional(z.object({ name: z.string(), words: z.string(), nextRun: z.optional(z.number()) })),
  lastPoint: z.optional(z.number()),
  can: z.object({ protect: z.boolean(), backUp: z.boolean(), restore: z.boolean(), stop: z.boolean() }),
  /** Newest first; absent while they are not read, and where nothing is protected. */
  points: z.optional(z.array(pointRowSchema)),
  /** The point that was opened. */
  openedPoint: z.optional(z.string()),
  /** The youngest jobs, and how many there are in all. */
  jobs: z.array(vaultJobRowSchema),
  jobCount: z.number(),
  disks: z.array(z.object({ id: z.string(), name: z.string(), sizeBytes: z.number(), path: z.optional(z.string()) })),
  settings: z.array(z.object({ name: z.string(), value: z.string() })),
  /** What could not be read, one sentence each; the rest of the page stays in use. */
  failures: z.array(z.string()),
  now: z.number(),
});
export type MachineSnapshot = z.infer<typeof machineSnapshotSchema>;

export const machineRequestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.enum(['protect', 'backupNow', 'stop', 'openVault', 'allJobs', 'agentHelp', 'refresh']) }),
  /** Of the machine, or from one point of it. */
  z.object({ action: z.literal('restore'), pointId: z.optional(z.string()) }),
  z.object({ action: z.enum(POINT_ACTIONS), pointId: z.string() }),
  z.object({ action: z.literal('openJob'), jobId: z.string() }),
  z.object({ action: z.literal('revealDisk'), diskId: z.string() }),
]);
export type MachineRequest = z.infer<typeof machineRequestSchema>;

export const machineProtocol = panelProtocol({
  snapshot: machineSnapshotSchema,
  request: machineRequestSchema,
  result: acceptedSchema,
});
