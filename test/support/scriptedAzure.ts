import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { type AzureConnection, type AzureConnectionOptions, createAzureConnection } from '../../src/client/arm';

export const SUBSCRIPTION_ID = '5ab5c4c2-1111-4222-8333-0123456789ab';
export const TENANT_ID = '72f988bf-aaaa-4bbb-8ccc-ddddeeeeffff';
/** No host of any cloud: nothing but the environment tells where Azure is. */
export const ENDPOINT = 'https://arm.cloud.example';

export interface Sent {
  readonly method: string;
  /** Without host and query. */
  readonly path: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string | undefined;
  readonly signal: PipelineRequest['abortSignal'];
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Azure as a test scripts it, at the place where requests leave the process. */
export class ScriptedAzure implements HttpClient {
  readonly sent: Sent[] = [];

  constructor(private readonly answer: (request: Sent) => Answer | Promise<Answer>) {}

  async sendRequest(request: PipelineRequest) {
    const sent: Sent = {
      method: request.method,
      path: new URL(request.url).pathname,
      url: request.url,
      authorization: request.headers.get('Authorization'),
      body: typeof request.body === 'string' ? request.body : undefined,
      signal: request.abortSignal,
    };
    this.sent.push(sent);
    const { status = 200, headers = {}, body } = await this.answer(sent);
    const bodyAsText = body === undefined ? '' : JSON.stringify(body);
    return { request, status, headers: createHttpHeaders({ ...headers }), bodyAsText };
  }
}

/** A connection to a scripted Azure; time and chance are the test's. */
export function connectionTo(
  azure: HttpClient,
  options: Partial<AzureConnectionOptions> = {},
): AzureConnection & { readonly logged: string[]; readonly asked: TokenAsked[] } {
  const logged: string[] = [];
  const asked: TokenAsked[] = [];
  const connection = createAzureConnection({
    subscription: { id: SUBSCRIPTION_ID, name: 'Production', tenantId: TENANT_ID, account: 'ann@contoso.example' },
    environment: {
      name: 'Example cloud',
      resourceManagerEndpoint: `${ENDPOINT}/`,
      audienceScope: 'https://audience.cloud.example/.default',
      portalUrl: 'https://portal.cloud.example',
    },
    credential: {
      getToken: async (scopes, { claims } = {}) => {
        asked.push({ scopes: [scopes].flat(), ...(claims === undefined ? {} : { claims }) });
        return { token: `token-${asked.length}`, expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
      },
    },
    httpClient: azure,
    now: () => Date.UTC(2026, 9, 12, 12),
    random: () => 0.5,
    log: (text) => void logged.push(text),
    ...options,
  });
  return Object.assign(connection, { logged, asked });
}

export interface TokenAsked {
  readonly scopes: readonly string[];
  readonly claims?: string;
}
