import { idKey } from '../../protocol/ids';
import { type Alert, alertsOf } from './alerts';
import type { BaseStores } from './baseStores';
import { Derived } from './derived';
import { allMachineFacts, type MachineFacts } from './machineFacts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * What follows from the stores together. Tree, badge, status bar and context keys ask on every change; it is made once for all
 * of them, and again each minute, because machines become overdue by time alone.
 */
export class KnownWorld {
  private readonly facts: Derived<number[], readonly MachineFacts[]>;
  private readonly byId: Derived<readonly [readonly MachineFacts[]], ReadonlyMap<string, MachineFacts>>;
  private readonly needed: Derived<readonly [readonly MachineFacts[], number], readonly Alert[]>;

  constructor(stores: BaseStores) {
    const { machines, vaults, jobs, links, clock, preferences } = stores;
    const inputs = () => [
      machines.version,
      vaults.version,
      jobs.version,
      preferences.recoveryHours(),
      Math.floor(clock.now() / MINUTE_MS),
    ];
    this.facts = new Derived(inputs, () =>
      allMachineFacts({
        now: clock.now(),
        wantedPointAge: preferences.recoveryHours() * HOUR_MS,
        machines: machines.machines.value ?? [],
        branches: vaults.branches,
        locations: vaults.locations.value ?? [],
        jobs: jobs.jobs,
        statistics: (jobId) => jobs.statistics(jobId),
        provider: (armId) => links.provider(armId),
        pointCount: (itemId) => machines.points(itemId).value?.length,
      }),
    );
    this.byId = new Derived(
      () => [this.machines] as const,
      ([all]) => new Map(all.map((facts) => [idKey(facts.machineId), facts])),
    );
    this.needed = new Derived(
      () => [this.machines, vaults.version] as const,
      ([all]) => alertsOf({ machines: all, branches: vaults.branches, now: clock.now() }),
    );
  }

  /** Every machine that is known now, by name. */
  get machines(): readonly MachineFacts[] {
    return this.facts.value;
  }

  /** One machine, if it is known. */
  machine(machineId: string): MachineFacts | undefined {
    return this.byId.value.get(idKey(machineId));
  }

  /** Everything that needs somebody now. */
  get alerts(): readonly Alert[] {
    return this.needed.value;
  }
}
