import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { createArmClients } from '../armClients';
import { ArmConnection } from '../armConnection';
import type { Connection } from '../connection';

/** A cloud of Azure, as the person's VS Code is set up for it. */
export interface AzureEnvironment {
  readonly name: string;
  /** Base URL of Azure Resource Manager, without a slash at its end. */
  readonly resourceManagerEndpoint: string;
  /** Scope of the tokens that it takes. */
  readonly audienceScope: string;
  /** Base URL of the portal, without a slash at its end. */
  readonly portalUrl: string;
}

export interface AzureConnectionOptions {
  readonly subscription: {
    readonly id: string;
    readonly name: string;
    readonly tenantId: string;
    /** Who sees it, as people know them. */
    readonly account: string;
  };
  readonly environment: AzureEnvironment;
  readonly credential: TokenCredential;
  /** The SDKs' own without one. */
  readonly httpClient?: HttpClient;
  readonly now?: () => number;
  readonly log?: (text: string) => void;
}

/** Builds the client of one subscription of Azure. Nothing is asked before the first call. */
export function createAzureConnection(options: AzureConnectionOptions): Connection {
  const { subscription, environment, credential, httpClient, now = Date.now } = options;
  const clients = createArmClients(credential, subscription.id, {
    endpoint: environment.resourceManagerEndpoint,
    credentials: { scopes: [environment.audienceScope] },
    credentialScopes: environment.audienceScope,
    ...(httpClient ? { httpClient } : {}),
  });
  return new ArmConnection(
    {
      kind: 'azure',
      key: `azure:${subscription.id}`,
      displayName: subscription.name,
      subscriptionId: subscription.id,
    },
    { clients, now },
  );
}
