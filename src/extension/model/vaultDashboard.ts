import { sameLocation } from '../../domain/names';
import { isFinished } from '../../domain/states';
import type { Job, Vault } from '../../domain/views';
import { jobStateKind } from '../../messages/stateKind';
import type { VaultFacts, VaultItemRow, VaultJobRow, VaultSnapshot } from '../../messages/vault';
import { t } from '../text';
import { alertsOf } from './alerts';
import type { DashboardFacts } from './dashboardFacts';
import { commonDate, coverageRows, historyDays, historyRows } from './dashboardParts';
import { type Failure, failureText } from './failure';
import { facts } from './format';
import { sameId } from './ids';
import { jobStateWords, jobTitle, progressWords } from './jobView';
import { type MachineFacts, machineState, restingState } from './machineFacts';
import { canBackUp, isSample, machineStateKind, machineStateWords } from './machineView';
import { placeName } from './placeName';
import { upcomingRuns } from './policyView';
import { knownMachines, type Stores } from './stores';
import type { VaultBranch, VaultUsage } from './vaultStore';
import { copyState, heldElsewhere, replicationWords } from './vaultView';

const DAY_MS = 24 * 3600_000;
const JOB_ROWS = 10;
/** Rows of the table of machines; the Machines view shows every one. */
const ITEM_ROWS = 100;

/** Everything the dashboard shows of one vault, or of all without `vaultId`; `undefined` while that is not known. */
export function vaultSnapshot(
  stores: Stores,
  vaultId: string | undefined,
  asked: DashboardFacts,
): VaultSnapshot | undefined {
  const branches = stores.vaults.branches;
  const shown = vaultId === undefined ? branches : branches.filter(({ vault }) => sameId(vault.id, vaultId));
  const [branch] = shown;
  if (vaultId === undefined ? !stores.vaults.vaults.value : !branch) return undefined;
  const now = stores.clock.now();
  const all = knownMachines(stores);
  const isShown = (id: string) => vaultId === undefined || sameId(id, vaultId);
  const here = all.filter((machine) => machine.vault && isShown(machine.vault.id));
  const jobs = stores.jobs.jobs.filter((job) => isShown(job.vaultId));
  const alerts = alertsOf({ machines: here, branches: shown, now });
  const goBackTo = commonDate(here, (item) => asked.oldestPoint(item));
  const covered = [...here, ...unprotected(stores, all, vaultId === undefined ? undefined : branch?.vault)];
  return {
    ...(vaultId !== undefined && branch ? { one: vaultFacts(stores, branch) } : {}),
    vaults: branches.map(({ vault }) => ({ id: vault.id, name: vault.name })),
    tiles: {
      ...(shown.some(({ items }) => items.value) ? { items: itemsTile(here) } : {}),
      ...(stores.jobs.asOf === undefined ? {} : { jobs: jobsTile(jobs, now) }),
      ...(stores.machines.machines.value ? { notProtected: covered.filter(isNotProtected).length } : {}),
      ...storageTiles(shown, asked),
      ...growthTiles(shown, here, asked),
      attention: alerts.length,
      ...(goBackTo === undefined ? {} : { goBackTo }),
    },
    alerts: alerts.map(({ id, severity, sentence }) => ({ id, kind: severity, text: sentence })),
    coverage: coverageRows(covered),
    historyDays: historyDays(now),
    history: historyRows(here, jobs, now),
    items: here.slice(0, ITEM_ROWS).map((machine) => itemRow(machine, now)),
    moreItems: Math.max(0, here.length - ITEM_ROWS),
    jobs: jobs.slice(0, JOB_ROWS).map((job) => jobLine(stores, job, now)),
    asOf: Math.min(...readTimes(stores, shown), now),
    failedParts: failedParts(stores, shown),
  };
}

function vaultFacts(stores: Stores, branch: VaultBranch): VaultFacts {
  const { vault } = branch;
  const location = stores.vaults.locations.value?.find(({ name }) => sameLocation(name, vault.location));
  const copy = copyState(branch.copy.value, branch.usage.value?.recoveryPoints);
  return {
    vault,
    locationName: location ? placeName(location) : vault.location,
    replicationText: replicationWords(branch.storage.value?.replication ?? vault.replication),
    locked: branch.storage.value?.locked ?? false,
    ...(copy ? { note: copy.sentence, attention: copy.attention } : {}),
    ...(branch.heldBy === undefined ? {} : { heldElsewhere: heldElsewhere(branch.heldBy) }),
  };
}

/** Sums over the vaults that tell it; nothing of what none of them tells. */
function storageTiles(shown: readonly VaultBranch[], asked: DashboardFacts): Partial<VaultSnapshot['tiles']> {
  const usages: readonly Partial<VaultUsage>[] = shown.map(
    ({ vault, usage }) => usage.value ?? asked.usagesOf(vault.id) ?? {},
  );
  const sum = (of: (usage: Partial<VaultUsage>) => number | undefined): number | undefined => {
    const known = usages.map(of).filter((value) => value !== undefined);
    return known.length === 0 && shown.length > 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  const storageBytes = sum(({ storedBytes }) => storedBytes);
  const recoveryPoints = sum((usage) => usage.recoveryPoints);
  const count = sum(({ protectedInstances }) => protectedInstances);
  // What Azure stores is of other machines than those whose size this computer knows.
  const usedBytes = usages.every((usage) => usage.usedBytes !== undefined)
    ? sum((usage) => usage.usedBytes)
    : undefined;
  return {
    ...(storageBytes === undefined ? {} : { storageBytes }),
    ...(recoveryPoints === undefined ? {} : { recoveryPoints }),
    ...(count === undefined ? {} : { instances: { count, ...(usedBytes === undefined ? {} : { usedBytes }) } }),
  };
}

/** How fast the vaults grow, and until when their disk has room where they share one. */
function growthTiles(
  shown: readonly VaultBranch[],
  here: readonly MachineFacts[],
  asked: DashboardFacts,
): Partial<VaultSnapshot['tiles']> {
  const newPerDay = asked.newPerDay(here);
  const [location, ...others] = new Set(
    shown.filter(({ provider }) => provider === 'local').map(({ vault }) => vault.location.toLowerCase()),
  );
  const daysLeft = location === undefined || others.length > 0 ? undefined : asked.daysUntilFull(location);
  return {
    ...(newPerDay === undefined ? {} : { newPerDay }),
    ...(daysLeft === undefined ? {} : { daysLeft }),
  };
}

/**
 * The machines without backup that a vault could protect: those of its location and subscription; all of them without a vault.
 * Samples are left out: nobody would miss them.
 */
function unprotected(
  { links }: Stores,
  machines: readonly MachineFacts[],
  vault: Vault | undefined,
): readonly MachineFacts[] {
  const couldProtect = ({ machineId, machine }: MachineFacts) =>
    vault === undefined ||
    (machine && sameLocation(machine.location, vault.location) && links.of(machineId) === links.of(vault.id));
  return machines.filter((machine) => isNotProtected(machine) && !isSample(machine) && couldProtect(machine));
}

function itemsTile(machines: readonly MachineFacts[]): { total: number; notBackedUp: number } {
  const notBackedUp = machines.filter(({ item }) => item?.lastRecoveryPointTime === undefined).length;
  return { total: machines.length, notBackedUp };
}

function jobsTile(jobs: readonly Job[], now: number): { inProgress: number; failed: number; completed: number } {
  const recent = jobs.filter((job) => isFinished(job.status) && (job.endTime ?? job.startTime) > now - DAY_MS);
  return {
    inProgress: jobs.filter((job) => !isFinished(job.status)).length,
    failed: recent.filter((job) => job.status === 'Failed').length,
    completed: recent.filter((job) => job.status.startsWith('Completed')).length,
  };
}

function isNotProtected(machine: MachineFacts): boolean {
  return restingState(machine) === 'notProtected';
}

function itemRow(machine: MachineFacts, now: number): VaultItemRow {
  const state = machineState(machine);
  const [nextRun] = upcomingRuns(machine.policy, now, 1);
  const { item } = machine;
  const busyWords = machine.running && facts(t('In progress'), progressWords(machine.running, now));
  return {
    id: item?.id ?? machine.machineId,
    name: machine.name,
    stateText: busyWords ?? machineStateWords(state),
    stateKind: machineStateKind(state),
    vaultName: machine.vault?.name ?? '',
    ...(item?.policyName === undefined ? {} : { policyName: item.policyName }),
    ...(item?.lastBackupTime === undefined ? {} : { lastBackup: item.lastBackupTime }),
    ...(nextRun === undefined ? {} : { nextRun }),
    canBackUp: canBackUp(machine),
  };
}

/** The line of a job in a table. */
export function jobLine(stores: Stores, job: Job, now: number): VaultJobRow {
  const shown = { job, statistics: stores.jobs.statistics(job.id) };
  const running = !isFinished(job.status);
  return {
    id: job.id,
    title: jobTitle(job),
    stateText: running ? facts(jobStateWords(shown), progressWords(shown, now)) : jobStateWords(shown),
    stateKind: jobStateKind(job.status),
    startTime: job.startTime,
    durationMs: running ? now - job.startTime : job.durationMs,
  };
}

function readTimes(stores: Stores, shown: readonly VaultBranch[]): number[] {
  const parts = shown.flatMap(({ items, usage }) => [items.asOf, usage.asOf]);
  return [...parts, stores.machines.machines.asOf, stores.jobs.asOf].filter((time) => time !== undefined);
}

function failedParts(stores: Stores, shown: readonly VaultBranch[]): VaultSnapshot['failedParts'] {
  const first = (of: (branch: VaultBranch) => Failure | undefined) => shown.map(of).find((failure) => failure);
  const parts = [
    { part: 'items', failure: first(({ items }) => items.failure) ?? stores.vaults.vaults.failure },
    { part: 'jobs', failure: stores.jobs.failure },
    { part: 'notProtected', failure: stores.machines.machines.failure },
    { part: 'storage', failure: first(({ usage, storage }) => usage.failure ?? storage.failure) },
  ] as const;
  return parts.flatMap(({ part, failure }) => (failure ? [{ part, reason: failureText(failure) }] : []));
}
