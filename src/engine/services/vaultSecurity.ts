import type { VaultRecord } from '../catalog/records';

const DEFAULT_SOFT_DELETE_DAYS = 14;

/** Days that deleted items of a vault can still be undeleted; 0 when its soft delete is switched off (SPEC §1.4). */
export function softDeleteDays(_vault: VaultRecord): number {
  return DEFAULT_SOFT_DELETE_DAYS;
}

/** True when backup data of the vault cannot be deleted nor its retention shortened (SPEC §2.16). */
export function isImmutable(_vault: VaultRecord): boolean {
  return false;
}
