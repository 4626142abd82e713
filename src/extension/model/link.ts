import type { JobsLook } from '../../client/azure/azureConnection';
import type { Connection } from '../../client/connection';
import type { AzureSubscription } from '../azure/account';
import type { Life } from './life';
import type { Pace } from './pollPace';

/** Where something is kept: on this computer or in Azure. */
export type Provider = Connection['kind'];

/** The way to one subscription: the engine of this computer, or one of Azure. */
export interface Link {
  /** Stable, and unique among all links. */
  readonly key: string;
  readonly provider: Provider;
  /** As people know it: the subscription's name. */
  readonly name: string;
  readonly pace: Pace;
  /** How long (ms) the service's own limits have a poller wait at least until it reads the jobs of a vault again. */
  nextJobsLook(vaultId: string, look: JobsLook): number;
  /** Runs `work` with the connection, which is opened on first use. */
  run<T>(work: (client: Connection) => Promise<T>): Promise<T>;
}

/** The way to a subscription of Azure. */
export interface SubscriptionLink extends Link, Life {
  readonly provider: 'azure';
  readonly subscription: AzureSubscription;
  /** Whether the ARM id is of a resource in the subscription. */
  owns(armId: string): boolean;
}

/** True for the way to a subscription of Azure. */
export function isSubscription(link: Link): link is SubscriptionLink {
  return link.provider === 'azure';
}
