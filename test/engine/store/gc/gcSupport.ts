import { randomBytes } from 'node:crypto';
import { AppError } from '../../../../src/domain/errors';
import { openDisk } from '../../../../src/engine/machines/openDisk';
import type { StoreEnvironment } from '../../../../src/engine/store/context';
import { InlinePool } from '../../../../src/engine/store/inlinePool';
import type { Credential } from '../../../../src/engine/store/keys';
import type { Owner } from '../../../../src/engine/store/replica/lease';
import { Repository } from '../../../../src/engine/store/repository';
import type { ByteRange, ObjectStorage, StoredObject } from '../../../../src/engine/store/storage';
import { MemoryStorage } from '../../../support/memoryStorage';
import { KEY_FILE, requestFor, restored, writeImage } from '../storeSupport';

export const HOUR = 3_600_000;
export const GRACE = 72 * HOUR;

/** Where the copy of a {@link GcWorld} lies. */
const COPY = { kind: 'folder' as const, path: '/second-site' };

/** How the n-th changing call goes wrong: before it has an effect or after it, once or for good, or the disk is full. */
export type StepFault = 'crash before' | 'crash after' | 'fails' | 'full';

/** A storage whose n-th creation or deletion (1 is the first) goes wrong. After a crash nothing works any more. */
export class StepStorage implements ObjectStorage {
  steps = 0;
  private dead = false;

  constructor(
    private readonly inner: ObjectStorage,
    private readonly failAt = Number.POSITIVE_INFINITY,
    private readonly fault: StepFault = 'fails',
  ) {}

  async createIfAbsent(key: string, content: Uint8Array | readonly Uint8Array[]): Promise<void> {
    // A full disk stays full until something was deleted.
    if (this.fault === 'full' && this.steps + 1 >= this.failAt && !this.dead) {
      this.steps += 1;
      throw new AppError('LocalStoreNoSpace', 'injected: no space');
    }
    await this.step(async () => this.inner.createIfAbsent(key, content));
  }

  async delete(key: string): Promise<void> {
    const there = this.fault === 'full' && (await this.inner.list('')).some((object) => object.key === key);
    await this.step(async () => this.inner.delete(key));
    if (there) this.dead = true;
  }

  async read(key: string, range?: ByteRange): Promise<Buffer> {
    this.checkAlive();
    return this.inner.read(key, range);
  }

  async list(prefix: string): Promise<StoredObject[]> {
    this.checkAlive();
    return this.inner.list(prefix);
  }

  async freeBytes(): Promise<number> {
    return this.inner.freeBytes();
  }

  async time(): Promise<number> {
    return this.inner.time();
  }

  async removeLeftovers(): Promise<void> {
    await this.inner.removeLeftovers();
  }

  private checkAlive(): void {
    if (this.dead && this.fault !== 'full') throw new Error('The process is gone.');
  }

  private async step(work: () => Promise<void>): Promise<void> {
    this.checkAlive();
    this.steps += 1;
    const now = this.steps === this.failAt && this.fault !== 'full';
    if (now && this.fault !== 'fails') this.dead = true;
    if (now && this.fault !== 'crash after') throw new AppError('LocalStoreNotWritable', `injected: ${this.fault}`);
    await work();
    if (now) throw new AppError('LocalStoreNotWritable', `injected: ${this.fault}`);
  }
}

/** A repository in memory with a clock that tests move. */
export class GcWorld {
  readonly objects = new MemoryStorage();
  now = Date.UTC(2026, 5, 1);
  repository!: Repository;
  private readonly copied = new MemoryStorage();
  private credential: Credential = { keyFile: KEY_FILE };
  private readonly target = { kind: 'folder' as const, path: '/nowhere' };

  constructor(
    private readonly folder: string,
    private readonly owner?: Owner,
  ) {}

  /** With an `owner`, the repository is leased. */
  static async create(folder: string, owner?: Owner): Promise<GcWorld> {
    const world = new GcWorld(folder, owner);
    world.repository = await Repository.create(world.target, KEY_FILE, world.environment(world.objects));
    return world;
  }

  /** Another world with the same objects, opened by a process of its own. */
  async copy(): Promise<GcWorld> {
    const world = new GcWorld(this.folder, this.owner);
    world.now = this.now;
    for (const [key, bytes] of this.objects.objects) world.objects.objects.set(key, Buffer.from(bytes));
    await world.reopen();
    return world;
  }

  /** Opens the repository as a new process would, through `storage` if it is given. */
  async reopen(storage: ObjectStorage = this.objects): Promise<Repository> {
    this.repository = await Repository.open(this.target, this.credential, this.environment(storage));
    return this.repository;
  }

  /** Opens the repository by its recovery key, as a new computer does, and goes on with a key file of its own. */
  async attach(recoveryKey: string): Promise<void> {
    const opened = await Repository.open(this.target, { recoveryKey }, this.environment(this.objects));
    const keyFile = randomBytes(32);
    await opened.addKeyFile(keyFile);
    this.credential = { keyFile };
    await this.reopen();
  }

  /** Copies the repository to the second site, loses the first one, and attaches the copy in its place. */
  async attachCopy(recoveryKey: string): Promise<void> {
    await this.repository.replicate(COPY);
    this.objects.objects.clear();
    for (const [key, bytes] of this.copied.objects) this.objects.objects.set(key, bytes);
    this.copied.objects.clear();
    await this.attach(recoveryKey);
  }

  /** Opens the repository to look at it: nothing is written, nothing mended. */
  async look(credential: Credential = { keyFile: KEY_FILE }): Promise<Repository> {
    return Repository.open(this.target, credential, this.environment(this.objects), 'reader');
  }

  /** Backs up this content and returns the key of the point. */
  async backup(content: Uint8Array): Promise<string> {
    const image = writeImage(this.folder, content);
    return (await this.repository.backup(requestFor([image]))).key;
  }

  async restored(key: string): Promise<Buffer> {
    return restored(this.repository, key, this.folder);
  }

  /** Keys of all objects below a prefix. */
  keys(prefix: string): string[] {
    return [...this.objects.objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  }

  /** Bytes of all packs. */
  packBytes(): number {
    return this.keys('packs/').reduce((sum, key) => sum + (this.objects.objects.get(key)?.length ?? 0), 0);
  }

  private environment(storage: ObjectStorage): StoreEnvironment {
    return {
      now: () => this.now,
      randomBytes,
      pool: new InlinePool({ openDisk, openStorage: () => storage }, { size: 2 }),
      openStorage: ({ path }) => (path === COPY.path ? this.copied : storage),
      ...(this.owner === undefined ? {} : { owner: this.owner }),
    };
  }
}
