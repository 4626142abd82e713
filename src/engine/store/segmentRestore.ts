import fs from 'node:fs/promises';
import { AppError, isAppError } from '../../domain/errors';
import type { BlobOpener } from './blob';
import { damaged, isNoSpace } from './errors';
import { BlobType, isBlobType, MIB, packKey } from './format';
import { release } from './release';
import { readFromCopies } from './replica/blobCopies';
import type { ObjectStorage } from './storage';
import type { BlobPlace, RestoreResult, RestoreTask } from './workerProtocol';

/** Neighbours in a pack are read together, up to this many bytes. */
const READ_BYTES = 4 * MIB;
/** Bytes between two wanted blobs that are cheaper to read than to skip. */
const GAP_BYTES = 64 * 1024;

type Chunk = RestoreTask['chunks'][number];

/** Turns a failed write of a restore target into the error that says what to do. */
export function targetError(targetPath: string, error: unknown): unknown {
  if (isAppError(error)) return error;
  const details = { target: targetPath };
  if (isNoSpace(error)) {
    return new AppError('LocalTargetNoSpace', `There is not enough space to restore ${targetPath}.`, {
      cause: error,
      details: { ...details, recommendation: 'Free some space there or choose another folder.' },
    });
  }
  return new AppError('LocalTargetNotWritable', `${targetPath} cannot be written: ${String(error)}`, {
    cause: error,
    details,
  });
}

/** A worker's side of a restore: chunks are read in the order of their packs, checked, and written at their offsets. */
export class SegmentRestore {
  private open: { readonly path: string; readonly file: fs.FileHandle } | undefined;

  constructor(
    private readonly storage: ObjectStorage,
    private readonly copies: readonly ObjectStorage[],
    private readonly opener: BlobOpener,
    private readonly throwIfCancelled: () => void,
  ) {}

  /** Writes the chunks of a task; one that is damaged comes from a copy that has it whole. */
  async restore(task: RestoreTask): Promise<RestoreResult> {
    const file = await this.fileOf(task.targetPath);
    const fromCopies: Uint8Array[] = [];
    let written = 0;
    for (const batch of batchesOf(task.chunks)) {
      this.throwIfCancelled();
      const first = batch[0]?.blob;
      const last = batch.at(-1)?.blob;
      if (first === undefined || last === undefined) continue;
      const range = { offset: first.offset, length: last.offset + last.length - first.offset };
      const bytes = await this.readPack(first.pack, range).catch((error: unknown) => this.orCopies(error));
      for (const { at, blob } of batch) {
        let plain: Buffer;
        try {
          if (bytes instanceof Error) throw bytes;
          const from = blob.offset - first.offset;
          plain = openPlaced(this.opener, blob, bytes.subarray(from, from + blob.length));
        } catch (error) {
          plain = await this.fromCopy(blob, this.orCopies(error));
          fromCopies.push(blob.id);
        }
        await writeAll(file, plain, at, task.targetPath);
        written += plain.length;
        release(plain);
      }
      if (!(bytes instanceof Error)) release(bytes);
    }
    return { bytes: written, fromCopies };
  }

  async close(): Promise<void> {
    await this.open?.file.close();
    this.open = undefined;
  }

  /** Damage that a copy may help with, to be dealt with blob by blob; anything else is thrown. */
  private orCopies(error: unknown): AppError {
    if (this.copies.length > 0 && isAppError(error, 'LocalChunkDamaged')) return error;
    throw error;
  }

  private async fromCopy(blob: BlobPlace, damage: AppError): Promise<Buffer> {
    const type = isBlobType(blob.type) ? blob.type : BlobType.data;
    const plain = await readFromCopies(this.copies, this.opener, { ...blob, type });
    if (plain === undefined) throw damage;
    return plain;
  }

  private async readPack(pack: string, range: { offset: number; length: number }): Promise<Buffer> {
    try {
      return await this.storage.read(packKey(pack), range);
    } catch (error) {
      if (isAppError(error, 'StoreObjectMissing')) throw damaged(`pack ${pack} is missing`, error);
      throw error;
    }
  }

  private async fileOf(targetPath: string): Promise<fs.FileHandle> {
    if (this.open?.path === targetPath) return this.open.file;
    await this.close();
    try {
      const file = await fs.open(targetPath, 'r+');
      this.open = { path: targetPath, file };
      return file;
    } catch (error) {
      throw targetError(targetPath, error);
    }
  }
}

/** Opens a blob that a lookup named. Throws `LocalChunkDamaged`. */
export function openPlaced(opener: BlobOpener, blob: BlobPlace, sealed: Uint8Array): Buffer {
  const type = isBlobType(blob.type) ? blob.type : BlobType.data;
  return opener.open({ id: blob.id, raw: blob.raw, type }, sealed);
}

function* batchesOf(chunks: readonly Chunk[]): Generator<Chunk[]> {
  const sorted = chunks.toSorted((a, b) =>
    a.blob.pack === b.blob.pack ? a.blob.offset - b.blob.offset : a.blob.pack < b.blob.pack ? -1 : 1,
  );
  let batch: Chunk[] = [];
  for (const chunk of sorted) {
    const first = batch[0]?.blob;
    const last = batch.at(-1)?.blob;
    const { blob } = chunk;
    const joins =
      first?.pack === blob.pack &&
      last !== undefined &&
      blob.offset - (last.offset + last.length) <= GAP_BYTES &&
      blob.offset + blob.length - first.offset <= READ_BYTES;
    if (!joins && batch.length > 0) {
      yield batch;
      batch = [];
    }
    batch.push(chunk);
  }
  if (batch.length > 0) yield batch;
}

async function writeAll(file: fs.FileHandle, bytes: Uint8Array, at: number, targetPath: string): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  } catch (error) {
    throw targetError(targetPath, error);
  }
}
