import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import catalogue from './assets/lab.json';
import databaseData from './assets/sample-db-data.img.zst';
import databaseSystem from './assets/sample-db-os.img.zst';
import webDisk from './assets/sample-web-disk.img.zst';
import { indexPage, LOG_LINE_BYTES, logLines, type Random, TABLE_PAGE_BYTES, tablePage, visitsOf } from './content';
import { FileInImage, type ImageFileLocation } from './fileInImage';

/** A sample machine on this computer. */
export interface LabMachine {
  readonly name: string;
  readonly osType: 'Linux';
  /** Raw images, the disk it starts from first. */
  readonly diskPaths: string[];
}

/** A file inside a sample machine that was rewritten. */
export interface LabChange {
  readonly machine: string;
  readonly path: string;
  /** Bytes written. */
  readonly bytes: number;
}

interface Disk {
  readonly file: string;
  readonly asset: string;
  readonly size: number;
  readonly sha256: string;
}

const assets: Record<string, Uint8Array> = {
  'sample-web-disk.img.zst': webDisk,
  'sample-db-os.img.zst': databaseSystem,
  'sample-db-data.img.zst': databaseData,
};

/** Granularity of the holes in the images. */
const BLOCK_BYTES = 64 * 1024;

/** Log lines that one change replaces: 16 KiB. */
const NEW_LOG_LINES = 128;

/**
 * Puts the sample machines into `folder`. A disk that is already there is kept as it is, changes included.
 * @throws if what the bundle holds is not what was put into it
 */
export async function createLab(folder: string): Promise<LabMachine[]> {
  const machines: LabMachine[] = [];
  for (const { name, disks } of catalogue.machines) {
    await mkdir(join(folder, name), { recursive: true });
    const diskPaths = disks.map(({ file }) => join(folder, name, file));
    for (const [index, disk] of disks.entries()) await unpack(disk, diskPaths[index] ?? '');
    machines.push({ name, osType: 'Linux', diskPaths });
  }
  return machines;
}

/**
 * Lets the sample machines live a little: rewrites a few files in place, with other content each time.
 * Sizes stay the same, so the file systems need no change and stay clean.
 */
export async function changeFiles(
  folder: string,
  { now, random }: { now: number; random: Random },
): Promise<LabChange[]> {
  const changes: LabChange[] = [];
  for (const { machine, path, image, location } of changeableFiles(folder)) {
    const file = await FileInImage.open(image, location);
    try {
      changes.push({ machine, path, bytes: await changeFile(file, path, { now, random }) });
      await file.sync();
    } finally {
      await file.close();
    }
  }
  return changes;
}

/** Removes the sample machines' folders, and `folder` if nothing else is in it. */
export async function removeLab(folder: string): Promise<void> {
  for (const { name } of catalogue.machines) await rm(join(folder, name), { recursive: true, force: true });
  try {
    await rmdir(folder);
  } catch {
    // not empty: it holds something that the lab did not make; or it was never there
  }
}

async function unpack({ file, asset, size, sha256 }: Disk, path: string): Promise<void> {
  if (await hasSize(path, size)) return;
  const bytes = await promisify(zstdDecompress)(assets[asset] ?? new Uint8Array());
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new Error(`The sample disk ${file} is damaged in this installation.`);
  }
  // Under its own name only once complete: an interrupted unpacking is not mistaken for a disk.
  const partial = `${path}.partial`;
  await writeSparse(partial, bytes);
  await rename(partial, path);
}

async function hasSize(path: string, size: number): Promise<boolean> {
  try {
    return (await stat(path)).size === size;
  } catch {
    return false; // not there
  }
}

/** Leaves holes where there are only zeros. */
async function writeSparse(path: string, bytes: Buffer): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.truncate(bytes.length);
    const zeros = Buffer.alloc(BLOCK_BYTES);
    for (let offset = 0; offset < bytes.length; offset += BLOCK_BYTES) {
      const block = bytes.subarray(offset, offset + BLOCK_BYTES);
      if (!block.equals(zeros.subarray(0, block.length))) await handle.write(block, 0, block.length, offset);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function changeableFiles(folder: string) {
  return catalogue.machines.flatMap(({ name, disks }) =>
    disks.flatMap((disk) =>
      disk.changeable.map((location: ImageFileLocation & { path: string }) => ({
        machine: name,
        path: location.path,
        image: join(folder, name, disk.file),
        location,
      })),
    ),
  );
}

/** Returns the bytes written. */
async function changeFile(file: FileInImage, path: string, { now, random }: { now: number; random: Random }) {
  switch (path) {
    case '/srv/www/index.html': {
      const visits = visitsOf((await file.read(0, file.size)).toString()) + 1 + Math.floor(random() * 50);
      return file.write(0, indexPage({ now, visits }));
    }
    case '/srv/www/access.log': {
      const lines = logLines(random, { until: now, count: NEW_LOG_LINES });
      return file.write(file.size - NEW_LOG_LINES * LOG_LINE_BYTES, lines);
    }
    case '/orders.tbl': {
      const number = Math.floor((random() * file.size) / TABLE_PAGE_BYTES);
      return file.write(number * TABLE_PAGE_BYTES, tablePage(random, { number, version: now }));
    }
    default:
      throw new Error(`nothing is known about ${path}`);
  }
}
