import { acceptsBackups } from '../../domain/states';
import { isGeoRedundant } from '../../domain/vaultRules';
import type { MachineDisk, ProtectedItem } from '../../domain/views';
import type { MachineFacts } from './machineFacts';

/** What may be done to the protection of a machine now. Nothing while a job of it runs, or while its vault
 * belongs to another computer: the engine would refuse. */

/** True if backups of the machine run, or fail to: they may be stopped, and its policy changed. */
export function canStop({ item, running, heldBy }: MachineFacts): boolean {
  if (!item || item.softDeleted || running || heldBy) return false;
  return acceptsBackups(item.state) || item.state === 'ProtectionError';
}

/** True if there are several disks to choose from, and backups run. */
export function canChooseDisks(facts: MachineFacts): boolean {
  return canStop(facts) && (facts.machine?.disks.length ?? 0) > 1;
}

/** True if backups of the item take the disk along; the system disk always is. */
export function isBackedUp({ disks }: Pick<ProtectedItem, 'disks'>, { lun }: Pick<MachineDisk, 'lun'>): boolean {
  return !disks || lun === undefined || disks.luns.includes(lun) === disks.included;
}

/** True if backups are stopped or suspended and the data is kept: they may run again, or the data be deleted. */
export function canResume({ item, running, heldBy }: MachineFacts): boolean {
  if (!item || item.softDeleted || running || heldBy) return false;
  return ['ProtectionStopped', 'ProtectionPaused', 'BackupsSuspended'].includes(item.state);
}

/** True if the machine's backup data was deleted and is still there. */
export function canUndelete({ item, running, heldBy }: MachineFacts): boolean {
  return item?.softDeleted !== undefined && !running && !heldBy;
}

/**
 * True if the machine has recovery points that its vault's second region may be restored from. What runs in the first region is no
 * matter there: it may be out of order.
 */
export function canRestoreInSecondRegion({ provider, item, vault }: MachineFacts): boolean {
  if (provider !== 'azure' || item?.lastRecoveryPointTime === undefined || item.softDeleted) return false;
  return vault?.crossRegionRestore === true && isGeoRedundant(vault.replication);
}
