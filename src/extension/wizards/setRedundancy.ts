import { AppError } from '../../domain/errors';
import { sameName } from '../../domain/names';
import type { StorageReplication } from '../../domain/views';
import { lastName } from '../model/ids';
import type { Stores } from '../model/stores';
import { replicationWords } from '../model/vaultView';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { replicationItems } from './createVault';

/** Changes how a vault's bytes are kept, or says why it cannot be changed any more. */
export async function setRedundancy(stores: Stores, ui: Ui, vaultId: string): Promise<void> {
  const vault = stores.vaults.branch(vaultId)?.vault;
  const name = vault?.name ?? lastName(vaultId);
  const { storage, locations } = await stores.engine.run(async (client) => ({
    storage: await client.vaultStorage(vaultId),
    locations: await client.locations(),
  }));
  if (storage.locked) {
    throw new AppError('RedundancyLocked', t('The storage redundancy of {0} is locked.', name), {
      details: {
        recommendation: t(
          'It is locked once the first machine is protected. Create another vault if you need {0}.',
          replicationWords(storage.replication === 'GeoRedundant' ? 'LocallyRedundant' : 'GeoRedundant'),
        ),
      },
    });
  }
  const location = locations.find((known) => vault && sameName(known.name, vault.location));
  const answer = await ui.prompts.pick<StorageReplication>({
    title: t('Storage redundancy of {0}', name),
    step: 1,
    totalSteps: 1,
    canGoBack: false,
    placeholder: t('Locked once the first machine is protected'),
    items: replicationItems(location),
    preset: (value) => value === storage.replication,
  });
  if (answer.kind === 'back' || answer.value === storage.replication) return;
  await stores.engine.run((client) => client.setVaultReplication(vaultId, answer.value));
  await stores.vaults.refreshVault(vaultId);
  ui.toast({ level: 'info', text: t('{0} now uses {1}.', name, replicationWords(answer.value)) });
}
