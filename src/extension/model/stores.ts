import type { Alert } from './alerts';
import type { BaseStores } from './baseStores';
import type { JobFacts } from './jobView';
import type { KnownWorld } from './knownWorld';
import type { MachineFacts } from './machineFacts';

/** What views and commands read: the stores, and what follows from them together. */
export interface Stores extends BaseStores {
  readonly known: KnownWorld;
}

/** Reads what the machine rows need, unless it is known. */
export async function ensureWorld(stores: Stores): Promise<void> {
  // Nobody waits for Azure: its machines are shown once it has answered.
  void stores.azure.restore();
  await Promise.all(
    stores.links.all.map(async (link) => {
      await Promise.all([stores.machines.ensureLink(link), stores.vaults.ensureLink(link)]);
      await stores.jobs.ensureLink(link);
    }),
  );
}

/** Reads everything that is shown again. */
export async function refreshWorld(stores: Stores): Promise<void> {
  await stores.azure.refresh();
  await Promise.all([stores.machines.refresh(), stores.vaults.refresh()]);
  await Promise.all([stores.jobs.refresh(), stores.engine.readHealth()]);
}

/** Every machine that is known now. */
export function knownMachines({ known }: Stores): readonly MachineFacts[] {
  return known.machines;
}

/** One machine, if it is known. */
export function knownMachine({ known }: Stores, machineId: string): MachineFacts | undefined {
  return known.machine(machineId);
}

/** Everything that needs somebody now. */
export function knownAlerts({ known }: Stores): readonly Alert[] {
  return known.alerts;
}

/** A job with its live counters. */
export function runningJobs(stores: Stores): JobFacts[] {
  return stores.jobs.running.map((job) => ({ job, statistics: stores.jobs.statistics(job.id) }));
}
