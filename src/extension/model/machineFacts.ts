import { sameLocation } from '../../domain/names';
import { overdueBy, recoveryTarget } from '../../domain/recoveryTarget';
import { acceptsBackups, isFinished, isRestore } from '../../domain/states';
import type { Job, JobStatistics, Location, Machine, ProtectedItem, Vault, VaultPolicy } from '../../domain/views';
import { idKey } from '../../protocol/ids';
import { t } from '../text';
import { findById } from './ids';
import type { Provider } from './link';
import { jobsOf } from './machineJobs';
import { isAnswered, type Part } from './part';
import type { VaultBranch } from './vaultStore';

/** Everything that is known of one machine. At least one of `machine` and `item` is there. */
export interface MachineFacts {
  readonly machineId: string;
  readonly name: string;
  /** Where the machine is. */
  readonly provider: Provider;
  readonly machine?: Machine | undefined;
  readonly item?: ProtectedItem | undefined;
  readonly vault?: Vault | undefined;
  readonly policy?: VaultPolicy | undefined;
  /** True if another item of its vault has the same name. */
  readonly hasNamesake?: boolean | undefined;
  /** The computer that its vault belongs to, where that is another one: nothing changes its backups here then. */
  readonly heldBy?: string | undefined;
  /** The backup or restore that runs now. */
  readonly running?: { readonly job: Job; readonly statistics?: JobStatistics | undefined } | undefined;
  /** The newest backup, if it failed. */
  readonly failedBackup?: Job | undefined;
  readonly pointCount?: number | undefined;
  /** How old its newest recovery point may be (ms), where backups of it run. */
  readonly targetMs?: number | undefined;
  /** By how much it has missed that target (ms). */
  readonly overdueMs?: number | undefined;
  /** When its deleted backup data is gone for good (ms UTC). */
  readonly goneAt?: number | undefined;
  /** Why no vault could protect it, in one sentence. */
  readonly obstacle?: string | undefined;
}

/** Windows id of the time zone of a machine's policy, if that is known. */
export function zoneOf(facts: Pick<MachineFacts, 'policy'> | undefined): string | undefined {
  return facts?.policy?.rule?.timeZone;
}

/** What the stores know together. */
export interface World {
  readonly now: number;
  /** How old the newest recovery point of a machine may be (ms), unless its policy runs less often. */
  readonly wantedPointAge: number;
  readonly machines: readonly Machine[];
  readonly branches: readonly VaultBranch[];
  /** The locations that vaults may be in where a resource is; none while they are not known. */
  locations(armId: string): readonly Location[];
  readonly jobs: readonly Job[];
  statistics(jobId: string): JobStatistics | undefined;
  pointCount(itemId: string): number | undefined;
  /** Where a resource is. */
  provider(armId: string): Provider;
}

/** The state a machine is shown in (UX §3); the first that fits, from top. */
export type MachineState =
  | 'busy'
  | 'failed'
  | 'overdue'
  | 'pending'
  | 'protected'
  | 'suspended'
  | 'stopped'
  | 'softDeleted'
  | 'notProtected'
  | 'cannotProtect';

/** State of a machine without regard to what runs right now: the group that it stands in. */
export function restingState(facts: MachineFacts): Exclude<MachineState, 'busy'> {
  const { item } = facts;
  if (!item) return facts.obstacle ? 'cannotProtect' : 'notProtected';
  if (item.softDeleted) return 'softDeleted';
  if (item.state === 'ProtectionStopped' || item.state === 'ProtectionPaused') return 'stopped';
  if (item.state === 'BackupsSuspended') return 'suspended';
  if (item.lastBackupStatus === 'Failed' || item.state === 'ProtectionError') return 'failed';
  if (facts.overdueMs !== undefined) return 'overdue';
  return item.state === 'IRPending' ? 'pending' : 'protected';
}

/** State of a machine as its row shows it. */
export function machineState(facts: MachineFacts): MachineState {
  return facts.running ? 'busy' : restingState(facts);
}

const PROTECTED: readonly MachineState[] = ['failed', 'overdue', 'pending', 'protected'];

/** True if backups of the machine run, or ought to. One that was stopped, suspended or deleted has points, but no new ones. */
export function isProtected(facts: MachineFacts): boolean {
  return PROTECTED.includes(restingState(facts));
}

/** True if the machine waits for a person: what the badge of the view counts. */
export function needsAttention(facts: MachineFacts): boolean {
  const state = restingState(facts);
  return state === 'failed' || state === 'overdue';
}

/** One entry per machine, sorted by name; protected machines that no provider knows any more are among them. */
export function allMachineFacts(world: World): MachineFacts[] {
  const items = world.branches.flatMap(({ vault, items: part, policies, heldBy }) =>
    (part.value ?? []).map((item) => ({ item, vault, policies, asOf: part.asOf, heldBy })),
  );
  // A machine that was moved to another vault has its old points there still: the item that is backed up comes last and wins.
  const ranked = items.toSorted((a, b) => standing(a.item) - standing(b.item));
  const itemOf = new Map(ranked.map((entry) => [idKey(entry.item.machineId), entry]));
  const known = new Set(world.machines.map((machine) => idKey(machine.id)));
  const orphans = items.filter(({ item }) => !known.has(idKey(item.machineId)));
  const names = countedNames(items);
  const all = [
    ...world.machines.map((machine) => factsOf(world, names, machine, itemOf.get(idKey(machine.id)))),
    ...orphans.map((entry) => factsOf(world, names, undefined, entry)),
  ];
  return all.filter((facts) => facts !== undefined).toSorted((a, b) => byName.compare(a.name, b.name));
}

function standing({ softDeleted, state }: ProtectedItem): number {
  return softDeleted ? 0 : acceptsBackups(state) ? 2 : 1;
}

const byName = new Intl.Collator();

interface ItemEntry {
  readonly item: ProtectedItem;
  readonly vault: Vault;
  readonly policies: Part<readonly VaultPolicy[]>;
  /** When the item was read (ms UTC). */
  readonly asOf: number | undefined;
  readonly heldBy: string | undefined;
}

function factsOf(
  world: World,
  names: ReadonlyMap<string, number>,
  machine: Machine | undefined,
  entry: ItemEntry | undefined,
): MachineFacts | undefined {
  const machineId = machine?.id ?? entry?.item.machineId;
  const name = machine?.name ?? entry?.item.machineName;
  if (machineId === undefined || name === undefined) return undefined;
  const item = entry?.item;
  const hasNamesake = entry !== undefined && (names.get(nameInVault(entry)) ?? 0) > 1;
  const jobs = jobsOf(world.jobs, { machineId, name, item, vault: entry?.vault, hasNamesake });
  const running = jobs.find((job) => !isFinished(job.status) && isWork(job));
  const newestBackup = jobs.find((job) => job.operation === 'Backup');
  const policy = item?.policyId ? findById(entry?.policies.value, item.policyId) : undefined;
  // A policy that runs once a week makes nothing overdue after a day: not before it has answered.
  const hasTarget = item && acceptsBackups(item.state) && (!item.policyId || isAnswered(entry?.policies ?? {}));
  const targetMs = hasTarget ? recoveryTarget(policy?.rule, world.wantedPointAge) : undefined;
  const newestPoint = item?.lastRecoveryPointTime;
  return {
    machineId,
    name,
    provider: world.provider(machineId),
    machine,
    item,
    vault: entry?.vault,
    policy,
    hasNamesake,
    heldBy: entry?.heldBy,
    running: running && { job: running, statistics: world.statistics(running.id) },
    failedBackup: newestBackup?.status === 'Failed' ? newestBackup : undefined,
    pointCount: item && (world.pointCount(item.id) ?? item.recoveryPointCount),
    targetMs,
    overdueMs: targetMs && newestPoint ? overdueBy(newestPoint, targetMs, world.now) : undefined,
    goneAt: item?.softDeleted && (entry?.asOf ?? world.now) + item.softDeleted.remainingMs,
    obstacle: machine && !item ? obstacleOf(machine, world.locations(machine.id)) : undefined,
  };
}

/** How many items of a vault have a name, by {@link nameInVault}. */
function countedNames(items: readonly ItemEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of items) {
    const key = nameInVault(entry);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function nameInVault({ item, vault }: ItemEntry): string {
  return `${idKey(vault.id)} ${item.machineName.toLowerCase()}`;
}

function isWork(job: Job): boolean {
  return job.operation === 'Backup' || isRestore(job.operation);
}

function obstacleOf(machine: Machine, locations: readonly Location[]): string | undefined {
  if (machine.disks.length === 0) return t('it has no disk');
  const missing = machine.disks.find((disk) => disk.missing);
  if (missing) return t('disk missing: {0}', missing.path ?? missing.name);
  const known = locations.length === 0 || locations.some(({ name }) => sameLocation(name, machine.location));
  return known ? undefined : t('other location: {0}', machine.location);
}
