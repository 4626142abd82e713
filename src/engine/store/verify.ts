import { isAppError } from '../../domain/errors';
import { BlobOpener } from './blob';
import type { RepositoryContext } from './context';
import { type MapPart, walkDiskMap } from './diskMap';
import { cancelled } from './errors';
import { packKey } from './format';
import { toHex } from './ids';
import { readIndexObjects } from './indexObjects';
import { findDamagedKeys } from './keys';
import { LaneGroup } from './laneGroup';
import type { StoredPoint } from './manifest';
import { packSizes } from './packs';
import { pageReader } from './pageReader';
import { listPoints } from './points';
import { throttled } from './progress';

/** Part of a disk, in bytes. */
export interface DamagedRange {
  readonly offset: number;
  readonly length: number;
}

/** What a verification found. */
export interface VerifyReport {
  /** True if nothing is wrong. */
  readonly ok: boolean;
  readonly packs: number;
  readonly blobs: number;
  readonly checkedBytes: number;
  /** Recovery points that could be read. */
  readonly points: number;
  /** Packs that are missing, cut short, or have a bad directory or bad blobs, by key. */
  readonly damagedPacks: readonly { readonly key: string; readonly reason: string }[];
  /** Blobs that are not what was written, by id in hex and key of their pack. */
  readonly damagedBlobs: readonly { readonly id: string; readonly pack: string; readonly reason: string }[];
  /** Index objects that cannot be read; `repair` makes new ones. */
  readonly damagedIndexes: readonly string[];
  /** Wrapped keys that were changed: whoever holds their credential can no longer open the vault. */
  readonly damagedKeys: readonly string[];
  /** Manifests that cannot be read. */
  readonly damagedPoints: readonly { readonly key: string; readonly reason: string }[];
  /** Disks of readable points that cannot be restored whole, with what is missing of them. */
  readonly affected: readonly {
    readonly key: string;
    readonly group: string;
    readonly time: number;
    readonly disk: string;
    readonly ranges: readonly DamagedRange[];
  }[];
}

/** How far a verification is, in bytes of packs. */
export interface VerifyProgress {
  readonly checkedBytes: number;
  readonly totalBytes: number;
}

/** Options of {@link verifyRepository}. */
export interface VerifyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/**
 * Reads everything: each blob must decrypt, decompress and hash to its id, and each point's closure must be there
 * (STORE §6). Blobs found damaged are stored anew by the next backup that needs them. Changes nothing on disk.
 */
export async function verifyRepository(context: RepositoryContext, options: VerifyOptions): Promise<VerifyReport> {
  const damagedPacks = await findLostPacks(context);
  const checked = await verifyPacks(context, options, damagedPacks);
  const { damagedKeys: damagedIndexes } = await readIndexObjects(context.storage, context.indexObjectKey);
  const damagedKeys = await findDamagedKeys(context.storage, context.keys.configKey);
  const { points, damaged } = await listPoints(context);
  const affected = await findAffected(context, points, options.signal);
  const { damagedBlobs } = checked;
  return {
    ok: [damagedPacks, damagedBlobs, damagedIndexes, damagedKeys, damaged, affected].every(
      ({ length }) => length === 0,
    ),
    ...checked,
    points: points.length,
    damagedPacks,
    damagedIndexes,
    damagedKeys,
    damagedPoints: damaged,
    affected,
  };
}

type DamagedPack = VerifyReport['damagedPacks'][number];

async function findLostPacks(context: RepositoryContext): Promise<DamagedPack[]> {
  const { inventory } = context;
  // In this order: a backup may be adding packs meanwhile.
  const known = inventory.knownPacks;
  const sizes = await packSizes(context.storage);
  const lost = new Map<string, string>();
  for (const { name, size } of known) {
    const found = sizes.get(name);
    if (found === undefined) lost.set(name, 'the pack is missing');
    else if (found !== size) lost.set(name, `the pack has ${found} bytes instead of ${size}`);
  }
  inventory.losePacks(lost);
  return [...inventory.lostPacks].map(([name, reason]) => ({ key: packKey(name), reason }));
}

async function verifyPacks(
  context: RepositoryContext,
  options: VerifyOptions,
  damagedPacks: DamagedPack[],
): Promise<Pick<VerifyReport, 'packs' | 'blobs' | 'checkedBytes' | 'damagedBlobs'>> {
  const { inventory } = context;
  const { signal } = options;
  const report = throttled(context.environment, options.onProgress ?? (() => undefined));
  const damagedBlobs: { id: string; pack: string; reason: string }[] = [];
  const known = inventory.knownPacks;
  const totalBytes = known.reduce((sum, { size }) => sum + size, 0);
  let packs = 0;
  let blobs = 0;
  let checkedBytes = 0;
  const host = { claim: async () => new Uint8Array(0), packWritten: () => undefined };
  await LaneGroup.use(context, { tasks: known.length, host, signal }, async (lanes) =>
    lanes.share(inventory.contents(), async (lane, pack) => {
      const result = await lane.verify({ pack });
      packs += 1;
      blobs += result.blobs;
      checkedBytes += result.checkedBytes;
      const key = packKey(pack.name);
      for (const { id, reason } of result.damagedBlobs) {
        inventory.suspect(id);
        damagedBlobs.push({ id: toHex(id), pack: key, reason });
      }
      if (result.directoryProblem !== undefined) damagedPacks.push({ key, reason: result.directoryProblem });
      else if (result.damagedBlobs.length > 0) {
        damagedPacks.push({ key, reason: `damaged blobs: ${result.damagedBlobs.length} of ${result.blobs}` });
      }
      report({ checkedBytes, totalBytes });
    }),
  );
  options.onProgress?.({ checkedBytes, totalBytes });
  return { packs, blobs, checkedBytes, damagedBlobs };
}

async function findAffected(
  context: RepositoryContext,
  points: readonly StoredPoint[],
  signal: AbortSignal | undefined,
): Promise<VerifyReport['affected']> {
  const affected: VerifyReport['affected'][number][] = [];
  const readPage = pageReader(context, new BlobOpener(context.blobKeys));
  for (const { key, group, time, disks } of points) {
    for (const disk of disks) {
      const ranges: DamagedRange[] = [];
      for await (const part of walkDiskMap(Buffer.from(disk.rootId, 'hex'), disk.sizeBytes, readPage)) {
        if (signal?.aborted === true) throw cancelled();
        for (const range of damagedRanges(context, part)) addRange(ranges, range);
      }
      if (ranges.length > 0) affected.push({ key, group, time, disk: disk.name, ranges });
    }
  }
  return affected;
}

function* damagedRanges(context: RepositoryContext, part: MapPart): Generator<DamagedRange> {
  if (part.kind === 'unreadable') {
    if (!isAppError(part.error, 'LocalChunkDamaged')) throw part.error;
    yield { offset: part.offset, length: part.length };
  }
  if (part.kind !== 'segment') return;
  for (const { id, offset, length } of part.pieces) {
    if (id === undefined) continue;
    const blob = context.inventory.locate(id);
    if (blob?.raw !== length || context.inventory.isSuspect(id)) yield { offset: part.offset + offset, length };
  }
}

function addRange(ranges: DamagedRange[], range: DamagedRange): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.offset + last.length === range.offset) {
    ranges[ranges.length - 1] = { offset: last.offset, length: last.length + range.length };
  } else {
    ranges.push(range);
  }
}
