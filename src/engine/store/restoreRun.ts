import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError, isAppError } from '../../domain/errors';
import { BlobOpener } from './blob';
import type { RepositoryContext } from './context';
import { walkDiskMap } from './diskMap';
import { damaged, systemCode } from './errors';
import { segmentCount } from './format';
import { toHex } from './ids';
import { LaneGroup } from './laneGroup';
import { readManifest, type StoredPoint } from './manifest';
import { pageReader } from './pageReader';
import { throttled } from './progress';
import { openSecrets, type PointSecret } from './secrets';
import { targetError } from './segmentRestore';
import type { RestoreTask } from './workerProtocol';

/** How far a restore is, in bytes of the disk. Zeros count as read without being written. */
export interface RestoreProgress {
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly totalBytes: number;
}

/** Which disk to restore, and where to. */
export interface RestoreRequest {
  /** Key of the recovery point. */
  readonly key: string;
  /** Name of the disk in it. */
  readonly disk: string;
  /** Absolute path of the raw image to make. It must not exist. */
  readonly targetPath: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RestoreProgress) => void;
}

/** What a restore did. */
export interface RestoreOutcome {
  readonly writtenBytes: number;
  /** Ids, in hex, of chunks and map pages that came from a copy because the vault's own are damaged. */
  readonly fromCopies: readonly string[];
}

/**
 * Restores a disk as a sparse raw image of exactly its size; every chunk is checked against its id (STORE §6). The file
 * is created by us or not at all, is durable when this returns, and is removed if it throws.
 * Throws `LocalPointNotFound`, `LocalChunkDamaged`, `LocalTargetNotWritable`, `LocalTargetNoSpace` or
 * `LocalOperationCancelled`.
 */
export async function restoreDisk(context: RepositoryContext, request: RestoreRequest): Promise<RestoreOutcome> {
  const point = await readPoint(context, request.key);
  const disk = point.disks.find(({ name }) => name === request.disk);
  if (disk === undefined) {
    throw new AppError('LocalPointNotFound', `The recovery point has no disk "${request.disk}".`);
  }
  const { targetPath } = request;
  const file = await createTarget(targetPath);
  try {
    let outcome: RestoreOutcome;
    try {
      await checkSpace(targetPath, disk.nonZeroBytes);
      await file.truncate(disk.sizeBytes);
      outcome = await writeChunks(context, request, Buffer.from(disk.rootId, 'hex'), disk.sizeBytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await syncFolder(path.dirname(targetPath));
    return outcome;
  } catch (error) {
    await fs.rm(targetPath, { force: true });
    throw targetError(targetPath, error);
  }
}

/** The secrets of a point's disks. Throws `LocalPointNotFound` or `LocalChunkDamaged`. */
export async function readSecrets(context: RepositoryContext, key: string): Promise<PointSecret[]> {
  const { id, secrets } = await readPoint(context, key);
  return secrets === undefined ? [] : openSecrets(context.manifestObjectKey, id, secrets);
}

async function readPoint({ storage, manifestObjectKey }: RepositoryContext, key: string): Promise<StoredPoint> {
  try {
    return await readManifest(storage, manifestObjectKey, key);
  } catch (error) {
    if (!isAppError(error, 'StoreObjectMissing')) throw error;
    throw new AppError('LocalPointNotFound', 'The recovery point does not exist any more.', { cause: error });
  }
}

async function createTarget(targetPath: string): Promise<fs.FileHandle> {
  try {
    return await fs.open(targetPath, 'wx', 0o600);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw targetError(targetPath, error);
    throw new AppError('LocalTargetNotWritable', `${targetPath} exists already; a restore never overwrites a file.`, {
      cause: error,
      details: { target: targetPath, recommendation: 'Choose another folder or name.' },
    });
  }
}

async function checkSpace(targetPath: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await fs.statfs(path.dirname(targetPath));
  if (bavail * bsize >= neededBytes) return;
  throw new AppError('LocalTargetNoSpace', `The restore needs ${neededBytes} bytes; ${bavail * bsize} are free.`, {
    details: { target: targetPath, recommendation: 'Free some space there or choose another folder.' },
  });
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot sync a folder and writes its names through.
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface Part {
  readonly bytes: number;
  readonly chunks: RestoreTask['chunks'];
}

async function writeChunks(
  context: RepositoryContext,
  request: RestoreRequest,
  rootId: Uint8Array,
  totalBytes: number,
): Promise<RestoreOutcome> {
  const { signal, targetPath } = request;
  const report = throttled(context.environment, request.onProgress);
  let readBytes = 0;
  let writtenBytes = 0;
  const fromCopies: string[] = [];
  const host = {
    claim: async () => new Uint8Array(0),
    packWritten: () => undefined,
  };
  await LaneGroup.use(context, { tasks: segmentCount(totalBytes), host, signal }, async (lanes) =>
    lanes.share(
      partsOf(context, rootId, totalBytes, (id) => fromCopies.push(toHex(id))),
      async (lane, part) => {
        let restoredBytes = 0;
        if (part.chunks.length > 0) {
          const restored = await lane.restore({ targetPath, chunks: part.chunks });
          restoredBytes = restored.bytes;
          writtenBytes += restoredBytes;
          fromCopies.push(...restored.fromCopies.map(toHex));
        }
        readBytes += part.bytes;
        report({ readBytes, writtenBytes, totalBytes });
        await context.environment.bandwidth?.spend(restoredBytes, signal);
      },
    ),
  );
  request.onProgress({ readBytes, writtenBytes, totalBytes });
  return { writtenBytes, fromCopies };
}

async function* partsOf(
  context: RepositoryContext,
  rootId: Uint8Array,
  totalBytes: number,
  onCopied: (id: Uint8Array) => void,
): AsyncGenerator<Part> {
  const readPage = pageReader(context, new BlobOpener(context.blobKeys), onCopied);
  for await (const part of walkDiskMap(rootId, totalBytes, readPage)) {
    if (part.kind === 'unreadable') throw part.error;
    const chunks = [];
    for (const { id, offset, length } of part.kind === 'segment' ? part.pieces : []) {
      if (id === undefined) continue;
      const blob = context.inventory.locate(id);
      if (blob?.raw !== length) throw damaged(`chunk ${toHex(id).slice(0, 16)} is missing`);
      chunks.push({ at: part.offset + offset, blob: { ...blob, id: new Uint8Array(id), pack: blob.pack.name } });
    }
    yield { bytes: part.length, chunks };
  }
}
