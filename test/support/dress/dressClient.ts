import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { keepErrorBody } from '../../../src/client/armErrors';
import { type AzureConnection, createAzureConnection } from '../../../src/client/azure/azureConnection';
import type { Delay } from '../../../src/client/delay';
import type { DressedCloud, DressSubscription } from './cloud';

/** The door of a dressed Azure for SDK clients in this process: no socket, no TLS, and no other host. */
export function dressHttpClient(cloud: DressedCloud): HttpClient {
  return {
    sendRequest: async (request) => {
      const url = new URL(request.url);
      if (url.origin !== cloud.origin) throw new Error(`A link of the dressed Azure leads to ${url.origin}.`);
      const asked = cloud.answer({
        method: request.method,
        url,
        authorization: request.headers.get('authorization'),
        body: typeof request.body === 'string' ? request.body : undefined,
      });
      const { status, headers, body: bodyAsText } = await orAborted(asked, request.abortSignal);
      if (status >= 400) keepErrorBody(request, bodyAsText);
      return { request, status, headers: createHttpHeaders({ ...headers }), bodyAsText };
    },
  };
}

async function orAborted<T>(work: Promise<T>, signal: PipelineRequest['abortSignal']): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const end = () => reject(new DOMException('The request was called off.', 'AbortError'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
    work.then(resolve, reject);
  });
}

/** The cloud as a person's VS Code would be set up for it. */
function dressEnvironment(cloud: DressedCloud) {
  return {
    name: 'Dressed cloud',
    resourceManagerEndpoint: cloud.origin,
    audienceScope: `${cloud.origin}/.default`,
    portalUrl: 'https://portal.dress.example',
  };
}

/** Gives tokens of one tenant: the same one until claims are asked for. */
export class DressCredential {
  readonly asked: { readonly claims: string | undefined }[] = [];
  #count: number;

  /** @param first number of its first token */
  constructor(
    private readonly tenant: string,
    first = 1,
  ) {
    this.#count = first;
  }

  async getToken(_scopes: string | string[], { claims }: { readonly claims?: string } = {}) {
    this.asked.push({ claims });
    if (claims !== undefined) this.#count++;
    return { token: `token-for-${this.tenant}-${this.#count}`, expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
  }
}

export interface DressConnectionOptions {
  readonly credential?: DressCredential;
  /** How requests reach the cloud; in this process without one. */
  readonly httpClient?: HttpClient;
  /** How it waits; by the cloud's clock without one. */
  readonly delay?: Delay;
}

/** The product's client of one dressed subscription. */
export function dressConnection(
  cloud: DressedCloud,
  { id, name, tenant }: DressSubscription,
  options: DressConnectionOptions = {},
): AzureConnection {
  return createAzureConnection({
    subscription: { id, name, tenantId: tenant, account: 'ann@contoso.example' },
    environment: dressEnvironment(cloud),
    credential: options.credential ?? new DressCredential(tenant),
    httpClient: options.httpClient ?? dressHttpClient(cloud),
    now: () => cloud.clock.time,
    random: () => 0.5,
    delay: options.delay ?? (async (ms) => new Promise((resolve) => void cloud.clock.after(ms, resolve))),
  });
}
