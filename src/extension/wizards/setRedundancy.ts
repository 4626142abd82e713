import { sameName } from '../../domain/names';
import type { StorageReplication, VaultStorage } from '../../domain/views';
import { lastName } from '../model/ids';
import type { Stores } from '../model/stores';
import { type CopyState, copyState, replicationWords } from '../model/vaultView';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import type { PickItem } from '../ui/prompts';
import { addSite } from './addSite';
import { replicationItems } from './createVault';

/** A replication, or the wish for a second site first. */
type Choice = StorageReplication | 'addSite';

/** Shows how a vault's bytes are kept and how the copy is; changes it until it is locked; adds a second site. */
export async function setRedundancy(stores: Stores, ui: Ui, vaultId: string): Promise<void> {
  for (;;) {
    const vault = stores.vaults.branch(vaultId)?.vault;
    const name = vault?.name ?? lastName(vaultId);
    const { storage, locations, copy, usage } = await stores.engine.run(async (client) => ({
      storage: await client.vaultStorage(vaultId),
      locations: await client.locations(),
      copy: await client.local.replication(vaultId),
      usage: await client.local.vaultUsage(vaultId),
    }));
    const location = locations.find((known) => vault && sameName(known.name, vault.location));
    const answer = await ui.prompts.pick<Choice>({
      title: t('Storage redundancy of {0}', name),
      step: 1,
      totalSteps: 1,
      canGoBack: false,
      placeholder: storage.locked
        ? t('Locked since the first machine was protected')
        : t('Locked once the first machine is protected'),
      items: choices(replicationItems(location), {
        storage,
        pair: location?.pairedWith,
        copy: copyState(copy, usage.recoveryPoints),
      }),
      preset: (value) => value === storage.replication,
    });
    if (answer.kind === 'back' || answer.value === storage.replication) return;
    if (answer.value === 'addSite') {
      await addSite(stores, ui, { ...(vault ? { pairWith: vault.location } : {}), canLeave: true });
      continue;
    }
    const { value } = answer;
    await stores.engine.run((client) => client.setVaultReplication(vaultId, value));
    await stores.vaults.refreshVault(vaultId);
    ui.toast({ level: 'info', text: t('{0} now uses {1}.', name, replicationWords(value)) });
    return;
  }
}

function choices(
  items: readonly PickItem<StorageReplication>[],
  { storage, pair, copy }: { storage: VaultStorage; pair: string | undefined; copy: CopyState | undefined },
): PickItem<Choice>[] {
  const shown = items.map((item): PickItem<Choice> => {
    if (item.value === storage.replication) {
      return { ...item, description: t('in use'), ...(copy ? { detail: copy.sentence } : {}) };
    }
    return storage.locked
      ? { ...item, disabled: true, detail: t('Locked. Create another vault if you need this redundancy.') }
      : item;
  });
  return pair === undefined
    ? [...shown, { value: 'addSite', label: t('$(add) Add a second site…'), detail: secondSiteWords() }]
    : shown;
}

function secondSiteWords(): string {
  return t('A folder on another disk, or at another place, that the second copy is kept in.');
}
