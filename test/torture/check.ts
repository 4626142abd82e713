import fs from 'node:fs';
import path from 'node:path';
import { isAppError } from '../../src/domain/errors';
import { FolderStorage } from '../../src/engine/store/folderStorage';
import type { Repository } from '../../src/engine/store/repository';
import { filesBelow } from '../engine/store/storeSupport';
import type { Ledger } from './ledger';
import { openCopy, openStore, pairOf, restoresExactly, scratchOf, vaultOf } from './storeWork';

/** The room that is kept for a full disk, the config, the keys and the lease. */
const REST_BYTES = 4.2 * 1024 * 1024;

/**
 * Throws, with `label`, unless every point that was promised is there, the repository verifies, and every point that is
 * shown restores exactly; and the same of the copy, wherever its replication stopped.
 */
export async function checkStore(folder: string, ledger: Ledger, label: string): Promise<void> {
  fs.rmSync(scratchOf(folder), { recursive: true, force: true });
  fs.mkdirSync(scratchOf(folder), { recursive: true });
  const repository = await openStore(folder);
  await checkPoints(repository, folder, ledger.points, label);
  const report = await repository.verify();
  if (!report.ok) throw new Error(`${label}: ${JSON.stringify(report)}`);
  await repository.close();
  if (ledger.takeCopyTouched()) await checkCopy(folder, ledger, `${label}, the copy`);
}

async function checkCopy(folder: string, ledger: Ledger, label: string): Promise<void> {
  let copy: Repository;
  try {
    copy = await openCopy(folder);
  } catch (error) {
    // The first replication has not come as far as the config: there is no copy yet.
    if (!ledger.hasCopy && isAppError(error, 'LocalVaultUnreadable')) return;
    throw error;
  }
  await checkPoints(copy, folder, ledger.copiedPoints, label);
  const report = await copy.verify();
  if (ledger.hasCopy && !report.ok) throw new Error(`${label}: ${JSON.stringify(report)}`);
  await copy.close();
}

async function checkPoints(
  repository: Repository,
  folder: string,
  promised: readonly string[],
  label: string,
): Promise<void> {
  const { points, damaged } = await repository.listPoints();
  const shown = new Set(points.map(({ key }) => key));
  const lost = promised.filter((key) => !shown.has(key));
  if (lost.length + damaged.length > 0) throw new Error(`${label}: lost ${lost.join()} ${JSON.stringify(damaged)}`);
  for (const key of shown) {
    if (!(await restoresExactly(repository, folder, key))) throw new Error(`${label}: ${key} differs.`);
  }
}

/** Removes everything and throws unless its space comes back, in the copy too. */
export async function checkSpace(folder: string): Promise<void> {
  const repository = await openStore(folder);
  for (const { key } of await repository.points()) await repository.removePoint(key);
  for (let sweep = 0; sweep < 2; sweep += 1) await repository.sweep({ graceMs: 0 });
  await repository.replicate(pairOf(folder));
  await repository.close();
  for (const { path: at } of [vaultOf(folder), pairOf(folder)]) {
    await new FolderStorage(at).removeLeftovers();
    // Temporary files of this very process stay until another one opens the repository.
    const rest = filesBelow(at).filter((file) => !file.includes('.tmp-'));
    const bytes = rest.reduce((sum, file) => sum + fs.statSync(path.join(at, file)).size, 0);
    if (bytes > REST_BYTES || rest.some((file) => file.startsWith('packs'))) {
      throw new Error(`Space did not come back: ${bytes} bytes in ${rest.join(', ')}.`);
    }
  }
}
