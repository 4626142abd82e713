import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat, statfs } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { appError } from '../../domain/errorCatalogue';
import { AppError } from '../../domain/errors';
import { formatBytes } from '../../domain/sizes';

const BLOCK = 1024 * 1024;
const HOLE = 64 * 1024;
const ZEROS = Buffer.alloc(HOLE);

export interface ImageSize {
  readonly sizeBytes: number;
  /** What the file takes on its file system. */
  readonly allocatedBytes: number;
}

/** @throws AppError when there is no readable, non-empty file at the path */
export async function imageSize(path: string): Promise<ImageSize> {
  const found = await stat(path).catch((error: unknown) => {
    throw appError('LocalDiskNotFound', { path }, { cause: error });
  });
  if (found.isDirectory()) throw appError('LocalDiskIsDirectory', { path });
  if (!found.isFile()) throw appError('LocalDiskNotAFile', { path });
  if (found.size === 0) throw appError('LocalDiskEmpty', { path });
  return { sizeBytes: found.size, allocatedBytes: Math.min(found.size, found.blocks * 512) };
}

/** @throws AppError `LocalTargetNoSpace` when the folder has less room than needed */
export async function requireSpace(
  folder: string,
  neededBytes: number,
  room: (folder: string) => Promise<{ bavail: number; bsize: number }> = statfs,
): Promise<void> {
  const { bavail, bsize } = await room(folder);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  throw new AppError(
    'LocalTargetNoSpace',
    `The demo needs ${formatBytes(neededBytes)} in ${folder}, but only ${formatBytes(free)} is free there.`,
    { details: { recommendation: 'Make room, or set TMPDIR to a folder on another drive.' } },
  );
}

/** SHA-256 of a file, as hex. */
export async function sha256(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: BLOCK }), hash, { signal });
  return hash.digest('hex');
}

/** Copies an image without writing its zeros, so that the copy takes no more room than the data in it. */
export async function copySparse(from: string, to: string, signal?: AbortSignal): Promise<void> {
  const source = await open(from, 'r').catch((error: Error) => {
    throw appError('LocalDiskNotReadable', { path: from, reason: error.message }, { cause: error });
  });
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      const { size } = await source.stat();
      await target.truncate(size);
      const buffer = Buffer.allocUnsafe(BLOCK);
      for (let offset = 0; offset < size; ) {
        signal?.throwIfAborted();
        const { bytesRead } = await source.read(buffer, 0, Math.min(BLOCK, size - offset), offset);
        if (bytesRead === 0) throw appError('LocalSourceShrank', { path: from, vm: 'demo' });
        await writeNonZero(target, buffer.subarray(0, bytesRead), offset);
        offset += bytesRead;
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/**
 * Overwrites about 1 % of an image's allocated bytes, at least 4 KiB, with random ones, in runs of at most 1 MiB spread
 * over it. The part is of what is allocated, so that a sparse image does not outgrow the room that was asked for.
 * @returns bytes changed
 */
export async function changePart(path: string, allocatedBytes: number): Promise<number> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const wanted = Math.min(size, Math.max(4096, Math.floor(allocatedBytes / 100)));
    const runs = Math.ceil(wanted / BLOCK);
    const length = Math.min(Math.ceil(wanted / runs), size);
    for (let run = 0; run < runs; run++) {
      const offset = Math.floor(((size - length) * (run + 0.5)) / runs);
      await file.write(randomBytes(length), 0, length, offset);
    }
    await file.sync();
    return runs * length;
  } finally {
    await file.close();
  }
}

async function writeNonZero(target: FileHandle, block: Buffer, offset: number): Promise<void> {
  for (let at = 0; at < block.length; at += HOLE) {
    const piece = block.subarray(at, at + HOLE);
    if (!piece.equals(ZEROS.subarray(0, piece.length))) await target.write(piece, 0, piece.length, offset + at);
  }
}
