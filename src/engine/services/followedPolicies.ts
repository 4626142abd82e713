import { acceptsBackups, needsEngine, PROTECTION_STATES, type ProtectionState } from '../../domain/states';
import type { Catalog } from '../catalog/catalog';
import type { FollowedPolicy } from '../scheduler/scheduler';
import { notFound } from './notFound';
import type { PolicyService } from './policies';

const BACKED_UP = PROTECTION_STATES.filter(acceptsBackups);
const NEEDING = PROTECTION_STATES.filter(needsEngine);

/** Which policies are followed, and by which items: asked every half minute, so it never reads an item that is not due. */
export class FollowedPolicies {
  readonly #catalog: Catalog;
  readonly #policies: PolicyService;

  constructor(deps: { catalog: Catalog; policies: PolicyService }) {
    this.#catalog = deps.catalog;
    this.#policies = deps.policies;
  }

  list(): FollowedPolicy[] {
    const { items, policies } = this.#catalog;
    const keys = new Set(BACKED_UP.flatMap((state) => items.distinct('policy_key', { where: { state } })));
    return Array.from(keys, (key) => ({
      key,
      policy: () => {
        const policy = policies.get(key);
        if (!policy) throw notFound(key);
        return this.#policies.rule(policy);
      },
      due: (slot) => BACKED_UP.flatMap((state) => this.#before(slot, { state, policy_key: key })),
    }));
  }

  /** Items whose backups run. */
  itemCount(): number {
    return BACKED_UP.reduce((sum, state) => sum + this.#catalog.items.count({ where: { state } }), 0);
  }

  /** True while an item has something that is done at its time. */
  needEngine(): boolean {
    return NEEDING.some((state) => this.#catalog.items.exists({ where: { state } }));
  }

  #before(slot: number, where: { state: ProtectionState; policy_key: string }) {
    const due = this.#catalog.items.list({ where, to: { last_slot: slot - 1 } });
    return due.map(({ id, lastSlot }) => ({ key: id, lastSlot }));
  }
}
