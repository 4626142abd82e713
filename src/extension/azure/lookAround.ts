import { inParallel } from '../model/bounded';
import { type Directory, type Person, type TenantReach, WHOLE_ACCOUNT } from './account';

const TENANTS_AT_ONCE = 4;

/** What is asked about the accounts that VS Code has, without asking anybody. */
export interface Accounts {
  all(): Promise<readonly Person[]>;
  isSignedIn(person: Person): Promise<boolean>;
  tenants(person: Person): Promise<readonly Directory[]>;
  /** Never rejects: what fails is told in the tenant's reach. */
  lookInto(tenant: Directory): Promise<TenantReach>;
}

/**
 * Looks into every tenant of every account. An account whose session has ended, or that fails, is told as a whole, and the others
 * go on.
 * @throws what the first one failed with, if nothing could be seen of any: Azure itself cannot be reached then
 */
export async function lookAround(accounts: Accounts): Promise<TenantReach[]> {
  const found = await Promise.all((await accounts.all()).map(async (person) => tenantsOf(accounts, person)));
  const failed = found.flatMap((one) => ('error' in one ? [one] : []));
  if (failed[0] && !found.some((one) => 'tenants' in one)) throw failed[0].error;
  const tenants = found.flatMap((one) => ('tenants' in one ? one.tenants : []));
  const troubled = found.flatMap((one): TenantReach[] => {
    if ('tenants' in one) return [];
    const tenant = { id: WHOLE_ACCOUNT, name: one.person.label, person: one.person };
    return [{ tenant, problem: 'error' in one ? { error: one.error } : 'signIn', subscriptions: [] }];
  });
  return [...troubled, ...(await inParallel(tenants, TENANTS_AT_ONCE, (tenant) => accounts.lookInto(tenant)))];
}

type Found =
  | { readonly person: Person; readonly tenants: readonly Directory[] }
  | { readonly person: Person; readonly error: unknown }
  | { readonly person: Person };

async function tenantsOf(accounts: Accounts, person: Person): Promise<Found> {
  try {
    return (await accounts.isSignedIn(person)) ? { person, tenants: await accounts.tenants(person) } : { person };
  } catch (error) {
    return { person, error };
  }
}
