import type { Workbench } from '../support/workbench';

/** What a service says of a recovery point, as ARM has it (SPEC §1.9). */
export interface PointFacts {
  readonly recoveryPointType: string;
  readonly sourceVMStorageType: string;
  readonly isManagedVirtualMachine: boolean;
  readonly isSourceVMEncrypted: boolean;
  readonly keyAndSecret?: { readonly bekDetails?: object; readonly kekDetails?: object };
}

/**
 * A connection on which the rows of the guide are walked, shown in a workbench. It has the resource groups `web-group` and
 * `many-group` and, in none of its vaults, these machines, all of them stopped: `web-01` in web-group, and in many-group `db-01`
 * (managed, one premium and one standard disk), `bek-01` and `kek-01` (encrypted, the second one with a key for its key),
 * `classic-01`, `late-01`, and `far-01` in another location.
 */
export interface GuideWorld {
  readonly workbench: Workbench;
  /** The words by which wizards offer the connection's machines, and the location that all but `far-01` are in. */
  readonly goal: RegExp;
  readonly location: RegExp;
  /** How the state of a machine that has one recovery point is told in its row. */
  readonly backedUp: RegExp;
  /** Answers what **Create Vault** asks before the vault's name. */
  placeVault(): Promise<void>;
  /** Closes what shows the recovery key of a vault that was just created. */
  keepRecoveryKey(): Promise<void>;
  /** Adds a machine behind the extension's back. */
  addMachine(name: string): Promise<void>;
  /** The newest point of a machine that home-vault protects, as the service tells it. */
  newestPoint(machine: string): Promise<PointFacts>;
  /** Lets the time come at which a machine's policy runs. */
  letScheduleRun(machine: string): Promise<void>;
  close(): Promise<void>;
}
