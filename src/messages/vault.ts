import * as z from 'zod/mini';
import { acceptedSchema, panelProtocol } from './protocol';
import { vaultSchema } from './shapes';
import { STATE_KINDS } from './stateKind';

/** The tiles of the dashboard; each opens a view or runs a command of the host. */
export const VAULT_TILES = [
  'items',
  'notProtected',
  'jobs',
  'attention',
  'storage',
  'recoveryPoints',
  'goBackTo',
  'instances',
] as const;
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
  vaultName: z.string(),
  policyName: z.optional(z.string()),
  lastBackup: z.optional(z.number()),
  nextRun: z.optional(z.number()),
  /** Whether **Back up now** may be used. */
  canBackUp: z.boolean(),
});
export type VaultItemRow = z.infer<typeof vaultItemRowSchema>;

/** How many machines of a resource group are protected. */
export const coverageRowSchema = z.object({ name: z.string(), isProtected: z.number(), total: z.number() });
export type CoverageRow = z.infer<typeof coverageRowSchema>;

/** How the last backup of a day ended; `none` for a day without one. */
export const DAY_MARKS = ['ok', 'warning', 'error', 'none'] as const;
export type DayMark = (typeof DAY_MARKS)[number];

/** The recovery point objective of a machine and what became of it. Spans are words; absent ones are not known. */
export const historyRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  targetText: z.optional(z.string()),
  ageText: z.optional(z.string()),
  marginText: z.optional(z.string()),
  missed: z.optional(z.boolean()),
  /** One mark per day, oldest first. */
  days: z.array(z.enum(DAY_MARKS)),
  /** The same in words. */
  daysText: z.string(),
});
export type HistoryRow = z.infer<typeof historyRowSchema>;

/** Something that waits for a person. `id` comes back in `openAlert`. */
export const alertRowSchema = z.object({ id: z.string(), kind: z.enum(STATE_KINDS), text: z.string() });

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

/** Facts of one vault. */
export const vaultFactsSchema = z.object({
  vault: vaultSchema,
  locationName: z.string(),
  replicationText: z.string(),
  /** Locked from the first protection on. */
  locked: z.boolean(),
  /** One sentence beside it, for example why a site has no pair. */
  note: z.optional(z.string()),
  /** Whether the note asks for something to be done. */
  attention: z.optional(z.boolean()),
  /** Why nothing changes the vault here, where it belongs to another computer. */
  heldElsewhere: z.optional(z.string()),
});
export type VaultFacts = z.infer<typeof vaultFactsSchema>;

/**
 * Everything the dashboard shows. `key` of its messages is `{ vaultId }`, or empty for all vaults. A number that is absent
 * is not known.
 */
export const vaultSnapshotSchema = z.object({
  /** Absent for all vaults together. */
  one: z.optional(vaultFactsSchema),
  /** The vaults that can be chosen. */
  vaults: z.array(z.object({ id: z.string(), name: z.string() })),
  tiles: z.object({
    items: z.optional(z.object({ total: z.number(), notBackedUp: z.number() })),
    /** Jobs that run now, and those that ended in the last 24 hours. */
    jobs: z.optional(z.object({ inProgress: z.number(), failed: z.number(), completed: z.number() })),
    notProtected: z.optional(z.number()),
    storageBytes: z.optional(z.number()),
    /** Bytes a day that backups bring. */
    newPerDay: z.optional(z.number()),
    /** Days until the disk of the vaults is full at that pace. */
    daysLeft: z.optional(z.number()),
    recoveryPoints: z.optional(z.number()),
    /** Number of alerts. */
    attention: z.number(),
    /** Moment that every protected machine can go back to (ms UTC). */
    goBackTo: z.optional(z.number()),
    /** Machines counted by used size, and that size in bytes where it is known. */
    instances: z.optional(z.object({ count: z.number(), usedBytes: z.optional(z.number()) })),
  }),
  alerts: z.array(alertRowSchema),
  coverage: z.array(coverageRowSchema),
  /** The days of the marks, oldest first, as words. */
  historyDays: z.array(z.string()),
  history: z.array(historyRowSchema),
  items: z.array(vaultItemRowSchema),
  /** Protected machines that the table leaves out. */
  moreItems: z.number(),
  jobs: z.array(vaultJobRowSchema),
  /** When the oldest of the shown facts was read. */
  asOf: z.number(),
  failedParts: z.array(z.object({ part: z.enum(VAULT_PARTS), reason: z.string() })),
});
export type VaultSnapshot = z.infer<typeof vaultSnapshotSchema>;

export const vaultRequestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('openTile'), tile: z.enum(VAULT_TILES) }),
  /** Shows another vault, or all of them. */
  z.object({ action: z.literal('openScope'), vaultId: z.optional(z.string()) }),
  z.object({ action: z.literal('openAlert'), alertId: z.string() }),
  z.object({ action: z.literal('openMachine'), machineId: z.string() }),
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
