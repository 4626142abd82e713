import { initialBackupPending } from '../domain/protectionRules';
import type { ProtectedItem } from '../domain/views';

/** The state of a protected machine in words. */
export function itemState(item: ProtectedItem): string {
  if (initialBackupPending(item)) return 'Warning (Initial backup pending)';
  return WORDS[item.state];
}

const WORDS: { readonly [S in ProtectedItem['state']]: string } = {
  IRPending: 'initial backup not completed',
  Protected: 'protected',
  ProtectionError: 'protection error',
  ProtectionStopped: 'protection stopped, data kept',
  ProtectionPaused: 'protection paused',
  BackupsSuspended: 'backups suspended',
};
