import { isAppError } from '../domain/errors';
import type { BackupPolicy } from '../domain/policy';
import type {
  Job,
  Location,
  Machine,
  ProtectableItem,
  ProtectedItem,
  RecoveryPoint,
  ResourceGroup,
  StorageAccount,
  StorageReplication,
  Vault,
  VaultPolicy,
  VaultStorage,
  VirtualNetwork,
} from '../domain/views';
import { formatFilter } from '../protocol/filter';
import {
  CLASSIC_MACHINES,
  isClassicMachine,
  itemId,
  itemNames,
  MACHINES,
  parseId,
  secondRegionJobId,
  secondRegionOf,
  vaultIdOf,
  vaultInPath,
} from '../protocol/ids';
import { toFilterTime } from '../protocol/time';
import type { AdvancedActions } from './advanced';
import { AdvancedCalls } from './advancedCalls';
import type { ArmClients } from './armClients';
import { asAppErrors } from './armErrors';
import { cloudServiceOf } from './classicMachines';
import type {
  CallOptions,
  Connection,
  CreateVaultInput,
  FollowOptions,
  ItemInput,
  JobFilter,
  LocalConnection,
  ProtectInput,
  RestoreInput,
  RestoreProblem,
  ServiceProblem,
  Subscription,
} from './connection';
import { badId, itemNamesOf, jobIdOf, jobNames, pointNameOf, vaultNames } from './idNames';
import { changeItem, deleteItem, protectionProblem } from './itemLife';
import { machinesOf } from './machines';
import { abortable, collect } from './paging';
import { deletePolicy, listPolicies, savePolicy } from './policies';
import { readItem, readJob, readPoint, readReplication, readVault } from './read';
import { storageAccounts, virtualNetworks } from './restoreChoices';
import { restoreProblems, startRestore } from './restores';
import { followOperation, runOperation } from './waiting';

const FABRIC = 'Azure';
const EXTENDED = "expand eq 'extendedInfo'";
const VMS = "backupManagementType eq 'AzureIaasVM'";
/** What Azure answers about the deletion of a vault that is gone, in place of its success. */
const GONE = ['ResourceNotFound', 'ResourceGroupNotFound'];

/** How one connection differs from the other. */
export interface ConnectionIdentity {
  readonly kind: 'local' | 'azure';
  readonly key: string;
  readonly displayName: string;
  readonly subscriptionId: string;
}

/** The product's actions over the official SDK clients: the same code on this computer and on Azure. */
export class ArmConnection implements Connection {
  readonly kind: ConnectionIdentity['kind'];
  readonly key;
  readonly displayName;
  readonly local?: LocalConnection;
  readonly advanced: AdvancedActions;
  readonly #subscriptionId: string;
  readonly #clients: ArmClients;
  readonly #now: () => number;

  constructor(identity: ConnectionIdentity, deps: { clients: ArmClients; now: () => number; local?: LocalConnection }) {
    this.kind = identity.kind;
    this.key = identity.key;
    this.displayName = identity.displayName;
    this.#subscriptionId = identity.subscriptionId;
    this.#clients = deps.clients;
    this.#now = deps.now;
    this.local = deps.local;
    this.advanced = new AdvancedCalls(deps);
  }

  async subscriptions(options: CallOptions = {}): Promise<Subscription[]> {
    const all = await collect(this.#clients.subscriptions.subscriptions.list(abortable(options)));
    return all.map((s) => ({ id: s.subscriptionId ?? '', displayName: s.displayName ?? '' }));
  }

  async locations(options: CallOptions = {}): Promise<Location[]> {
    const all = await collect(
      this.#clients.subscriptions.subscriptions.listLocations(this.#subscriptionId, abortable(options)),
    );
    // "Asia" or "Europe" are in the list too; nothing can be put there.
    const regions = all.filter(({ metadata }) => (metadata?.regionType ?? 'Physical') === 'Physical');
    return regions.map((location) => ({
      name: location.name ?? '',
      displayName: location.displayName ?? location.name ?? '',
      pairedWith: location.metadata?.pairedRegion?.[0]?.name,
    }));
  }

  async resourceGroups(options: CallOptions = {}): Promise<ResourceGroup[]> {
    const all = await collect(this.#clients.groups.resourceGroups.list(abortable(options)));
    return all.map(({ id, name, location }) => ({ id: id ?? '', name: name ?? '', location }));
  }

  async createResourceGroup(
    { name, location }: { name: string; location: string },
    options: CallOptions = {},
  ): Promise<ResourceGroup> {
    const group = await asAppErrors(async () =>
      this.#clients.groups.resourceGroups.createOrUpdate(name, { location }, abortable(options)),
    );
    return { id: group.id ?? '', name: group.name ?? name, location: group.location };
  }

  async vaults(options: CallOptions = {}): Promise<Vault[]> {
    return (await collect(this.#clients.vaults.vaults.listBySubscriptionId(abortable(options)))).map(readVault);
  }

  async createVault(input: CreateVaultInput, options: CallOptions = {}): Promise<Vault> {
    const { name, resourceGroup, location, replication } = input;
    const { vaults } = this.#clients.vaults;
    const body = {
      location,
      sku: { name: 'Standard' },
      properties: {
        publicNetworkAccess: 'Enabled',
        ...(replication && { redundancySettings: { standardTierStorageRedundancy: replication } }),
      },
    };
    const send = abortable(options);
    await runOperation(this.#clients.backup, options, async (onResponse) =>
      vaults.createOrUpdate(resourceGroup, name, body, { onResponse, ...send }).submitted(),
    );
    return readVault(await asAppErrors(async () => vaults.get(resourceGroup, name, send)));
  }

  async deleteVault(vaultId: string, options: CallOptions = {}): Promise<void> {
    const { group, vault } = vaultNames(vaultId);
    try {
      await runOperation(this.#clients.backup, options, async (onResponse) =>
        this.#clients.vaults.vaults.delete(group, vault, { onResponse, ...abortable(options) }).submitted(),
      );
    } catch (error) {
      if (!isAppError(error, ...GONE)) throw error;
    }
  }

  async vaultStorage(vaultId: string, options: CallOptions = {}): Promise<VaultStorage> {
    const { group, vault } = vaultNames(vaultId);
    const config = await asAppErrors(async () =>
      this.#clients.backup.backupResourceStorageConfigsNonCRR.get(vault, group, abortable(options)),
    );
    const { storageModelType, storageTypeState } = config.properties ?? {};
    return { replication: readReplication(storageModelType), locked: storageTypeState === 'Locked' };
  }

  async setVaultReplication(
    vaultId: string,
    replication: StorageReplication,
    options: CallOptions = {},
  ): Promise<VaultStorage> {
    const { group, vault } = vaultNames(vaultId);
    const body = { properties: { storageModelType: replication, storageType: replication } };
    const config = await asAppErrors(async () =>
      this.#clients.backup.backupResourceStorageConfigsNonCRR.update(vault, group, body, abortable(options)),
    );
    const { storageModelType, storageTypeState } = config.properties ?? {};
    return { replication: readReplication(storageModelType), locked: storageTypeState === 'Locked' };
  }

  async policies(vaultId: string, options: CallOptions = {}): Promise<VaultPolicy[]> {
    return listPolicies(this.#clients.backup, vaultId, options);
  }

  async savePolicy(vaultId: string, name: string, rule: BackupPolicy, options: CallOptions = {}): Promise<VaultPolicy> {
    return savePolicy(this.#clients.backup, { vaultId, name, rule }, options);
  }

  async deletePolicy(policyId: string, options: CallOptions = {}): Promise<void> {
    await deletePolicy(this.#clients.backup, policyId, options);
  }

  async machines(options: CallOptions = {}): Promise<Machine[]> {
    return machinesOf(this.#clients, this.#subscriptionId, options);
  }

  async discover(vaultId: string, options: CallOptions = {}): Promise<void> {
    const { group, vault } = vaultNames(vaultId);
    const { backup } = this.#clients;
    const send = { filter: VMS, ...abortable(options) };
    await runOperation(backup, options, async (onResponse) =>
      backup.protectionContainers.refresh(vault, group, FABRIC, { ...send, onResponse }),
    );
  }

  async protectableItems(vaultId: string, options: CallOptions = {}): Promise<ProtectableItem[]> {
    const { group, vault } = vaultNames(vaultId);
    const all = await collect(
      this.#clients.backup.backupProtectableItems.list(vault, group, { filter: VMS, ...abortable(options) }),
    );
    return all.flatMap(({ properties }) => {
      if (properties === undefined || !('virtualMachineId' in properties)) return [];
      const machineId = properties.virtualMachineId ?? '';
      return [
        { machineId, name: properties.friendlyName ?? '', resourceGroup: parseId(machineId)?.resourceGroup ?? '' },
      ];
    });
  }

  async protectedItems(vaultId: string, options: CallOptions = {}): Promise<ProtectedItem[]> {
    const { group, vault } = vaultNames(vaultId);
    const all = await collect(
      this.#clients.backup.backupProtectedItems.list(vault, group, {
        // Azure gives the number of points only with a single item; the engine can afford it in a list.
        filter: `${VMS} and itemType eq 'VM'${this.kind === 'local' ? ` and ${EXTENDED}` : ''}`,
        ...abortable(options),
      }),
    );
    return all.map(readItem);
  }

  async protectedItem(id: string, options: CallOptions = {}): Promise<ProtectedItem> {
    const { group, vault, container, item } = itemNamesOf(id);
    const resource = await asAppErrors(async () =>
      this.#clients.backup.protectedItems.get(vault, group, FABRIC, container, item, {
        filter: EXTENDED,
        ...abortable(options),
      }),
    );
    return readItem(resource);
  }

  async protect(input: ProtectInput, options: CallOptions = {}): Promise<ProtectedItem> {
    const { vaultId, machineId, policyId, excludedLuns } = input;
    const { signal } = options;
    const { group, vault } = vaultNames(vaultId);
    const machine = parseId(machineId);
    const machineName = machine?.path.at(-1)?.[1];
    if (!machine || machineName === undefined) throw badId(machineId);
    const { backup } = this.#clients;
    const isClassic = isClassicMachine(machineId);
    const cloudService = isClassic ? await cloudServiceOf(backup, machineId, { signal }) : undefined;
    const names = itemNames(machine.resourceGroup, machineName, cloudService);
    await runOperation(backup, options, (onResponse) =>
      backup.protectedItems.createOrUpdate(
        vault,
        group,
        FABRIC,
        names.container,
        names.item,
        {
          properties: {
            protectedItemType: isClassic ? CLASSIC_MACHINES : MACHINES,
            sourceResourceId: machineId,
            policyId,
            ...(excludedLuns && {
              extendedProperties: {
                diskExclusionProperties: { diskLunList: [...excludedLuns], isInclusionList: false },
              },
            }),
          },
        },
        { onResponse, abortSignal: signal },
      ),
    );
    return this.protectedItem(itemId(vaultId, names.container, names.item), { signal });
  }

  async protectionProblem(
    input: { vaultId: string; machineId: string; location: string },
    options: CallOptions = {},
  ): Promise<ServiceProblem | undefined> {
    return protectionProblem(this.#clients.backup, input, options);
  }

  async stopProtection(item: ItemInput, options: CallOptions = {}): Promise<void> {
    await changeItem(this.#clients.backup, item, 'stop', options);
  }

  async undelete(item: ItemInput, options: CallOptions = {}): Promise<void> {
    await changeItem(this.#clients.backup, item, 'undelete', options);
  }

  async deleteBackupData(id: string, options: CallOptions = {}): Promise<void> {
    await deleteItem(this.#clients.backup, id, options);
  }

  async backupNow(
    id: string,
    { retainUntil }: { retainUntil?: number } = {},
    options: CallOptions = {},
  ): Promise<string> {
    const { group, vault, container, item } = itemNamesOf(id);
    const expiry = retainUntil === undefined ? {} : { recoveryPointExpiryTimeInUTC: new Date(retainUntil) };
    const job = await runOperation(this.#clients.backup, options, (onResponse) =>
      this.#clients.backup.backups.trigger(
        vault,
        group,
        FABRIC,
        container,
        item,
        { properties: { objectType: 'IaasVMBackupRequest', ...expiry } },
        { onResponse, ...abortable(options) },
      ),
    );
    return jobIdOf(vaultIdOf(id), job);
  }

  async jobs(vaultId: string, filter: JobFilter = {}, options: CallOptions = {}): Promise<Job[]> {
    const { group, vault } = vaultNames(vaultId);
    const { startedAfter, status, operation } = filter;
    const conditions = formatFilter({
      backupManagementType: 'AzureIaasVM',
      operation,
      startTime: startedAfter === undefined ? undefined : toFilterTime(startedAfter),
      status,
    });
    const all = await collect(
      this.#clients.backup.backupJobs.list(vault, group, { filter: conditions, ...abortable(options) }),
    );
    return all.map((job) => readJob(job, this.#now()));
  }

  async job(id: string, options: CallOptions = {}): Promise<Job> {
    const { group, vault, job } = jobNames(id);
    const location = secondRegionOf(id);
    if (location !== undefined) {
      return this.advanced.secondRegionJob({ vaultId: vaultIdOf(id) ?? '', location, name: job }, options);
    }
    const resource = await asAppErrors(async () =>
      this.#clients.backup.jobDetails.get(vault, group, job, abortable(options)),
    );
    return readJob(resource, this.#now());
  }

  async cancelJob(id: string, options: CallOptions = {}): Promise<void> {
    const { group, vault, job } = jobNames(id);
    await asAppErrors(async () => this.#clients.backup.jobCancellations.trigger(vault, group, job, abortable(options)));
  }

  async recoveryPoints(id: string, options: CallOptions = {}): Promise<RecoveryPoint[]> {
    const { group, vault, container, item } = itemNamesOf(id);
    const all = await collect(
      this.#clients.backup.recoveryPoints.list(vault, group, FABRIC, container, item, abortable(options)),
    );
    return all.map(readPoint);
  }

  async recoveryPoint(id: string, options: CallOptions = {}): Promise<RecoveryPoint> {
    const { group, vault, container, item } = itemNamesOf(id);
    const send = abortable(options);
    const { recoveryPoints } = this.#clients.backup;
    const point = await asAppErrors(async () =>
      recoveryPoints.get(vault, group, FABRIC, container, item, pointNameOf(id), send),
    );
    return readPoint(point);
  }

  async restore(input: RestoreInput, options: CallOptions = {}): Promise<string> {
    return startRestore(this.#clients.backup, input, options);
  }

  async restoreProblems(input: RestoreInput, options: CallOptions = {}): Promise<RestoreProblem[]> {
    return restoreProblems(this.#clients.backup, input, options);
  }

  async storageAccounts(options: CallOptions = {}): Promise<StorageAccount[]> {
    return storageAccounts(this.#clients, options);
  }

  async followOperation(url: string, { signal, secondRegion }: FollowOptions = {}): Promise<string | undefined> {
    const { backup } = this.#clients;
    const { origin, pathname } = new URL(url);
    if (origin !== new URL(backup.$host).origin) throw badId(url);
    const job = await asAppErrors(async () => followOperation(backup, url, signal));
    if (job === undefined) return undefined;
    return secondRegion
      ? secondRegionJobId(secondRegion.vaultId, secondRegion.location, job)
      : jobIdOf(vaultInPath(pathname), job);
  }

  async virtualNetworks(options: CallOptions = {}): Promise<VirtualNetwork[]> {
    return virtualNetworks(this.#clients, this.#subscriptionId, options);
  }

  /** Options of a call that the SDK's own poller waits for. */
}
