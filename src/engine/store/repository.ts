import { AppError, isAppError } from '../../domain/errors';
import { type BackupRequest, BackupRun } from './backupRun';
import { BlobOpener } from './blob';
import { GENERAL_PROFILE } from './chunker';
import { uuidBytes, writeConfig } from './config';
import type { RepositoryContext, StoreEnvironment } from './context';
import { PACK_PREFIX, packKey } from './format';
import { Cleanup, type SweepOptions, type SweepReport } from './gc/cleanup';
import { type Hold, holdPoint, listHolds, releasePoint, removePoint } from './gc/holds';
import type { SweepPlan } from './gc/plan';
import { Readers } from './gc/readers';
import { addKey, type Credential, deriveKeys, forgetKeys, hasRecoveryKey, replaceRecoveryKey } from './keys';
import { loadContext } from './loadContext';
import { manifestPrefix, type StoredPoint } from './manifest';
import { Mutex } from './mutex';
import { listNotes, type NoteRequest, type StoredNote, writeNote } from './notes';
import { openStorage } from './openStorage';
import { loadInventory } from './packs';
import { listPoints, type PointList } from './points';
import { formatRecoveryKey, RECOVERY_SECRET_BYTES } from './recoveryKey';
import { type RepairReport, repairRepository } from './repair';
import { type Access, type OpenAs, readOnlyError, takeAccess } from './replica/access';
import { type Damage, type HealReport, healFromCopies } from './replica/heal';
import type { LeaseHolder } from './replica/lease';
import {
  checkSource,
  planReplication,
  type ReplicationOptions,
  type ReplicationPlan,
  type ReplicationReport,
  replicate,
} from './replica/replication';
import { type RestoreOutcome, type RestoreRequest, readSecrets, restoreDisk } from './restoreRun';
import type { PointSecret } from './secrets';
import type { ObjectStorage } from './storage';
import { copiesOf, type StorageTarget, zonesOf } from './target';
import { mendConfig, unlock } from './unlock';
import { checkVacant, newUuid } from './vacancy';
import { type VerifyOptions, type VerifyReport, verifyRepository } from './verify';

/**
 * An open repository (STORE §2). One engine owns it at a time. Backups and repairs run one after the other;
 * restores, listings and verifications run beside them.
 */
export class Repository {
  private readonly writing = new Mutex();
  private readonly removing = new Mutex();
  private readonly readers = new Readers();
  private readonly cleanup = new Cleanup(
    () => this.opened(),
    async (work) => this.writing.run(async () => this.asOwner(work)),
    this.readers,
  );
  private readonly running = new Set<Promise<unknown>>();
  private readonly closing = new AbortController();
  private closed = false;

  private constructor(
    private context: RepositoryContext,
    private readonly master: Buffer,
    private readonly access: Access,
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
    const described = { uuid, created: environment.now(), chunks: GENERAL_PROFILE };
    await addKey(storage, repository, { master, configKey: keys.configKey }, { keyFile }, randomBytes);
    // The config comes last: without it there is no repository, whatever else was written.
    const config = await writeConfig(storage, described, keys.configKey);
    const access = await takeAccess(storage, environment, 'owner');
    return new Repository(await loadContext({ target, storage, environment, config, keys }, access), master, access);
  }

  /**
   * Opens a repository. Throws `LocalVaultUnreadable` (wrong or damaged key, missing or damaged config;
   * `details.target` says which) or `LocalStoreFormatUnknown`.
   */
  static async open(
    target: StorageTarget,
    credential: Credential,
    environment: StoreEnvironment,
    openAs: OpenAs = 'owner',
  ): Promise<Repository> {
    const storage = (environment.openStorage ?? openStorage)(target);
    const { config, master, keys } = await unlock(storage, credential);
    const access = await takeAccess(storage, environment, openAs);
    if (access.writable) {
      await storage.removeLeftovers();
      await mendConfig(storage, config);
    }
    return new Repository(await loadContext({ target, storage, environment, config, keys }, access), master, access);
  }

  /** The repository's own id; a folder that holds another one is another vault. */
  get uuid(): string {
    return this.context.config.uuid;
  }

  /** Where it is kept, with its further zones and copies. */
  get target(): StorageTarget {
    return this.context.target;
  }

  /** False if everything that writes is refused: another engine owns the repository, or it was opened as a reader. */
  get writable(): boolean {
    return this.access.writable;
  }

  /** Throws `LocalVaultOwnedElsewhere` or `LocalVaultReadOnly` unless the repository can be written to. */
  assertWritable(): void {
    this.forWriting();
  }

  /** Throws `LocalVaultUnreadable` if the repository is not where it was when it was opened, as with a drive that is away. */
  async assertPresent(): Promise<void> {
    await this.track(checkSource(this.opened()));
  }

  /** The engine that owned the repository when it was opened, if that is another one. */
  get holder(): LeaseHolder | undefined {
    return this.access.holder;
  }

  /**
   * Keeps everything in further places from now on, or in fewer: a zone or a pair that came later. A new zone gets what is
   * there before anything is written again. Waits for work that writes. Throws what the storages throw.
   */
  async useCopies({ zonePath, pairPath }: StorageTarget): Promise<void> {
    await this.track(
      this.cleanup.alone(async () =>
        this.writing.run(async () =>
          this.removing.run(async () => {
            const target = { ...this.context.target, zonePath, pairPath };
            const storage = this.openAt(target);
            if (this.access.writable) await storage.removeLeftovers();
            this.context = { ...this.opened(), target, storage, copies: copiesOf(target).map((at) => this.openAt(at)) };
          }),
        ),
      ),
    );
  }

  /** Keeps the repository ours for a while longer. Throws `LocalVaultOwnedElsewhere` once another engine has taken it. */
  async renewLease(): Promise<void> {
    await this.access.lease?.renew();
  }

  /**
   * Makes the recovery key, for example `VMB1-7K2QD-…`. It is returned once and kept nowhere.
   * Throws `RecoveryKeyExists` if there is one.
   */
  async addRecoveryKey(): Promise<string> {
    const { storage, environment } = this.forWriting();
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

  /**
   * Makes a new recovery key and returns it, once. The old one, if there was any, no longer opens the repository; it
   * still opens copies that were made before.
   */
  async rotateRecoveryKey(): Promise<string> {
    const { storage, environment, config, keys } = this.forWriting();
    const recoveryKey = formatRecoveryKey(environment.randomBytes(RECOVERY_SECRET_BYTES));
    const secrets = { master: this.master, configKey: keys.configKey };
    await this.access.lease?.renew();
    await replaceRecoveryKey(storage, uuidBytes(config.uuid), secrets, recoveryKey, environment.randomBytes);
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
    return this.track(this.writing.run(async () => new BackupRun(this.forWriting(), request).execute()));
  }

  /** The recovery points that can be read, or those of one group; sorted by group and time. */
  async points(group?: string): Promise<StoredPoint[]> {
    return [...(await this.listPoints(group)).points];
  }

  /** As {@link points}, and the manifests that cannot be read. */
  async listPoints(group?: string): Promise<PointList> {
    return this.track(this.readers.run(async () => listPoints(this.opened(), group)));
  }

  /** Keys of the manifests that are there, whether or not they can be read. */
  async pointKeys(): Promise<string[]> {
    return this.track(this.opened().storage.list(manifestPrefix())).then((found) => found.map(({ key }) => key));
  }

  /** Keeps what became true of the points of a group after they were taken; see {@link NoteRequest}. */
  async addNote(note: NoteRequest): Promise<void> {
    return this.track(this.asOwner(async () => writeNote(this.opened(), note)));
  }

  /** The notes that can be read, or those of one group, and the keys of those that cannot. */
  async notes(group?: string): Promise<{ notes: readonly StoredNote[]; damaged: readonly string[] }> {
    return this.track(listNotes(this.opened(), group));
  }

  /**
   * Restores one disk; see {@link restoreDisk}. What had to come from a copy is stored anew here, if the repository is
   * ours: then the next restore finds it whole.
   */
  async restoreDisk(request: RestoreRequest): Promise<RestoreOutcome & { healedBlobs: number }> {
    return this.track(this.readers.run(async () => this.restoring(request)));
  }

  /**
   * Stores anew what a verification found damaged or missing, as far as another zone or the paired site has it whole;
   * see {@link healFromCopies}. `manifests`: keys of points that are known to exist but were not found.
   */
  async heal(report: VerifyReport, manifests: readonly string[] = []): Promise<HealReport> {
    const blobs = report.damagedBlobs.map(({ id }) => id);
    const packs = report.damagedPacks.map(({ key }) => key);
    const points = [...report.damagedPoints.map(({ key }) => key), ...manifests];
    return this.healing({ blobs, packs, manifests: points });
  }

  /** What the copy in `replica` lacks; see {@link planReplication}. */
  async planReplication(replica: StorageTarget, expected?: ReadonlySet<string>): Promise<ReplicationPlan> {
    return this.track(planReplication(this.opened(), this.openAt(replica), expected));
  }

  /** Brings the copy in `replica` up to date; see {@link replicate}. It runs beside backups. */
  async replicate(replica: StorageTarget, options: ReplicationOptions = {}): Promise<ReplicationReport> {
    return this.track(this.readers.run(async () => replicate(this.opened(), this.openAt(replica), options)));
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
          await this.forWriting().confirmOwner();
          const { inventory, report } = await repairRepository(this.context);
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
    return this.track(this.removing.run(async () => this.asOwner(async () => removePoint(this.opened(), key))));
  }

  /** Puts a point on legal hold, with a sentence why: it cannot be removed. Throws `LocalPointNotFound`. */
  async holdPoint(key: string, reason: string): Promise<void> {
    return this.track(this.removing.run(async () => this.asOwner(async () => holdPoint(this.opened(), key, reason))));
  }

  /** Ends a legal hold; ending one that is not there is no error. */
  async releasePoint(key: string): Promise<void> {
    return this.track(this.removing.run(async () => this.asOwner(async () => releasePoint(this.opened(), key))));
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
    this.forWriting();
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
    // A lease that cannot be given back ends by itself.
    await this.access.lease?.release().catch(() => undefined);
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

  private openAt(target: StorageTarget): ObjectStorage {
    return (this.context.environment.openStorage ?? openStorage)(target);
  }

  private async restoring(request: RestoreRequest): Promise<RestoreOutcome & { healedBlobs: number }> {
    const lost = [...this.opened().inventory.lostPacks.keys()].map(packKey);
    const mends = this.access.writable && this.context.copies.length > 0;
    const before = mends && lost.length > 0 ? await this.healing({ blobs: [], packs: lost, manifests: [] }) : undefined;
    if (!this.access.writable) await this.reload();
    const outcome = await restoreDisk(this.opened(), request);
    const { fromCopies } = outcome;
    for (const id of fromCopies) this.context.inventory.suspect(Buffer.from(id, 'hex'));
    const after =
      mends && fromCopies.length > 0 ? await this.healing({ blobs: fromCopies, packs: [], manifests: [] }) : undefined;
    return { ...outcome, healedBlobs: (before?.healedBlobs ?? 0) + (after?.healedBlobs ?? 0) };
  }

  /** Runs work that changes what is stored, once it is certain that the repository is still ours. */
  private async asOwner<T>(work: () => Promise<T>): Promise<T> {
    await this.forWriting().confirmOwner();
    return work();
  }

  private async healing(damage: Damage): Promise<HealReport> {
    return this.writing.run(async () => {
      const own = zonesOf(this.context.target).map((zone) => this.openAt(zone));
      return healFromCopies(this.forWriting(), { own, copies: this.context.copies }, damage);
    });
  }

  /** What a reader knows grows old while the owner writes. */
  private async reload(): Promise<void> {
    const { storage, indexObjectKey, condemnedObjectKey, blobKeys } = this.opened();
    const objectKeys = { index: indexObjectKey, condemned: condemnedObjectKey };
    const { inventory } = await loadInventory(storage, objectKeys, new BlobOpener(blobKeys));
    this.context = { ...this.context, inventory };
  }

  private forWriting(): RepositoryContext {
    const context = this.opened();
    if (this.access.writable) return context;
    throw readOnlyError(this.access);
  }

  private async wrapMaster(credential: Credential): Promise<void> {
    const { storage, environment, config, keys } = this.opened();
    const secrets = { master: this.master, configKey: keys.configKey };
    await addKey(storage, uuidBytes(config.uuid), secrets, credential, environment.randomBytes);
  }
}
