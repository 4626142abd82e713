import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { openDisk } from '../../src/engine/machines/openDisk';
import type { StoreEnvironment } from '../../src/engine/store/context';
import { type FileCalls, FolderStorage } from '../../src/engine/store/folderStorage';
import { InlinePool } from '../../src/engine/store/inlinePool';
import { Repository } from '../../src/engine/store/repository';
import type { StorageTarget } from '../../src/engine/store/target';
import { KEY_FILE, noise, sha256 } from '../engine/store/storeSupport';

const PIECE_BYTES = 40 * 1024;
const PIECES = 8;
const MOST_POINTS = 4;

/** What a worker tells before and after it changes something, so that a check knows what was promised. */
export type Note =
  | { readonly made: string; readonly sha: string }
  | { readonly removing: string }
  | { readonly replicating: true }
  /** Keys of the points that the copy has from now on. */
  | { readonly replicated: readonly string[] }
  | { readonly did: 'backup' | 'remove' | 'sweep' | 'compaction' | 'replication' | 'restore' | 'verify' };

/** Where a torture run has its repository. */
export function vaultOf(folder: string): StorageTarget {
  return { kind: 'folder', path: path.join(folder, 'vault') };
}

/** Where it has the copy. */
export function pairOf(folder: string): StorageTarget {
  return { kind: 'folder', path: path.join(folder, 'pair') };
}

/** For images and restored disks: whatever a killed worker leaves here is nobody's loss. */
export function scratchOf(folder: string): string {
  return path.join(folder, 'scratch');
}

function environmentOf(files: FileCalls | undefined): StoreEnvironment {
  const openStorage = (at: StorageTarget): FolderStorage => new FolderStorage(at.path, files);
  return {
    now: () => Date.now(),
    randomBytes,
    pool: new InlinePool({ openDisk, openStorage }, { size: 2 }),
    openStorage,
    owner: { id: 'torture', name: 'this computer' },
  };
}

/** Opens, or makes, the repository of a torture run on real files. */
export async function openStore(folder: string, files?: FileCalls): Promise<Repository> {
  const target = vaultOf(folder);
  if (!fs.existsSync(path.join(target.path, 'config'))) {
    fs.rmSync(target.path, { recursive: true, force: true });
    return Repository.create(target, KEY_FILE, environmentOf(files));
  }
  return Repository.open(target, { keyFile: KEY_FILE }, environmentOf(files));
}

/** Opens the copy as somebody whose first site is gone would, before taking it over. Writes nothing. */
export async function openCopy(folder: string): Promise<Repository> {
  return Repository.open(pairOf(folder), { keyFile: KEY_FILE }, environmentOf(undefined), 'reader');
}

/** Restores a point and says whether its bytes are those that it was made from. */
export async function restoresExactly(repository: Repository, folder: string, key: string): Promise<boolean> {
  const point = (await repository.points()).find((each) => each.key === key);
  if (point === undefined) return false;
  const targetPath = path.join(scratchOf(folder), `restored-${randomBytes(4).toString('hex')}.raw`);
  const { signal } = new AbortController();
  await repository.restoreDisk({ key, disk: 'disk', targetPath, signal, onProgress: () => undefined });
  try {
    return sha256(fs.readFileSync(targetPath)) === point.subject;
  } finally {
    fs.rmSync(targetPath, { force: true });
  }
}

/**
 * Does random things to a repository: backups that share pieces, removals, sweeps without grace, replication alone and
 * beside a backup, restores, checks.
 */
export class StoreWork {
  constructor(
    private readonly folder: string,
    private readonly repository: Repository,
    private readonly random: () => number,
    private readonly note: (note: Note) => void,
  ) {
    fs.mkdirSync(scratchOf(folder), { recursive: true });
  }

  async step(): Promise<void> {
    const points = (await this.repository.points()).map(({ key }) => key);
    const chosen = points[Math.floor(this.random() * points.length)];
    const dice = this.random();
    if (chosen === undefined) return this.backup();
    if (dice < 0.2) return this.replicate(points);
    if (dice < 0.4) return this.sweep();
    if (points.length >= MOST_POINTS || dice < 0.55) return this.remove(chosen);
    if (dice < 0.8) return this.backup();
    if (dice < 0.86) return this.backupBesideReplication(points);
    if (dice < 0.95) return this.restore(chosen);
    const report = await this.repository.verify({ level: 3 });
    if (!report.ok) throw new Error(JSON.stringify(report));
    this.note({ did: 'verify' });
  }

  private async backup(): Promise<void> {
    const pieces = Array.from({ length: 1 + Math.floor(this.random() * PIECES) }, () => Math.floor(this.random() * 40));
    const content = Buffer.concat(pieces.map((seed) => noise(PIECE_BYTES, seed)));
    const image = path.join(scratchOf(this.folder), 'image.raw');
    fs.writeFileSync(image, content);
    const sha = sha256(content);
    const { key } = await this.repository.backup({
      group: 'vm',
      disks: [
        {
          name: 'disk',
          sizeBytes: content.length,
          source: { kind: 'raw', path: image, sizeBytes: content.length },
          description: null,
        },
      ],
      signal: new AbortController().signal,
      onProgress: () => undefined,
      describe: async () => ({ time: Date.now(), subject: sha }),
    });
    this.note({ made: key, sha });
    this.note({ did: 'backup' });
  }

  private async remove(key: string): Promise<void> {
    this.note({ removing: key });
    await this.repository.removePoint(key);
    this.note({ did: 'remove' });
  }

  private async sweep(): Promise<void> {
    const { compactedPacks } = await this.repository.sweep({ graceMs: 0 });
    this.note({ did: 'sweep' });
    if (compactedPacks > 0) this.note({ did: 'compaction' });
  }

  private async replicate(points: readonly string[]): Promise<void> {
    this.note({ replicating: true });
    const { heldBack } = await this.repository.replicate(pairOf(this.folder));
    if (heldBack.length > 0) throw new Error(`Held back: ${JSON.stringify(heldBack)}`);
    this.note({ replicated: points });
    this.note({ did: 'replication' });
  }

  /** Waits for both, also when one fails: nothing of a step is under way when its end is looked at. */
  private async backupBesideReplication(points: readonly string[]): Promise<void> {
    const results = await Promise.allSettled([this.backup(), this.replicate(points)]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  private async restore(key: string): Promise<void> {
    if (!(await restoresExactly(this.repository, this.folder, key))) throw new Error(`${key} differs.`);
    this.note({ did: 'restore' });
  }
}
