import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { openDisk } from '../../src/engine/machines/openDisk';
import type { StoreEnvironment } from '../../src/engine/store/context';
import { type FileCalls, FolderStorage } from '../../src/engine/store/folderStorage';
import { InlinePool } from '../../src/engine/store/inlinePool';
import { Repository } from '../../src/engine/store/repository';
import { KEY_FILE, noise, sha256 } from '../engine/store/storeSupport';

const PIECE_BYTES = 96 * 1024;
const PIECES = 12;
const MOST_POINTS = 4;

/** What a worker tells before and after it changes something, so that a check knows what was promised. */
export type Note =
  | { readonly made: string; readonly sha: string }
  | { readonly removing: string }
  | { readonly did: 'backup' | 'remove' | 'sweep' | 'restore' | 'verify' };

/** Opens, or makes, the repository of a torture run on real files. */
export async function openStore(folder: string, files?: FileCalls): Promise<Repository> {
  const target = { kind: 'folder' as const, path: path.join(folder, 'vault') };
  const openStorage = (at: { readonly path: string }) => new FolderStorage(at.path, files);
  const environment: StoreEnvironment = {
    now: () => Date.now(),
    randomBytes,
    pool: new InlinePool({ openDisk, openStorage }, { size: 2 }),
    openStorage,
  };
  if (!fs.existsSync(path.join(target.path, 'config'))) {
    fs.rmSync(target.path, { recursive: true, force: true });
    return Repository.create(target, KEY_FILE, environment);
  }
  return Repository.open(target, { keyFile: KEY_FILE }, environment);
}

/** Restores a point and says whether its bytes are those that it was made from. */
export async function restoresExactly(repository: Repository, folder: string, key: string): Promise<boolean> {
  const point = (await repository.points()).find((each) => each.key === key);
  if (point === undefined) return false;
  const targetPath = path.join(folder, `restored-${process.pid}-${randomBytes(4).toString('hex')}.raw`);
  const { signal } = new AbortController();
  await repository.restoreDisk({ key, disk: 'disk', targetPath, signal, onProgress: () => undefined });
  try {
    return sha256(fs.readFileSync(targetPath)) === point.subject;
  } finally {
    fs.rmSync(targetPath, { force: true });
  }
}

/** Does random things to a repository: backups that share pieces, removals, sweeps without grace, restores, checks. */
export class StoreWork {
  constructor(
    private readonly folder: string,
    private readonly repository: Repository,
    private readonly random: () => number,
    private readonly note: (note: Note) => void,
  ) {}

  async step(): Promise<void> {
    const points = (await this.repository.points()).map(({ key }) => key);
    const chosen = points[Math.floor(this.random() * points.length)];
    const dice = this.random();
    if (chosen === undefined || (dice < 0.4 && points.length < MOST_POINTS)) return this.backup();
    if (dice < 0.6 || points.length >= MOST_POINTS) return this.remove(chosen);
    if (dice < 0.85) {
      await this.repository.sweep({ graceMs: 0 });
      return this.note({ did: 'sweep' });
    }
    if (dice < 0.95) {
      if (!(await restoresExactly(this.repository, this.folder, chosen))) throw new Error(`${chosen} differs.`);
      return this.note({ did: 'restore' });
    }
    const report = await this.repository.verify({ level: 3 });
    if (!report.ok) throw new Error(JSON.stringify(report));
    return this.note({ did: 'verify' });
  }

  private async backup(): Promise<void> {
    const pieces = Array.from({ length: 1 + Math.floor(this.random() * PIECES) }, () => Math.floor(this.random() * 40));
    const content = Buffer.concat(pieces.map((seed) => noise(PIECE_BYTES, seed)));
    const image = path.join(this.folder, `image-${process.pid}.raw`);
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
}
