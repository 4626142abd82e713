import { isAppError } from '../../domain/errors';
import { type AffectedDisk, type DamagedBlob, findAffected } from './affected';
import { BlobOpener } from './blob';
import type { RepositoryContext } from './context';
import { packKey } from './format';
import { toHex } from './ids';
import { readIndexObjects } from './indexObjects';
import type { KnownPack } from './inventory';
import { findDamagedKeys } from './keys';
import { LaneGroup } from './laneGroup';
import { type PackContent, readPackDirectory } from './packDirectory';
import { packProblem, packSizes } from './packs';
import { listPoints } from './points';
import { throttled } from './progress';
import { findDamagedRecords } from './records';
import { VerifyHistory } from './verifyHistory';

/** Packs that are looked up together: enough to keep all lanes busy. */
const PACKS_AT_ONCE = 64;
const SAMPLE_SHARE = 0.01;

/** What a verification found. */
export interface VerifyReport {
  /** True if nothing is wrong. */
  readonly ok: boolean;
  /** Packs that were read whole, the blobs in them and their bytes. */
  readonly packs: number;
  readonly blobs: number;
  readonly checkedBytes: number;
  /** Packs that were not read this time. */
  readonly remainingPacks: number;
  /** Segments whose chunks were read as a restore reads them. */
  readonly sampledSegments: number;
  /** Recovery points that could be read. */
  readonly points: number;
  /** Packs that are missing, cut short, or have a bad directory or bad blobs, by key. */
  readonly damagedPacks: readonly { readonly key: string; readonly reason: string }[];
  /** Blobs that are not what was written, by id in hex and key of their pack. */
  readonly damagedBlobs: readonly DamagedBlob[];
  /** Index objects that cannot be read; `repair` makes new ones. */
  readonly damagedIndexes: readonly string[];
  /** Wrapped keys that were changed: whoever holds their credential can no longer open the vault. */
  readonly damagedKeys: readonly string[];
  /**
   * The config or its copy, which `repair` writes again; lists of condemned packs and the space reserve, which the next
   * sweep makes anew; legal holds, which hold all the same; notes, and leases.
   */
  readonly damagedRecords: readonly string[];
  /**
   * Packs with damaged blobs that are read from elsewhere since, and packs that are gone while no point misses anything,
   * by key. Nothing needs them, the sweeps that follow forget them, and a vault that has them is whole.
   */
  readonly damagedLeftovers: readonly string[];
  /** Manifests that cannot be read. */
  readonly damagedPoints: readonly { readonly key: string; readonly reason: string }[];
  /** Disks of readable points that cannot be restored whole, with what is missing of them. */
  readonly affected: readonly AffectedDisk[];
}

/** How far a verification is, in bytes of packs. */
export interface VerifyProgress {
  readonly checkedBytes: number;
  readonly totalBytes: number;
}

/** Options of {@link verifyRepository}. */
export interface VerifyOptions {
  /**
   * 1: everything is there, has its size, and every chunk that a point needs is known. 2: packs are read too, and each
   * blob must decrypt, decompress and hash to its id. 3: so are some segments as a restore reads them. 2 by default.
   */
  readonly level?: 1 | 2 | 3;
  /** When packs were last read; noted here, and read from it which to read first. */
  readonly history?: VerifyHistory;
  /** No further pack is read after this time, ms; what was read longest ago comes first. Without it all are read. */
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/**
 * Checks what is stored (STORE §6), down to the ranges of disks that are hit. Blobs found damaged are stored anew by the
 * next backup that needs them; what was found damaged before and is right again is not named any more. Changes nothing
 * on disk. Throws `LocalOperationCancelled`, and what the storage throws.
 */
export async function verifyRepository(context: RepositoryContext, options: VerifyOptions): Promise<VerifyReport> {
  const { storage } = context;
  const { level = 2, signal } = options;
  const lostPacks = await findLostPacks(context);
  const damagedPacks: DamagedPack[] = [];
  const read = level === 1 ? nothingRead(context) : await readPacks(context, options, damagedPacks);
  const { damagedKeys: damagedIndexes } = await readIndexObjects(storage, context.indexObjectKey);
  const damagedKeys = await findDamagedKeys(storage, context.keys.configKey);
  const damagedRecords = await findDamagedRecords(context);
  const { points, damaged } = await listPoints(context);
  const sampleShare = level === 3 ? SAMPLE_SHARE : 0;
  const {
    affected,
    sampledSegments,
    damagedBlobs: sampled,
  } = await findAffected(context, points, { signal, sampleShare });
  const damagedBlobs = [...read.damagedBlobs, ...sampled];
  // A copy may have the index of a sweep that was cut off in the first site: it names packs that were deleted.
  const isNeeded = ({ gone }: LostPack): boolean => !gone || affected.length + damaged.length > 0;
  const leftovers = lostPacks.filter((pack) => !isNeeded(pack)).map(({ key }) => key);
  damagedPacks.push(...lostPacks.filter(isNeeded).map(({ key, reason }) => ({ key, reason })));
  return {
    ok: [damagedPacks, damagedBlobs, damagedIndexes, damagedKeys, damagedRecords, damaged, affected].every(
      ({ length }) => length === 0,
    ),
    ...read,
    sampledSegments,
    points: points.length,
    damagedLeftovers: [...read.damagedLeftovers, ...leftovers],
    damagedPacks,
    damagedBlobs,
    damagedIndexes,
    damagedKeys,
    damagedRecords,
    damagedPoints: damaged,
    affected,
  };
}

type DamagedPack = VerifyReport['damagedPacks'][number];
type ReadPacks = Pick<
  VerifyReport,
  'packs' | 'blobs' | 'checkedBytes' | 'remainingPacks' | 'damagedBlobs' | 'damagedLeftovers'
>;

function nothingRead({ inventory }: RepositoryContext): ReadPacks {
  const remainingPacks = inventory.knownPacks.length;
  return { packs: 0, blobs: 0, checkedBytes: 0, remainingPacks, damagedBlobs: [], damagedLeftovers: [] };
}

type LostPack = DamagedPack & { readonly gone: boolean };

/** Looks for packs that are gone or cut short, and for those that are back. */
async function findLostPacks(context: RepositoryContext): Promise<LostPack[]> {
  const { inventory } = context;
  // In this order: a backup may be adding packs meanwhile.
  const known = inventory.knownPacks;
  const sizes = await packSizes(context.storage);
  const lost = new Map<string, string>();
  for (const { name, size } of known) {
    const found = sizes.get(name);
    if (found !== size && inventory.has(name)) lost.set(name, packProblem(found, size));
  }
  inventory.losePacks(lost);
  for (const name of inventory.lostPacks.keys()) {
    const size = sizes.get(name);
    if (size !== undefined && !lost.has(name)) await takeBack(context, name, size);
  }
  return [...inventory.lostPacks].map(([name, reason]) => ({ key: packKey(name), reason, gone: !sizes.has(name) }));
}

async function takeBack(context: RepositoryContext, name: string, size: number): Promise<void> {
  try {
    const directory = await readPackDirectory(context.storage, new BlobOpener(context.blobKeys), name, size);
    context.inventory.adopt({ name, size, directory });
  } catch (error) {
    // It is as lost as it was.
    if (!isAppError(error, 'LocalChunkDamaged', 'StoreObjectMissing')) throw error;
  }
}

async function readPacks(
  context: RepositoryContext,
  options: VerifyOptions,
  damagedPacks: DamagedPack[],
): Promise<ReadPacks> {
  const { inventory, environment } = context;
  const { signal, history = new VerifyHistory() } = options;
  const report = throttled(environment, options.onProgress ?? (() => undefined));
  const damagedBlobs: DamagedBlob[] = [];
  const damagedLeftovers: string[] = [];
  const known = inventory.knownPacks;
  history.keepOnly(new Set(known.map(({ name }) => name)));
  const totalBytes = known.reduce((sum, { size }) => sum + size, 0);
  let packs = 0;
  let blobs = 0;
  let checkedBytes = 0;
  const host = { claim: async () => new Uint8Array(0), packWritten: () => undefined };
  await LaneGroup.use(context, { tasks: known.length, host, signal }, async (lanes) =>
    lanes.share(packsToRead(context, known, history, options.budgetMs), async (lane, pack) => {
      const result = await lane.verify({ pack });
      packs += 1;
      blobs += result.blobs;
      checkedBytes += result.checkedBytes;
      history.note(pack.name, environment.now());
      // A sweep has deleted it meanwhile.
      if (!inventory.has(pack.name)) return;
      const key = packKey(pack.name);
      inventory.checked(
        pack.name,
        result.damagedBlobs.map(({ id }) => id),
      );
      for (const { id, reason } of result.damagedBlobs) damagedBlobs.push({ id: toHex(id), pack: key, reason });
      if (result.damagedLeftovers > 0) damagedLeftovers.push(key);
      if (result.directoryProblem !== undefined) damagedPacks.push({ key, reason: result.directoryProblem });
      else if (result.damagedBlobs.length > 0) {
        damagedPacks.push({ key, reason: `damaged blobs: ${result.damagedBlobs.length} of ${result.blobs}` });
      }
      report({ checkedBytes, totalBytes });
    }),
  );
  options.onProgress?.({ checkedBytes, totalBytes });
  return { packs, blobs, checkedBytes, remainingPacks: known.length - packs, damagedBlobs, damagedLeftovers };
}

/** All packs; with a budget those that were read longest ago come first, until the time is over. */
function* packsToRead(
  { inventory, environment }: RepositoryContext,
  known: readonly KnownPack[],
  history: VerifyHistory,
  budgetMs: number | undefined,
): Generator<PackContent> {
  if (budgetMs === undefined) {
    yield* inventory.contents(new Set(known.map(({ name }) => name)));
    return;
  }
  const end = environment.now() + budgetMs;
  const order = history.oldestFirst(known);
  for (let at = 0; at < order.length; at += PACKS_AT_ONCE) {
    const names = order.slice(at, at + PACKS_AT_ONCE).map(({ name }) => name);
    const contents = new Map([...inventory.contents(new Set(names))].map((pack) => [pack.name, pack]));
    for (const name of names) {
      const pack = contents.get(name);
      if (environment.now() >= end) return;
      if (pack !== undefined) yield pack;
    }
  }
}
