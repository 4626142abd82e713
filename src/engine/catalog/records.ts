import * as z from 'zod';
import { RETENTION_TAGS } from '../../domain/policy';
import { JOB_OPERATIONS, PROTECTION_STATES } from '../../domain/states';
import { declaredMachine } from '../../protocol/computeWire';
import { jobStatistics } from '../../protocol/local';
import { policyProperties, workloadPolicyProperties } from '../../protocol/policyWire';
import { vaultSettings } from './vaultRecords';

/**
 * What the catalog stores, validated on every read. Times are ms UTC, sizes bytes. Keys (`...Key`) are lower-cased ARM
 * ids or names; the spelling given at creation is kept beside them.
 */

const tags = z.record(z.string(), z.string());
const point = z.enum(['AppConsistent', 'FileSystemConsistent', 'CrashConsistent']);
export const replicationSchema = z.enum([
  'GeoRedundant',
  'LocallyRedundant',
  'ZoneRedundant',
  'ReadAccessGeoZoneRedundant',
]);

export const siteSchema = z.object({
  name: z.string(),
  displayName: z.string(),
  /** Absolute; its vaults lie in `vaults` below it. */
  folder: z.string(),
  /** Name of the site that geo-redundant vaults are copied to. */
  pairedSite: z.string().optional(),
  /** Absolute; the second zone, where zone-redundant vaults have everything once more, in `vaults` below it. */
  zoneFolder: z.string().optional(),
});
export type SiteRecord = z.infer<typeof siteSchema>;

export const groupSchema = z.object({ name: z.string(), location: z.string(), tags });
export type GroupRecord = z.infer<typeof groupSchema>;

const resourceBase = {
  id: z.string(),
  name: z.string(),
  group: z.string(),
  location: z.string(),
  tags,
  createdAt: z.number(),
};

/** A file with key material; its content is read at each backup and never kept here. */
const keyFile = z.object({ path: z.string(), vaultId: z.string().optional() });
export const encryptionSchema = z.object({ secret: keyFile, key: keyFile.optional() });
export type EncryptionRecord = z.infer<typeof encryptionSchema>;

export const diskSchema = z.object({
  ...resourceBase,
  path: z.string(),
  sizeBytes: z.number(),
  /** Device and inode of the file when it was last declared. */
  fileId: z.string().optional(),
  osType: z.enum(['Windows', 'Linux']).optional(),
  sku: z.string(),
  zones: z.array(z.string()).optional(),
  hyperVGeneration: z.enum(['V1', 'V2']).optional(),
  /** Secret (BEK) and wrapping key (KEK) of a disk whose content is encrypted. */
  encryption: encryptionSchema.optional(),
  /** The machine whose own description names the file (`vhd`): such a disk is no resource of its own. */
  vhdOf: z.string().optional(),
});
export type DiskRecord = z.infer<typeof diskSchema>;

export const machineSchema = z.object({
  ...resourceBase,
  vmId: z.string(),
  osType: z.enum(['Windows', 'Linux']),
  size: z.string(),
  osDiskId: z.string(),
  dataDisks: z.array(z.object({ lun: z.number(), diskId: z.string() })),
  declared: declaredMachine.optional(),
  /** Cloud service of a classic machine; the others have none. */
  cloudService: z.string().optional(),
  /** When a backup last used the guest's own hook (ms UTC): from then on the backup extension is there. */
  guestHookAt: z.number().optional(),
});
export type MachineRecord = z.infer<typeof machineSchema>;

export const storageAccountSchema = z.object({ ...resourceBase, sku: z.string(), kind: z.string() });
export type StorageAccountRecord = z.infer<typeof storageAccountSchema>;

export const vaultSchema = z.object({
  ...resourceBase,
  modifiedAt: z.number(),
  replication: replicationSchema,
  crossRegionRestore: z.boolean(),
  /** Set by the first backup call on a vault: older api-versions show its redundancy from then on. */
  touched: z.boolean(),
  /** Folder of the vault's repository below its site's target. */
  repository: z.string(),
  /** A vault that was found, not made here: the absolute folder of its repository, and whether it is only read. */
  attached: z.object({ folder: z.string(), readOnly: z.boolean() }).optional(),
  /** Id of the engine that owned a found vault before this one: its copies are ours now. */
  formerOwner: z.string().optional(),
  ...vaultSettings,
});
export type VaultRecord = z.infer<typeof vaultSchema>;

/** A protection intent: the portal's request to protect a machine, remembered beside the item that it led to. */
export const intentSchema = z.object({
  id: z.string(),
  name: z.string(),
  vaultKey: z.string(),
  machineId: z.string(),
  policyId: z.string(),
});
export type IntentRecord = z.infer<typeof intentSchema>;

export const policySchema = z.object({
  id: z.string(),
  name: z.string(),
  vaultKey: z.string(),
  /** Wire form (`properties` without counters). */
  properties: z.discriminatedUnion('backupManagementType', [policyProperties, workloadPolicyProperties]),
});
export type PolicyRecord = z.infer<typeof policySchema>;

/** A write of a policy, which counts for a day. */
export const policyWriteSchema = z.object({ id: z.string(), vaultKey: z.string(), at: z.number() });

const namedPolicy = z.object({ name: z.string(), properties: policyProperties });

/** A decided change of an item's policy: its points follow while it is pending. */
export const policyChangeSchema = z.object({
  id: z.string(),
  itemKey: z.string(),
  vaultKey: z.string(),
  /** Group of the item's points in the store. */
  group: z.string(),
  at: z.number(),
  from: namedPolicy,
  to: namedPolicy,
  pending: z.boolean(),
});
export type PolicyChangeRecord = z.infer<typeof policyChangeSchema>;

const jobError = z.object({
  code: z.number(),
  title: z.string(),
  message: z.string(),
  recommendations: z.array(z.string()),
});

/** Which data disks are backed up: those named, or all but those named. The OS disk always is (SPEC §1.7). */
const diskSelection = z.object({ luns: z.array(z.number()), include: z.boolean() });

export const itemSchema = z.object({
  id: z.string(),
  vaultKey: z.string(),
  containerName: z.string(),
  itemName: z.string(),
  machineId: z.string(),
  machineKey: z.string(),
  machineName: z.string(),
  machineGroup: z.string(),
  vmId: z.string(),
  dataId: z.string(),
  /** Empty while protection is stopped. */
  policyName: z.string(),
  state: z.enum(PROTECTION_STATES),
  protectedSince: z.number(),
  lastBackupStatus: z.enum(['', 'Completed', 'CompletedWithWarnings', 'Failed']),
  lastBackupTime: z.number().optional(),
  lastError: z.string().optional(),
  /** What the last backup found wrong with the machine's agent without failing for it (SPEC §2.17). */
  agentWarning: z.literal('UserErrorGuestAgentVersionUnsupported').optional(),
  /** What stopped the last backup, if something did. */
  lastFailure: jobError.optional(),
  /** How the last restore ended. */
  lastRestore: z
    .object({ status: z.enum(['Completed', 'Failed', 'Cancelled']), failure: jobError.optional() })
    .optional(),
  /** Every disk is backed up without one. */
  diskSelection: diskSelection.optional(),
  /** The item waits for its removal, with the policy it had (SPEC §2.13). */
  softDelete: z.object({ at: z.number(), purgeAt: z.number(), policyName: z.string() }).optional(),
  /** It came back from there and is not protected again yet. */
  undeleted: z.literal(true).optional(),
  /** The job that removes the item for good; an engine that comes back goes on with it. */
  removalJob: z.string().optional(),
  /** The schedule is followed from here on: the last slot that was run or missed. */
  lastSlot: z.number(),
});
export type ItemRecord = z.infer<typeof itemSchema>;

export const jobSchema = z.object({
  id: z.string(),
  vaultKey: z.string(),
  itemKey: z.string(),
  containerName: z.string(),
  machineName: z.string(),
  operation: z.enum(JOB_OPERATIONS),
  status: z.enum(['InProgress', 'Completed', 'CompletedWithWarnings', 'Failed', 'Cancelling', 'Cancelled']),
  startTime: z.number(),
  endTime: z.number().optional(),
  activityId: z.string(),
  userTriggered: z.boolean(),
  tasks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['NotStarted', 'InProgress', 'Completed', 'Failed', 'Cancelled']),
      startTime: z.number().optional(),
      endTime: z.number().optional(),
      detail: z.string().optional(),
      percent: z.number().optional(),
    }),
  ),
  properties: z.record(z.string(), z.string()),
  /** Disk images that a restore replaces: where each is, the restored file beside it, and the old one's new name. */
  swaps: z.array(z.object({ diskId: z.string(), path: z.string(), fresh: z.string(), kept: z.string() })).optional(),
  /** Where a restore puts its disks (SPEC §1.10). */
  restoreType: z.enum(['RestoreDisks', 'AlternateLocation', 'OriginalLocation']).optional(),
  /** The site in which a cross-region restore runs. */
  secondSite: z.string().optional(),
  errors: z.array(jobError),
  statistics: jobStatistics,
});
export type JobRecord = z.infer<typeof jobSchema>;
export type JobErrorRecord = z.infer<typeof jobError>;

export const operationSchema = z.object({
  id: z.string(),
  vaultKey: z.string(),
  status: z.enum(['InProgress', 'Succeeded', 'Failed', 'Canceled']),
  startTime: z.number(),
  endTime: z.number().optional(),
  jobId: z.string().optional(),
  /** Jobs of an operation that started one for each of several items. */
  jobIds: z.array(z.string()).optional(),
  /** The protected item whose final state the results route answers with. */
  itemKey: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** What a validation found: nothing when all is well. */
  validation: z
    .array(z.object({ code: z.string(), message: z.string(), recommendations: z.array(z.string()) }))
    .optional(),
});
export type OperationRecord = z.infer<typeof operationSchema>;

const keyUrl = z.object({ url: z.string(), vaultId: z.string().optional() });

export const pointSchema = z.object({
  /** Decimal string, unique in the vault. */
  name: z.string(),
  vaultKey: z.string(),
  itemKey: z.string(),
  time: z.number(),
  consistency: point,
  osType: z.enum(['Windows', 'Linux']),
  machineSize: z.string(),
  ruleName: z.string().optional(),
  expiryTime: z.number().optional(),
  /** The ranges of its policy that keep the point; none for one that was asked for. */
  tags: z.array(z.object({ tag: z.enum(RETENTION_TAGS), expiry: z.number() })).default([]),
  /** Set while a legal hold keeps the point. */
  hold: z.number().optional(),
  /** Until when the snapshot tier keeps the disks; absent for a point that has the vault tier only. */
  snapshotUntil: z.number().optional(),
  policyType: z.enum(['V1', 'V2']).default('V1'),
  manifestKey: z.string(),
  storageType: z.enum(['NormalStorage', 'PremiumVMOnPartialPremiumStorage']).optional(),
  /** False for a machine that named its disks' files itself. */
  managed: z.boolean().optional(),
  zones: z.array(z.string()).optional(),
  /** Where the keys of encrypted disks were, the OS disk's first. */
  encryption: z.array(z.object({ disk: z.string(), secret: keyUrl, key: keyUrl.optional() })).optional(),
  disks: z.array(
    z.object({ name: z.string(), lun: z.number().optional(), sizeBytes: z.number(), usedBytes: z.number() }),
  ),
  /** Disks that were left out on purpose; absent when the item had no selection of disks. */
  excludedDisks: z.array(z.object({ name: z.string(), lun: z.number() })).optional(),
});
export type PointRecord = z.infer<typeof pointSchema>;

/** A point that was decided to go: not shown any more, its manifest may still be there. */
export const pointRemovalSchema = z.object({ manifestKey: z.string(), vaultKey: z.string() });
