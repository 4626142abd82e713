import { AppError, isAppError } from '../../domain/errors';
import { type BackupRequest, BackupRun } from './backupRun';
import { BlobOpener } from './blob';
import { GENERAL_PROFILE } from './chunker';
import { type RepositoryConfig, readConfig, uuidBytes, writeConfig } from './config';
import type { RepositoryContext, StoreEnvironment } from './context';
import { unreadable } from './errors';
import { CONFIG_KEY, INDEX_PREFIX, PACK_PREFIX, SNAPSHOT_PREFIX } from './format';
import { Cleanup, type SweepOptions, type SweepReport } from './gc/cleanup';
import { type Hold, holdPoint, listHolds, releasePoint, removePoint } from './gc/holds';
import type { SweepPlan } from './gc/plan';
import { Readers } from './gc/readers';
import { toHex } from './ids';
import {
  addKey,
  type Credential,
  deriveKeys,
  forgetKeys,
  hasRecoveryKey,
  type RepositoryKeys,
  readMaster,
} from './keys';
import type { StoredPoint } from './manifest';
import { Mutex } from './mutex';
import { listNotes, type NoteRequest, type StoredNote, writeNote } from './notes';
import { openStorage } from './openStorage';
import { loadInventory } from './packs';
import { listPoints, type PointList } from './points';
import { formatRecoveryKey, RECOVERY_SECRET_BYTES } from './recoveryKey';
import { type RepairReport, repairRepository } from './repair';
import { type RestoreRequest, readSecrets, restoreDisk } from './restoreRun';
import { ObjectKind } from './sealedObject';
import type { PointSecret } from './secrets';
import type { ObjectStorage } from './storage';
import type { StorageTarget } from './target';
import { type VerifyOptions, type VerifyReport, verifyRepository } from './verify';

/**
 * An open repository (STORE §2). One process owns it at a time. Backups and repairs run one after the other;
 * restores, listings and verifications run beside them.
 */
export class Repository {
  private readonly writing = new Mutex();
  private readonly removing = new Mutex();
  private readonly readers = new Readers();
  private readonly cleanup = new Cleanup(
    () => this.opened(),
    async (work) => this.writing.run(work),
    this.readers,
  );
  private readonly running = new Set<Promise<unknown>>();
  private readonly closing = new AbortController();
  private closed = false;

  private constructor(
    private context: RepositoryContext,
    private readonly master: Buffer,
  ) {}

  /**
   * Makes a repository that the key file (32 random bytes) opens, and opens it. Throws `LocalVaultExists` if there is
   * one, `LocalVaultUnreadable` if there are the remains of one, and what the storage throws.
   */
  static async create(target: StorageTarget, keyFile: Buffer, environment: StoreEnvironment): Promise<Repository> {
    const storage = (environment.openStorage ?? openStorage)(target);
    await checkVacant(storage, target);
    const { randomBytes } = environment;
    const uuid = newUuid(randomBytes);
    const repository = uuidBytes(uuid);
    const master = randomBytes(32);
    const keys = deriveKeys(master, repository);
    const config = { uuid, created: environment.now(), chunks: GENERAL_PROFILE };
    await addKey(storage, repository, { master, configKey: keys.configKey }, { keyFile }, randomBytes);
    // The config comes last: without it there is no repository, whatever else was written.
    await writeConfig(storage, config, keys.configKey);
    return new Repository(await load({ target, storage, environment, config, keys }), master);
  }

  /**
   * Opens a repository. Throws `LocalVaultUnreadable` (wrong or damaged key, missing or damaged config;
   * `details.target` says which) or `LocalStoreFormatUnknown`.
   */
  static async open(target: StorageTarget, credential: Credential, environment: StoreEnvironment): Promise<Repository> {
    const storage = (environment.openStorage ?? openStorage)(target);
    const config = await readConfig(storage);
    const repository = uuidBytes(config.uuid);
    const master = await readMaster(storage, repository, credential);
    const keys = deriveKeys(master, repository);
    config.verify(keys.configKey);
    await storage.removeLeftovers();
    return new Repository(await load({ target, storage, environment, config, keys }), master);
  }

  /** The repository's own id; a folder that holds another one is another vault. */
  get uuid(): string {
    return this.context.config.uuid;
  }

  /**
   * Makes the recovery key, for example `VMB1-7K2QD-…`. It is returned once and kept nowhere.
   * Throws `RecoveryKeyExists` if there is one.
   */
  async addRecoveryKey(): Promise<string> {
    const { storage, environment } = this.opened();
    const recoveryKey = formatRecoveryKey(environment.randomBytes(RECOVERY_SECRET_BYTES));
    const exists = new AppError('RecoveryKeyExists', 'This vault has a recovery key already.');
    if (await hasRecoveryKey(storage)) throw exists;
    try {
      await this.wrapMaster({ recoveryKey });
    } catch (error) {
      throw isAppError(error, 'StoreObjectExists') ? exists : error;
    }
    return recoveryKey;
  }

  /** Lets another data folder's key file open the repository too; once it does, calling this again is no error. */
  async addKeyFile(keyFile: Buffer): Promise<void> {
    try {
      await this.wrapMaster({ keyFile });
    } catch (error) {
      if (!isAppError(error, 'StoreObjectExists')) throw error;
    }
  }

  /**
   * Takes a recovery point of one or more disks, all or none; see {@link BackupRequest}. Waits for a backup that is
   * running. Throws `LocalOperationCancelled`, `LocalStoreNoSpace`, `LocalSourceShrank` and others; then nothing is
   * visible, and what was stored is used by the next backup.
   */
  async backup(request: BackupRequest): Promise<StoredPoint> {
    return this.track(this.writing.run(async () => new BackupRun(this.opened(), request).execute()));
  }

  /** The recovery points that can be read, or those of one group; sorted by group and time. */
  async points(group?: string): Promise<StoredPoint[]> {
    return [...(await this.listPoints(group)).points];
  }

  /** As {@link points}, and the manifests that cannot be read. */
  async listPoints(group?: string): Promise<PointList> {
    return this.track(this.readers.run(async () => listPoints(this.opened(), group)));
  }

  /** Keeps what became true of the points of a group after they were taken; see {@link NoteRequest}. */
  async addNote(note: NoteRequest): Promise<void> {
    return this.track(writeNote(this.opened(), note));
  }

  /** The notes that can be read, or those of one group, and the keys of those that cannot. */
  async notes(group?: string): Promise<{ notes: readonly StoredNote[]; damaged: readonly string[] }> {
    return this.track(listNotes(this.opened(), group));
  }

  /** Restores one disk; see {@link restoreDisk}. */
  async restoreDisk(request: RestoreRequest): Promise<{ writtenBytes: number }> {
    return this.track(this.readers.run(async () => restoreDisk(this.opened(), request)));
  }

  /** The secrets of a point's disks; see {@link readSecrets}. */
  async secrets(key: string): Promise<PointSecret[]> {
    return this.track(readSecrets(this.opened(), key));
  }

  /** Checks everything that is stored; see {@link verifyRepository}. Throws `LocalOperationCancelled`. */
  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    return this.track(this.readers.run(async () => verifyRepository(this.opened(), this.stoppable(options))));
  }

  /** Makes the index anew; see {@link repairRepository}. */
  async repair(): Promise<RepairReport> {
    return this.track(
      this.cleanup.alone(async () =>
        this.writing.run(async () => {
          const { inventory, report } = await repairRepository(this.opened());
          this.context = { ...this.context, inventory };
          return report;
        }),
      ),
    );
  }

  /**
   * Removes a recovery point, durably; its space comes back with the sweeps that follow, see {@link sweep}. Does not wait
   * for a backup. Returns false if it was not there any more. Throws `LocalPointHeld` if it is on legal hold, and
   * `LocalRequestInvalid` for a key that is not a point's.
   */
  async removePoint(key: string): Promise<boolean> {
    return this.track(this.removing.run(async () => removePoint(this.opened(), key)));
  }

  /** Puts a point on legal hold, with a sentence why: it cannot be removed. Throws `LocalPointNotFound`. */
  async holdPoint(key: string, reason: string): Promise<void> {
    return this.track(this.removing.run(async () => holdPoint(this.opened(), key, reason)));
  }

  /** Ends a legal hold; ending one that is not there is no error. */
  async releasePoint(key: string): Promise<void> {
    return this.track(this.removing.run(async () => releasePoint(this.opened(), key)));
  }

  /** The points that are on legal hold. */
  async holds(): Promise<Hold[]> {
    return this.track(listHolds(this.opened()).then(({ holds }) => holds));
  }

  /** What {@link sweep} would do now, as numbers and lists. Changes nothing; see `describePlan` for the words. */
  async planSweep(options: SweepOptions = {}): Promise<SweepPlan> {
    return this.track(this.readers.run(async () => this.cleanup.plan(this.stoppable(options))));
  }

  /**
   * Gives back the space of removed points, in two phases: what no point needs is condemned, and deleted once the grace
   * time has passed (STORE §5). Backups wait for short parts of it only. Safe to stop and to repeat at any time.
   * Throws `LocalCleanupRefused` if it is not certain what is needed; then nothing was deleted.
   */
  async sweep(options: SweepOptions = {}): Promise<SweepReport> {
    return this.track(this.cleanup.sweep(this.stoppable(options)));
  }

  /** Bytes of all stored objects, number of packs, and number of chunks and map pages in them. */
  async usage(): Promise<{ storedBytes: number; packs: number; chunks: number }> {
    const { storage, inventory } = this.opened();
    const objects = await storage.list('');
    return {
      storedBytes: objects.reduce((sum, { size }) => sum + size, 0),
      packs: objects.filter(({ key }) => key.startsWith(PACK_PREFIX)).length,
      chunks: inventory.blobs,
    };
  }

  /** Bytes that can still be stored, as far as the target can tell. */
  async freeBytes(): Promise<number> {
    return this.opened().storage.freeBytes();
  }

  /**
   * Stops sweeps and verifications, waits for the other work that is running (abort it first), then forgets the keys.
   * The repository cannot be used after that; a backup that was still waiting fails with `LocalVaultClosed`.
   */
  async close(): Promise<void> {
    this.closed = true;
    this.closing.abort();
    await Promise.allSettled(this.running);
    forgetKeys(this.context.keys);
    this.master.fill(0);
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    try {
      return await work;
    } finally {
      this.running.delete(work);
    }
  }

  private stoppable<T extends { readonly signal?: AbortSignal }>(options: T): T {
    const signals = [this.closing.signal, ...(options.signal === undefined ? [] : [options.signal])];
    return { ...options, signal: AbortSignal.any(signals) };
  }

  private opened(): RepositoryContext {
    if (this.closed) throw new AppError('LocalVaultClosed', 'The vault was closed.');
    return this.context;
  }

  private async wrapMaster(credential: Credential): Promise<void> {
    const { storage, environment, config, keys } = this.opened();
    const secrets = { master: this.master, configKey: keys.configKey };
    await addKey(storage, uuidBytes(config.uuid), secrets, credential, environment.randomBytes);
  }
}

interface Opened {
  readonly target: StorageTarget;
  readonly storage: ObjectStorage;
  readonly environment: StoreEnvironment;
  readonly config: RepositoryConfig;
  readonly keys: RepositoryKeys;
}

async function load(opened: Opened): Promise<RepositoryContext> {
  const { storage, keys } = opened;
  const repository = uuidBytes(opened.config.uuid);
  const blobKeys = { repository, dataKey: keys.dataKey, idKey: keys.idKey };
  const indexObjectKey = { kind: ObjectKind.index, key: keys.indexKey, repository };
  const manifestObjectKey = { kind: ObjectKind.manifest, key: keys.manifestKey, repository };
  const condemnedObjectKey = { kind: ObjectKind.condemned, key: keys.indexKey, repository };
  const holdObjectKey = { kind: ObjectKind.hold, key: keys.manifestKey, repository };
  const objectKeys = { index: indexObjectKey, condemned: condemnedObjectKey };
  const loaded = await loadInventory(storage, objectKeys, new BlobOpener(blobKeys));
  let { sequence } = loaded;
  const nextIndexSequence = (): number => {
    sequence += 1;
    return sequence;
  };
  return {
    ...opened,
    blobKeys,
    indexObjectKey,
    manifestObjectKey,
    condemnedObjectKey,
    holdObjectKey,
    inventory: loaded.inventory,
    nextIndexSequence,
  };
}

async function checkVacant(storage: ObjectStorage, target: StorageTarget): Promise<void> {
  const objects = await storage.list('');
  if (objects.some(({ key }) => key === CONFIG_KEY)) {
    throw new AppError('LocalVaultExists', `There is a vault in ${target.path} already.`);
  }
  const remains = objects.find(({ key }) =>
    [PACK_PREFIX, INDEX_PREFIX, SNAPSHOT_PREFIX].some((at) => key.startsWith(at)),
  );
  if (remains === undefined) return;
  throw unreadable(
    'config',
    `${target.path} holds the remains of a vault without its config file, such as ${remains.key}.`,
  );
}

function newUuid(randomBytes: (count: number) => Buffer): string {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
