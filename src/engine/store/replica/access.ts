import { AppError } from '../../../domain/errors';
import type { StoreEnvironment } from '../context';
import type { ObjectStorage } from '../storage';
import { Lease, type LeaseHolder, ownedElsewhere } from './lease';

/**
 * How a repository is opened: as its owner, or as a reader while somebody else's lease lives; as its owner whoever owns
 * it now; or as a reader in any case, which writes nothing at all.
 */
export type OpenAs = 'owner' | 'newOwner' | 'reader';

/** What an open repository may do. */
export interface Access {
  readonly writable: boolean;
  readonly lease?: Lease;
  readonly holder?: LeaseHolder;
}

/** Decides what an engine may do with a repository, and takes the lease if it may write. */
export async function takeAccess(storage: ObjectStorage, { owner }: StoreEnvironment, openAs: OpenAs): Promise<Access> {
  if (openAs === 'reader') return { writable: false };
  if (owner === undefined) return { writable: true };
  const lease = await Lease.acquire(storage, owner, { takeOver: openAs === 'newOwner' });
  return lease instanceof Lease ? { writable: true, lease } : { writable: false, holder: lease };
}

/** The error of a write to a repository that this engine may only read. */
export function readOnlyError({ holder }: Access): AppError {
  if (holder !== undefined) return ownedElsewhere(holder);
  return new AppError('LocalVaultReadOnly', 'The vault was opened for reading only.', {
    details: { recommendation: 'Take the vault over to go on backing up into it.' },
  });
}
