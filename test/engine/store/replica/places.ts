import { isAppError } from '../../../../src/domain/errors';
import type { StoreEnvironment } from '../../../../src/engine/store/context';
import { ZoneStorage } from '../../../../src/engine/store/replica/zoneStorage';
import type { ObjectStorage } from '../../../../src/engine/store/storage';
import type { StorageTarget } from '../../../../src/engine/store/target';
import { MemoryStorage } from '../../../support/memoryStorage';
import { inlineEnvironment } from '../storeSupport';

/** Storages in memory by path: what several folders on several drives are to the real thing. */
export class Places {
  readonly #storages = new Map<string, MemoryStorage>();

  at(path: string): MemoryStorage {
    const storage = this.#storages.get(path) ?? new MemoryStorage();
    this.#storages.set(path, storage);
    return storage;
  }

  /** An environment whose targets are these storages; with `owner`, repositories are leased. */
  environment(owner?: string): StoreEnvironment {
    const open = ({ path, zonePath }: StorageTarget): ObjectStorage =>
      zonePath === undefined ? this.at(path) : new ZoneStorage(this.at(path), this.at(zonePath));
    const environment = inlineEnvironment(open, 1);
    return owner === undefined ? environment : { ...environment, owner: { id: owner, name: `computer of ${owner}` } };
  }
}

export const PRIMARY: StorageTarget = { kind: 'folder', path: '/primary' };
export const PAIR: StorageTarget = { kind: 'folder', path: '/pair' };
export const PAIRED: StorageTarget = { ...PRIMARY, pairPath: PAIR.path };
export const ZONED: StorageTarget = { ...PRIMARY, zonePath: '/zone' };

/** Changes one bit in the middle of an object. */
export function flipBit(storage: MemoryStorage, key: string): void {
  const bytes = Buffer.from(storage.objects.get(key) ?? Buffer.alloc(0));
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  storage.objects.set(key, bytes);
}

/** Keys of a storage below a prefix. */
export function keysOf(storage: MemoryStorage, prefix = ''): string[] {
  return [...storage.objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
}

/** The code that a promise fails with, or nothing. */
export async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => (isAppError(error) ? error.code : String(error)),
  );
}
