import type { BackupPolicy } from './policy';
import type { HealthStatus, JobOperation, JobStatus, PointConsistency, ProtectionState } from './states';
import type { Immutability, SoftDelete } from './vaultRules';

/** How a vault's bytes are kept (SPEC §1.3). */
export type StorageReplication = 'GeoRedundant' | 'LocallyRedundant' | 'ZoneRedundant' | 'ReadAccessGeoZoneRedundant';

/** A place that vaults and machines belong to: an Azure region, or a site of this computer. */
export interface Location {
  readonly name: string;
  readonly displayName: string;
  /** Name of the paired location, if it has one: where geo-redundant copies go. */
  readonly pairedWith?: string;
}

export interface ResourceGroup {
  readonly id: string;
  readonly name: string;
  readonly location: string;
}

/** A storage account that restores are staged in; on this computer it stands for a folder. */
export interface StorageAccount {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
}

export interface VirtualNetwork {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly subnets: readonly { readonly id: string; readonly name: string }[];
}

/** A Recovery Services vault. */
export interface Vault {
  /** ARM id in the case given at creation. */
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly replication: StorageReplication;
  /** Days that deleted backup data can be undeleted; 0 where soft delete is off. Absent while the service does not say. */
  readonly softDeleteDays?: number;
  /** Whether the vault refuses to lose recovery points before their time (SPEC §1.2). */
  readonly immutability?: Immutability;
  /** True if its second region may be restored from. */
  readonly crossRegionRestore?: boolean;
}

/** What can be changed of a vault's storage replication. */
export interface VaultStorage {
  readonly replication: StorageReplication;
  /** Locked from the first protection on (SPEC §2.15). */
  readonly locked: boolean;
}

/** What a vault does with what it keeps, as far as it can be changed here (SPEC §1.2–1.4). */
export interface VaultSettings {
  readonly softDelete: SoftDelete;
  readonly immutability: Immutability;
  /** Whether its second region may be restored from. */
  readonly crossRegionRestore: boolean;
  /** Whether Azure Monitor raises an alert for each job that fails. */
  readonly jobFailureAlerts: boolean;
  /** Whether critical operations need somebody else's approval. It is set where the resource guard is. */
  readonly multiUserAuthorization: boolean;
}

export type VaultSettingsChange = Partial<Omit<VaultSettings, 'multiUserAuthorization'>>;

/** A disk of a machine. Sizes in bytes. */
export interface MachineDisk {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** `undefined` for the OS disk. */
  readonly lun?: number;
  /** Absolute path of the disk image, on the Local connection. */
  readonly path?: string;
  /** True if there is no file at the path. */
  readonly missing?: true;
}

/** A virtual machine as its provider describes it. */
export interface Machine {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly osType: 'Windows' | 'Linux';
  readonly power: 'running' | 'stopped' | 'unknown';
  readonly disks: readonly MachineDisk[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A machine that a vault could protect now (discovered, same location, in no vault). */
export interface ProtectableItem {
  readonly machineId: string;
  readonly name: string;
  readonly resourceGroup: string;
}

/** A backup policy that lives in a vault. */
export interface VaultPolicy {
  readonly id: string;
  readonly name: string;
  readonly vaultId: string;
  /** `undefined` when the policy is of a kind that this version does not edit (for example Enhanced, hourly). */
  readonly rule?: BackupPolicy;
  readonly protectedItems: number;
}

/** Which data disks of a machine are backed up, by their LUNs: these, or all but these (SPEC §1.7). The system disk always is. */
export interface DiskSelection {
  readonly luns: readonly number[];
  readonly included: boolean;
}

/** A protected VM: one machine in one vault. Times are ms UTC. */
export interface ProtectedItem {
  readonly id: string;
  readonly vaultId: string;
  readonly containerName: string;
  readonly itemName: string;
  readonly machineName: string;
  readonly machineId: string;
  readonly policyId?: string;
  readonly policyName?: string;
  readonly state: ProtectionState;
  readonly health: HealthStatus;
  readonly lastBackupStatus: 'None' | 'Completed' | 'CompletedWithWarnings' | 'Failed';
  readonly lastBackupTime?: number;
  readonly lastRecoveryPointTime?: number;
  /** Only known when asked for with extended information. */
  readonly recoveryPointCount?: number;
  readonly oldestRecoveryPoint?: number;
  /** Absent while all disks are backed up. */
  readonly disks?: DiskSelection;
  /** Deleted, and still there to be undeleted: since when, and for how many milliseconds from the answer on (SPEC §2.13). */
  readonly softDeleted?: { readonly since?: number; readonly remainingMs: number };
}

/** A task of a job, as Azure's "sub-tasks". */
export interface JobTask {
  readonly name: string;
  readonly status: string;
  readonly progressPercent?: number;
  /** For example `118.2 MB / 64 MB Transferred`. */
  readonly detail?: string;
  readonly durationMs?: number;
}

/** A backup job. Times are ms UTC. */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly vaultId: string;
  readonly operation: JobOperation | (string & {});
  readonly status: JobStatus | (string & {});
  readonly machineName: string;
  /** Name of the machine's container in the vault, where the service tells it: machines of one vault may share a name. */
  readonly containerName?: string;
  readonly startTime: number;
  readonly endTime?: number;
  readonly durationMs: number;
  readonly cancellable: boolean;
  readonly progressPercent?: number;
  readonly tasks: readonly JobTask[];
  /** Facts the service tells about the job, in the order it gives them. */
  readonly properties: Readonly<Record<string, string>>;
  readonly errors: readonly JobError[];
}

export interface JobError {
  readonly code: number | string;
  readonly title: string;
  readonly message: string;
  readonly recommendations: readonly string[];
}

/** A recovery point of a protected VM. Times are ms UTC. */
export interface RecoveryPoint {
  readonly id: string;
  readonly name: string;
  readonly time: number;
  readonly consistency: PointConsistency;
  /** Why it is kept, for example `Daily`; `undefined` for an on-demand point. */
  readonly ruleName?: string;
  readonly expiryTime?: number;
  /** Why a legal hold keeps it whatever its expiry, in words of whoever set it; absent without a hold. */
  readonly hold?: string;
  readonly tiers: readonly string[];
  /** Whether it can be moved to the archive tier now, and if not why, in the service's words; absent where the service does not say. */
  readonly archiving?: { readonly possible: boolean; readonly reason?: string };
  /** There while a point of the archive is rehydrated: until when (ms UTC), where the service says so. */
  readonly rehydrated?: { readonly until?: number };
  /** True if the machine's disks were encrypted: no single files come back from it, and no disks are replaced (SPEC §2.19). */
  readonly encrypted?: boolean;
  /** The disks in it, where the service says so: a point without some disks, asked for by itself. `lun` is absent for the OS disk. */
  readonly disks?: readonly { readonly name: string; readonly lun?: number }[];
}

/** Live counters of a running job on the Local connection (`VmBackup.Local`). Bytes and ms UTC. */
export interface JobStatistics {
  readonly phase: JobPhase;
  /** Every phase that was entered so far, in order. */
  readonly phases: readonly { readonly phase: JobPhase; readonly startTime: number; readonly endTime?: number }[];
  /** Sum of the disks' sizes. */
  readonly totalBytes: number;
  /** Bytes read from the source (backup) or from the vault (restore) so far. */
  readonly readBytes: number;
  /** Bytes of chunks the vault did not have before compression. */
  readonly newBytes: number;
  /** Bytes written to the vault after compression and encryption (backup) or to the target (restore). */
  readonly storedBytes: number;
  /** Bytes that needed no storing: zero, or already in the vault. */
  readonly skippedBytes: number;
  /** Samples for a sparkline: moment and processed bytes so far; at most 120, oldest first. */
  readonly samples: readonly { readonly time: number; readonly bytes: number }[];
  readonly log: readonly {
    readonly time: number;
    readonly level: 'info' | 'warning' | 'error';
    readonly text: string;
  }[];
  /** Files written by a restore. */
  readonly files: readonly { readonly disk: string; readonly path: string; readonly sizeBytes: number }[];
}

/** What a job is doing, in words of UX §8. */
export type JobPhase = 'Queued' | 'Prepare' | 'Read and store' | 'Commit' | 'Restore' | 'Verify' | 'Done';
