import { idKey } from '../../protocol/ids';
import { type Alert, alertsOf } from './alerts';
import type { Azure } from './azure';
import type { Clock } from './clock';
import type { EngineLink } from './engineLink';
import type { JobStore } from './jobStore';
import type { JobFacts } from './jobView';
import type { Links } from './links';
import { allMachineFacts, type MachineFacts, type World } from './machineFacts';
import type { MachineStore } from './machineStore';
import type { VaultStore } from './vaultStore';

const HOUR_MS = 3_600_000;

/** What the person wants, as the settings say at the moment. */
export interface Preferences {
  /** How old the newest recovery point of a machine may be, in hours. */
  readonly recoveryHours: () => number;
}

/** What the settings say where nobody changed them. */
export const DEFAULT_PREFERENCES: Preferences = { recoveryHours: () => 24 };

/** The stores that views and commands read. */
export interface Stores {
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

/** Reads what the machine rows need, unless it is known. */
export async function ensureWorld(stores: Stores): Promise<void> {
  // Nobody waits for Azure: its machines are shown once it has answered.
  void stores.azure.restore();
  await Promise.all([stores.machines.ensure(), stores.vaults.ensure()]);
  await stores.jobs.ensure();
}

/** Reads everything that is shown again. */
export async function refreshWorld(stores: Stores): Promise<void> {
  await stores.azure.refresh();
  await Promise.all([stores.machines.refresh(), stores.vaults.refresh()]);
  await Promise.all([stores.jobs.refresh(), stores.engine.readHealth()]);
}

/** What the stores know now. */
export function worldOf(stores: Stores): World {
  return {
    key: stores.engine.key,
    now: stores.clock.now(),
    wantedPointAge: stores.preferences.recoveryHours() * HOUR_MS,
    machines: stores.machines.machines.value ?? [],
    branches: stores.vaults.branches,
    locations: stores.vaults.locations.value ?? [],
    jobs: stores.jobs.jobs,
    statistics: (jobId) => stores.jobs.statistics(jobId),
    provider: (armId) => stores.links.provider(armId),
    pointCount: (itemId) => stores.machines.points(itemId).value?.length,
  };
}

/** Every machine that is known now. */
export function knownMachines(stores: Stores): MachineFacts[] {
  return allMachineFacts(worldOf(stores));
}

/** One machine, if it is known. */
export function knownMachine(stores: Stores, machineId: string): MachineFacts | undefined {
  return knownMachines(stores).find((facts) => idKey(facts.machineId) === idKey(machineId));
}

/** Everything that needs somebody now. */
export function knownAlerts(stores: Stores): Alert[] {
  return alertsOf({ machines: knownMachines(stores), branches: stores.vaults.branches, now: stores.clock.now() });
}

/** A job with its live counters. */
export function runningJobs(stores: Stores): JobFacts[] {
  return stores.jobs.running.map((job) => ({ job, statistics: stores.jobs.statistics(job.id) }));
}
