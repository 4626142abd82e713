import { type AzureSubscription, type Person, type Tenant, WHOLE_ACCOUNT } from '../azure/account';
import { t } from '../text';
import { failureText } from './failure';
import { plainMarkdown } from './format';
import { rowId } from './ids';
import { COLORS, type Row } from './row';

/** Tree row of somebody who is signed in to Azure. */
export function accountRow(person: Person, { key, subscriptions }: { key: string; subscriptions: number }): Row {
  const description = subscriptionsWords(subscriptions);
  return {
    id: rowId(key, 'account', person.id),
    label: person.label,
    description,
    icon: { name: 'azure' },
    tokens: ['account', 'azure'],
    children: 'expanded',
    spoken: t('{0}, Azure account, {1}', person.label, description),
    target: { kind: 'account', accountId: person.id },
  };
}

/** Tree row of a subscription. @param vaults how many it has, where known */
export function subscriptionRow(
  subscription: AzureSubscription,
  { key, vaults }: { key: string; vaults?: number },
): Row {
  const description = vaults === undefined ? '' : vaultsWords(vaults);
  // VS Code unfolds a row only when it first sees its id: with the first vault the row is another one.
  const id = ['subscription', subscription.id, ...(vaults === 0 ? ['empty'] : [])];
  return {
    id: rowId(key, ...id),
    label: subscription.name,
    description,
    icon: { name: 'key' },
    tokens: ['subscription', 'azure', 'can.portal'],
    children: vaults === 0 ? 'none' : 'expanded',
    spoken: t('{0}, subscription, {1}', subscription.name, description),
    target: { kind: 'subscription', subscriptionId: subscription.id },
  };
}

/** Tree row of a tenant whose subscriptions are not shown. */
export function tenantRow(tenant: Tenant, key: string): Row | undefined {
  const { problem, name } = tenant;
  if (problem === undefined) return undefined;
  if (problem === 'reading') return readingRow(tenant, key);
  const description = problem === 'signIn' ? t('sign-in needed') : problem.message;
  const isAccount = tenant.id === WHOLE_ACCOUNT;
  const signIn = isAccount
    ? t('The session of {0} has ended. Sign in again to see its subscriptions.', name)
    : t('The tenant {0} wants a sign-in of its own.', name);
  const text = problem === 'signIn' ? signIn : failureText(problem);
  return {
    id: rowId(key, 'tenant', tenant.person.id, tenant.id),
    label: name,
    description,
    tooltip: () => plainMarkdown(text),
    icon: { name: 'warning', color: COLORS.warning },
    tokens: ['tenant', 'azure', problem === 'signIn' ? 'can.signIn' : 'can.retry'],
    children: 'none',
    spoken: isAccount ? t('{0}, Azure account, {1}', name, text) : t('{0}, tenant, {1}', name, text),
    target: { kind: 'tenant', accountId: tenant.person.id, tenantId: tenant.id },
  };
}

/** Its subscriptions are shown together, once it is known which of their machines are protected. */
function readingRow({ id, name, person }: Tenant, key: string): Row {
  const description = t('Reading…');
  return {
    id: rowId(key, 'tenant', person.id, id, 'reading'),
    label: name,
    description,
    icon: { name: 'loading~spin' },
    tokens: ['tenant', 'azure'],
    children: 'none',
    spoken: t('{0}, tenant, {1}', name, description),
    target: { kind: 'tenant', accountId: person.id, tenantId: id },
  };
}

function subscriptionsWords(count: number): string {
  return count === 1 ? t('1 subscription') : t('{0} subscriptions', count);
}

function vaultsWords(count: number): string {
  return count === 1 ? t('1 vault') : t('{0} vaults', count);
}
