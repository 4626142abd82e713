import type { AdvancedActions } from '../../src/client/advanced';
import { appError } from '../../src/domain/errorCatalogue';
import type { Job, RecoveryPoint, VaultSettings } from '../../src/domain/views';

/** What a new vault is set to. */
const NEW_VAULT: VaultSettings = {
  softDelete: { state: 'Enabled', days: 14 },
  immutability: 'Disabled',
  crossRegionRestore: false,
  jobFailureAlerts: false,
  multiUserAuthorization: false,
};

/** What the advanced actions of an in-memory connection work on. */
export interface AdvancedWorld {
  /** Points that the service recommends for the archive, by their items. */
  readonly recommended: ReadonlyMap<string, readonly RecoveryPoint[]>;
  addJob(machineName: string, changes: Partial<Job>): Job;
}

/** The advanced actions of a service that keeps a vault's settings and has an archive tier; it does none of the others. */
export function fakeAdvanced(world: AdvancedWorld, call: <T>(name: string, answer: () => T) => T): AdvancedActions {
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
    pointsForArchive: async (itemId) => call('pointsForArchive', () => Array.from(world.recommended.get(itemId) ?? [])),
    archivePoint: async (pointId) => {
      const [, machine = '', point = ''] = /;([^;/]+)\/recoveryPoints\/([^/]+)$/.exec(pointId) ?? [];
      return call(`archivePoint ${point}`, () => world.addJob(machine, { operation: 'MoveRecoveryPoint' }).id);
    },
  };
}

function refuse(feature: string): () => Promise<never> {
  return async () => {
    throw appError('NotImplemented', { feature });
  };
}
