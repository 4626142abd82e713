import { t } from '../text';
import { agoText, facts, momentText, spanText } from './format';
import { jobCause } from './jobView';
import { type MachineFacts, restingState, zoneOf } from './machineFacts';
import type { Target } from './target';
import type { VaultBranch } from './vaultStore';
import { copyState } from './vaultView';

export type AlertKind = 'failed' | 'overdue' | 'secondSite';

/** Something that needs somebody, for lists of what is wrong. */
export interface Alert {
  /** Stable while the matter is the same one. */
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: 'error' | 'warning';
  /** Name of the machine or vault. */
  readonly subject: string;
  /** A few words, for a row beside the name. */
  readonly words: string;
  /** A whole sentence that names the subject. */
  readonly sentence: string;
  /** Since when it is so (ms UTC), where that is known. */
  readonly since?: number;
  /** What it is about: opening it leads on. */
  readonly target: Target;
  /** The job that explains it. */
  readonly jobId?: string;
}

/** What is known where alerts are looked for. */
export interface AlertWorld {
  readonly machines: readonly MachineFacts[];
  readonly branches: readonly VaultBranch[];
  /** ms UTC. */
  readonly now: number;
}

/** Everything that needs somebody: failures first, then machines without a new point, then vaults behind at their copy. */
export function alertsOf({ machines, branches, now }: AlertWorld): Alert[] {
  const ofMachines = machines.flatMap((machine) => machineAlert(machine, now) ?? []);
  return [
    ...ofMachines.filter(({ kind }) => kind === 'failed').toSorted(newestFirst),
    ...ofMachines.filter(({ kind }) => kind === 'overdue').toSorted(oldestFirst),
    ...branches.flatMap((branch) => vaultAlert(branch) ?? []),
  ];
}

function machineAlert(machine: MachineFacts, now: number): Alert | undefined {
  const { name, machineId, item, failedBackup } = machine;
  const target: Target = { kind: 'machine', machineId };
  switch (restingState(machine)) {
    case 'failed': {
      const at = item?.lastBackupTime ?? failedBackup?.startTime;
      const cause = failedBackup && jobCause(failedBackup);
      const failed = at === undefined ? t('last backup failed') : t('failed {0}', momentText(at, now, zoneOf(machine)));
      return {
        id: `failed ${machineId.toLowerCase()} ${at ?? ''}`,
        kind: 'failed',
        severity: 'error',
        subject: name,
        words: facts(failed, cause),
        sentence:
          cause === undefined
            ? t('The last backup of {0} failed.', name)
            : t('The last backup of {0} failed: {1}', name, cause),
        ...(at === undefined ? {} : { since: at }),
        target,
        ...(failedBackup ? { jobId: failedBackup.id } : {}),
      };
    }
    case 'overdue': {
      const last = item?.lastRecoveryPointTime ?? 0;
      const over = spanText(machine.overdueMs ?? 0);
      return {
        id: `overdue ${machineId.toLowerCase()} ${last}`,
        kind: 'overdue',
        severity: 'warning',
        subject: name,
        words: facts(t('overdue {0}', over), t('last point {0}', agoText(last, now))),
        sentence: t(
          'The newest recovery point of {0} is from {1}: {2} too old.',
          name,
          momentText(last, now, zoneOf(machine)),
          over,
        ),
        since: last + (machine.targetMs ?? 0),
        target,
      };
    }
    default:
      return undefined;
  }
}

function vaultAlert({ vault, copy }: VaultBranch): Alert | undefined {
  const state = copyState(copy.value);
  if (!state?.attention) return undefined;
  return {
    id: `secondSite ${vault.id.toLowerCase()}`,
    kind: 'secondSite',
    severity: 'warning',
    subject: vault.name,
    words: state.words,
    sentence: t('Vault {0}: {1}', vault.name, state.sentence),
    target: { kind: 'vault', vaultId: vault.id },
  };
}

function newestFirst(a: Alert, b: Alert): number {
  return (b.since ?? 0) - (a.since ?? 0);
}

function oldestFirst(a: Alert, b: Alert): number {
  return (a.since ?? 0) - (b.since ?? 0);
}
