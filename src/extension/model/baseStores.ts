import type { Azure } from './azure';
import type { Clock } from './clock';
import type { EngineLink } from './engineLink';
import type { JobStore } from './jobStore';
import type { Links } from './links';
import type { MachineStore } from './machineStore';
import type { VaultStore } from './vaultStore';

/** What the person wants, as the settings say at the moment. */
export interface Preferences {
  /** How old the newest recovery point of a machine may be, in hours. */
  readonly recoveryHours: () => number;
  /** Whether a scheduled run that was missed is made up for. */
  readonly runMissedSchedules: () => boolean;
}

/** What the settings say where nobody changed them. */
export const DEFAULT_PREFERENCES: Preferences = { recoveryHours: () => 24, runMissedSchedules: () => true };

/** The stores, each on its own. */
export interface BaseStores {
  readonly engine: EngineLink;
  /** Who is signed in to Azure. */
  readonly azure: Azure;
  /** This computer and the subscriptions of Azure. */
  readonly links: Links;
  readonly vaults: VaultStore;
  readonly machines: MachineStore;
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly preferences: Preferences;
}
