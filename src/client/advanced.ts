import type { Job, RecoveryPoint, VaultSettings, VaultSettingsChange } from '../domain/views';
import type { CallOptions, RestoreInput, SecondRegion } from './inputs';

/** What is done seldom: with a vault's settings and its second region, deleted vaults, tiers of points, single files and resource guards. */
export interface AdvancedActions {
  vaultSettings(vaultId: string, options?: CallOptions): Promise<VaultSettings>;
  /** Changes what is given. @returns all settings as they are then */
  setVaultSettings(vaultId: string, change: VaultSettingsChange, options?: CallOptions): Promise<VaultSettings>;

  /** What the service counts of a vault. */
  vaultUsages(vaultId: string, options?: CallOptions): Promise<VaultUsages>;

  /** Names of what a vault has registered besides machines: servers, databases' machines and storage accounts. */
  registeredServers(vaultId: string, options?: CallOptions): Promise<string[]>;

  /** Deleted vaults of a location that can be brought back yet. */
  deletedVaults(location: string, options?: CallOptions): Promise<DeletedVault[]>;
  /** Brings a deleted vault back, into the group that it was in unless another one is named. */
  undeleteVault(vault: DeletedVault, resourceGroupId?: string, options?: CallOptions): Promise<void>;
  /** The resource guard that a vault's critical actions need the approval of; `undefined` if it has none. */
  resourceGuard(vaultId: string, options?: CallOptions): Promise<ResourceGuardState | undefined>;

  /** The recovery points of an item that its vault's second region has. */
  secondRegionPoints(itemId: string, options?: CallOptions): Promise<RecoveryPoint[]>;
  /** Restores in the second region, which is the input's location. @returns the name of the job there */
  restoreInSecondRegion(input: RestoreInput, options?: CallOptions): Promise<string>;
  /** A job of a second region. */
  secondRegionJob(job: SecondRegionJob, options?: CallOptions): Promise<Job>;

  /** Makes the disks of a point reachable for some hours. @returns a script for each system that connects them */
  openFileRecovery(input: FileRecoveryInput, options?: CallOptions): Promise<FileRecoveryScript[]>;
  /** Ends it before its time. */
  closeFileRecovery(input: FileRecoveryInput, options?: CallOptions): Promise<void>;

  /** Points that would cost less in the archive tier. */
  pointsForArchive(itemId: string, options?: CallOptions): Promise<RecoveryPoint[]>;
  /** Moves a point from the vault's tier to the archive. @returns the ARM id of the job */
  archivePoint(pointId: string, options?: CallOptions): Promise<string>;
}

/** What the service counts of a vault, as far as it says so. */
export interface VaultUsages {
  /** Machines counted by used size, as Azure charges for them. */
  readonly protectedInstances?: number;
  /** Bytes in its tiers of the vault; absent where none of them is counted. */
  readonly storedBytes?: number;
}

/** Times are ms UTC. */
export interface DeletedVault {
  readonly id: string;
  /** ARM id that it had. */
  readonly vaultId: string;
  readonly location: string;
  readonly deletedAt?: number;
  /** When it is removed for good. */
  readonly purgeAt?: number;
}

export interface ResourceGuardState {
  /** ARM id, perhaps of another subscription or tenant. */
  readonly guardId: string;
  /** What needs an approval, for example `Microsoft.RecoveryServices/vaults/delete`. */
  readonly guarded: readonly string[];
}

export interface SecondRegionJob extends SecondRegion {
  readonly name: string;
}

export interface FileRecoveryInput {
  readonly pointId: string;
  readonly machineId: string;
}

/** A program that connects the disks of a point on the machine that it runs on. */
export interface FileRecoveryScript {
  readonly system: 'Windows' | 'Linux';
  readonly fileName: string;
  /** What the program asks for. Told to the person, kept nowhere. */
  readonly password: string;
  /** The program itself; or where it can be fetched. */
  readonly content: { readonly bytes: Uint8Array } | { readonly url: string };
}
