import type { Job } from '../../domain/views';
import { containerKey, idKey } from '../../protocol/ids';
import { type Alert, alertsOf } from './alerts';
import type { BaseStores } from './baseStores';
import { Derived } from './derived';
import { belowSubscription } from './ids';
import type { Provider } from './link';
import { allMachineFacts, type MachineFacts, zoneOf } from './machineFacts';
import { showsPolicyZones, timeDisplayVersion } from './timeDisplay';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** What the id of a point has beyond that of its item. */
const POINT_PART = /\/recoveryPoints\/[^/]*$/i;

/**
 * What follows from the stores together. Tree, badge, status bar and context keys ask on every change; it is made once for all
 * of them, and again each minute, because machines become overdue by time alone.
 */
export class KnownWorld {
  private readonly provider: (armId: string) => Provider;
  private readonly facts: Derived<number[], readonly MachineFacts[]>;
  private readonly byId: Derived<readonly [readonly MachineFacts[]], ReadonlyMap<string, MachineFacts>>;
  private readonly needed: Derived<readonly [readonly MachineFacts[], number, number], readonly Alert[]>;
  private readonly zones: Derived<readonly [readonly MachineFacts[]], ReadonlyMap<string, string>>;

  constructor(stores: BaseStores) {
    const { machines, vaults, jobs, links, clock, preferences } = stores;
    this.provider = (armId) => links.provider(armId);
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
        locations: (armId) => vaults.locationsOf(armId),
        jobs: jobs.jobs,
        statistics: (jobId) => jobs.statistics(jobId),
        provider: (armId) => links.provider(armId),
        pointCount: (itemId) => machines.points(itemId).value?.length,
      }).filter(({ machineId, item }) => item !== undefined || vaults.covers(links.of(machineId))),
    );
    this.byId = new Derived(
      () => [this.machines] as const,
      ([all]) => new Map(all.map((facts) => [idKey(facts.machineId), facts])),
    );
    this.needed = new Derived(
      () => [this.machines, vaults.version, timeDisplayVersion()] as const,
      ([all]) => alertsOf({ machines: all, branches: vaults.branches, now: clock.now() }),
    );
    this.zones = new Derived(
      () => [this.machines] as const,
      ([all]) =>
        new Map(
          all.flatMap((facts) => {
            const { item } = facts;
            const zone = zoneOf(facts);
            if (!item || zone === undefined) return [];
            const { vaultId, machineName } = item;
            const named = facts.hasNamesake ? [] : [jobKey({ vaultId, machineName })];
            return [...named, jobKey(item), idKey(item.id)].map((key) => [key, zone] as const);
          }),
        ),
    );
  }

  /**
   * Every machine that is known now, by name. One in no vault is among them once all vaults where it is have answered: until
   * then it is not known to be unprotected.
   */
  get machines(): readonly MachineFacts[] {
    return this.facts.value;
  }

  /** One machine, if it is known. */
  machine(machineId: string): MachineFacts | undefined {
    return this.byId.value.get(idKey(machineId));
  }

  /** The id that a machine of this computer has now, also for a page that knows it from another data folder. */
  here(machineId: string): string {
    if (this.machine(machineId) || this.provider(machineId) !== 'local') return machineId;
    const below = belowSubscription(machineId);
    const found = this.machines.find(
      (facts) => facts.provider === 'local' && belowSubscription(facts.machineId) === below,
    );
    return found?.machineId ?? machineId;
  }

  /** Windows id of the time zone of the policy of the machine that a job is about, where that makes a difference. */
  jobZone(job: MachineWords): string | undefined {
    return showsPolicyZones() ? this.zones.value.get(jobKey(job)) : undefined;
  }

  /** The same of the machine that a recovery point is of. */
  pointZone(pointId: string): string | undefined {
    return showsPolicyZones() ? this.zones.value.get(idKey(pointId.replace(POINT_PART, ''))) : undefined;
  }

  /** Everything that needs somebody now. */
  get alerts(): readonly Alert[] {
    return this.needed.value;
  }
}

/** What a job tells of its machine. */
type MachineWords = Pick<Job, 'vaultId' | 'machineName' | 'containerName'>;

/** Jobs name their machine's container, some only the machine, and none its id. */
function jobKey({ vaultId, machineName, containerName }: MachineWords): string {
  const name = containerName === undefined ? machineName.toLowerCase() : containerKey(containerName);
  return `${idKey(vaultId)} ${name}`;
}
