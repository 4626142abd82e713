import { isAppError } from '../../../domain/errors';
import type { ByteRange, ObjectStorage, StoredObject } from '../storage';
import { copyObject, inCopyOrder } from './copyObject';

/** What a zone says when it cannot give something that the other may have. */
const ELSEWHERE = ['StoreObjectMissing', 'LocalChunkDamaged', 'LocalVaultUnreadable'] as const;
const AWAY = ['LocalStoreNotWritable', 'LocalStoreNoSpace', 'LocalVaultUnreadable', 'LocalChunkDamaged'] as const;

/**
 * Two storages that are one: an object counts once both have it, and either alone can be read. Between two engines the
 * first zone decides who creates a name. With one zone away everything can be read and nothing written.
 */
export class ZoneStorage implements ObjectStorage {
  constructor(
    private readonly first: ObjectStorage,
    private readonly second: ObjectStorage,
  ) {}

  async createIfAbsent(key: string, content: Uint8Array | readonly Uint8Array[]): Promise<void> {
    await this.first.createIfAbsent(key, content);
    try {
      await this.second.createIfAbsent(key, content).catch(async (error: unknown) => {
        // The first zone had no such name, so what the second has is a leftover of a creation that failed.
        if (!isAppError(error, 'StoreObjectExists')) throw error;
        await this.second.delete(key);
        await this.second.createIfAbsent(key, content);
      });
    } catch (error) {
      // Half of a write must not be found. If it stays, it is as a lost answer: the next open completes it.
      await this.first.delete(key).catch(() => undefined);
      throw error;
    }
  }

  async read(key: string, range?: ByteRange): Promise<Buffer> {
    try {
      return await this.first.read(key, range);
    } catch (error) {
      if (!isAppError(error, ...ELSEWHERE)) throw error;
      return this.second.read(key, range).catch((other: unknown) => {
        throw isAppError(error, 'StoreObjectMissing') ? other : error;
      });
    }
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const [first, second] = await this.both(async (zone) => zone.list(prefix));
    const found = new Map([...second, ...first].map((object) => [object.key, object]));
    return [...found.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(key: string): Promise<void> {
    const results = await Promise.allSettled([this.first.delete(key), this.second.delete(key)]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async freeBytes(): Promise<number> {
    return Math.min(await this.first.freeBytes(), await this.second.freeBytes());
  }

  async time(): Promise<number> {
    return this.first.time().catch(async (error: unknown) => {
      if (isAppError(error, ...AWAY)) return this.second.time();
      throw error;
    });
  }

  /** Also completes what only one zone has. A zone that is away is passed over: what can be read must stay readable. */
  async removeLeftovers(): Promise<void> {
    try {
      await this.first.removeLeftovers();
      await this.second.removeLeftovers();
      const [first, second] = [await this.first.list(''), await this.second.list('')];
      await complete(this.first, first, this.second, second);
      await complete(this.second, second, this.first, first);
    } catch (error) {
      if (!isAppError(error, ...AWAY)) throw error;
    }
  }

  /** What both zones say; a zone that cannot be read says nothing, as long as the other can. */
  private async both(ask: (zone: ObjectStorage) => Promise<StoredObject[]>): Promise<[StoredObject[], StoredObject[]]> {
    const [first, second] = await Promise.allSettled([ask(this.first), ask(this.second)]);
    if (first.status === 'rejected' && second.status === 'rejected') throw first.reason;
    return [first.status === 'fulfilled' ? first.value : [], second.status === 'fulfilled' ? second.value : []];
  }
}

async function complete(
  from: ObjectStorage,
  there: readonly StoredObject[],
  to: ObjectStorage,
  here: readonly StoredObject[],
): Promise<void> {
  const known = new Set(here.map(({ key }) => key));
  for (const object of inCopyOrder(there.filter(({ key }) => !known.has(key)))) await copyObject(from, to, object);
}
