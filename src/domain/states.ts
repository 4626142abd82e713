/** States of a protected item (SPEC §4). */
export const PROTECTION_STATES = [
  'IRPending',
  'Protected',
  'ProtectionError',
  'ProtectionStopped',
  'ProtectionPaused',
  'BackupsSuspended',
] as const;
export type ProtectionState = (typeof PROTECTION_STATES)[number];

/** Result of the pre-checks of a protected item (SPEC §4). */
export type HealthStatus = 'Passed' | 'ActionSuggested' | 'ActionRequired' | 'Invalid';

/** Job states of the service (SPEC §1.11). */
export const JOB_STATUSES = [
  'InProgress',
  'Completed',
  'CompletedWithWarnings',
  'Failed',
  'Cancelling',
  'Cancelled',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Operations that jobs are kept for (SPEC §1.11). */
export const JOB_OPERATIONS = [
  'ConfigureBackup',
  'Backup',
  'Restore',
  'CrossRegionRestore',
  'DisableBackup',
  'DeleteBackupData',
  'Undelete',
] as const;
export type JobOperation = (typeof JOB_OPERATIONS)[number];

/**
 * True if what a job did can be started again: it ended without doing it, and is of a known kind. Of other kinds, such as moves to the
 * archive, a job does not tell what it did it to.
 */
export function canStartAgain({ status, operation }: { readonly status: string; readonly operation: string }): boolean {
  const ended = status === 'Failed' || status === 'Cancelled';
  return ended && JOB_OPERATIONS.some((known) => known === operation);
}

/** True for the jobs that give data back, in the vault's own region or in its second one. */
export function isRestore(operation: string): boolean {
  return operation === 'Restore' || operation === 'CrossRegionRestore';
}

/** What a recovery point guarantees about the moment it shows (SPEC §2.18). */
export type PointConsistency = 'AppConsistent' | 'FileSystemConsistent' | 'CrashConsistent';

/** True once a job will not change any more. */
export function isFinished(status: string): boolean {
  return status !== 'InProgress' && status !== 'Cancelling';
}

/** True while scheduled and on-demand backups of the item may run (SPEC §2.11). */
export function acceptsBackups(state: ProtectionState): boolean {
  return state === 'IRPending' || state === 'Protected';
}

/** True while the engine has to stay up for the item: backups to run, or points that go on to expire (SPEC §4). */
export function needsEngine(state: ProtectionState): boolean {
  return acceptsBackups(state) || state === 'BackupsSuspended';
}
