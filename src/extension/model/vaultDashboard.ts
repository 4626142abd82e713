import { sameName } from '../../domain/names';
import { isFinished } from '../../domain/states';
import type { Job } from '../../domain/views';
import type { StateKind, VaultItemRow, VaultJobRow, VaultSnapshot } from '../../messages/vault';
import { t } from '../text';
import { failureText } from './failure';
import { facts } from './format';
import { sameId } from './ids';
import { jobKind, jobStateWords, jobTitle, progressWords } from './jobView';
import { type MachineFacts, type MachineState, machineState, restingState } from './machineFacts';
import { canBackUp, machineStateWords } from './machineView';
import { upcomingRuns } from './policyView';
import { knownMachines, type Stores } from './stores';
import { copyState, replicationWords } from './vaultView';

const DAY_MS = 24 * 3600_000;
const JOB_ROWS = 10;

/** Everything the dashboard of a vault shows; `undefined` while the vault is not known. */
export function vaultSnapshot(stores: Stores, vaultId: string): VaultSnapshot | undefined {
  const branch = stores.vaults.branch(vaultId);
  if (!branch) return undefined;
  const now = stores.clock.now();
  const { vault } = branch;
  const location = stores.vaults.locations.value?.find(({ name }) => sameName(name, vault.location));
  const replication = branch.storage.value?.replication ?? vault.replication;
  const copy = copyState(branch.copy.value, branch.usage.value?.recoveryPoints);
  const all = knownMachines(stores);
  const here = all.filter((machine) => machine.vault && sameId(machine.vault.id, vaultId));
  const jobs = stores.jobs.jobs.filter((job) => sameId(job.vaultId, vaultId));
  const usage = branch.usage.value;
  return {
    vault,
    locationName: location?.displayName ?? vault.location,
    storage: {
      replicationText: replicationWords(replication),
      locked: branch.storage.value?.locked ?? false,
      ...(copy ? { note: copy.sentence, attention: copy.attention } : {}),
    },
    tiles: {
      ...(branch.items.value ? { items: itemsTile(here) } : {}),
      ...(stores.jobs.asOf === undefined ? {} : { jobs: jobsTile(jobs, now) }),
      ...(stores.machines.machines.value ? { notProtected: all.filter(isNotProtected).length } : {}),
      ...(usage ? { storageBytes: usage.storedBytes, recoveryPoints: usage.recoveryPoints } : {}),
    },
    items: here.map((machine) => itemRow(machine, now)),
    jobs: jobs.slice(0, JOB_ROWS).map((job) => jobLine(stores, job, now)),
    asOf: Math.min(...readTimes(stores, vaultId), now),
    failedParts: failedParts(stores, vaultId),
  };
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
    stateKind: KIND_OF_STATE[state],
    ...(item?.policyName === undefined ? {} : { policyName: item.policyName }),
    ...(item?.lastBackupTime === undefined ? {} : { lastBackup: item.lastBackupTime }),
    ...(nextRun === undefined ? {} : { nextRun }),
    canBackUp: canBackUp(machine),
  };
}

const KIND_OF_STATE: { readonly [S in MachineState]: StateKind } = {
  busy: 'running',
  failed: 'error',
  overdue: 'warning',
  pending: 'warning',
  protected: 'ok',
  suspended: 'off',
  stopped: 'off',
  softDeleted: 'off',
  notProtected: 'warning',
  cannotProtect: 'off',
};

function jobLine(stores: Stores, job: Job, now: number): VaultJobRow {
  const shown = { job, statistics: stores.jobs.statistics(job.id) };
  const running = !isFinished(job.status);
  return {
    id: job.id,
    title: jobTitle(job),
    stateText: running ? facts(jobStateWords(shown), progressWords(shown, now)) : jobStateWords(shown),
    stateKind: jobKind(job),
    startTime: job.startTime,
    durationMs: running ? now - job.startTime : job.durationMs,
  };
}

function readTimes(stores: Stores, vaultId: string): number[] {
  const branch = stores.vaults.branch(vaultId);
  const times = [branch?.items.asOf, branch?.usage.asOf, stores.machines.machines.asOf, stores.jobs.asOf];
  return times.filter((time) => time !== undefined);
}

function failedParts(stores: Stores, vaultId: string): VaultSnapshot['failedParts'] {
  const branch = stores.vaults.branch(vaultId);
  const parts = [
    { part: 'items', failure: branch?.items.failure ?? stores.vaults.vaults.failure },
    { part: 'jobs', failure: stores.jobs.failure },
    { part: 'notProtected', failure: stores.machines.machines.failure },
    { part: 'storage', failure: branch?.usage.failure ?? branch?.storage.failure },
  ] as const;
  return parts.flatMap(({ part, failure }) => (failure ? [{ part, reason: failureText(failure) }] : []));
}
