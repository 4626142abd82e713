import * as z from 'zod/mini';
import { acceptedSchema, panelProtocol } from './protocol';
import { vaultSchema } from './shapes';

/** How a state looks. The word beside it carries the meaning; this only picks colour and mark. */
export const STATE_KINDS = ['ok', 'warning', 'error', 'running', 'off'] as const;
export type StateKind = (typeof STATE_KINDS)[number];

/** The tiles of the dashboard; each opens a view or runs a command of the host. */
export const VAULT_TILES = ['items', 'jobs', 'notProtected', 'storage', 'recoveryPoints'] as const;
export type VaultTile = (typeof VAULT_TILES)[number];

/** The parts of the dashboard that are read on their own and can fail on their own. */
export const VAULT_PARTS = ['items', 'jobs', 'notProtected', 'storage'] as const;
export type VaultPart = (typeof VAULT_PARTS)[number];

/** A protected VM in the dashboard's table. Times are ms UTC. */
export const vaultItemRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  stateText: z.string(),
  stateKind: z.enum(STATE_KINDS),
  policyName: z.optional(z.string()),
  lastBackup: z.optional(z.number()),
  nextRun: z.optional(z.number()),
  /** Whether **Back up now** may be used. */
  canBackUp: z.boolean(),
});
export type VaultItemRow = z.infer<typeof vaultItemRowSchema>;

/** A job in the dashboard's table. Times are ms UTC. */
export const vaultJobRowSchema = z.object({
  id: z.string(),
  /** Operation and machine in words, for example `Backup web-01`. */
  title: z.string(),
  stateText: z.string(),
  stateKind: z.enum(STATE_KINDS),
  startTime: z.number(),
  durationMs: z.number(),
});
export type VaultJobRow = z.infer<typeof vaultJobRowSchema>;

/** Everything the vault dashboard shows. `key` of its messages is `{ vaultId }`. A number that is absent is not known. */
export const vaultSnapshotSchema = z.object({
  vault: vaultSchema,
  locationName: z.string(),
  storage: z.object({
    replicationText: z.string(),
    /** Locked from the first protection on. */
    locked: z.boolean(),
    /** One sentence beside it, for example why a site has no pair. */
    note: z.optional(z.string()),
    /** Whether the note asks for something to be done. */
    attention: z.optional(z.boolean()),
  }),
  tiles: z.object({
    items: z.optional(z.object({ total: z.number(), notBackedUp: z.number() })),
    /** Jobs that run now, and those that ended in the last 24 hours. */
    jobs: z.optional(z.object({ inProgress: z.number(), failed: z.number(), completed: z.number() })),
    notProtected: z.optional(z.number()),
    storageBytes: z.optional(z.number()),
    recoveryPoints: z.optional(z.number()),
  }),
  items: z.array(vaultItemRowSchema),
  jobs: z.array(vaultJobRowSchema),
  /** When the oldest of the shown facts was read. */
  asOf: z.number(),
  failedParts: z.array(z.object({ part: z.enum(VAULT_PARTS), reason: z.string() })),
});
export type VaultSnapshot = z.infer<typeof vaultSnapshotSchema>;

export const vaultRequestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('openTile'), tile: z.enum(VAULT_TILES) }),
  z.object({ action: z.literal('enableBackup') }),
  z.object({ action: z.literal('backupNow'), itemId: z.string() }),
  z.object({ action: z.literal('openJob'), jobId: z.string() }),
  z.object({ action: z.literal('setRedundancy') }),
  /** Accepted when the reading has ended; the snapshot comes before the reply. */
  z.object({ action: z.literal('refresh') }),
]);
export type VaultRequest = z.infer<typeof vaultRequestSchema>;

export const vaultProtocol = panelProtocol({
  snapshot: vaultSnapshotSchema,
  request: vaultRequestSchema,
  result: acceptedSchema,
});
