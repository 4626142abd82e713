import { AppError } from '../../src/domain/errors';
import type { ByteRange, ObjectStorage, StoredObject } from '../../src/engine/store/storage';

/** The calls that a plan can make fail. */
type StorageCall = 'create' | 'read' | 'list' | 'delete';

/**
 * What goes wrong with a call:
 * - `ENOSPC`, `EIO`, `short write`: it fails without effect, as the contract has it.
 * - `lost answer`: it is done, but its caller is told that it failed.
 * - `torn`: half of an object is there and the call fails. Breaks the contract on purpose: a disk that lies.
 * - `delay`: it is done, but only after everything else that was waiting.
 * - `gone`: this call and all later ones fail, as if the computer had been switched off.
 */
export type StorageFault = 'ENOSPC' | 'EIO' | 'short write' | 'lost answer' | 'torn' | 'delay' | 'gone';

/** The n-th call of a kind goes wrong (1 is the first); `match` counts only calls for keys that begin with it. */
export interface FaultPlan {
  readonly on: StorageCall;
  readonly at: number;
  readonly fault: StorageFault;
  readonly match?: string;
}

/** How many turns of the event loop a delayed call waits. */
const DELAY_TURNS = 50;

/** A storage in memory that follows a plan of faults, with a clock of its own that a test can make jump. */
export class MemoryStorage implements ObjectStorage {
  readonly objects = new Map<string, Buffer>();
  plan: FaultPlan | undefined;
  /** ms UTC. */
  clock: number;
  #written = new Map<string, number>();
  #calls = 0;
  #gone = false;

  constructor(clock = Date.UTC(2026, 0, 1)) {
    this.clock = clock;
  }

  /** Calls that the plan has counted since it was set by {@link follow}. */
  get calls(): number {
    return this.#calls;
  }

  /** Begins to count anew, for a plan or for none. */
  follow(plan: FaultPlan | undefined): void {
    this.plan = plan;
    this.#calls = 0;
    this.#gone = false;
  }

  async createIfAbsent(key: string, content: Uint8Array | readonly Uint8Array[]): Promise<void> {
    const fault = await this.#enter('create', key);
    if (fault === 'ENOSPC') throw new AppError('LocalStoreNoSpace', 'There is no space left.');
    if (fault === 'EIO' || fault === 'short write') throw notWritable(fault);
    if (this.objects.has(key)) throw new AppError('StoreObjectExists', `${key} exists.`);
    const bytes = content instanceof Uint8Array ? Buffer.from(content) : Buffer.concat(content);
    this.objects.set(key, fault === 'torn' ? bytes.subarray(0, bytes.length / 2) : bytes);
    this.#written.set(key, this.clock);
    if (fault === 'lost answer' || fault === 'torn') throw notWritable(fault);
  }

  async read(key: string, range?: ByteRange): Promise<Buffer> {
    if (await this.#enter('read', key)) throw new AppError('LocalChunkDamaged', `${key} cannot be read from its disk.`);
    const object = this.objects.get(key);
    if (object === undefined) throw new AppError('StoreObjectMissing', `${key} is missing.`);
    if (range === undefined) return Buffer.from(object);
    const end = range.offset + range.length;
    if (end > object.length) throw new AppError('LocalChunkDamaged', `${key} is too short.`);
    return Buffer.from(object.subarray(range.offset, end));
  }

  async list(prefix: string): Promise<StoredObject[]> {
    if (await this.#enter('list', prefix)) throw new AppError('LocalVaultUnreadable', `${prefix} cannot be listed.`);
    const found = [...this.objects].filter(([key]) => key.startsWith(prefix));
    return found
      .map(([key, { length }]) => ({ key, size: length, modified: this.#written.get(key) ?? this.clock }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(key: string): Promise<void> {
    const fault = await this.#enter('delete', key);
    if (fault !== undefined && fault !== 'lost answer') throw notWritable(fault);
    this.objects.delete(key);
    if (fault !== undefined) throw notWritable(fault);
  }

  async freeBytes(): Promise<number> {
    return Number.MAX_SAFE_INTEGER;
  }

  async time(): Promise<number> {
    return this.clock;
  }

  async removeLeftovers(): Promise<void> {
    // Objects are whole or absent here.
  }

  /** Counts a call and returns what shall go wrong with it, once its time has come. */
  async #enter(call: StorageCall, key: string): Promise<Exclude<StorageFault, 'delay' | 'gone'> | undefined> {
    if (this.#gone) throw new AppError('LocalStoreNotWritable', 'The storage is gone.');
    if (this.plan?.on !== call || !key.startsWith(this.plan.match ?? '')) return undefined;
    this.#calls += 1;
    if (this.#calls !== this.plan.at) return undefined;
    const { fault } = this.plan;
    if (fault === 'gone') {
      this.#gone = true;
      throw new AppError('LocalStoreNotWritable', 'The storage is gone.');
    }
    if (fault !== 'delay') return fault;
    for (let turn = 0; turn < DELAY_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return undefined;
  }
}

function notWritable(fault: StorageFault): AppError {
  return new AppError('LocalStoreNotWritable', `Injected: ${fault}.`);
}
