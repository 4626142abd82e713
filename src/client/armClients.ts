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
  /** Base URL of Azure Resource Manager; the SDKs' own without one. */
  readonly endpoint?: string;
  /** Scopes of the tokens that are asked for, as each generation of the SDKs takes them. */
  readonly credentialScopes?: string;
  readonly credentials?: { readonly scopes: string[] };
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
  options: ClientOptions,
): ArmClients {
  return {
    backup: new RecoveryServicesBackupClient(credential, subscriptionId, options),
    vaults: new RecoveryServicesClient(credential, subscriptionId, options),
    compute: new ComputeManagementClient(credential, subscriptionId, options),
    groups: new ResourceManagementClient(credential, subscriptionId, options),
    storage: new StorageManagementClient(credential, subscriptionId, options),
    subscriptions: new SubscriptionClient(credential, options),
  };
}
