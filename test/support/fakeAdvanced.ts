import type { AdvancedActions } from '../../src/client/advanced';
import { appError } from '../../src/domain/errorCatalogue';
import type { VaultSettings } from '../../src/domain/views';

/** What a new vault is set to. */
const NEW_VAULT: VaultSettings = {
  softDelete: { state: 'Enabled', days: 14 },
  immutability: 'Disabled',
  crossRegionRestore: false,
  jobFailureAlerts: false,
  multiUserAuthorization: false,
};

/** The advanced actions of a service that has nothing to list and does nothing but keep a vault's settings. */
export function fakeAdvanced(): AdvancedActions {
  let settings = NEW_VAULT;
  return {
    vaultSettings: async () => settings,
    setVaultSettings: async (_vaultId, change) => (settings = { ...settings, ...change }),
    deletedVaults: async () => [],
    undeleteVault: refuse('bringing vaults back'),
    resourceGuard: async () => undefined,
    secondRegionPoints: async () => [],
    restoreInSecondRegion: refuse('restoring in a second region'),
    secondRegionJob: refuse('jobs of a second region'),
    openFileRecovery: refuse('recovering single files'),
    closeFileRecovery: refuse('recovering single files'),
    pointsForArchive: async () => [],
    archivePoint: refuse('an archive tier'),
  };
}

function refuse(feature: string): () => Promise<never> {
  return async () => {
    throw appError('NotImplemented', { feature });
  };
}
