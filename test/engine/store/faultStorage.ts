import fs from 'node:fs/promises';
import { AppError } from '../../../src/domain/errors';
import type { FileCalls, WritableFile } from '../../../src/engine/store/folderStorage';
import type { ByteRange, ObjectStorage, StoredObject } from '../../../src/engine/store/storage';

/** How the n-th call goes wrong. After `crash`, nothing works any more, as if the process had been killed. */
export type Fault = 'ENOSPC' | 'EIO' | 'short writes' | 'crash';

/** Real files whose n-th changing call fails (1 is the first), or whose writes all take half of what they are given. */
export class FaultyFiles implements FileCalls {
  calls = 0;
  private dead = false;

  constructor(
    private readonly failAt: number,
    private readonly fault: Fault,
  ) {}

  async open(file: string, flags: 'wx' | 'r', mode: number): Promise<WritableFile> {
    await this.step();
    const handle = await fs.open(file, flags, mode);
    return {
      write: async (bytes, offset, length, position) => {
        await this.step();
        return handle.write(bytes, offset, this.fault === 'short writes' ? Math.ceil(length / 2) : length, position);
      },
      stat: async () => handle.stat(),
      datasync: async () => this.step().then(async () => handle.datasync()),
      sync: async () => this.step().then(async () => handle.sync()),
      close: async () => handle.close(),
    };
  }

  async link(existing: string, created: string): Promise<void> {
    await this.step();
    await fs.link(existing, created);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.step();
    await fs.rename(from, to);
  }

  async unlink(file: string): Promise<void> {
    await this.step();
    await fs.unlink(file);
  }

  async mkdir(folder: string, options: { recursive: true; mode: number }): Promise<string | undefined> {
    await this.step();
    return fs.mkdir(folder, options);
  }

  private async step(): Promise<void> {
    this.calls += 1;
    if (this.dead) throw new Error('The process is gone.');
    if (this.calls !== this.failAt) return;
    this.dead = this.fault === 'crash';
    const code = this.fault === 'ENOSPC' ? 'ENOSPC' : 'EIO';
    throw Object.assign(new Error(`injected ${code}`), { code });
  }
}

/** Objects in memory; the n-th creation can fail without effect, or succeed while its answer is lost. */
export class MemoryStorage implements ObjectStorage {
  readonly objects = new Map<string, Buffer>();
  creations = 0;
  plan: { readonly at: number; readonly how: 'refused' | 'answer lost' } | undefined;

  async createIfAbsent(key: string, content: Uint8Array | readonly Uint8Array[]): Promise<void> {
    this.creations += 1;
    if (this.objects.has(key)) throw new AppError('StoreObjectExists', `${key} exists.`);
    const planned = this.plan?.at === this.creations ? this.plan.how : undefined;
    if (planned === 'refused') throw new AppError('LocalStoreNoSpace', 'full');
    this.objects.set(key, content instanceof Uint8Array ? Buffer.from(content) : Buffer.concat(content));
    if (planned === 'answer lost') throw new AppError('LocalStoreNotWritable', 'lost');
  }

  async read(key: string, range?: ByteRange): Promise<Buffer> {
    const object = this.objects.get(key);
    if (object === undefined) throw new AppError('StoreObjectMissing', `${key} is missing.`);
    if (range === undefined) return Buffer.from(object);
    const end = range.offset + range.length;
    if (end > object.length) throw new AppError('LocalChunkDamaged', `${key} is too short.`);
    return Buffer.from(object.subarray(range.offset, end));
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const found = [...this.objects].filter(([key]) => key.startsWith(prefix));
    return found.map(([key, { length }]) => ({ key, size: length })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(key: string): Promise<void> {
    this.objects.delete(key);
  }

  async freeBytes(): Promise<number> {
    return Number.MAX_SAFE_INTEGER;
  }

  async removeLeftovers(): Promise<void> {
    // Objects are whole or absent here.
  }
}
