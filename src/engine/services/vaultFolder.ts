import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Ending of the folder of a vault that is being deleted. */
export const DELETED = '.deleted';

/** The folders that go with a vault: its own, and those of its copies in other zones and sites. */
export interface VaultFolders {
  readonly own: string;
  readonly copies: readonly string[];
}

/**
 * Removes a repository and its copies together with its row in the catalog. The folders are renamed first and removed
 * last, so that a crash in between leaves either the whole vault or marked folders that {@link finishDeletions} clears.
 * @returns a sentence for each copy that could not be removed
 * @throws what keeps its own folder from being removed; then everything is as it was
 */
export async function removeRepository({ own, copies }: VaultFolders, forget: () => void): Promise<string[]> {
  await mark(own);
  const marked = await Promise.allSettled(copies.map(mark));
  forget();
  await rm(condemned(own), { recursive: true, force: true });
  const removed = await Promise.allSettled(
    copies.map(async (copy, i) => {
      const { status } = marked[i] ?? {};
      if (status === 'fulfilled') await rm(condemned(copy), { recursive: true, force: true });
    }),
  );
  return [...marked, ...removed].flatMap((result) =>
    result.status === 'rejected'
      ? [result.reason instanceof Error ? result.reason.message : String(result.reason)]
      : [],
  );
}

function condemned(folder: string): string {
  return `${folder}${DELETED}`;
}

async function mark(folder: string): Promise<void> {
  await rename(folder, condemned(folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error; // a vault whose folder is gone can still be forgotten
  });
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
