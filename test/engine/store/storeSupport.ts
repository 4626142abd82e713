import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDisk } from '../../../src/engine/machines/openDisk';
import type { BackupRequest } from '../../../src/engine/store/backupRun';
import type { StoreEnvironment } from '../../../src/engine/store/context';
import { InlinePool } from '../../../src/engine/store/inlinePool';
import { openStorage } from '../../../src/engine/store/openStorage';
import type { Repository } from '../../../src/engine/store/repository';
import type { OpenStorage } from '../../../src/engine/store/storage';

export const MIB = 1024 * 1024;
export const KEY_FILE = Buffer.alloc(32, 7);

/** Bytes that look random and are the same for the same seed. */
export function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let at = 0; at + 4 <= length; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state | 0, at);
  }
  for (let at = length - (length % 4); at < length; at += 1) bytes[at] = (seed + at) & 0xff;
  return bytes;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * A folder that is removed when the test file ends; `in: 'memory'` where thousands of small files are synced and the
 * system has a folder in memory.
 */
export function temporaryFolder(options: { in: 'memory' | 'disk' } = { in: 'disk' }): string {
  const memory = '/dev/shm';
  const parent = options.in === 'memory' && fs.existsSync(memory) ? memory : os.tmpdir();
  const folder = fs.mkdtempSync(path.join(parent, 'store-'));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let files = 0;

/** Writes an image into `folder` and returns its path. */
export function writeImage(folder: string, content: Uint8Array): string {
  files += 1;
  const file = path.join(folder, `image-${files}.raw`);
  fs.writeFileSync(file, content);
  return file;
}

/** An environment that runs the workers' code on this thread. */
export function inlineEnvironment(storage?: OpenStorage, size = 2): StoreEnvironment {
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => {
      now += 1000;
      return now;
    },
    randomBytes,
    pool: new InlinePool({ openDisk, openStorage: storage ?? openStorage }, { size }),
    ...(storage === undefined ? {} : { openStorage: storage }),
    toolVersion: '1.2.3',
  };
}

let points = 0;

/** A request to back up raw images. */
export function requestFor(images: readonly string[], changes: Partial<BackupRequest> = {}): BackupRequest {
  points += 1;
  const time = Date.UTC(2026, 1, 1) + points * 60_000;
  return {
    group: 'web-01',
    disks: images.map((image, at) => {
      const sizeBytes = fs.statSync(image).size;
      const source = { kind: 'raw', path: image, sizeBytes };
      return { name: `disk${at}`, sizeBytes, source, description: { lun: at } };
    }),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    describe: async () => ({ time, subject: { vm: 'web-01', tags: ['a', 'b'] } }),
    ...changes,
  };
}

/** The bytes of a disk of a point, restored into `folder`. */
export async function restored(repository: Repository, key: string, folder: string, disk = 'disk0'): Promise<Buffer> {
  files += 1;
  const targetPath = path.join(folder, `restored-${files}.raw`);
  const signal = new AbortController().signal;
  await repository.restoreDisk({ key, disk, targetPath, signal, onProgress: () => undefined });
  const content = fs.readFileSync(targetPath);
  fs.rmSync(targetPath);
  return content;
}

/** All files below a folder, by path relative to it. */
export function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}
