import { isImmutable as isImmutableState } from '../../domain/vaultRules';
import type { VaultRecord } from '../catalog/records';

/** Days that deleted items of a vault can still be undeleted; 0 when its soft delete is switched off (SPEC §1.4). */
export function softDeleteDays({ softDelete }: VaultRecord): number {
  return softDelete.state === 'Disabled' ? 0 : softDelete.days;
}

/** True when backup data of the vault cannot be deleted nor its retention shortened (SPEC §2.16). */
export function isImmutable({ immutability }: VaultRecord): boolean {
  return isImmutableState(immutability);
}
