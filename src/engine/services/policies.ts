import { appError } from '../../domain/errorCatalogue';
import { AppError } from '../../domain/errors';
import { policyNameProblem } from '../../domain/names';
import type { BackupPolicy } from '../../domain/policy';
import { policyProblems } from '../../domain/policyRules';
import { latestRunAtOrBefore } from '../../domain/schedule';
import { idKey } from '../../protocol/ids';
import { policyFromWire, policyToWire } from '../../protocol/policyWire';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { PolicyRecord, VaultRecord } from '../catalog/records';
import { notFound } from './notFound';

const MOST_POLICIES = 200;

/** Backup policies of a vault (SPEC §1.5, §2.4–2.8). */
export class PolicyService {
  readonly #catalog: Catalog;
  readonly #now: () => number;

  constructor(deps: { catalog: Catalog; now: () => number }) {
    this.#catalog = deps.catalog;
    this.#now = deps.now;
  }

  list(vault: VaultRecord, page: PageRequest): Page<PolicyRecord> {
    return this.#catalog.policies.page({ where: { vault_key: idKey(vault.id) } }, page);
  }

  /** @throws AppError `ResourceNotFound` */
  get(vault: VaultRecord, name: string): PolicyRecord {
    const policy = this.#catalog.policies.get(policyKey(vault, name));
    if (!policy) throw notFound(`${vault.id}/backupPolicies/${name}`);
    return policy;
  }

  /** The rule that a stored policy stands for. */
  rule(policy: PolicyRecord): BackupPolicy {
    return policyFromWire(policy.properties);
  }

  protectedItems(policy: PolicyRecord): number {
    return this.#catalog.items.count({ where: { policy_key: policyKey({ id: policy.vaultKey }, policy.name) } });
  }

  /**
   * Creates or changes a policy. A new run time counts from now on: it makes no run of an earlier hour of today.
   * @throws AppError `BMSUserErrorInvalidPolicyInput` with each broken rule in its details
   */
  put(vault: VaultRecord, id: string, name: string, properties: unknown): PolicyRecord {
    const nameProblem = policyNameProblem(name);
    if (nameProblem) throw invalidPolicy([{ ...nameProblem, target: 'name' }]);
    const rule = policyFromWire(properties);
    const problems = policyProblems(rule);
    if (problems.length > 0) throw invalidPolicy(problems);
    const found = this.#catalog.policies.get(policyKey(vault, name));
    if (!found && this.#catalog.policies.count({ where: { vault_key: idKey(vault.id) } }) >= MOST_POLICIES) {
      throw invalidPolicy([
        { code: 'TooManyPolicies', target: 'name', message: `A vault holds at most ${MOST_POLICIES} policies.` },
      ]);
    }
    const names = found ?? { id, name, vaultKey: idKey(vault.id) };
    const saved: PolicyRecord = { ...names, properties: policyToWire(rule) };
    this.#catalog.transaction(() => {
      this.#catalog.policies.put(saved);
      if (found) this.#followFromNow(saved, latestRunAtOrBefore(rule, this.#now()));
    });
    return saved;
  }

  #followFromNow(policy: PolicyRecord, slot = Number.NEGATIVE_INFINITY): void {
    for (const item of this.#catalog.items.list({
      where: { policy_key: policyKey({ id: policy.vaultKey }, policy.name) },
    })) {
      if (item.lastSlot < slot) this.#catalog.items.put({ ...item, lastSlot: slot });
    }
  }

  /** @returns false when there is none. @throws AppError `BMSUserErrorPolicyInUse` while an item uses it (SPEC §2.10) */
  delete(vault: VaultRecord, name: string): boolean {
    const policy = this.#catalog.policies.get(policyKey(vault, name));
    if (!policy) return false;
    if (this.protectedItems(policy) > 0) throw appError('BMSUserErrorPolicyInUse', { policy: policy.name });
    this.#catalog.policies.delete(policy.id);
    return true;
  }
}

function policyKey(vault: { id: string }, name: string): string {
  return idKey(`${vault.id}/backupPolicies/${name}`);
}

/** Azure's sentence for every broken rule, with the rules themselves in the details (SPEC §2.7). */
function invalidPolicy(problems: readonly { code: string; target: string; message: string }[]): AppError {
  const { code, message } = appError('BMSUserErrorInvalidPolicyInput', {});
  return new AppError(code, message, { details: { details: problems } });
}
