import type { StorageTarget } from './target';

/** One object as a listing shows it. */
export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** When it was written, ms UTC by the storage's own clock. */
  readonly modified: number;
}

/** Part of an object: `length` bytes from `offset`. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Where the objects of a repository live (STORE §2). Keys are `/`-separated lower-case names; objects are immutable.
 * Every implementation keeps this contract:
 *
 * - **Atomic:** an object is either absent or complete under its key, whatever fails or crashes.
 * - **Durable:** once `createIfAbsent` resolves, the object survives power loss. If it rejects, the object may be
 *   absent or complete (a lost answer), never partial.
 * - **Write-once:** nothing overwrites or appends.
 * - **Order:** an object whose creation resolved is seen by every later call, from any thread.
 *
 * Errors are `AppError`s: `StoreObjectExists`, `StoreObjectMissing`, `LocalStoreNoSpace` (never worth a retry as it
 * is), `LocalStoreNotWritable`, `LocalVaultUnreadable` (the place itself cannot be read).
 */
export interface ObjectStorage {
  /** Creates an object from one buffer or several in order. Throws `StoreObjectExists` if the key is taken. */
  createIfAbsent(key: string, content: Uint8Array | readonly Uint8Array[]): Promise<void>;
  /**
   * The whole object, or exactly the bytes of `range`. Throws `StoreObjectMissing` if there is no such object and
   * `LocalChunkDamaged` if it ends before the range does or the disk below cannot read it. The buffer is the caller's own.
   */
  read(key: string, range?: ByteRange): Promise<Buffer>;
  /** All objects whose key starts with `prefix` (whole path parts, ending in `/`; empty for all), sorted by key. */
  list(prefix: string): Promise<StoredObject[]>;
  /** Removes an object. Removing one that is not there is no error. */
  delete(key: string): Promise<void>;
  /** Bytes that can still be written, as far as the place can tell. */
  freeBytes(): Promise<number>;
  /**
   * The storage's own time, ms UTC: what an object that is written now would have as `modified`. Clocks of computers
   * that share a storage differ; this one they all see.
   */
  time(): Promise<number>;
  /** Removes what writers that died left behind. Only the one owner of the repository may ask for it. */
  removeLeftovers(): Promise<void>;
}

/** Opens a target. Injected where tests put a faulty or in-memory storage. */
export type OpenStorage = (target: StorageTarget) => ObjectStorage;
