import type { BlobKeys } from './blob';
import type { RepositoryConfig } from './config';
import type { Inventory } from './inventory';
import type { RepositoryKeys } from './keys';
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
  /** Written into every recovery point. */
  readonly toolVersion?: string;
  /** How targets are opened on the main thread; folders by default. The pool has its own. */
  readonly openStorage?: OpenStorage;
}

/** An open repository, as the parts that work on it see it. */
export interface RepositoryContext {
  readonly target: StorageTarget;
  readonly storage: ObjectStorage;
  readonly environment: StoreEnvironment;
  readonly config: RepositoryConfig;
  readonly keys: RepositoryKeys;
  readonly blobKeys: BlobKeys;
  readonly indexObjectKey: ObjectKey;
  readonly manifestObjectKey: ObjectKey;
  readonly condemnedObjectKey: ObjectKey;
  readonly holdObjectKey: ObjectKey;
  readonly inventory: Inventory;
  /** A number higher than that of every index object there is. */
  nextIndexSequence(): number;
}
