import { errorText } from './errorCatalogue';
import { sameLocation } from './names';
import type { HealthStatus } from './states';
import type { Machine, ProtectedItem, Vault } from './views';

/** Most on-demand backups of an item in any 24 hours (SPEC §2.11). */
export const ON_DEMAND_LIMIT = 9;
/** Most points of a machine that the snapshot tier keeps at a time (SPEC §2.11). */
export const MOST_INSTANT_POINTS = 18;
/** Most machines that one policy, and one vault, protects (SPEC §2.4). */
export const MOST_MACHINES_PER_POLICY = 1000;
export const MOST_MACHINES_PER_VAULT = 1000;
const DAY_MS = 86_400_000;

/** Why a vault cannot protect a machine. */
export interface EligibilityProblem {
  /** A code of the error catalogue. */
  readonly code: 'LocalVmInOtherLocation' | 'VirtualMachineAlreadyProtected' | 'UserErrorVmRegisteredWithAnotherVault';
  /** A sentence for people that names the vault or location in the way. */
  readonly message: string;
  /** The vault that protects the machine already. */
  readonly protectingVault?: string;
}

/** The part of a protected item that backups change (SPEC §4). Times are ms UTC. */
export type BackupState = Pick<
  ProtectedItem,
  'state' | 'health' | 'lastBackupStatus' | 'lastBackupTime' | 'lastRecoveryPointTime'
>;

/** How a backup ended. A cancelled one changes nothing about its item. */
export type BackupOutcome =
  | {
      readonly status: 'Completed' | 'CompletedWithWarnings';
      /** Start of the backup (ms UTC). */
      readonly startTime: number;
      /** Moment of the new recovery point (ms UTC). */
      readonly pointTime: number;
    }
  | { readonly status: 'Failed'; readonly startTime: number };

/**
 * Why a vault cannot protect a machine; `undefined` if it can. A machine belongs to a vault of its own location, and to
 * one vault only, also while it is stopped or soft-deleted there (SPEC §2.2, §2.3).
 * @param protectedBy the vault that holds an item of the machine in any state
 */
export function eligibilityProblem(
  machine: Pick<Machine, 'name' | 'location'>,
  vault: Pick<Vault, 'id' | 'name' | 'location'>,
  protectedBy?: Pick<Vault, 'id' | 'name'>,
): EligibilityProblem | undefined {
  if (protectedBy) {
    const here = protectedBy.id.toLowerCase() === vault.id.toLowerCase();
    return {
      code: here ? 'VirtualMachineAlreadyProtected' : 'UserErrorVmRegisteredWithAnotherVault',
      message: `${machine.name} is already protected by the vault ${protectedBy.name}.`,
      protectingVault: protectedBy.name,
    };
  }
  if (!sameLocation(machine.location, vault.location)) {
    const values = { vm: machine.name, vmLocation: machine.location, vaultLocation: vault.location };
    return { code: 'LocalVmInOtherLocation', message: errorText('LocalVmInOtherLocation', values) };
  }
  return undefined;
}

/**
 * When the next on-demand backup of an item may start (ms UTC); `undefined` if one may start now (SPEC §2.11). The
 * refusal is `LocalOnDemandLimit`.
 * @param startTimes starts of the item's earlier on-demand backups (ms UTC), in any order
 */
export function onDemandAllowedFrom(startTimes: readonly number[], now: number): number | undefined {
  const lastDay = startTimes.filter((start) => start > now - DAY_MS && start <= now).toSorted((a, b) => b - a);
  const oldestThatCounts = lastDay[ON_DEMAND_LIMIT - 1];
  return oldestThatCounts === undefined ? undefined : oldestThatCounts + DAY_MS;
}

/** State of an item right after protection was enabled: no recovery point yet, nothing wrong (SPEC §4). */
export function afterEnable(): BackupState {
  return { state: 'IRPending', health: 'Passed', lastBackupStatus: 'None' };
}

/**
 * State of an item after a backup ended. The first success makes it Protected; a failure leaves the state and the last
 * recovery point as they were (SPEC §4).
 */
export function afterBackup(before: BackupState, outcome: BackupOutcome): BackupState {
  const after = {
    ...before,
    lastBackupStatus: outcome.status,
    lastBackupTime: outcome.startTime,
    health: healthStatus({ machineFound: true, lastBackupStatus: outcome.status }),
  };
  return outcome.status === 'Failed'
    ? after
    : {
        ...after,
        state: before.state === 'IRPending' ? 'Protected' : before.state,
        lastRecoveryPointTime: outcome.pointTime,
      };
}

/** What health is derived from. */
export interface HealthFacts {
  /** False once the machine no longer exists (SPEC §2.22). */
  readonly machineFound: boolean;
  readonly lastBackupStatus: ProtectedItem['lastBackupStatus'];
  /** True if a pre-check found something that does not stop backups, for example an old agent (SPEC §2.17). */
  readonly warning?: boolean;
}

/** `protectionStatus` on the wire: healthy unless the last backup failed or the machine is gone (SPEC §4). */
export function protectionStatus(facts: HealthFacts): 'Healthy' | 'Unhealthy' {
  return facts.machineFound && facts.lastBackupStatus !== 'Failed' ? 'Healthy' : 'Unhealthy';
}

/** `healthStatus` on the wire: `ActionRequired` is critical, `ActionSuggested` a warning (SPEC §4). */
export function healthStatus(facts: HealthFacts): HealthStatus {
  if (protectionStatus(facts) === 'Unhealthy') {
    return 'ActionRequired';
  }
  return facts.warning || facts.lastBackupStatus === 'CompletedWithWarnings' ? 'ActionSuggested' : 'Passed';
}

/** True while an item shows "Warning (Initial backup pending)": no backup of it has ended yet (SPEC §1.7). */
export function initialBackupPending(item: Pick<ProtectedItem, 'state' | 'lastBackupStatus'>): boolean {
  return item.state === 'IRPending' && item.lastBackupStatus === 'None';
}
