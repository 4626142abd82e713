import type { Rehydration } from '../domain/archiveTier';

export interface CallOptions {
  /** Ends the call, and the waiting for a long-running operation, with an `AbortError`. */
  readonly signal?: AbortSignal;
  /** Is told as soon as the service has begun something long, so that it can be followed by another window. */
  readonly onOperation?: (operation: StartedOperation) => void;
}

/** Something long that the service does by itself. */
export interface StartedOperation {
  /** For `Connection.followOperation`, also after a restart. */
  readonly url: string;
  /** ms UTC. */
  readonly started: number;
  /** Where its job runs, if that is not the region of its vault. */
  readonly secondRegion?: SecondRegion;
}

/** A region that a vault is copied to, and whose jobs are asked for by the vault. */
export interface SecondRegion {
  readonly vaultId: string;
  readonly location: string;
}

/** What becomes of the disks of a recovery point (SPEC §1.10). Storage accounts: on Local see `LocalConnection.restoreTarget`. */
export type RestoreTarget =
  /** They are written to a storage account, on Azure as managed disks of a resource group if one is named. */
  | { readonly kind: 'disks'; readonly storageAccountId: string; readonly resourceGroupId?: string }
  /** They become a machine that is not there yet. */
  | {
      readonly kind: 'newMachine';
      /** ARM id that the new machine gets. */
      readonly machineId: string;
      readonly storageAccountId: string;
      readonly subnet?: { readonly networkId: string; readonly subnetId: string };
    }
  /** They take the place of the machine's own disks, which the service keeps (SPEC §1.10). */
  | { readonly kind: 'replaceDisks'; readonly storageAccountId?: string };

export interface RestoreInput {
  /** ARM id of the recovery point. */
  readonly pointId: string;
  /** ARM id of the machine that the point was taken of. */
  readonly machineId: string;
  readonly location: string;
  readonly target: RestoreTarget;
  /** LUNs of the data disks to restore besides the OS disk; all of them without. */
  readonly luns?: readonly number[];
  /** How a point that lies in the archive is rehydrated first; no other point may have it. */
  readonly rehydration?: Rehydration;
}
