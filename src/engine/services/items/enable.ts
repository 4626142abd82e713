import { type DiskSelection, unknownLuns } from '../../../domain/diskSelection';
import { appError } from '../../../domain/errorCatalogue';
import type { AppError } from '../../../domain/errors';
import { sameLocation } from '../../../domain/names';
import { MOST_MACHINES_PER_POLICY, MOST_MACHINES_PER_VAULT } from '../../../domain/protectionRules';
import { latestRunAtOrBefore } from '../../../domain/schedule';
import { idKey, itemId, itemNames, machineOfItemName, nameIn, vaultIdOf } from '../../../protocol/ids';
import type { Catalog } from '../../catalog/catalog';
import type { ItemRecord, MachineRecord, OperationRecord, PolicyRecord, VaultRecord } from '../../catalog/records';
import type { ComputeService } from '../compute';
import type { DiscoveryService } from '../discovery';
import type { PolicyService } from '../policies';
import type { GuardRequests } from '../resourceGuards';
import type { RunningJob } from '../runningJob';
import type { VaultService } from '../vaults';
import type { ItemWork } from './itemWork';

export interface EnableInput {
  readonly containerName: string;
  readonly itemName: string;
  readonly machineId: string;
  readonly policyId: string;
  /** `null` selects all disks again; absent leaves the selection as it is. */
  readonly diskSelection?: DiskSelection | null;
  /** Approvals of the vault's resource guard, for a policy that keeps less. */
  readonly requests?: GuardRequests;
}

interface Subject {
  readonly machine: MachineRecord;
  readonly policy: PolicyRecord;
  readonly id: string;
  readonly diskSelection?: DiskSelection | null;
}

/** Enables backup, changes policy or disks, resumes what was stopped (SPEC §1.7, §2.2–2.4, §2.14, §4). */
export class EnableService {
  readonly #catalog: Catalog;
  readonly #compute: ComputeService;
  readonly #discovery: DiscoveryService;
  readonly #policies: PolicyService;
  readonly #vaults: VaultService;
  readonly #work: ItemWork;
  readonly #now: () => number;
  readonly #decimal: () => string;

  constructor(deps: {
    catalog: Catalog;
    compute: ComputeService;
    discovery: DiscoveryService;
    policies: PolicyService;
    vaults: VaultService;
    work: ItemWork;
    now: () => number;
    decimal: () => string;
  }) {
    this.#catalog = deps.catalog;
    this.#compute = deps.compute;
    this.#discovery = deps.discovery;
    this.#policies = deps.policies;
    this.#vaults = deps.vaults;
    this.#work = deps.work;
    this.#now = deps.now;
    this.#decimal = deps.decimal;
  }

  /**
   * Starts the change. It makes no recovery point.
   * @throws AppError `BMSUserErrorInvalidConfigureProtectionRequest` when the request names no machine that the vault has
   *   discovered or a policy of another vault, `LocalDiskLunUnknown`, `LocalItemSoftDeleted`, `LocalPolicyFull` or
   *   `LocalVaultFull`, and for a policy that keeps less than the item's `UserErrorOperationDeniedOnImmutableItem` or
   *   `BMSUserErrorResourceGuard`; a machine that another vault protects fails the job
   */
  start(vault: VaultRecord, input: EnableInput): OperationRecord {
    const subject = this.#resolve(vault, input);
    this.#vaults.touch(vault);
    const { container } = namesOf(subject.machine);
    return this.#work.start({
      vault,
      item: { id: subject.id, containerName: container, machineName: subject.machine.name },
      operation: 'ConfigureBackup',
      properties: { 'VM Name': subject.machine.name, 'Policy Name': subject.policy.name },
      answersWith: 'item',
      run: async (job) => this.#configure(job, vault, subject),
    });
  }

  #resolve(vault: VaultRecord, input: EnableInput): Subject {
    const policyName = nameIn(input.policyId, 'backupPolicies');
    if (policyName === undefined || idKey(vaultIdOf(input.policyId) ?? '') !== idKey(vault.id)) throw invalidRequest();
    const machine = this.#machineOf(vault, input);
    const names = namesOf(machine);
    if (idKey(input.itemName) !== idKey(names.item) || idKey(input.containerName) !== idKey(names.container))
      throw invalidRequest();
    const id = itemId(vault.id, names.container, names.item);
    const policy = this.#policies.get(vault, policyName);
    const found = this.#catalog.items.get(idKey(id));
    if (found?.softDelete) throw appError('LocalItemSoftDeleted', { vm: found.machineName });
    this.#policies.checkMove({ vault, item: found, requests: input.requests }, policy);
    if (found?.policyName !== policy.name) this.#checkLimits(vault, policy, found === undefined);
    return { machine, policy, id, diskSelection: input.diskSelection };
  }

  #machineOf(vault: VaultRecord, input: EnableInput): Subject['machine'] {
    const machine = this.#compute.findMachine(input.machineId);
    if (!machine || !machineOfItemName(input.itemName) || !sameLocation(machine.location, vault.location))
      throw invalidRequest();
    const known = this.#catalog.items.exists({ where: { machine_key: idKey(machine.id) } });
    if (!known && !this.#discovery.isDiscovered(vault, machine.id)) throw invalidRequest();
    const luns = machine.dataDisks.map((disk) => disk.lun);
    const unknown = unknownLuns(input.diskSelection?.luns ?? [], luns);
    if (unknown.length > 0) {
      throw appError('LocalDiskLunUnknown', {
        vm: machine.name,
        luns: unknown.join(', '),
        attached: luns.join(', ') || 'none',
      });
    }
    return machine;
  }

  #checkLimits(vault: VaultRecord, policy: PolicyRecord, isNew: boolean): void {
    if (this.#policies.protectedItems(policy) >= MOST_MACHINES_PER_POLICY) {
      throw appError('LocalPolicyFull', { policy: policy.name, limit: MOST_MACHINES_PER_POLICY });
    }
    if (isNew && this.#catalog.items.count({ where: { vault_key: idKey(vault.id) } }) >= MOST_MACHINES_PER_VAULT) {
      throw appError('LocalVaultFull', { vault: vault.name, limit: MOST_MACHINES_PER_VAULT });
    }
  }

  /** The policy is in force at once; the job ends when the points that are there follow it. */
  async #configure(job: RunningJob, vault: VaultRecord, subject: Subject): Promise<void> {
    const found = this.#catalog.items.get(idKey(subject.id));
    const item = this.#configured(vault, subject);
    this.#catalog.transaction(() => {
      this.#catalog.items.put(item);
      if (found) this.#policies.decideMove(vault, found, subject.policy);
    });
    await this.#policies.follow(vault, item);
    job.complete();
  }

  #configured(vault: VaultRecord, { machine, policy, id, diskSelection }: Subject): ItemRecord {
    const [found] = this.#catalog.items.list({ where: { machine_key: idKey(machine.id) } });
    if (found && idKey(found.vaultKey) !== idKey(vault.id)) throw appError('UserErrorVmRegisteredWithAnotherVault', {});
    const now = this.#now();
    const slot = latestRunAtOrBefore(this.#policies.rule(policy), now) ?? now;
    const item = found ?? this.#newItem(vault, machine, id);
    return {
      ...item,
      policyName: policy.name,
      lastSlot: slot,
      state: this.#resumedState(item),
      undeleted: undefined,
      diskSelection: diskSelection === undefined ? item.diskSelection : withOwnList(diskSelection),
    };
  }

  /** Resumed protection is Protected again, or waits for its first point (SPEC §4). */
  #resumedState(item: ItemRecord): ItemRecord['state'] {
    if (item.state !== 'ProtectionStopped' && item.state !== 'BackupsSuspended') return item.state;
    return this.#catalog.points.exists({ where: { item_key: idKey(item.id) } }) ? 'Protected' : 'IRPending';
  }

  #newItem(vault: VaultRecord, machine: Subject['machine'], id: string): ItemRecord {
    const names = namesOf(machine);
    return {
      id,
      vaultKey: idKey(vault.id),
      containerName: names.container,
      itemName: names.item,
      machineId: machine.id,
      machineKey: idKey(machine.id),
      machineName: machine.name,
      machineGroup: machine.group,
      vmId: machine.vmId,
      dataId: this.#decimal(),
      policyName: '',
      state: 'IRPending',
      protectedSince: this.#now(),
      lastBackupStatus: '',
      lastSlot: 0,
    };
  }
}

function namesOf({ group, name, cloudService }: MachineRecord) {
  return itemNames(group, name, cloudService);
}

function withOwnList(selection: DiskSelection | null): ItemRecord['diskSelection'] {
  return selection === null ? undefined : { luns: [...selection.luns], include: selection.include };
}

function invalidRequest(): AppError {
  return appError('BMSUserErrorInvalidConfigureProtectionRequest', {});
}
