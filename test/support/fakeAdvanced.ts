import type { AdvancedActions } from '../../src/client/advanced';
import { appError } from '../../src/domain/errorCatalogue';

/** The advanced actions of a service that has nothing to list and does none of them. */
export function fakeAdvanced(): AdvancedActions {
  return {
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
