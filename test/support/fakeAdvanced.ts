import type { AdvancedActions, VaultUsages } from '../../src/client/advanced';
import { appError } from '../../src/domain/errorCatalogue';
import type { Job, RecoveryPoint, VaultSettings } from '../../src/domain/views';
import { secondRegionJobId, vaultIdOf } from '../../src/protocol/ids';
import { NOON } from './manualClock';

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
  /** What the service counts of every vault. */
  readonly usages: VaultUsages;
  /** What every vault has registered besides machines. */
  readonly servers: readonly string[];
  addJob(machineName: string, changes: Partial<Job>): Job;
  /** Points that second regions have, by their items. */
  readonly copiedPoints: ReadonlyMap<string, readonly RecoveryPoint[]>;
  /** Jobs of second regions, which no list of a vault has. */
  secondRegionJobs: Job[];
}

/** The advanced actions of a service that keeps a vault's settings and has an archive tier; it does none of the others. */
export function fakeAdvanced(world: AdvancedWorld, call: <T>(name: string, answer: () => T) => T): AdvancedActions {
  let settings = NEW_VAULT;
  return {
    vaultSettings: async () => settings,
    setVaultSettings: async (_vaultId, change) => (settings = { ...settings, ...change }),
    vaultUsages: async () => call('vaultUsages', () => world.usages),
    registeredServers: async () => call('registeredServers', () => [...world.servers]),
    deletedVaults: async () => [],
    undeleteVault: refuse('bringing vaults back'),
    resourceGuard: async () => undefined,
    secondRegionPoints: async (itemId) =>
      call('secondRegionPoints', () => Array.from(world.copiedPoints.get(itemId) ?? [])),
    restoreInSecondRegion: async ({ pointId, machineId, location, target }) => {
      const where = 'resourceGroupId' in target ? lastOf(target.resourceGroupId) : '';
      const words = `${lastOf(pointId)} in ${location} to ${where} by ${lastOf(target.storageAccountId)}`;
      return call(`restoreInSecondRegion ${words}`, () => {
        const name = `crr-${world.secondRegionJobs.length + 1}`;
        const vaultId = vaultIdOf(pointId) ?? '';
        const id = secondRegionJobId(vaultId, location, name);
        world.secondRegionJobs.push({ ...NEW_JOB, id, name, vaultId, machineName: lastOf(machineId) });
        return name;
      });
    },
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

/** A restore in a second region that has just begun. */
const NEW_JOB = {
  operation: 'CrossRegionRestore',
  status: 'InProgress',
  startTime: NOON,
  durationMs: 0,
  cancellable: false,
  tasks: [],
  properties: {},
  errors: [],
};

function lastOf(id: string | undefined): string {
  return id?.split('/').at(-1) ?? '';
}

function refuse(feature: string): () => Promise<never> {
  return async () => {
    throw appError('NotImplemented', { feature });
  };
}
