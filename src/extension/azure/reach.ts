import { failureOf } from '../model/failure';
import {
  type AzureSubscription,
  type Person,
  type Reach,
  type Tenant,
  type TenantReach,
  WHOLE_ACCOUNT,
} from './account';

/**
 * Puts together what was seen of every tenant. A subscription that several people or tenants reach is there once.
 * @param known who was seen before: of the accounts without a session only theirs has ended; VS Code has others for other things
 */
export function joinReach(found: readonly TenantReach[], known: readonly Person[]): Reach {
  const reached = found.filter(
    ({ tenant, problem }) =>
      tenant.id !== WHOLE_ACCOUNT || problem !== 'signIn' || known.some(({ id }) => id === tenant.person.id),
  );
  const people = new Map<string, Person>();
  const subscriptions = new Map<string, AzureSubscription>();
  for (const { tenant, subscriptions: own } of reached) {
    people.set(tenant.person.id, tenant.person);
    for (const subscription of own) {
      const key = subscription.id.toLowerCase();
      if (!subscriptions.has(key)) subscriptions.set(key, subscription);
    }
  }
  return {
    people: Array.from(people.values()),
    tenants: reached.map(tenantOf),
    subscriptions: Array.from(subscriptions.values()).toSorted((a, b) => a.name.localeCompare(b.name)),
  };
}

function tenantOf({ tenant, problem }: TenantReach): Tenant {
  if (problem === undefined) return tenant;
  return { ...tenant, problem: problem === 'signIn' ? problem : failureOf(problem.error) };
}

/** The subscriptions that are shown: those that were chosen, or all while nobody chose. */
export function shownSubscriptions(reach: Reach, chosen: readonly string[]): readonly AzureSubscription[] {
  if (chosen.length === 0) return reach.subscriptions;
  const wanted = new Set(chosen.map((id) => id.toLowerCase()));
  return reach.subscriptions.filter(({ id }) => wanted.has(id.toLowerCase()));
}
