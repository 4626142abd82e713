import * as z from 'zod';
import { MOST_BANDWIDTH_MBPS, MOST_PARALLEL_JOBS } from '../domain/engineSettings';

/** What ARM has no word for: bodies of the namespace `VmBackup.Local` (listed in LIMITATIONS.md). */

export const LOCAL_API_VERSION = '2026-01-01';
/** Tag of a storage account that names the absolute folder it stands for. */
export const FOLDER_TAG = 'vmbackup-folder';
/** The resource group of storage accounts that stand for restore folders. Nobody chooses it. */
export const RESTORE_GROUP = 'restore-targets';
/** Tag of machines that the sample lab made. */
export const SAMPLE_TAG = 'vmbackup-sample';
/** The first site, shown as the location of this computer's resources. */
export const FIRST_SITE = 'local';

const phase = z.enum(['Queued', 'Prepare', 'Read and store', 'Commit', 'Restore', 'Verify', 'Done']);

export const jobStatistics = z.object({
  phase,
  phases: z.array(z.object({ phase, startTime: z.number(), endTime: z.number().optional() })),
  totalBytes: z.number(),
  readBytes: z.number(),
  newBytes: z.number(),
  storedBytes: z.number(),
  skippedBytes: z.number(),
  samples: z.array(z.object({ time: z.number(), bytes: z.number() })),
  log: z.array(z.object({ time: z.number(), level: z.enum(['info', 'warning', 'error']), text: z.string() })),
  files: z.array(z.object({ disk: z.string(), path: z.string(), sizeBytes: z.number() })),
});

export const engineHealth = z.object({
  version: z.string(),
  pid: z.number(),
  dataFolder: z.string(),
  node: z.string(),
  /** Whether the system runs it for the user's session; engines before this said nothing of it. */
  service: z.boolean().optional(),
  startedAt: z.number(),
  runningJobs: z.number(),
  protectedItems: z.number(),
  nextRun: z.number().optional(),
  /** Scheduled backups that were missed and are made up for since the engine started, and by how many machines. */
  madeUp: z.object({ runs: z.number(), machines: z.number() }).optional(),
  /** Since when scheduled backups are paused (ms UTC). */
  pausedSince: z.number().optional(),
});

/** What a person chose of how the engine works: the reply, and the body that replaces it as a whole. */
export const engineSettings = z.object({
  maxParallelJobs: z.number().int().min(1).max(MOST_PARALLEL_JOBS),
  runMissedSchedules: z.boolean(),
  /** Engines and windows before this had no limit. */
  bandwidthLimitMBps: z.number().min(0).max(MOST_BANDWIDTH_MBPS).default(0),
  /** Absolute. */
  machineFolders: z.array(z.string().min(1)).max(100),
});

/** What a look into the folders of disk images could not take. */
export const machineLookReply = z.object({ problems: z.array(z.object({ code: z.string(), message: z.string() })) });
export type MachineProblem = z.infer<typeof machineLookReply>['problems'][number];

/** Body of a new or changed site. A new one needs a folder; a site keeps the one it has. */
export const siteRequest = z.object({
  properties: z.object({
    displayName: z.string().min(1).max(100).optional(),
    folder: z.string().optional(),
    pairedSite: z.string().nullish(),
    /** A second zone; a site keeps the one that it was given. */
    zoneFolder: z.string().optional(),
  }),
});

/** A location of this computer: a name and the place where its vaults keep their bytes. */
export const siteReply = z.object({
  id: z.string(),
  name: z.string(),
  type: z.literal('VmBackup.Local/sites'),
  properties: z.object({
    displayName: z.string(),
    /** Absolute. */
    folder: z.string(),
    pairedSite: z.string().optional(),
    /** Absolute; absent for a site with one zone. */
    zoneFolder: z.string().optional(),
  }),
});

export const siteList = z.object({ value: z.array(siteReply) });
export type SiteReply = z.infer<typeof siteReply>;

export const vaultUsage = z.object({
  storedBytes: z.number(),
  recoveryPoints: z.number(),
  /** Non-zero bytes of the newest recovery point of every machine. */
  usedBytes: z.number(),
  /** What Azure charges for: machines counted by used size (SPEC §5 "pricing"). */
  protectedInstances: z.number(),
  /** What the storage replication promises and is not kept here, as a sentence. */
  missingCopy: z.string().optional(),
  /** The computer that the vault belongs to, where that is another one: it is only read here then. Empty for one without a name. */
  heldBy: z.string().optional(),
});
export type VaultUsageReply = z.infer<typeof vaultUsage>;

/** How far the copy of a vault at its second site is. */
export const replicationReply = z.object({
  replication: z.string(),
  /** Name of the paired site, `missing` without one, `none` for a vault that has no second site to have. */
  secondSite: z.string(),
  /** Seconds since the oldest point that the copy lacks was written. */
  lagSeconds: z.number(),
  backlogObjects: z.number(),
  backlogBytes: z.number(),
  /** When the copy was last complete (ms UTC); absent since the engine came up. */
  lastCopied: z.number().optional(),
  /** Why the last try failed, as a sentence. */
  problem: z.string().optional(),
});
export type ReplicationReply = z.infer<typeof replicationReply>;

/** Attaches a vault that another data folder made. */
export const attachRequest = z.object({
  /** Absolute folder of the vault, of its copy, or of the site that holds it. */
  target: z.string().min(1),
  recoveryKey: z.string().min(1),
  /** Own the vault, whoever owns it now. */
  takeOver: z.boolean().optional(),
  /** Where the vault shall appear; the group it was in without one. */
  resourceGroup: z.string().min(1).optional(),
});

export const attachReply = z.object({
  id: z.string(),
  name: z.string(),
  resourceGroup: z.string(),
  /** Absolute. */
  folder: z.string(),
  /** True while another engine owns the vault, whose name `holder` gives. */
  readOnly: z.boolean(),
  holder: z.string().optional(),
  machines: z.array(z.object({ name: z.string(), itemId: z.string(), recoveryPoints: z.number() })),
  policies: z.array(z.string()),
  recoveryPoints: z.number(),
  /** Points that cannot be read, each as a sentence. */
  problems: z.array(z.string()),
});
export type AttachReply = z.infer<typeof attachReply>;

/** What saving a policy would remove from the machines that use it, counted before it is saved. Times are ms UTC. */
export const policyPreviewReply = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      machineName: z.string(),
      points: z.number(),
      removed: z.number(),
      oldest: z.number().optional(),
      newOldest: z.number().optional(),
    }),
  ),
});
export type PolicyPreviewReply = z.infer<typeof policyPreviewReply>;

/** Puts a recovery point on legal hold. */
export const pointHoldRequest = z.object({
  /** A sentence for people. */
  reason: z.string().trim().min(1).max(500),
});

/** The held recovery points of an item: name, why, and since when (ms UTC). */
export const pointHoldList = z.object({
  value: z.array(z.object({ name: z.string(), reason: z.string(), time: z.number().optional() })),
});
export type PointHold = z.infer<typeof pointHoldList>['value'][number];

export const recoveryKeyReply = z.object({ recoveryKey: z.string() });

/** Ids of the machines that the lab consists of. */
export const labReply = z.object({ machines: z.array(z.string()) });

export const labChangeReply = z.object({
  changes: z.array(z.object({ machine: z.string(), path: z.string(), bytes: z.number() })),
});

export const verifyReply = z.object({
  ok: z.boolean(),
  catalogProblems: z.array(z.string()),
  vaults: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      points: z.number(),
      packs: z.number(),
      blobs: z.number(),
      checkedBytes: z.number(),
      /** What was found damaged or missing and was stored anew from a copy: no problem any more. */
      healedBlobs: z.number(),
      healedPoints: z.number(),
      problems: z.array(z.string()),
    }),
  ),
});
export type VerifyReply = z.infer<typeof verifyReply>;

export const repairReply = z.object({
  ok: z.boolean(),
  vaults: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      packs: z.number(),
      adoptedPacks: z.number(),
      droppedPacks: z.number(),
      unreadablePacks: z.number(),
      adoptedPoints: z.number(),
      /** Names of machines that the catalog had lost; their protection is stopped. */
      adoptedMachines: z.array(z.string()),
      problems: z.array(z.string()),
    }),
  ),
});
export type RepairReply = z.infer<typeof repairReply>;
