import { ComputeManagementClient } from '@azure/arm-compute';
import { RecoveryServicesClient } from '@azure/arm-recoveryservices';
import { RecoveryServicesBackupClient } from '@azure/arm-recoveryservicesbackup';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { StorageManagementClient } from '@azure/arm-storage';
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';

export interface ClientOptions {
  readonly httpClient?: HttpClient;
  readonly retryOptions?: { readonly maxRetries: number };
  /** Where ARM is, without a slash at the end; the SDKs' own without one. */
  readonly endpoint?: string;
  /** What a token is asked for. */
  readonly scope?: string;
}

/** The official SDK clients of one subscription, all on one transport. */
export interface ArmClients {
  readonly backup: RecoveryServicesBackupClient;
  readonly vaults: RecoveryServicesClient;
  readonly compute: ComputeManagementClient;
  readonly groups: ResourceManagementClient;
  readonly storage: StorageManagementClient;
  readonly subscriptions: SubscriptionClient;
}

export function createArmClients(
  credential: TokenCredential,
  subscriptionId: string,
  { httpClient, retryOptions, endpoint, scope }: ClientOptions,
): ArmClients {
  const options = {
    ...(httpClient && { httpClient }),
    ...(retryOptions && { retryOptions }),
    // The two generations of SDKs name the endpoint and the scope differently.
    ...(endpoint !== undefined && { endpoint, $host: endpoint }),
    ...(scope !== undefined && { credentialScopes: scope, credentials: { scopes: [scope] } }),
  };
  return {
    backup: new RecoveryServicesBackupClient(credential, subscriptionId, options),
    vaults: new RecoveryServicesClient(credential, subscriptionId, options),
    compute: new ComputeManagementClient(credential, subscriptionId, options),
    groups: new ResourceManagementClient(credential, subscriptionId, options),
    storage: new StorageManagementClient(credential, subscriptionId, options),
    subscriptions: new SubscriptionClient(credential, options),
  };
}
