import type { Job, RecoveryPoint, VaultSettings, VaultSettingsChange } from '../domain/views';
import { groupId, nameIn, parseId, vaultIdOf } from '../protocol/ids';
import type {
  AdvancedActions,
  DeletedVault,
  FileRecoveryInput,
  FileRecoveryScript,
  ResourceGuardState,
  SecondRegionJob,
  VaultUsages,
} from './advanced';
import type { ArmClients } from './armClients';
import type { CallOptions, RestoreInput } from './connection';
import { closeFileRecovery, openFileRecovery } from './fileRecovery';
import { badId, itemNamesOf, jobIdOf, pointNameOf, vaultNames } from './idNames';
import { abortable, collect } from './paging';
import { readPoint, readUsages } from './read';
import { registeredServers } from './registeredServers';
import { restoreInSecondRegion, secondRegionJob, secondRegionPoints } from './secondRegion';
import { changeVaultSettings, vaultSettings } from './vaultSettings';
import { runOperation } from './waiting';

const FABRIC = 'Azure';

/** The advanced actions over the SDK clients; a service that does not know one says so. */
export class AdvancedCalls implements AdvancedActions {
  readonly #clients: ArmClients;
  readonly #now: () => number;

  constructor(deps: { clients: ArmClients; now: () => number }) {
    this.#clients = deps.clients;
    this.#now = deps.now;
  }

  async vaultSettings(vaultId: string, options: CallOptions = {}): Promise<VaultSettings> {
    return vaultSettings(this.#clients.vaults, vaultId, options);
  }

  async setVaultSettings(
    vaultId: string,
    change: VaultSettingsChange,
    options: CallOptions = {},
  ): Promise<VaultSettings> {
    return changeVaultSettings(this.#clients, { vaultId, change }, options);
  }

  async vaultUsages(vaultId: string, options: CallOptions = {}): Promise<VaultUsages> {
    const { group, vault } = vaultNames(vaultId);
    return readUsages(await collect(this.#clients.vaults.usages.listByVaults(group, vault, abortable(options))));
  }

  async registeredServers(vaultId: string, options: CallOptions = {}): Promise<string[]> {
    return registeredServers(this.#clients.backup, vaultId, options);
  }

  async deletedVaults(location: string, options: CallOptions = {}): Promise<DeletedVault[]> {
    const all = await collect(this.#clients.vaults.deletedVaults.listBySubscriptionId(location, abortable(options)));
    return all.map(({ id = '', properties }) => ({
      id,
      vaultId: properties?.vaultId ?? '',
      location,
      ...(properties?.vaultDeletionTime && { deletedAt: properties.vaultDeletionTime.getTime() }),
      ...(properties?.purgeAt && { purgeAt: properties.purgeAt.getTime() }),
    }));
  }

  async undeleteVault(vault: DeletedVault, resourceGroupId?: string, options: CallOptions = {}): Promise<void> {
    const name = vault.id.split('/').at(-1) ?? '';
    const named = parseId(vault.vaultId);
    if (named === undefined || name === '') throw badId(vault.id);
    const recoveryResourceGroupId = resourceGroupId ?? groupId(named.subscriptionId, named.resourceGroup);
    const { deletedVaults } = this.#clients.vaults;
    const body = { properties: { recoveryResourceGroupId } };
    await runOperation(this.#clients.backup, options, async (onResponse) =>
      deletedVaults.undelete(vault.location, name, body, { onResponse, ...abortable(options) }).submitted(),
    );
  }

  async resourceGuard(vaultId: string, options: CallOptions = {}): Promise<ResourceGuardState | undefined> {
    const { group, vault } = vaultNames(vaultId);
    const [proxy] = await collect(this.#clients.backup.resourceGuardProxies.list(vault, group, abortable(options)));
    const guard = proxy?.properties;
    if (!guard) return undefined;
    const guarded = (guard.resourceGuardOperationDetails ?? []).flatMap(
      ({ vaultCriticalOperation }) => vaultCriticalOperation ?? [],
    );
    return { guardId: guard.resourceGuardResourceId, guarded };
  }

  async secondRegionPoints(itemId: string, options: CallOptions = {}): Promise<RecoveryPoint[]> {
    return secondRegionPoints(this.#clients.backup, itemId, options);
  }

  async restoreInSecondRegion(input: RestoreInput, options: CallOptions = {}): Promise<string> {
    const job = await restoreInSecondRegion(this.#clients.backup, input, options);
    // Named as any job, so that what names none fails the same way.
    return nameIn(jobIdOf(vaultIdOf(input.pointId), job), 'backupJobs') ?? '';
  }

  async secondRegionJob(job: SecondRegionJob, options: CallOptions = {}): Promise<Job> {
    return secondRegionJob(this.#clients.backup, job, { ...options, now: this.#now() });
  }

  async openFileRecovery(input: FileRecoveryInput, options: CallOptions = {}): Promise<FileRecoveryScript[]> {
    return openFileRecovery(this.#clients.backup, input, options);
  }

  async closeFileRecovery(input: FileRecoveryInput, options: CallOptions = {}): Promise<void> {
    await closeFileRecovery(this.#clients.backup, input, options);
  }

  async pointsForArchive(itemId: string, options: CallOptions = {}): Promise<RecoveryPoint[]> {
    const { group, vault, container, item } = itemNamesOf(itemId);
    const request = { objectType: 'ListRecoveryPointsRecommendedForMoveRequest', excludedRPList: [] };
    const { recoveryPointsRecommendedForMove: recommended } = this.#clients.backup;
    const all = await collect(recommended.list(vault, group, FABRIC, container, item, request, abortable(options)));
    return all.map(readPoint);
  }

  async archivePoint(pointId: string, options: CallOptions = {}): Promise<string> {
    const { group, vault, container, item } = itemNamesOf(pointId);
    const point = pointNameOf(pointId);
    const { backup } = this.#clients;
    const move = {
      objectType: 'MoveRPAcrossTiersRequest',
      sourceTierType: 'HardenedRP',
      targetTierType: 'ArchivedRP',
    } as const;
    const job = await runOperation(backup, options, async (onResponse) =>
      backup.beginMoveRecoveryPoint(vault, group, FABRIC, container, item, point, move, {
        onResponse,
        ...abortable(options),
      }),
    );
    return jobIdOf(vaultIdOf(pointId), job);
  }
}
