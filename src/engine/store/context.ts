import type { Bandwidth } from './bandwidth';
import type { BlobKeys } from './blob';
import type { WrittenConfig } from './config';
import type { Inventory } from './inventory';
import type { RepositoryKeys } from './keys';
import type { Owner } from './replica/lease';
import type { ObjectKey } from './sealedObject';
import type { ObjectStorage, OpenStorage } from './storage';
import type { StorageTarget } from './target';
import type { Pool } from './workerProtocol';

/** What the store needs from its surroundings. */
export interface StoreEnvironment {
  /** ms UTC. */
  readonly now: () => number;
  /** Cryptographic randomness: `node:crypto`'s, except where a test needs the same repository twice. */
  readonly randomBytes: (count: number) => Buffer;
  readonly pool: Pool;
  /** Holds back what moves data of disks; unlimited without one. */
  readonly bandwidth?: Pick<Bandwidth, 'spend'>;
  /** Written into every recovery point. */
  readonly toolVersion?: string;
  /** Who writes; without one nobody asks who owns a repository, as in tools that have it for themselves. */
  readonly owner?: Owner;
  /** How targets are opened on the main thread; folders by default. The pool has its own. */
  readonly openStorage?: OpenStorage;
}

/** An open repository, as the parts that work on it see it. */
export interface RepositoryContext {
  readonly target: StorageTarget;
  readonly storage: ObjectStorage;
  /** Where blobs may be read whole when the own ones are damaged. */
  readonly copies: readonly ObjectStorage[];
  readonly environment: StoreEnvironment;
  readonly config: WrittenConfig;
  readonly keys: RepositoryKeys;
  readonly blobKeys: BlobKeys;
  readonly indexObjectKey: ObjectKey;
  readonly manifestObjectKey: ObjectKey;
  readonly condemnedObjectKey: ObjectKey;
  readonly holdObjectKey: ObjectKey;
  readonly inventory: Inventory;
  /** Throws `LocalVaultOwnedElsewhere` unless this engine still owns the repository. To be asked before a commit. */
  confirmOwner(): Promise<void>;
  /** A number higher than that of every index object there is. */
  nextIndexSequence(): number;
}
