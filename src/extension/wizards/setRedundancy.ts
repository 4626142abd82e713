import type { Site } from '../../client/connection';
import { sameName } from '../../domain/names';
import type { StorageReplication, VaultStorage } from '../../domain/views';
import { lastName } from '../model/ids';
import { expandPath, pathProblem } from '../model/paths';
import { placeName } from '../model/placeName';
import type { Stores } from '../model/stores';
import { copyState, replicationWords } from '../model/vaultView';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION, type PickItem } from '../ui/prompts';
import { addSite } from './addSite';
import { replicationItems } from './vaultPlace';

/** A replication, or the wish for a second site first. */
type Choice = StorageReplication | 'addSite';

/** Shows how a vault's bytes are kept, and changes it until it is locked. */
export async function setRedundancy(stores: Stores, ui: Ui, vaultId: string): Promise<void> {
  await stores.vaults.ensure();
  return stores.links.provider(vaultId) === 'azure'
    ? setInAzure(stores, ui, vaultId)
    : setOnThisComputer(stores, ui, vaultId);
}

async function setInAzure(stores: Stores, ui: Ui, vaultId: string): Promise<void> {
  const link = stores.links.of(vaultId);
  const storage = await link.run((client) => client.vaultStorage(vaultId));
  const name = stores.vaults.branch(vaultId)?.vault.name ?? lastName(vaultId);
  const answer = await ui.prompts.pick<StorageReplication>({
    ...questionOf(name, storage),
    items: lockedOrNot(replicationItems('azure', undefined), storage, undefined),
    preset: (value) => value === storage.replication,
  });
  if (answer.kind === 'back' || answer.value === storage.replication) return;
  await link.run((client) => client.setVaultReplication(vaultId, answer.value));
  await changed(stores, ui, { vaultId, name, replication: answer.value });
}

/** Shows how the copy is as well, and adds a second site. */
async function setOnThisComputer(stores: Stores, ui: Ui, vaultId: string): Promise<void> {
  for (;;) {
    const vault = stores.vaults.branch(vaultId)?.vault;
    const name = vault?.name ?? lastName(vaultId);
    const { storage, locations, copy, usage, sites } = await stores.engine.run(async (client) => ({
      storage: await client.vaultStorage(vaultId),
      locations: await client.locations(),
      copy: await client.local.replication(vaultId),
      usage: await client.local.vaultUsage(vaultId),
      sites: await client.local.sites(),
    }));
    const location = locations.find((known) => vault && sameName(known.name, vault.location));
    const site = sites.find((known) => vault && sameName(known.name, vault.location));
    const answer = await ui.prompts.pick<Choice>({
      ...questionOf(name, storage),
      items: choices([...replicationItems('local', location), zoneItem(site)], {
        storage,
        pair: location?.pairedWith,
        kept: copyState(copy, usage.recoveryPoints)?.sentence,
      }),
      preset: (value) => value === storage.replication,
    });
    if (answer.kind === 'back') return;
    const { value } = answer;
    const zoneless = value === 'ZoneRedundant' && site?.zoneFolder === undefined ? site : undefined;
    if (value === storage.replication && !zoneless) return;
    if (value === 'addSite') {
      await addSite(stores, ui, { ...(vault ? { pairWith: vault.location } : {}), canLeave: true });
      continue;
    }
    if (zoneless && !(await addZone(stores, ui, zoneless))) continue;
    if (value !== storage.replication) await stores.engine.run((client) => client.setVaultReplication(vaultId, value));
    await changed(stores, ui, { vaultId, name, replication: value });
    return;
  }
}

function questionOf(name: string, { locked }: VaultStorage) {
  return {
    title: t('Storage redundancy of {0}', name),
    ...ONE_QUESTION,
    placeholder: locked
      ? t('Locked since the first machine was protected')
      : t('Locked once the first machine is protected'),
  };
}

async function changed(
  stores: Stores,
  ui: Ui,
  { vaultId, name, replication }: { vaultId: string; name: string; replication: StorageReplication },
): Promise<void> {
  await stores.vaults.refreshVault(vaultId);
  ui.toast({ level: 'info', text: t('{0} now uses {1}.', name, replicationWords(replication)) });
}

function choices(
  items: readonly PickItem<StorageReplication>[],
  { storage, pair, kept }: { storage: VaultStorage; pair: string | undefined; kept: string | undefined },
): PickItem<Choice>[] {
  const shown = lockedOrNot(items, storage, kept);
  return pair === undefined
    ? [...shown, { value: 'addSite', label: t('$(add) Add a second site…'), detail: secondSiteWords() }]
    : shown;
}

/** Says which one is in use, and that the others are out of reach once the choice is locked. */
function lockedOrNot(
  items: readonly PickItem<StorageReplication>[],
  storage: VaultStorage,
  kept: string | undefined,
): PickItem<StorageReplication>[] {
  return items.map((item) => {
    if (item.value === storage.replication) {
      return { ...item, description: t('in use'), ...(kept === undefined ? {} : { detail: kept }) };
    }
    return storage.locked
      ? { ...item, disabled: true, detail: t('Locked. Create another vault if you need this redundancy.') }
      : item;
  });
}

function zoneItem(site: Site | undefined): PickItem<StorageReplication> {
  return {
    value: 'ZoneRedundant',
    label: replicationWords('ZoneRedundant'),
    detail:
      site?.zoneFolder === undefined
        ? t('Written to two folders at once. There is one so far: you are asked for the second.')
        : t('Written to two folders of this location at once: {0} and {1}.', site.folder, site.zoneFolder),
  };
}

/** Asks for the folder of a site's second zone. @returns false if the person went back */
async function addZone(stores: Stores, ui: Ui, site: Site): Promise<boolean> {
  const answer = await ui.prompts.input({
    title: t('Second zone of {0}', placeName(site)),
    ...ONE_QUESTION,
    canGoBack: true,
    prompt: t('Folder of the second zone, on another disk than {0}. It is made if it is not there.', site.folder),
    placeholder: t('Example: {0}', '/mnt/second/vm-backup'),
    value: '',
    problem: pathProblem,
  });
  if (answer.kind === 'back') return false;
  const zoneFolder = expandPath(answer.value);
  await stores.engine.run((client) => client.local.saveSite({ name: site.name, zoneFolder }));
  return true;
}

function secondSiteWords(): string {
  return t('A folder on another disk, or at another place, that the second copy is kept in.');
}
