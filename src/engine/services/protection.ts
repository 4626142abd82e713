import { appError } from '../../domain/errorCatalogue';
import type { AppError } from '../../domain/errors';
import { sameLocation } from '../../domain/names';
import { latestRunAtOrBefore } from '../../domain/schedule';
import { idKey, itemId, itemNames, machineOfItemName, nameIn, vaultIdOf } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { ItemRecord, MachineRecord, OperationRecord, PolicyRecord, VaultRecord } from '../catalog/records';
import type { ComputeService } from './compute';
import type { DiscoveryService } from './discovery';
import type { JobService } from './jobs';
import { notFound } from './notFound';
import type { OperationService } from './operations';
import type { PolicyService } from './policies';
import type { VaultService } from './vaults';

export interface EnableInput {
  readonly containerName: string;
  readonly itemName: string;
  readonly machineId: string;
  readonly policyId: string;
}

/** Conditions on a list of items; names are compared without case. */
export interface ItemQuery {
  readonly machineName?: string;
  readonly policyName?: string;
}

/** Protected items: enabling backup for a machine and changing its policy (SPEC §1.7, §2.2, §2.3, §4). */
export class ProtectionService {
  readonly #catalog: Catalog;
  readonly #compute: ComputeService;
  readonly #discovery: DiscoveryService;
  readonly #jobs: JobService;
  readonly #operations: OperationService;
  readonly #policies: PolicyService;
  readonly #vaults: VaultService;
  readonly #now: () => number;
  readonly #decimal: () => string;

  constructor(deps: {
    catalog: Catalog;
    compute: ComputeService;
    discovery: DiscoveryService;
    jobs: JobService;
    operations: OperationService;
    policies: PolicyService;
    vaults: VaultService;
    now: () => number;
    decimal: () => string;
  }) {
    this.#catalog = deps.catalog;
    this.#compute = deps.compute;
    this.#discovery = deps.discovery;
    this.#jobs = deps.jobs;
    this.#operations = deps.operations;
    this.#policies = deps.policies;
    this.#vaults = deps.vaults;
    this.#now = deps.now;
    this.#decimal = deps.decimal;
  }

  list(vault: VaultRecord, query: ItemQuery, page: PageRequest): Page<ItemRecord> {
    const vaultKey = idKey(vault.id);
    return this.#catalog.items.page(
      {
        where: {
          vault_key: vaultKey,
          machine_name: query.machineName?.toLowerCase(),
          policy_key: query.policyName && `${vaultKey}/backuppolicies/${query.policyName.toLowerCase()}`,
        },
      },
      page,
    );
  }

  /** @throws AppError `ResourceNotFound` */
  get(id: string): ItemRecord {
    const item = this.#catalog.items.get(idKey(id));
    if (!item) throw notFound(id);
    return item;
  }

  /**
   * Enables backup, or changes the policy of an item that is protected already. Makes no recovery point.
   * @throws AppError `BMSUserErrorInvalidConfigureProtectionRequest` at once when the request names no machine that the
   *   vault has discovered, or a policy of another vault; a machine that another vault protects fails the job
   */
  enable(vault: VaultRecord, input: EnableInput): OperationRecord {
    const { machine, policy, id } = this.#resolve(vault, input);
    this.#vaults.touch(vault);
    return this.#operations.start({
      vaultKey: idKey(vault.id),
      itemKey: idKey(id),
      run: async () => this.#configure(vault, { machine, policy, id }),
    });
  }

  #resolve(vault: VaultRecord, input: EnableInput): { machine: MachineRecord; policy: PolicyRecord; id: string } {
    const machine = this.#compute.findMachine(input.machineId);
    const named = machineOfItemName(input.itemName);
    if (!machine || !named || !sameLocation(machine.location, vault.location)) throw invalidRequest();
    const names = itemNames(machine.group, machine.name, machine.cloudService);
    if (idKey(input.itemName) !== idKey(names.item) || idKey(input.containerName) !== idKey(names.container))
      throw invalidRequest();
    const policyName = nameIn(input.policyId, 'backupPolicies');
    if (policyName === undefined || idKey(vaultIdOf(input.policyId) ?? '') !== idKey(vault.id)) throw invalidRequest();
    const policy = this.#policies.get(vault, policyName);
    const known = this.#catalog.items.exists({ where: { machine_key: idKey(machine.id) } });
    if (!known && !this.#discovery.isDiscovered(vault, machine.id)) throw invalidRequest();
    return { machine, policy, id: itemId(vault.id, names.container, names.item) };
  }

  async #configure(
    vault: VaultRecord,
    { machine, policy, id }: { machine: MachineRecord; policy: PolicyRecord; id: string },
  ): Promise<{ jobId: string }> {
    const { container, item: itemName } = itemNames(machine.group, machine.name, machine.cloudService);
    const job = this.#jobs.start({
      vault,
      item: { id, containerName: container, machineName: machine.name },
      operation: 'ConfigureBackup',
      tasks: [],
      properties: { 'VM Name': machine.name, 'Policy Name': policy.name },
      userTriggered: true,
    });
    try {
      const [found] = this.#catalog.items.list({ where: { machine_key: idKey(machine.id) } });
      if (found && idKey(found.vaultKey) !== idKey(vault.id))
        throw appError('UserErrorVmRegisteredWithAnotherVault', {});
      const now = this.#now();
      const slot = latestRunAtOrBefore(this.#policies.rule(policy), now) ?? now;
      const item: ItemRecord = found
        ? { ...found, policyName: policy.name, lastSlot: slot }
        : {
            id,
            vaultKey: idKey(vault.id),
            containerName: container,
            itemName,
            machineId: machine.id,
            machineKey: idKey(machine.id),
            machineName: machine.name,
            machineGroup: machine.group,
            vmId: machine.vmId,
            dataId: this.#decimal(),
            policyName: policy.name,
            state: 'IRPending',
            protectedSince: now,
            lastBackupStatus: '',
            lastSlot: slot,
          };
      job.complete((record) =>
        this.#catalog.transaction(() => {
          this.#catalog.items.put(item);
          this.#catalog.jobs.put(record);
        }),
      );
      return { jobId: job.record.id };
    } catch (error) {
      job.stop(error);
      throw error;
    }
  }
}

function invalidRequest(): AppError {
  return appError('BMSUserErrorInvalidConfigureProtectionRequest', {});
}
