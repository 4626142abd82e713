import { needsRehydration } from '../../domain/archiveTier';
import { formatBytes } from '../../domain/sizes';
import { acceptsBackups } from '../../domain/states';
import type { Job, RecoveryPoint } from '../../domain/views';
import type { MachineSnapshot, PointRow } from '../../messages/machine';
import { t } from '../text';
import { failureText } from './failure';
import { facts } from './format';
import { canStop } from './machineCan';
import { type MachineFacts, machineState, zoneOf } from './machineFacts';
import { jobsOf } from './machineJobs';
import { canBackUp, canRestore, isSample, machineSentence, machineStateKind } from './machineView';
import { madePoint } from './newBytes';
import { consistencyWords, keptWords, pointActions, tierWords } from './pointView';
import { policyWords, retentionWords, scheduleWords, upcomingRuns } from './policyView';
import { knownMachine, type Stores } from './stores';
import { jobLine } from './vaultDashboard';

const JOB_ROWS = 20;

export interface MachinePageOptions {
  readonly machineId: string;
  readonly openedPoint: string | undefined;
  /** New bytes of the point that a backup job made, by the key of the job's id. */
  readonly newBytesOf: (jobId: string) => number | undefined;
}

/** Everything the panel of a machine shows; `undefined` while the machine is not known. */
export function machineSnapshot(stores: Stores, options: MachinePageOptions): MachineSnapshot | undefined {
  const machine = knownMachine(stores, options.machineId);
  if (!machine) return undefined;
  const now = stores.clock.now();
  const { item, vault, policy } = machine;
  const state = machineState(machine);
  const jobs = jobsOf(stores.jobs.jobs, machine);
  const points = item && stores.machines.points(item.id);
  const [nextRun] = item && acceptsBackups(item.state) ? upcomingRuns(policy, now, 1) : [];
  const machines = stores.machines.of(stores.links.of(options.machineId));
  const jobsFailure = stores.jobs.failureAt(vault?.id ?? options.machineId);
  const failures = [machines.failure, jobsFailure, points?.failure].filter((failure) => failure !== undefined);
  return {
    name: machine.name,
    isSample: isSample(machine),
    stateKind: machineStateKind(state),
    sentence: machineSentence(machine, now),
    ...(vault ? { vaultName: vault.name } : {}),
    ...(policy
      ? { policy: { name: policy.name, words: policyWords(policy), ...(nextRun === undefined ? {} : { nextRun }) } }
      : {}),
    ...(item?.lastRecoveryPointTime === undefined ? {} : { lastPoint: item.lastRecoveryPointTime }),
    can: {
      protect: state === 'notProtected',
      backUp: canBackUp(machine),
      restore: canRestore(machine),
      stop: canStop(machine),
    },
    ...(points?.value
      ? {
          points: pointRows(points.value, jobs, options.newBytesOf, zoneOf(machine)).map((row, index) =>
            withActions(row, points.value?.[index], machine),
          ),
        }
      : {}),
    ...(options.openedPoint === undefined ? {} : { openedPoint: options.openedPoint }),
    jobs: jobs.slice(0, JOB_ROWS).map((job) => jobLine(stores, job, now)),
    jobCount: jobs.length,
    disks: (machine.machine?.disks ?? []).map(({ id, name, sizeBytes, path }) => ({
      id,
      name,
      sizeBytes,
      ...(path === undefined ? {} : { path }),
    })),
    settings: settingsOf(machine),
    failures: Array.from(new Set(failures.map(failureText))),
    now,
  };
}

/** The lines of points, newest first. */
export function pointRows(
  points: readonly RecoveryPoint[],
  jobs: readonly Job[],
  newBytesOf: (jobId: string) => number | undefined,
  policyZone?: string,
): PointRow[] {
  const backups = jobs.filter(({ operation, endTime }) => operation === 'Backup' && endTime !== undefined);
  return points.map((point) => {
    const job = backups.find((candidate) => madePoint(candidate, point));
    const newBytes = job && newBytesOf(job.id);
    return {
      id: point.id,
      time: point.time,
      consistencyText: consistencyWords(point),
      keptText: keptWords(point, policyZone),
      tierText: tierWords(point),
      ...(newBytes === undefined ? {} : { newBytes }),
      held: point.hold !== undefined,
      archived: needsRehydration(point),
    };
  });
}

function withActions(row: PointRow, point: RecoveryPoint | undefined, machine: MachineFacts): PointRow {
  const actions = point ? pointActions(point, machine) : [];
  return actions.length === 0 ? row : { ...row, actions };
}

function settingsOf({ machine, item, vault, policy }: MachineFacts): { name: string; value: string }[] {
  const sizes = machine?.disks.map(({ sizeBytes }) => sizeBytes) ?? [];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const lines: [string, string | undefined][] = [
    [t('Vault'), vault?.name],
    [t('Policy'), policy?.name ?? item?.policyName],
    [t('Schedule'), policy?.rule && scheduleWords(policy.rule)],
    [t('Retention range'), policy?.rule && retentionWords(policy.rule)],
    [t('Operating system'), machine?.osType],
    [t('Power'), machine && powerWords(machine.power)],
    [t('Size'), machine && facts(formatBytes(total), sizes.length > 1 ? t('{0} disks', sizes.length) : undefined)],
    [t('Resource group'), machine?.resourceGroup],
    [t('Location'), machine?.location],
  ];
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

function powerWords(power: 'running' | 'stopped' | 'unknown'): string {
  if (power === 'running') return t('running');
  return power === 'stopped' ? t('stopped') : t('not known');
}
