// The deep path leaves out a credential that nobody here uses, and with it three quarters of the package.

import {
  getConfiguredAuthProviderId,
  getConfiguredAzureEnv,
} from '@microsoft/vscode-azext-azureauth/dist/esm/src/utils/configuredAzureEnv';
import { VSCodeAzureSubscriptionProvider } from '@microsoft/vscode-azext-azureauth/dist/esm/src/VSCodeAzureSubscriptionProvider';
import * as vscode from 'vscode';
import type { AzureEnvironment } from '../../client/azure/azureConnection';
import { appError } from '../../domain/errorCatalogue';
import type { Life } from '../model/life';
import type { AzureAccount, AzureSubscription, Credential, Directory, Person, TenantReach } from './account';
import { lookAround } from './lookAround';

/** VS Code refreshes tokens by itself: it is asked again after this time (ms), and answers from its own cache. */
const ASK_AGAIN_MS = 60_000;

type Provider = VSCodeAzureSubscriptionProvider;
type Found = Awaited<ReturnType<Provider['getSubscriptions']>>[number];

/**
 * Signs in with VS Code's own Microsoft account, or that of a sovereign or custom cloud if its settings name one.
 * A bundle of its own, loaded on first use: it has no texts.
 */
export class VscodeAccount implements AzureAccount {
  private readonly provider: Provider = new VSCodeAzureSubscriptionProvider();
  private readonly found = new Map<string, Found>();

  onDidChange(listener: () => void): Life {
    return vscode.Disposable.from(this.provider.onDidSignIn(listener), this.provider.onDidSignOut(listener));
  }

  cloud(): AzureEnvironment {
    const { name, resourceManagerEndpointUrl, managementEndpointUrl, portalUrl } = getConfiguredAzureEnv();
    return {
      name,
      resourceManagerEndpoint: resourceManagerEndpointUrl.replace(/\/+$/, ''),
      audienceScope: `${managementEndpointUrl.replace(/\/*$/, '/')}.default`,
      portalUrl: portalUrl.replace(/\/+$/, ''),
    };
  }

  async look(): Promise<TenantReach[]> {
    return lookAround({
      all: async () => {
        const accounts = await vscode.authentication.getAccounts(getConfiguredAuthProviderId());
        return accounts.map(({ id, label }) => ({ id, label }));
      },
      isSignedIn: (person) => this.provider.isSignedIn(undefined, person),
      tenants: async (person) => {
        const tenants = await this.provider.getTenants(person);
        return tenants.map(({ tenantId = '', displayName }) => ({
          id: tenantId,
          name: displayName ?? tenantId,
          person,
        }));
      },
      lookInto: (tenant) => this.lookInto(tenant),
    });
  }

  async signIn(tenant?: Directory): Promise<boolean> {
    return this.provider.signIn(tenant?.id || undefined, tenant?.person);
  }

  credential(subscription: AzureSubscription): Credential {
    return {
      getToken: async (scopes, options) => {
        const wanted = Array.isArray(scopes) ? scopes : [scopes];
        const found = this.found.get(keyOf(subscription));
        const session = await found?.authentication.getSessionWithScopes(
          options?.claims === undefined
            ? wanted
            : { wwwAuthenticate: challenge(options.claims), fallbackScopes: wanted },
        );
        if (!session) throw appError('AzureSignInNeeded', { name: subscription.name });
        return { token: session.accessToken, expiresOnTimestamp: Date.now() + ASK_AGAIN_MS };
      },
    };
  }

  dispose(): void {
    this.found.clear();
    this.provider.dispose();
  }

  private async lookInto(tenant: Directory): Promise<TenantReach> {
    try {
      const { id: tenantId, person: account } = tenant;
      if (!(await this.provider.isSignedIn(tenantId, account))) {
        return { tenant, problem: 'signIn', subscriptions: [] };
      }
      const all = await this.provider.getSubscriptions({ account, tenantId });
      const own = all.filter((one) => one.tenantId === tenantId);
      return { tenant, subscriptions: own.map((one) => this.keep(one, tenant.person)) };
    } catch (error) {
      return { tenant, problem: { error }, subscriptions: [] };
    }
  }

  private keep(found: Found, person: Person): AzureSubscription {
    const { subscriptionId: id, name, tenantId } = found;
    const subscription = { id, name, tenantId, person };
    this.found.set(keyOf(subscription), found);
    return subscription;
  }
}

function keyOf({ id, tenantId, person }: AzureSubscription): string {
  return `${person.id}/${tenantId}/${id}`;
}

/** The header that asked for the claims, made again: VS Code reads them from there. */
function challenge(claims: string): string {
  return `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
}
