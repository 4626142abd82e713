import { appError } from '../../domain/errorCatalogue';
import { policyNameProblem } from '../../domain/names';
import type { BackupPolicy } from '../../domain/policy';
import { isDowngrade, reducesRetention } from '../../domain/policyChange';
import { MOST_POLICIES_PER_VAULT, MOST_POLICY_WRITES_PER_DAY, policyProblems } from '../../domain/policyRules';
import { type RetentionImpact, retentionImpact } from '../../domain/pruning';
import { latestRunAtOrBefore } from '../../domain/schedule';
import { isImmutable } from '../../domain/vaultRules';
import { idKey } from '../../protocol/ids';
import { invalidPolicy, type PolicyProperties, policyFromWire, policyProperty } from '../../protocol/policyWire';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { ItemRecord, OperationRecord, PolicyRecord, VaultRecord } from '../catalog/records';
import { builtInPolicy } from './builtInPolicies';
import type { JobService } from './jobs';
import { notFound } from './notFound';
import type { OperationService } from './operations';
import type { NamedPolicy, PolicyChangeService } from './policyChanges';
import type { CriticalOperation, GuardRequests, ResourceGuards } from './resourceGuards';
import type { RunningJob } from './runningJob';

const DAY_MS = 86_400_000;

/** What a policy is asked for with a list's filter (SPEC §1.12). */
export interface PolicyQuery {
  readonly managementType?: string;
  readonly workloadType?: string;
}

/** A saved policy, and the operation that brings it to the machines that use it, if any do. */
export interface SavedPolicy {
  readonly policy: PolicyRecord;
  readonly operation?: OperationRecord;
}

/** What saving a policy would remove, for each machine that uses it. */
export interface PolicyPreview {
  readonly items: readonly (RetentionImpact & { readonly id: string; readonly machineName: string })[];
}

/** Backup policies of a vault (SPEC §1.5, §2.4–2.8, §2.10). */
export class PolicyService {
  readonly #catalog: Catalog;
  readonly #changes: PolicyChangeService;
  readonly #guards: ResourceGuards;
  readonly #jobs: JobService;
  readonly #operations: OperationService;
  readonly #now: () => number;
  readonly #uuid: () => string;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: {
    catalog: Catalog;
    changes: PolicyChangeService;
    guards: ResourceGuards;
    jobs: JobService;
    operations: OperationService;
    now: () => number;
    uuid: () => string;
  }) {
    this.#catalog = deps.catalog;
    this.#changes = deps.changes;
    this.#guards = deps.guards;
    this.#jobs = deps.jobs;
    this.#operations = deps.operations;
    this.#now = deps.now;
    this.#uuid = deps.uuid;
  }

  list(vault: VaultRecord, { managementType, workloadType }: PolicyQuery, page: PageRequest): Page<PolicyRecord> {
    const where = {
      vault_key: idKey(vault.id),
      management_type: managementType?.toLowerCase(),
      workload_type: workloadType?.toLowerCase(),
    };
    return this.#catalog.policies.page({ where }, page);
  }

  /** @throws AppError `ResourceNotFound` */
  get(vault: VaultRecord, name: string): PolicyRecord {
    const policy = this.#catalog.policies.get(policyKey(vault, name));
    if (!policy) throw notFound(`${vault.id}/backupPolicies/${name}`);
    return policy;
  }

  /** The rule that a stored policy stands for. @throws AppError `BMSUserErrorInvalidPolicyForGivenProvider` */
  rule(policy: PolicyRecord): BackupPolicy {
    return policyFromWire(this.forMachines(policy).properties);
  }

  /** The policy as one for virtual machines. @throws AppError `BMSUserErrorInvalidPolicyForGivenProvider` for another */
  forMachines(policy: PolicyRecord): NamedPolicy {
    const { name, properties } = policy;
    if (properties.backupManagementType !== 'AzureIaasVM') {
      throw appError('BMSUserErrorInvalidPolicyForGivenProvider', {});
    }
    return { name, properties };
  }

  protectedItems(policy: PolicyRecord): number {
    return this.#catalog.items.count({ where: usedBy(policy) });
  }

  /**
   * Whether an item, or a machine that is none yet, may have a policy.
   * @throws AppError `BMSUserErrorInvalidPolicyForGivenProvider`, or `LocalPolicyDowngrade` from an Enhanced policy to a
   *   Standard one (SPEC §2.8); for less retention, which a stopped item's points tell, as {@link put}
   */
  checkMove(
    { vault, item, requests }: { vault: VaultRecord; item: ItemRecord | undefined; requests: GuardRequests },
    to: PolicyRecord,
  ): void {
    const rule = this.rule(to);
    const from = item && this.#policyOf(vault, item);
    if (from && isDowngrade({ from: this.rule(from), to: rule })) {
      throw appError('LocalPolicyDowngrade', { policy: to.name });
    }
    const weakens = from
      ? reducesRetention({ from: this.rule(from), to: rule })
      : item?.vaultKey === idKey(vault.id) && this.#changes.shortens(item, this.forMachines(to));
    if (weakens) this.#checkWeakening(vault, 'updateProtectedItem', requests);
  }

  /** Decides what a new policy does to an item's points; to be called in the transaction that gives it to the item. */
  decideMove(vault: VaultRecord, item: ItemRecord, to: PolicyRecord): void {
    const from = this.#policyOf(vault, item);
    this.#changes.decide(item, from && this.forMachines(from), this.forMachines(to));
  }

  /** Brings what was decided to the item's points. @throws AppError of the store; the next clean-up tries again */
  async follow(vault: VaultRecord, item: Pick<ItemRecord, 'id'>): Promise<void> {
    await this.#changes.finish(vault, item);
  }

  /** True while points of the item do not follow its policy yet (`policyInconsistent`, SPEC §4). */
  isInconsistent(item: Pick<ItemRecord, 'id'>): boolean {
    return this.#changes.isPending(item);
  }

  /** Keys of the items of a vault of which {@link isInconsistent} is true. */
  inconsistentIn(vault: VaultRecord): ReadonlySet<string> {
    return this.#changes.pendingIn(vault);
  }

  /**
   * Creates or changes a policy. The new rule is in force when this returns: a new run time makes no run of an earlier
   * hour of today; points that are there follow, one ConfigureBackup job for each machine.
   * @throws AppError `BMSUserErrorInvalidPolicyInput` with each broken rule in its details, `LocalPolicyWriteLimit`; while
   *   machines use it also `LocalPolicyDowngrade`, and for less retention `UserErrorOperationDeniedOnImmutableItem`
   *   (SPEC §2.16) or `BMSUserErrorResourceGuard`
   */
  put(vault: VaultRecord, name: string, properties: unknown, requests?: GuardRequests): SavedPolicy {
    const { body, rule } = readPolicy(name, properties);
    const found = this.#catalog.policies.get(policyKey(vault, name));
    const items = found ? this.#catalog.items.list({ where: usedBy(found) }) : [];
    if (found && items.length > 0) {
      const change = { from: this.rule(found), to: rule };
      if (isDowngrade(change)) throw appError('LocalPolicyDowngrade', { policy: name });
      if (reducesRetention(change)) this.#checkWeakening(vault, 'updateProtectionPolicy', requests);
    } else if (found) this.forMachines(found);
    else this.#checkRoom(vault);
    this.#checkWrites(vault);
    const names = found ?? { id: `${vault.id}/backupPolicies/${name}`, name, vaultKey: idKey(vault.id) };
    const policy: PolicyRecord = { ...names, properties: body };
    this.#catalog.transaction(() => {
      this.#catalog.policyWrites.put({ id: this.#uuid(), vaultKey: idKey(vault.id), at: this.#now() });
      this.#catalog.policies.put(policy);
      const slot = latestRunAtOrBefore(rule, this.#now()) ?? Number.NEGATIVE_INFINITY;
      for (const item of items) {
        if (item.lastSlot < slot) this.#catalog.items.put({ ...item, lastSlot: slot });
        if (found) this.#changes.decide(item, this.forMachines(found), { name: policy.name, properties: body });
      }
    });
    return items.length === 0 ? { policy } : { policy, operation: this.#configure(vault, policy, items) };
  }

  /** Counts what saving `properties` under this name would remove; saves nothing. @throws AppError as {@link put} */
  preview(vault: VaultRecord, name: string, properties: unknown): PolicyPreview {
    const { rule } = readPolicy(name, properties);
    const policy = this.get(vault, name);
    const change = { from: this.rule(policy), to: rule, at: this.#now() };
    const items = this.#catalog.items.list({ where: usedBy(policy) });
    return {
      items: items.map((item) => ({
        id: item.id,
        machineName: item.machineName,
        ...retentionImpact(item, this.#catalog.points.list({ where: { item_key: idKey(item.id) } }), change),
      })),
    };
  }

  /**
   * Deletes a policy; a built-in one is there again at once, as it was made (SPEC §1.5).
   * @returns false when there is none
   * @throws AppError `BMSUserErrorPolicyInUse` while an item uses it, also one that is soft-deleted (SPEC §2.10)
   */
  delete(vault: VaultRecord, name: string): boolean {
    const policy = this.#catalog.policies.get(policyKey(vault, name));
    if (!policy) return false;
    if (this.protectedItems(policy) > 0) throw appError('BMSUserErrorPolicyInUse', { policy: policy.name });
    const builtIn = builtInPolicy(vault, name);
    if (builtIn) this.#catalog.policies.put(builtIn);
    else this.#catalog.policies.delete(policy.id);
    return true;
  }

  /** Waits until no policy is on its way to its machines. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #configure(vault: VaultRecord, policy: PolicyRecord, items: readonly ItemRecord[]): OperationRecord {
    return this.#operations.start({
      vaultKey: idKey(vault.id),
      run: async () => {
        const jobs = items.map((item) => ({
          item,
          job: this.#jobs.start({
            vault,
            item,
            operation: 'ConfigureBackup',
            tasks: [],
            properties: { 'VM Name': item.machineName, 'Policy Name': policy.name },
            userTriggered: true,
          }),
        }));
        const work: Promise<void> = this.#reach(vault, jobs).finally(() => this.#running.delete(work));
        this.#running.add(work);
        return { jobIds: jobs.map(({ job }) => job.record.id) };
      },
    });
  }

  async #reach(vault: VaultRecord, jobs: readonly { item: ItemRecord; job: RunningJob }[]): Promise<void> {
    for (const { item, job } of jobs) {
      try {
        await this.#changes.finish(vault, item);
        job.complete();
      } catch (error) {
        job.stop(error); // the change stays decided; the next clean-up tries again
      }
    }
  }

  /** None while protection is stopped, or for an item of another vault. */
  #policyOf(vault: VaultRecord, { policyName, vaultKey }: ItemRecord): PolicyRecord | undefined {
    return policyName === '' || vaultKey !== idKey(vault.id)
      ? undefined
      : this.#catalog.policies.get(policyKey(vault, policyName));
  }

  #checkWeakening(vault: VaultRecord, operation: CriticalOperation, requests: GuardRequests): void {
    if (isImmutable(vault.immutability)) throw appError('UserErrorOperationDeniedOnImmutableItem', {});
    this.#guards.approve(vault, operation, { requests });
  }

  #checkRoom(vault: VaultRecord): void {
    if (this.#catalog.policies.count({ where: { vault_key: idKey(vault.id) } }) < MOST_POLICIES_PER_VAULT) return;
    const message = `A vault holds at most ${MOST_POLICIES_PER_VAULT} policies.`;
    throw invalidPolicy([{ code: 'TooManyPolicies', target: 'name', message }]);
  }

  #checkWrites(vault: VaultRecord): void {
    const vaultKey = idKey(vault.id);
    const dayAgo = this.#now() - DAY_MS;
    const writes = this.#catalog.policyWrites.list({ where: { vault_key: vaultKey }, orderBy: 'at' });
    for (const { id, at } of writes) if (at <= dayAgo) this.#catalog.policyWrites.delete(id);
    const recent = writes.filter(({ at }) => at > dayAgo);
    const [oldest] = recent.slice(-MOST_POLICY_WRITES_PER_DAY);
    if (recent.length < MOST_POLICY_WRITES_PER_DAY || !oldest) return;
    throw appError('LocalPolicyWriteLimit', {
      vault: vault.name,
      limit: MOST_POLICY_WRITES_PER_DAY,
      allowedFrom: new Date(oldest.at + DAY_MS).toISOString(),
    });
  }
}

/** @throws AppError `BMSUserErrorInvalidPolicyInput`, `NotImplemented` for a policy of another workload */
function readPolicy(name: string, properties: unknown): { body: PolicyProperties; rule: BackupPolicy } {
  const type = managementTypeOf(properties);
  if (type !== undefined && type !== 'AzureIaasVM') {
    throw appError('NotImplemented', { feature: `policies of the type '${type}'` });
  }
  const nameProblem = policyNameProblem(name);
  if (nameProblem) throw invalidPolicy([{ ...nameProblem, target: 'name' }]);
  const body = policyProperty(properties);
  const rule = policyFromWire(body);
  const problems = policyProblems(rule);
  if (problems.length > 0) throw invalidPolicy(problems);
  return { body, rule };
}

function managementTypeOf(properties: unknown): string | undefined {
  if (typeof properties !== 'object' || properties === null || !('backupManagementType' in properties))
    return undefined;
  const { backupManagementType: type } = properties;
  return typeof type === 'string' ? type : undefined;
}

/** The items that use a policy. */
function usedBy(policy: PolicyRecord): { policy_key: string } {
  return { policy_key: policyKey({ id: policy.vaultKey }, policy.name) };
}

function policyKey(vault: { id: string }, name: string): string {
  return idKey(`${vault.id}/backupPolicies/${name}`);
}
