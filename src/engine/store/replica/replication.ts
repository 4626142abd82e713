import { isAppError } from '../../../domain/errors';
import { BlobOpener } from '../blob';
import type { RepositoryContext } from '../context';
import { type ReadPage, walkDiskMap } from '../diskMap';
import { cancelled, damaged, unreadable } from '../errors';
import {
  CONFIG_COPY_KEY,
  CONFIG_KEY,
  GC_PREFIX,
  INDEX_PREFIX,
  KEY_PREFIX,
  LOCK_PREFIX,
  PACK_PREFIX,
  packName,
  SNAPSHOT_PREFIX,
} from '../format';
import { readManifest } from '../manifest';
import { packSizes } from '../packs';
import { pageReader } from '../pageReader';
import type { ObjectStorage, StoredObject } from '../storage';
import { copyObject, inCopyOrder } from './copyObject';
import { holdCopy } from './lease';

/** What a replica does not have yet, and what it has too much: a value, so that it can be shown before it is done. */
export interface ReplicationPlan {
  /** In the order in which they are copied. */
  readonly copies: readonly StoredObject[];
  /** Keys among them that the replica has with another length, which was never whole. */
  readonly stale: ReadonlySet<string>;
  /** Keys that the source has deleted, in the order in which they go. */
  readonly deletions: readonly string[];
  /** Keys that the source lost without having deleted them: the replica keeps them, and everything they may need. */
  readonly kept: readonly string[];
  /** Seconds since the oldest point that the replica lacks was written; 0 if it lacks none. */
  readonly lagSeconds: number;
}

/** What {@link replicate} did. */
export interface ReplicationReport {
  readonly copiedObjects: number;
  readonly copiedBytes: number;
  readonly deletedObjects: number;
  /** Manifests that were held back because something they need could not be copied, with the reason. */
  readonly heldBack: readonly { readonly key: string; readonly reason: string }[];
}

/** Options of {@link replicate}. */
export interface ReplicationOptions {
  readonly signal?: AbortSignal;
  /** Keys of the manifests that the layers above know to exist: one that is gone from the source was not deleted. */
  readonly expected?: ReadonlySet<string>;
  /** Id of the engine from which the repository was taken over: its replicas are ours now. */
  readonly formerOwner?: string | undefined;
  /** Called after each object, with what is left. */
  readonly onProgress?: (left: { objects: number; bytes: number }) => void;
}

/** Belongs to one place, not to the repository: who writes there, and what waits there for its deletion. */
const LOCAL_PREFIXES = [LOCK_PREFIX, GC_PREFIX];

/**
 * Compares a repository with its replica. Throws `LocalVaultUnreadable` if the source is not there (an unmounted drive
 * must not look like a deletion of everything) or the replica is of another repository.
 */
export async function planReplication(
  context: RepositoryContext,
  replica: ObjectStorage,
  expected: ReadonlySet<string> = new Set(),
): Promise<ReplicationPlan> {
  const { storage, inventory } = context;
  await checkSource(context);
  // Manifests first: whatever they need is in the listing of everything, which comes after.
  const manifests = await storage.list(SNAPSHOT_PREFIX);
  const listed = await storage.list('');
  const there = new Map((await replica.list('')).map((object) => [object.key, object]));
  await checkSource(context);
  await checkReplica(context, replica, there);

  const source = [...listed.filter(({ key }) => !key.startsWith(SNAPSHOT_PREFIX)), ...manifests].filter(
    ({ key }) => !LOCAL_PREFIXES.some((prefix) => key.startsWith(prefix)),
  );
  const copies = inCopyOrder(source.filter(({ key, size }) => there.get(key)?.size !== size)).toSorted(configFirst);
  const here = new Set(source.map(({ key }) => key));
  const gone = [...there.keys()].filter((key) => !here.has(key) && !LOCAL_PREFIXES.some((at) => key.startsWith(at)));
  const lost = (key: string): boolean => {
    const pack = packName(key);
    // A pack that the index still names was not deleted, it was lost.
    return expected.has(key) || (pack !== undefined && (inventory.has(pack) || inventory.lostPacks.has(pack)));
  };
  const kept = gone.filter(lost);
  const needsAll = kept.some((key) => key.startsWith(SNAPSHOT_PREFIX));
  const deletions = gone.filter((key) => !lost(key) && !(needsAll && isData(key)));
  const pending = copies.filter(({ key }) => key.startsWith(SNAPSHOT_PREFIX)).map(({ modified }) => modified);
  const lag = pending.length === 0 ? 0 : (await storage.time()) - Math.min(...pending);
  return {
    copies,
    stale: new Set(copies.filter(({ key }) => there.has(key)).map(({ key }) => key)),
    deletions: inDeletionOrder(deletions),
    kept,
    lagSeconds: Math.max(0, Math.round(lag / 1000)),
  };
}

/**
 * Brings a replica up to date (STORE §8): packs, then index, then manifests, so that wherever it stops the replica is a
 * whole repository; then what the source has deleted, in the opposite order. Safe to repeat from the start. Throws
 * `LocalVaultOwnedElsewhere` for a copy that another engine took over, what the storages throw, and
 * `LocalOperationCancelled`.
 */
export async function replicate(
  context: RepositoryContext,
  replica: ObjectStorage,
  options: ReplicationOptions = {},
): Promise<ReplicationReport> {
  const plan = await planReplication(context, replica, options.expected);
  const { owner } = context.environment;
  if (owner !== undefined) await holdCopy(replica, owner, options.formerOwner);
  const left = { objects: plan.copies.length, bytes: plan.copies.reduce((sum, { size }) => sum + size, 0) };
  const report = { copiedObjects: 0, copiedBytes: 0, deletedObjects: 0 };
  const heldBack: { key: string; reason: string }[] = [];
  let complete = true;
  for (const object of plan.copies) {
    if (options.signal?.aborted === true) throw cancelled();
    try {
      refuseTorn(context, object);
      if (!complete && object.key.startsWith(SNAPSHOT_PREFIX)) await checkClosure(context, replica, object.key);
      if (plan.stale.has(object.key)) await replica.delete(object.key);
      await copyObject(context.storage, replica, object);
    } catch (error) {
      if (!isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) throw error;
      complete = false;
      if (object.key.startsWith(SNAPSHOT_PREFIX)) heldBack.push({ key: object.key, reason: error.message });
      continue;
    }
    report.copiedObjects += 1;
    report.copiedBytes += object.size;
    left.objects -= 1;
    left.bytes -= object.size;
    options.onProgress?.({ ...left });
  }
  // What could not be read may be needed after all: the replica's own may be the last good one.
  for (const key of complete ? plan.deletions : []) {
    if (options.signal?.aborted === true) throw cancelled();
    await replica.delete(key);
    report.deletedObjects += 1;
  }
  return { ...report, heldBack };
}

/** Throws `LocalVaultUnreadable` unless the repository is where it was opened. */
export async function checkSource({ storage, config }: RepositoryContext): Promise<void> {
  const found = await Promise.any([storage.read(CONFIG_KEY), storage.read(CONFIG_COPY_KEY)]).catch(() => undefined);
  if (found?.includes(config.uuid) === true) return;
  throw unreadable('storage', 'The vault is not where it was.');
}

async function checkReplica(
  { config }: RepositoryContext,
  replica: ObjectStorage,
  there: ReadonlyMap<string, StoredObject>,
): Promise<void> {
  for (const key of [CONFIG_KEY, CONFIG_COPY_KEY]) {
    if (!there.has(key)) continue;
    if ((await replica.read(key)).includes(config.uuid)) continue;
    throw unreadable('replica', 'The folder of the copy holds another vault.');
  }
}

/** The keys and the config come before everything: from then on the replica is known for what it is. */
function configFirst(a: StoredObject, b: StoredObject): number {
  return identityRank(a.key) - identityRank(b.key);
}

function identityRank(key: string): number {
  if (key.startsWith(KEY_PREFIX)) return 0;
  return key === CONFIG_COPY_KEY || key === CONFIG_KEY ? 1 : 2;
}

function isData(key: string): boolean {
  return key.startsWith(PACK_PREFIX) || key.startsWith(INDEX_PREFIX);
}

function inDeletionOrder(keys: readonly string[]): string[] {
  return keys.toSorted((a, b) => deletionRank(a) - deletionRank(b));
}

function deletionRank(key: string): number {
  return [SNAPSHOT_PREFIX, INDEX_PREFIX, PACK_PREFIX].findIndex((prefix) => key.startsWith(prefix));
}

/** A pack that is not as long as the index says is damaged, and must not stand in for a good copy. */
function refuseTorn({ inventory }: RepositoryContext, { key }: StoredObject): void {
  const reason = inventory.lostPacks.get(packName(key) ?? '');
  if (reason !== undefined) throw damaged(`${key}: ${reason}`);
}

/** Throws `LocalChunkDamaged` unless the replica has every pack that a point needs. */
async function checkClosure(context: RepositoryContext, replica: ObjectStorage, key: string): Promise<void> {
  const sizes = await packSizes(replica);
  const check = (id: Uint8Array): void => {
    const pack = context.inventory.locate(id)?.pack;
    if (pack === undefined || sizes.get(pack.name) !== pack.size)
      throw damaged(`${key} needs what could not be copied`);
  };
  const readOwn = pageReader(context, new BlobOpener(context.blobKeys));
  const readPage: ReadPage = async (id) => {
    check(id);
    return readOwn(id);
  };
  const point = await readManifest(context.storage, context.manifestObjectKey, key);
  for (const disk of point.disks) {
    for await (const part of walkDiskMap(Buffer.from(disk.rootId, 'hex'), disk.sizeBytes, readPage)) {
      if (part.kind === 'unreadable') throw part.error;
      for (const { id } of part.kind === 'segment' ? part.pieces : []) if (id !== undefined) check(id);
    }
  }
}
