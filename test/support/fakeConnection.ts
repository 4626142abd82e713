import type { VaultUsages } from '../../src/client/advanced';
import type { AzureConnection, AzureSubscription } from '../../src/client/azure/azureConnection';
import type {
  AddMachineInput,
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
  Site,
} from '../../src/client/connection';
import type { EngineSettings } from '../../src/domain/engineSettings';
import { AppError } from '../../src/domain/errors';
import type { BackupPolicy } from '../../src/domain/policy';
import { defaultPolicy } from '../../src/domain/policyDefaults';
import type {
  Job,
  JobStatistics,
  Location,
  Machine,
  ProtectedItem,
  RecoveryPoint,
  ResourceGroup,
  StorageAccount,
  Vault,
  VaultPolicy,
  VaultStorage,
  VirtualNetwork,
} from '../../src/domain/views';
import type { LocalClient } from '../../src/extension/model/engineLink';
import { groupId, itemId, itemNames, resourceId, vaultId } from '../../src/protocol/ids';
import {
  type MachineProblem,
  type PolicyPreviewReply,
  type ReplicationReply,
  SAMPLE_TAG,
} from '../../src/protocol/local';
import { fakeAdvanced } from './fakeAdvanced';
import { NOON } from './manualClock';

const SUB = '00000000-0000-0000-0000-000000000001';
const MB = 1024 * 1024;

/** A connection with everything in memory. A stand-in for tests: it knows the shape of answers, not the rules. */
export class FakeConnection implements Connection {
  readonly kind = 'local';
  readonly key = 'local:test';
  readonly displayName = 'This computer';

  readonly calls: string[] = [];
  /** Errors to throw, by method name. */
  readonly failing = new Map<string, Error>();
  places: Location[] = [{ name: 'local', displayName: 'This computer' }];
  groups: ResourceGroup[] = [];
  allVaults: Vault[] = [];
  allPolicies: VaultPolicy[] = [];
  allMachines: Machine[] = [];
  allItems: ProtectedItem[] = [];
  allJobs: Job[] = [];
  points = new Map<string, RecoveryPoint[]>();
  /** Reasons of legal holds by the ids of their points. */
  holds = new Map<string, string>();
  counters = new Map<string, JobStatistics>();
  folders = new Map([['local', '/data/sites/local']]);
  /** Folders of second zones, by site. */
  zones = new Map<string, string>();
  /** How far the copy of every vault is. */
  copy: ReplicationReply = {
    replication: 'LocallyRedundant',
    secondSite: 'none',
    lagSeconds: 0,
    backlogObjects: 0,
    backlogBytes: 0,
  };
  storage: VaultStorage = { replication: 'LocallyRedundant', locked: false };
  /** What every policy's preview says. */
  previewed: PolicyPreviewReply['items'] = [];
  /** Machines that the next discovery finds. */
  hidden: Machine[] = [];
  /** What the service counts of every vault. */
  usages: VaultUsages = {};
  /** What every validation of a restore says. */
  restoreBlockers: RestoreProblem[] = [];
  /** What stands in the way of protecting machines, by their names. */
  protectionBlockers = new Map<string, ServiceProblem>();
  /** Points that the service recommends for the archive, by their items. */
  recommended = new Map<string, RecoveryPoint[]>();
  /** Points that second regions have, by their items. */
  copiedPoints = new Map<string, RecoveryPoint[]>();
  /** Jobs of second regions, which no list of a vault has. */
  secondRegionJobs: Job[] = [];
  /** What every vault has registered besides machines. */
  servers: string[] = [];
  accounts: StorageAccount[] = [];
  networks: VirtualNetwork[] = [];
  /** The computer that every vault belongs to, where that is another one. */
  heldBy: string | undefined;
  pausedSince: number | undefined;
  settings: EngineSettings | undefined;
  /** What a look into the folders of disk images tells. */
  folderProblems: MachineProblem[] = [];
  disposed = false;
  private made = 0;

  readonly local: LocalConnection = {
    sites: async () => this.call('sites', () => this.places.map((place) => this.siteOf(place))),
    saveSite: async (input) =>
      this.call(`saveSite ${input.name} ${input.folder ?? ''} ${input.pairedSite ?? ''}`, () => {
        const { name, folder, pairedSite } = input;
        const known = this.places.find((place) => place.name === name);
        const pair = pairedSite === undefined ? {} : { pairedWith: pairedSite };
        const place = { ...(known ?? { name, displayName: name }), ...pair };
        this.places = [...this.places.filter((other) => other !== known), place];
        if (folder !== undefined) this.folders.set(name, folder);
        if (input.zoneFolder !== undefined) this.zones.set(name, input.zoneFolder);
        return this.siteOf(place);
      }),
    replication: async () => this.call('replication', () => this.copy),
    addMachine: async (input) => this.call('addMachine', () => this.addMachine(input)),
    removeMachine: async (id) =>
      this.call('removeMachine', () => void (this.allMachines = this.allMachines.filter((m) => m.id !== id))),
    restoreTarget: async ({ folder }) => this.call(`restoreTarget ${folder}`, () => `target of ${folder}`),
    withRestoreTarget: async ({ folder }, ask) => this.call(`withRestoreTarget ${folder}`, () => ask(folder)),
    createRecoveryKey: async () => this.call('createRecoveryKey', () => 'KEY-1234'),
    rotateRecoveryKey: async () => this.call('rotateRecoveryKey', () => 'KEY-5678'),
    attachVault: async ({ target }) =>
      this.call(`attachVault ${target}`, () => ({
        id: '/vaults/found',
        name: 'found',
        resourceGroup: 'g',
        folder: target,
        readOnly: false,
        machines: [],
        policies: [],
        recoveryPoints: 0,
        problems: [],
      })),
    pointHolds: async (item) =>
      this.call('pointHolds', () =>
        (this.points.get(item) ?? []).flatMap(({ id, name }) => {
          const reason = this.holds.get(id);
          return reason === undefined ? [] : [{ name, reason }];
        }),
      ),
    holdPoint: async (id, reason) => this.call('holdPoint', () => void this.holds.set(id, reason)),
    releasePoint: async (id) => this.call('releasePoint', () => void this.holds.delete(id)),
    previewPolicy: async () => this.call('previewPolicy', () => ({ items: [...this.previewed] })),
    jobStatistics: async (id) => this.call('jobStatistics', () => found(this.counters.get(id), 'ResourceNotFound')),
    vaultUsage: async () =>
      this.call('vaultUsage', () => ({
        storedBytes: 12 * MB,
        recoveryPoints: 3,
        usedBytes: 30 * MB,
        protectedInstances: 1,
        ...(this.heldBy === undefined ? {} : { heldBy: this.heldBy }),
      })),
    health: async () =>
      this.call('health', () => ({
        version: '0.1.0',
        pid: 42,
        dataFolder: '/data',
        node: '24.0.0',
        startedAt: NOON,
        runningJobs: 0,
        protectedItems: this.allItems.length,
        ...(this.pausedSince === undefined ? {} : { pausedSince: this.pausedSince }),
      })),
    verify: () => Promise.reject(new AppError('NotImplemented', 'This double does not verify.')),
    repair: () => Promise.reject(new AppError('NotImplemented', 'This double does not repair.')),
    pauseSchedules: async (paused) =>
      this.call(`pauseSchedules ${paused}`, () => void (this.pausedSince = paused ? NOON : undefined)),
    saveSettings: async (settings) =>
      this.call(`saveSettings ${JSON.stringify(settings)}`, () => void (this.settings = settings)),
    lookForMachines: async () => this.call('lookForMachines', () => [...this.folderProblems]),
    createLab: async () =>
      this.call('createLab', () => {
        const machines = ['sample-web', 'sample-db'].map((name) => machine(name, { tags: { [SAMPLE_TAG]: 'true' } }));
        this.allMachines.push(...machines);
        return { machines };
      }),
    changeLabFiles: async () =>
      this.call('changeLabFiles', () => [{ machine: 'sample-web', path: '/srv/www/index.html', bytes: 12 }]),
    removeLab: async () => this.call('removeLab', () => undefined),
  };

  dispose(): void {
    this.disposed = true;
  }

  async stopEngine(): Promise<boolean> {
    return this.call('stopEngine', () => true);
  }

  /** This connection as the extension opens it. */
  constructor(readonly subscriptionId = SUB) {}

  readonly open = async (): Promise<LocalClient> => this.call('open', () => this);

  async subscriptions() {
    return this.call('subscriptions', () => [{ id: this.subscriptionId, displayName: 'This computer' }]);
  }

  async locations() {
    return this.call('locations', () => [...this.places]);
  }

  async resourceGroups() {
    return this.call('resourceGroups', () => [...this.groups]);
  }

  async createResourceGroup(input: { name: string; location: string }) {
    return this.call(`createResourceGroup ${input.name}`, () => {
      const group = { id: groupId(this.subscriptionId, input.name), ...input };
      this.groups.push(group);
      return group;
    });
  }

  async vaults() {
    return this.call('vaults', () => [...this.allVaults]);
  }

  async createVault(input: CreateVaultInput) {
    return this.call(`createVault ${input.name} ${input.replication}`, () => this.addVault(input.name, input));
  }

  async deleteVault(id: string) {
    this.call('deleteVault', () => void (this.allVaults = this.allVaults.filter((vault) => vault.id !== id)));
  }

  async vaultStorage() {
    return this.call('vaultStorage', () => this.storage);
  }

  async setVaultReplication(_vaultId: string, replication: VaultStorage['replication']) {
    return this.call(`setVaultReplication ${replication}`, () => (this.storage = { ...this.storage, replication }));
  }

  async policies(vault: string) {
    return this.call('policies', () => this.allPolicies.filter((policy) => policy.vaultId === vault));
  }

  async savePolicy(vault: string, name: string, rule: BackupPolicy) {
    return this.call(`savePolicy ${name}`, () => {
      const policy = { id: `${vault}/backupPolicies/${name}`, name, vaultId: vault, rule, protectedItems: 0 };
      this.allPolicies.push(policy);
      return policy;
    });
  }

  async deletePolicy(policyId: string) {
    const name = policyId.split('/').at(-1);
    this.call(`deletePolicy ${name}`, () => {
      this.allPolicies = this.allPolicies.filter(({ id }) => id !== policyId);
    });
  }

  async machines() {
    return this.call('machines', () => [...this.allMachines]);
  }

  async discover() {
    return this.call('discover', () => void this.allMachines.push(...this.hidden.splice(0)));
  }

  async protectableItems() {
    return this.call('protectableItems', () =>
      this.allMachines
        .filter(({ id }) => !this.allItems.some((item) => item.machineId === id))
        .map(({ id, name, resourceGroup }) => ({ machineId: id, name, resourceGroup })),
    );
  }

  async protectedItems(vault: string) {
    return this.call('protectedItems', () => this.allItems.filter((item) => item.vaultId === vault));
  }

  async protectedItem(id: string) {
    return this.call('protectedItem', () =>
      found(
        this.allItems.find((item) => item.id === id),
        'ResourceNotFound',
      ),
    );
  }

  async protect({ vaultId: vault, machineId, policyId, excludedLuns: luns }: ProtectInput) {
    const disks = luns ? ` without ${luns.join(' ')}` : '';
    return this.call(`protect ${machineId.split('/').at(-1)} ${policyId.split('/').at(-1)}${disks}`, () => {
      const known = this.allItems.find((item) => item.machineId.toLowerCase() === machineId.toLowerCase());
      const policyName = policyId.split('/').at(-1) ?? '';
      if (known)
        return this.changeItem(known.id, (item) => ({
          ...item,
          policyId,
          policyName,
          state: 'Protected',
          ...(luns && { disks: { luns, included: false } }),
        }));
      const { name } = found(
        this.allMachines.find(({ id }) => id === machineId),
        'NotFound',
      );
      return this.addItem(name, vault, { policyId });
    });
  }

  async stopProtection({ itemId: id }: ItemInput) {
    this.call(`stopProtection ${this.nameOf(id)}`, () =>
      this.changeItem(id, ({ policyId: _policy, policyName: _name, ...item }) => ({
        ...item,
        state: 'ProtectionStopped',
      })),
    );
  }

  async deleteBackupData(id: string) {
    const softDeleted = { since: NOON, remainingMs: 14 * 24 * 3600_000 };
    this.call(`deleteBackupData ${this.nameOf(id)}`, () =>
      this.changeItem(id, (item) => ({ ...item, state: 'ProtectionStopped', softDeleted })),
    );
  }

  async undelete({ itemId: id }: ItemInput) {
    this.call(`undelete ${this.nameOf(id)}`, () =>
      this.changeItem(id, ({ softDeleted: _gone, ...item }) => ({ ...item, state: 'ProtectionStopped' })),
    );
  }

  async backupNow(item: string, input: { retainUntil?: number } = {}) {
    const name = found(
      this.allItems.find(({ id }) => id === item),
      'NotFound',
    ).machineName;
    const until = input.retainUntil === undefined ? 'default' : new Date(input.retainUntil).toISOString().slice(0, 10);
    return this.call(`backupNow ${name} ${until}`, () => this.addJob(name).id);
  }

  async jobs(vault: string, filter: JobFilter = {}) {
    const after = filter.startedAfter ?? 0;
    return this.call('jobs', () => this.allJobs.filter((job) => job.vaultId === vault && job.startTime >= after));
  }

  async job(id: string) {
    return this.call('job', () =>
      found(
        [...this.allJobs, ...this.secondRegionJobs].find((job) => job.id.toLowerCase() === id.toLowerCase()),
        'ResourceNotFound',
      ),
    );
  }

  async cancelJob(id: string) {
    return this.call('cancelJob', () => this.changeJob(id, { status: 'Cancelling' }));
  }

  async recoveryPoints(item: string) {
    return this.call('recoveryPoints', () => this.points.get(item) ?? []);
  }

  async recoveryPoint(id: string) {
    return this.call('recoveryPoint', () =>
      found(
        Array.from(this.points.values())
          .flat()
          .find((known) => known.id === id),
        'ResourceNotFound',
      ),
    );
  }

  async restore(input: RestoreInput) {
    return this.call(`restore ${restoreWords(input)}`, () => {
      return this.addJob(input.machineId.split('/').at(-1) ?? '', { operation: 'Restore' }).id;
    });
  }

  async protectionProblem({ machineId }: { machineId: string }) {
    const name = machineId.split('/').at(-1) ?? '';
    return this.call('protectionProblem', () => this.protectionBlockers.get(name));
  }

  async restoreProblems(input: RestoreInput) {
    return this.call(`restoreProblems ${restoreWords(input)}`, () => this.restoreBlockers);
  }

  async storageAccounts() {
    return this.call('storageAccounts', () => [...this.accounts]);
  }

  async virtualNetworks() {
    return this.call('virtualNetworks', () => [...this.networks]);
  }

  readonly advanced = fakeAdvanced(this, (name, answer) => this.call(name, answer));

  async followOperation(url: string, _options?: FollowOptions): Promise<string | undefined> {
    return this.call('followOperation', () => (url.includes('/backupJobs/') ? url : undefined));
  }

  addVault(name: string, options: Partial<CreateVaultInput> = {}): Vault {
    const { resourceGroup = 'vm-backup', location = 'local', replication = 'LocallyRedundant' } = options;
    const id = vaultId(this.subscriptionId, resourceGroup, name);
    const vault = { id, name, resourceGroup, location, replication };
    this.allVaults.push(vault);
    this.allPolicies.push({
      id: `${id}/backupPolicies/DefaultPolicy`,
      name: 'DefaultPolicy',
      vaultId: id,
      rule: defaultPolicy('02:00'),
      protectedItems: 0,
    });
    return vault;
  }

  addItem(name: string, vault: string, changes: Partial<ProtectedItem> = {}): ProtectedItem {
    const { container, item } = itemNames('vm-backup', name);
    const added: ProtectedItem = {
      id: itemId(vault, container, item),
      vaultId: vault,
      containerName: container,
      itemName: item,
      machineName: name,
      machineId: machine(name, {}, this.subscriptionId).id,
      policyId: `${vault}/backupPolicies/DefaultPolicy`,
      policyName: 'DefaultPolicy',
      state: 'IRPending',
      health: 'Passed',
      lastBackupStatus: 'None',
      ...changes,
    };
    this.allItems.push(added);
    return added;
  }

  addJob(machineName: string, changes: Partial<Job> = {}): Job {
    this.made += 1;
    const vault = changes.vaultId ?? this.allVaults[0]?.id ?? '';
    const added: Job = {
      id: `${vault}/backupJobs/job-${this.made}`,
      name: `job-${this.made}`,
      vaultId: vault,
      operation: 'Backup',
      status: 'InProgress',
      machineName,
      startTime: NOON,
      durationMs: 0,
      cancellable: true,
      tasks: [],
      properties: {},
      errors: [],
      ...changes,
    };
    this.allJobs.push(added);
    return added;
  }

  changeJob(id: string, changes: Partial<Job>): void {
    this.allJobs = this.allJobs.map((job) => (job.id === id ? { ...job, ...changes } : job));
  }

  private nameOf(item: string): string {
    return found(
      this.allItems.find(({ id }) => id === item),
      'NotFound',
    ).machineName;
  }

  private changeItem(id: string, change: (item: ProtectedItem) => ProtectedItem): ProtectedItem {
    const changed = change(
      found(
        this.allItems.find((item) => item.id === id),
        'NotFound',
      ),
    );
    this.allItems = this.allItems.map((item) => (item.id === id ? changed : item));
    return changed;
  }

  private siteOf({ name, displayName, pairedWith }: Location): Site {
    const pair = pairedWith === undefined ? {} : { pairedSite: pairedWith };
    const zoneFolder = this.zones.get(name);
    const zone = zoneFolder === undefined ? {} : { zoneFolder };
    return { name, displayName, folder: this.folders.get(name) ?? `/sites/${name}`, ...pair, ...zone };
  }

  private addMachine(input: AddMachineInput): Machine {
    const disks = input.diskPaths.map((path, index) => disk(`${input.name}-${index}`, { path }));
    const added = { ...machine(input.name), ...input, disks, tags: {} };
    this.allMachines.push(added);
    return added;
  }

  private call<T>(name: string, answer: () => T): T {
    this.calls.push(name);
    const error = this.failing.get(name.split(' ')[0] ?? name);
    if (error) throw error;
    return answer();
  }
}

function last(id: string): string {
  return id.split('/').at(-1) ?? '';
}

/** `disks new to target of /restored, luns 0 1, rehydrated 15 days Standard` */
function restoreWords({ pointId, target, luns, rehydration }: RestoreInput): string {
  const where = 'machineId' in target ? `${last(target.machineId)} at ` : '';
  const disks = luns === undefined ? '' : `, luns ${luns.join(' ')}`;
  const first = rehydration === undefined ? '' : `, rehydrated ${rehydration.days} days ${rehydration.priority}`;
  return `${target.kind} ${last(pointId)} to ${where}${target.storageAccountId ?? 'its place'}${disks}${first}`;
}

/** The same connection as Azure gives it: without what only this computer can do. */
export function asAzure(connection: FakeConnection, subscription: AzureSubscription): AzureConnection {
  const members = {
    kind: 'azure',
    key: `azure:${subscription.id}`,
    local: undefined,
    subscription,
    graph: async () => {
      throw new AppError('Unauthorized', 'Resource Graph is not for you.');
    },
    nextJobsLook: () => 0,
    dispose: () => connection.dispose(),
  };
  const described = Object.entries(members).map(([name, value]) => [name, { value }]);
  return Object.create(connection, Object.fromEntries(described)) as AzureConnection;
}

/** A machine with one disk of 64 MB. */
export function machine(name: string, changes: Partial<Machine> = {}, subscriptionId = SUB): Machine {
  return {
    id: resourceId(subscriptionId, 'vm-backup', 'Microsoft.Compute/virtualMachines', name),
    name,
    resourceGroup: 'vm-backup',
    location: 'local',
    osType: 'Linux',
    power: 'stopped',
    disks: [disk(name)],
    tags: {},
    ...changes,
  };
}

/** A recovery point of an item. */
export function point(item: ProtectedItem, name: string, time: number): RecoveryPoint {
  const id = `${item.id}/recoveryPoints/${name}`;
  return { id, name, time, consistency: 'CrashConsistent', tiers: ['HardenedRP'] };
}

export function disk(name: string, changes: { path?: string } = {}) {
  return {
    id: resourceId(SUB, 'vm-backup', 'Microsoft.Compute/disks', `${name}-disk`),
    name: `${name}-disk`,
    sizeBytes: 64 * MB,
    path: changes.path ?? `/images/${name}.img`,
  };
}

function found<T>(value: T | undefined, code: string): T {
  if (value === undefined) throw new AppError(code, 'It was not found.');
  return value;
}
