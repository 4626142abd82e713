import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { createArmClients } from '../armClients';
import { ArmConnection } from '../armConnection';
import type { CallOptions, Connection } from '../connection';
import { type Delay, realDelay } from '../delay';
import { type OperationWatch, setWaits } from '../waiting';
import { apiVersionPolicy } from './apiVersions';
import { queryGraph } from './graph';
import { Lanes } from './lanes';
import { shareWay } from './pipelines';
import { JOBS_READ, ReadBudget } from './readBudget';
import { retryPolicy } from './retries';
import { endedBy } from './signals';

/** Requests that one subscription has under way at once; more would only meet the service's own limits sooner. */
export const REQUESTS_AT_ONCE = 6;
/** Between two looks at an operation (ms), where Azure does not say when; and how long it may be out of reach meanwhile. */
const OPERATION_WAITS = { firstMs: 2000, longestMs: 30_000, patienceMs: 15 * 60_000 };

/** A cloud of Azure, as the person's VS Code is set up for it. */
export interface AzureEnvironment {
  readonly name: string;
  /** Where ARM answers, over TLS. */
  readonly resourceManagerEndpoint: string;
  /** What tokens are asked for, for example `<audience>/.default`. */
  readonly audienceScope: string;
  readonly portalUrl: string;
}

export interface AzureSubscription {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  /** Who is signed in, as the provider labels the account. */
  readonly account: string;
}

export interface AzureConnectionOptions {
  readonly subscription: AzureSubscription;
  readonly environment: AzureEnvironment;
  /** Answers for this subscription's tenant; gets claims when Azure challenges. */
  readonly credential: TokenCredential;
  /** How requests leave this process; the SDKs' own without one. */
  readonly httpClient?: HttpClient;
  /** ms UTC. */
  readonly now?: () => number;
  /** At least 0 and below 1. */
  readonly random?: () => number;
  /** How a call waits; real time without one. */
  readonly delay?: Delay;
  readonly log?: (text: string) => void;
  /** Is told of long operations. */
  readonly watch?: OperationWatch;
}

/** What a poller wants to read of the jobs of one vault. */
export interface JobsLook {
  /** A job runs. */
  readonly running: boolean;
  /** Requests that a look takes. */
  readonly reads: number;
  /** Somebody waits for a job that has just begun. */
  readonly soon: boolean;
}

/** One subscription of Azure: the same code as on this computer, on the service itself. */
export interface AzureConnection extends Connection {
  readonly kind: 'azure';
  /** `azure:<subscriptionId>`. */
  readonly key: string;
  readonly subscription: AzureSubscription;
  readonly environment: AzureEnvironment;
  /** What was read of each vault in the last hour, and how long pollers wait. */
  readonly readBudget: ReadBudget;
  /** How long (ms) the budget has a poller wait at least until it reads the jobs of a vault again. */
  nextJobsLook(vaultId: string, look: JobsLook): number;
  /**
   * Rows of Azure Resource Graph, which answers for several subscriptions of the tenant at once.
   * @throws AppError with the service's code
   */
  graph(
    input: { readonly query: string; readonly subscriptionIds: readonly string[] },
    options?: CallOptions,
  ): Promise<unknown[]>;
  /** Ends what is under way with an `AbortError`; every later call ends so too. */
  dispose(): void;
}

/** Connects to one subscription. Sends nothing before the first call. */
export function createAzureConnection(options: AzureConnectionOptions): AzureConnection {
  const { subscription, environment, credential, httpClient } = options;
  const { now = Date.now, random = Math.random, delay = realDelay, log = () => undefined } = options;
  const endpoint = environment.resourceManagerEndpoint.replace(/\/+$/, '');
  const scope = environment.audienceScope;
  const clients = createArmClients(credential, subscription.id, { httpClient, endpoint, scope });
  setWaits(clients.backup, { ...OPERATION_WAITS, delay, random, now, ...(options.watch && { watch: options.watch }) });
  const readBudget = new ReadBudget(now);
  const end = new AbortController();
  shareWay(clients, {
    credential,
    scope,
    endpoint,
    around: [endedBy(end.signal), apiVersionPolicy()],
    retry: retryPolicy({ now, random, delay, log }),
    perTry: [new Lanes(REQUESTS_AT_ONCE).policy, readBudget.policy],
  });
  const identity = {
    kind: 'azure',
    key: `azure:${subscription.id}`,
    displayName: subscription.name,
    subscriptionId: subscription.id,
  } as const;
  const connection = new ArmConnection(identity, { clients, now });
  return Object.assign(connection, {
    kind: 'azure' as const,
    subscription,
    environment,
    readBudget,
    nextJobsLook: (vaultId: string, { running, reads, soon }: JobsLook) => {
      if (soon && readBudget.mayHurry(vaultId, JOBS_READ)) return 0;
      return readBudget.wait(vaultId, JOBS_READ, { running, visible: true, readsPerLook: reads }) ?? 0;
    },
    graph: async (input: Parameters<AzureConnection['graph']>[0], callOptions: CallOptions = {}) =>
      queryGraph(clients.backup, input, callOptions),
    dispose: () => end.abort(),
  });
}
