import { appError } from '../../domain/errorCatalogue';
import type { Stores } from '../model/stores';

/** Refuses what would change a vault that is only read here. @throws AppError `LocalVaultOwnedElsewhere` */
export function assertWritable({ vaults }: Stores, vaultId: string): void {
  const heldBy = vaults.branch(vaultId)?.heldBy;
  if (heldBy !== undefined) throw appError('LocalVaultOwnedElsewhere', { name: heldBy });
}
