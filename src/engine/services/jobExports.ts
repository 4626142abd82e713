import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OperationRecord } from '../catalog/records';
import { notFound } from './notFound';
import { notWritable } from './restore/plan';

/** How long (ms) an exported list is kept. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Lists of jobs as files that only their owner reads, where Azure writes a blob (SPEC §1.11). */
export class JobExports {
  readonly #folder: string;
  readonly #now: () => number;

  /** @param deps.folder is made when the first list is exported */
  constructor(deps: { folder: string; now: () => number }) {
    this.#folder = deps.folder;
    this.#now = deps.now;
  }

  /** Writes one page after another as `{"value": […]}`. The file is whole or not there. @throws AppError `LocalTargetNotWritable` */
  async write(name: string, pages: Iterable<readonly object[]>): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#removeOld();
      await this.#write(this.#path(name), pages);
    } catch (error) {
      throw notWritable(this.#folder, error);
    }
  }

  async #write(path: string, pages: Iterable<readonly object[]>): Promise<void> {
    const file = await open(`${path}.tmp`, 'wx', 0o600);
    try {
      let before = '{"value":[';
      for (const page of pages) {
        if (page.length === 0) continue;
        await file.appendFile(`${before}${page.map((job) => JSON.stringify(job)).join(',\n')}`);
        before = ',\n';
      }
      await file.appendFile(before.startsWith('{') ? `${before}]}\n` : ']}\n');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.tmp`, path);
  }

  /** Where the list of an export lies, as a `file:` URL. @throws AppError `ResourceNotFound` when it is no more kept */
  async url({ id }: OperationRecord): Promise<string> {
    const path = this.#path(id);
    const found = await stat(path).catch(() => undefined);
    if (!found) throw notFound(`backupJobs/operationResults/${id}`);
    return pathToFileURL(path).href;
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json`);
  }

  async #removeOld(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined); // an export that ends meanwhile renames its file
      if (found && found.mtimeMs <= this.#now() - KEPT_MS) await rm(path, { force: true });
    }
  }
}
