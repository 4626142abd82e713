import type { EngineSettings } from '../domain/engineSettings';
import type { BackupPolicy } from '../domain/policy';
import type {
  Job,
  JobStatistics,
  Location,
  Machine,
  ProtectableItem,
  ProtectedItem,
  RecoveryPoint,
  ResourceGroup,
  StorageAccount,
  StorageReplication,
  Vault,
  VaultPolicy,
  VaultStorage,
  VirtualNetwork,
} from '../domain/views';
import type {
  AttachReply,
  MachineProblem,
  PointHold,
  PolicyPreviewReply,
  RepairReply,
  ReplicationReply,
  VaultUsageReply,
  VerifyReply,
} from '../protocol/local';
import type { AdvancedActions } from './advanced';
import type { CallOptions, RestoreInput, SecondRegion } from './inputs';

export type { CallOptions, RestoreInput, RestoreTarget, SecondRegion, StartedOperation } from './inputs';

/** A subscription; on the Local connection the data folder, shown as "This computer". */
export interface Subscription {
  readonly id: string;
  readonly displayName: string;
}

export interface CreateVaultInput {
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly replication?: StorageReplication;
}

export interface ProtectInput {
  readonly vaultId: string;
  readonly machineId: string;
  readonly policyId: string;
  /** LUNs of the data disks that are left out from now on; without it, what was chosen before stays. */
  readonly excludedLuns?: readonly number[];
}

/** A protected item, and the ARM id of the machine that it is of. */
export interface ItemInput {
  readonly itemId: string;
  readonly machineId: string;
}

/** What stands in the way of protecting a machine, or of a restore. */
export interface ServiceProblem {
  readonly code: string;
  readonly message: string;
  readonly recommendation?: string;
}

export type RestoreProblem = ServiceProblem;

export interface FollowOptions extends CallOptions {
  /** Where the job runs that it starts, if that is not the region of its vault. */
  readonly secondRegion?: SecondRegion | undefined;
}

export interface JobFilter {
  /** Only jobs that started at or after this moment (ms UTC). */
  readonly startedAfter?: number;
  readonly status?: string;
  readonly operation?: string;
}

/**
 * Everything the product does, the same on this computer and on Azure. Ids are ARM ids. Lists are complete (all pages).
 * Failures are `AppError`s with the service's own code; an aborted call throws an `AbortError`.
 */
export interface Connection {
  readonly kind: 'local' | 'azure';
  /** Stable for the same engine or account; prefix of tree ids. */
  readonly key: string;
  readonly displayName: string;

  subscriptions(options?: CallOptions): Promise<Subscription[]>;
  locations(options?: CallOptions): Promise<Location[]>;
  resourceGroups(options?: CallOptions): Promise<ResourceGroup[]>;
  createResourceGroup(input: { name: string; location: string }, options?: CallOptions): Promise<ResourceGroup>;

  vaults(options?: CallOptions): Promise<Vault[]>;
  createVault(input: CreateVaultInput, options?: CallOptions): Promise<Vault>;
  deleteVault(vaultId: string, options?: CallOptions): Promise<void>;
  vaultStorage(vaultId: string, options?: CallOptions): Promise<VaultStorage>;
  setVaultReplication(vaultId: string, replication: StorageReplication, options?: CallOptions): Promise<VaultStorage>;

  policies(vaultId: string, options?: CallOptions): Promise<VaultPolicy[]>;
  savePolicy(vaultId: string, name: string, rule: BackupPolicy, options?: CallOptions): Promise<VaultPolicy>;
  /** Deletes a policy that no machine uses. */
  deletePolicy(policyId: string, options?: CallOptions): Promise<void>;

  machines(options?: CallOptions): Promise<Machine[]>;
  /** Asks every provider again for its machines and waits for the end. */
  discover(vaultId: string, options?: CallOptions): Promise<void>;
  protectableItems(vaultId: string, options?: CallOptions): Promise<ProtectableItem[]>;

  protectedItems(vaultId: string, options?: CallOptions): Promise<ProtectedItem[]>;
  protectedItem(itemId: string, options?: CallOptions): Promise<ProtectedItem>;
  /**
   * Enables backup and waits until the ConfigureBackup job has ended. Makes no recovery point. For a machine that the vault
   * knows already this changes its policy, and resumes it if it was stopped.
   */
  protect(input: ProtectInput, options?: CallOptions): Promise<ProtectedItem>;
  /**
   * Asks the service whether a vault can protect a machine, and looks at the machine as far as the service does. Changes nothing.
   * @returns what stands in the way; nothing if it can be protected
   */
  protectionProblem(
    input: { vaultId: string; machineId: string; location: string },
    options?: CallOptions,
  ): Promise<ServiceProblem | undefined>;
  /** Stops backups of an item; its recovery points stay until somebody deletes them. */
  stopProtection(item: ItemInput, options?: CallOptions): Promise<void>;
  /** Deletes an item and its recovery points, which can be undeleted while the vault's soft delete keeps them. */
  deleteBackupData(itemId: string, options?: CallOptions): Promise<void>;
  /** Takes a soft delete back: the item is stopped, with all its points. */
  undelete(item: ItemInput, options?: CallOptions): Promise<void>;
  /**
   * Starts an on-demand backup; the job goes on by itself.
   * @returns the ARM id of the job
   */
  backupNow(itemId: string, input?: { retainUntil?: number }, options?: CallOptions): Promise<string>;

  jobs(vaultId: string, filter?: JobFilter, options?: CallOptions): Promise<Job[]>;
  /** Also one that runs in the second region of a vault. */
  job(jobId: string, options?: CallOptions): Promise<Job>;
  cancelJob(jobId: string, options?: CallOptions): Promise<void>;

  recoveryPoints(itemId: string, options?: CallOptions): Promise<RecoveryPoint[]>;
  /** One recovery point with everything that is told of it, its disks for one. */
  recoveryPoint(pointId: string, options?: CallOptions): Promise<RecoveryPoint>;
  /** Starts a restore. @returns the ARM id of its job */
  restore(input: RestoreInput, options?: CallOptions): Promise<string>;
  /** Asks the service what stands in the way of a restore; nothing if it can be done. Changes nothing. */
  restoreProblems(input: RestoreInput, options?: CallOptions): Promise<RestoreProblem[]>;
  /** What restores may be staged in. */
  storageAccounts(options?: CallOptions): Promise<StorageAccount[]>;
  /** What a new machine may be connected to; machines of this computer have no networks. */
  virtualNetworks(options?: CallOptions): Promise<VirtualNetwork[]>;

  /**
   * Waits for the end of something long that was begun earlier, perhaps by a window that is closed.
   * @returns the id of the job that it started, if there is one
   */
  followOperation(url: string, options?: FollowOptions): Promise<string | undefined>;

  /** What is done seldom. A service that cannot do one of it says so. */
  readonly advanced: AdvancedActions;
  /** What only this computer can do; `undefined` on Azure. */
  readonly local?: LocalConnection;
}

export interface AddMachineInput {
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly osType: 'Windows' | 'Linux';
  /** Absolute paths of disk images; the first is the OS disk. */
  readonly diskPaths: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface EngineHealth {
  readonly version: string;
  readonly pid: number;
  readonly dataFolder: string;
  readonly node: string;
  /** Whether the system runs it for the user's session. */
  readonly service?: boolean;
  /** ms UTC. */
  readonly startedAt: number;
  readonly runningJobs: number;
  readonly protectedItems: number;
  /** The next scheduled backup over all vaults (ms UTC). */
  readonly nextRun?: number;
  /** Scheduled backups that were missed and are made up for since the engine started, and by how many machines. */
  readonly madeUp?: { readonly runs: number; readonly machines: number };
  /** Since when scheduled backups are paused (ms UTC). */
  readonly pausedSince?: number;
}

/** The sample lab's machines, in the order they were added. */
export interface LabState {
  readonly machines: readonly Machine[];
}

/** One file inside a sample disk that was rewritten. */
export interface LabChange {
  readonly machine: string;
  readonly path: string;
  readonly bytes: number;
}

/** A folder that disks are restored to. */
export interface RestoreFolder {
  /** Absolute. */
  readonly folder: string;
  /** Where the recovery point is. */
  readonly location: string;
}

/** A site: what stands behind a location of this computer. */
export interface Site {
  readonly name: string;
  readonly displayName: string;
  /** Absolute. */
  readonly folder: string;
  /** Name of the site that geo-redundant vaults are copied to. */
  readonly pairedSite?: string;
  /** Absolute folder of its second zone, which zone-redundant vaults are written to as well. */
  readonly zoneFolder?: string;
}

export interface SiteInput {
  readonly name: string;
  /** Absolute; needed for a new site. */
  readonly folder?: string;
  readonly pairedSite?: string;
  /** Absolute; a site keeps the one it has. */
  readonly zoneFolder?: string;
}

export interface AttachInput {
  /** Absolute folder of the vault, of its copy, or of the site that holds it. */
  readonly target: string;
  readonly recoveryKey: string;
  /** Own the vault, whoever owns it now. */
  readonly takeOver?: boolean;
  /** Where the vault shall appear; the group it was in without one. */
  readonly resourceGroup?: string;
}

/** The engine's own additions to ARM (namespace `VmBackup.Local`, LIMITATIONS.md). */
export interface LocalConnection {
  sites(options?: CallOptions): Promise<Site[]>;
  /** Adds a site and makes its folder, or changes the pair of one that is there. */
  saveSite(input: SiteInput, options?: CallOptions): Promise<Site>;
  /** How far the copy of a vault at its second site is. */
  replication(vaultId: string, options?: CallOptions): Promise<ReplicationReply>;
  addMachine(input: AddMachineInput, options?: CallOptions): Promise<Machine>;
  removeMachine(machineId: string, options?: CallOptions): Promise<void>;
  /** Makes (or finds) the storage account that stands for an absolute folder. @returns its ARM id */
  restoreTarget(target: RestoreFolder, options?: CallOptions): Promise<string>;
  /** Has a storage account that stands for a folder for as long as something is asked about it. */
  withRestoreTarget<T>(
    target: RestoreFolder,
    ask: (storageAccountId: string) => Promise<T>,
    options?: CallOptions,
  ): Promise<T>;
  /** Makes the vault's recovery key and returns it, once; a second call throws `RecoveryKeyExists`. */
  createRecoveryKey(vaultId: string, options?: CallOptions): Promise<string>;
  /** Makes a new recovery key and returns it, once; the old one opens the vault no more. */
  rotateRecoveryKey(vaultId: string, options?: CallOptions): Promise<string>;
  /** Brings back a vault by its folder and recovery key, or takes over one that was only read so far. */
  attachVault(input: AttachInput, options?: CallOptions): Promise<AttachReply>;
  /** Counts the recovery points that saving a policy would delete now. Changes nothing. */
  previewPolicy(policyId: string, rule: BackupPolicy, options?: CallOptions): Promise<PolicyPreviewReply>;
  /** The recovery points of an item that are on legal hold. */
  pointHolds(itemId: string, options?: CallOptions): Promise<PointHold[]>;
  /** Keeps a recovery point until the hold is removed, whatever its policy says. */
  holdPoint(pointId: string, reason: string, options?: CallOptions): Promise<void>;
  /** Removes a hold: the point expires as its policy says. */
  releasePoint(pointId: string, options?: CallOptions): Promise<void>;
  jobStatistics(jobId: string, options?: CallOptions): Promise<JobStatistics>;
  /** Bytes that the vault takes on disk, and how many recovery points it has. */
  vaultUsage(vaultId: string, options?: CallOptions): Promise<VaultUsageReply>;
  health(options?: CallOptions): Promise<EngineHealth>;
  /** Reads and checks everything that every vault holds. Takes as long as reading it does. */
  verify(options?: CallOptions): Promise<VerifyReply>;
  /** Makes every vault's index anew and shows points that the catalog had lost. */
  repair(options?: CallOptions): Promise<RepairReply>;
  /** Pauses all scheduled backups until they are resumed, or resumes them. */
  pauseSchedules(paused: boolean, options?: CallOptions): Promise<void>;
  /** Has the engine work as somebody chose, from now on and over restarts. @throws AppError `LocalMachineFolderNotAbsolute` */
  saveSettings(settings: EngineSettings, options?: CallOptions): Promise<void>;
  /** Adds the machines whose disk images are new in the chosen folders. @returns what could not be taken */
  lookForMachines(options?: CallOptions): Promise<readonly MachineProblem[]>;
  createLab(options?: CallOptions): Promise<LabState>;
  changeLabFiles(options?: CallOptions): Promise<LabChange[]>;
  removeLab(options?: CallOptions): Promise<void>;
}
