import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { must } from './life';

/** The paired site of the first one, and the folders of both. */

export const SITES = '/providers/VmBackup.Local/sites';

/** Pairs the site `local` with a new one. @returns the folder of that */
export async function pairSites(world: EngineWorld): Promise<string> {
  const folder = join(world.folder, 'second');
  mkdirSync(folder, { recursive: true });
  await must(world, [200, 201], ['PUT', `${SITES}/second`, { properties: { folder } }]);
  await must(world, 200, ['PUT', `${SITES}/local`, { properties: { pairedSite: 'second' } }]);
  return folder;
}

export async function replicationOf(world: EngineWorld, vault: string) {
  return must(world, 200, ['GET', `${vault}/providers/VmBackup.Local/replication/default`]);
}

/** Waits until the copy of a vault is complete. @returns its state */
export async function whenCopied(world: EngineWorld, vault: string) {
  return waitFor('the copy at the second site', async () => {
    const now = await replicationOf(world, vault);
    const isWhole = now.lastCopied !== undefined && now.backlogObjects === 0 && now.problem === undefined;
    return isWhole ? now : undefined;
  });
}

/** The folder of the only vault below a site's folder; the first site's without one. */
export function vaultFolderOf(world: EngineWorld, site = join(world.dataFolder, 'sites', 'local')): string {
  const vaults = join(site, 'vaults');
  const [name = ''] = readdirSync(vaults);
  return join(vaults, name);
}
