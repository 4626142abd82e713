import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageTarget } from '../store/target';

const DELETED = '.deleted';

/**
 * Removes a repository together with its row in the catalog. The folder is renamed first and removed last, so that a
 * crash in between leaves either the whole vault or a marked folder that {@link finishDeletions} clears.
 */
export async function removeRepository(target: StorageTarget, forget: () => void): Promise<void> {
  const condemned = `${target.path}${DELETED}`;
  await rename(target.path, condemned).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error; // a vault whose folder is gone can still be forgotten
  });
  forget();
  await rm(condemned, { recursive: true, force: true });
}

/**
 * Finishes or takes back deletions that a crash cut off: a marked folder whose vault is still in the catalog gets its
 * name back, any other is removed.
 */
export async function finishDeletions(vaultsFolder: string, isKnown: (repository: string) => boolean): Promise<void> {
  const names = await readdir(vaultsFolder).catch(() => []); // no vault was ever made
  for (const name of names.filter((n) => n.endsWith(DELETED))) {
    const repository = name.slice(0, -DELETED.length);
    if (isKnown(repository)) await rename(join(vaultsFolder, name), join(vaultsFolder, repository));
    else await rm(join(vaultsFolder, name), { recursive: true, force: true });
  }
}
