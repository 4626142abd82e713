import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { KeptFile } from './model/keptAzure';

/** A file that is there whole or not at all, and that only its owner may read. @param path absolute */
export function keptFile(path: string): KeptFile {
  return {
    read: () =>
      readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    write: async (content) => {
      // Two windows may write at the same time.
      const draft = `${path}.${process.pid}`;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        await writeFile(draft, content, { mode: 0o600 });
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    // With the drafts of windows that died while they wrote one.
    remove: async () => {
      const folder = dirname(path);
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const ours = names.filter((name) => `${name}.`.startsWith(`${basename(path)}.`));
      await Promise.all(ours.map((name) => rm(join(folder, name), { force: true })));
    },
  };
}
