import { Agent } from 'node:http';
import {
  createDefaultHttpClient,
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
} from '@azure/core-rest-pipeline';
import { AppError } from '../../domain/errors';

/** The one host the engine is known by on its socket; every SDK policy sees `https://` + this and stays as it is for Azure. */
export const LOCAL_HOST = 'management.azure.com';

/** Carries the requests of any Azure SDK client (as its `httpClient`) to an engine. Set `retryOptions.maxRetries` to 0. */
export interface LocalTransport extends HttpClient {
  close(): void;
}

/** A transport over a Unix domain socket or a named pipe. */
export function socketTransport(socketPath: string): LocalTransport {
  const inner = createDefaultHttpClient();
  const agent = new Agent({ keepAlive: true });
  return {
    async sendRequest(request) {
      const url = localUrl(request);
      url.protocol = 'http:';
      const response = await inner.sendRequest({
        ...request,
        url: url.href,
        allowInsecureConnection: true,
        agent, // in place of what the proxy policy may have put there
        // As a request option, not in the agent: VS Code's patched http.request replaces agents, but leaves requests with a
        // socketPath alone.
        requestOverrides: { socketPath },
        headers: createHttpHeaders({ ...request.headers.toJSON({ preserveCase: true }), 'X-Forwarded-Proto': 'https' }),
      });
      // The SDK finds the operation by this very object. With the copy a 404 would be returned as a result, not thrown.
      response.request = request;
      return response;
    },
    close: () => agent.destroy(),
  };
}

/** A transport to `http://127.0.0.1:PORT`; clients still address {@link LOCAL_HOST}. */
export function tcpTransport(endpoint: string): LocalTransport {
  const { origin } = new URL(endpoint);
  const inner = createDefaultHttpClient();
  const agent = new Agent({ keepAlive: true });
  return {
    async sendRequest(request) {
      const { pathname, search } = localUrl(request);
      const url = `${origin}${pathname}${search}`;
      const wire: PipelineRequest = { ...request, url, allowInsecureConnection: true, agent };
      const response = await inner.sendRequest(wire);
      response.request = request;
      // Over TCP the engine's links are http://127.0.0.1:PORT, which the SDK sends no token to: it gets them as it knows them.
      for (const name of LINK_HEADERS) {
        const link = response.headers.get(name);
        if (link?.startsWith(`${origin}/`)) response.headers.set(name, toLocalHost(link, origin));
      }
      if (response.bodyAsText) {
        const nextLink = `"nextLink":"${origin}/`;
        response.bodyAsText = response.bodyAsText.replace(nextLink, toLocalHost(nextLink, origin));
      }
      return response;
    },
    close: () => agent.destroy(),
  };
}

const LINK_HEADERS = ['location', 'azure-asyncoperation'];

function toLocalHost(text: string, origin: string): string {
  return text.replace(origin, `https://${LOCAL_HOST}`);
}

/** A link that leads elsewhere fails here instead of leaving the machine. */
function localUrl(request: PipelineRequest): URL {
  const url = new URL(request.url);
  if (url.protocol !== 'https:' || url.host !== LOCAL_HOST) {
    throw new AppError('ForeignHost', `Refused to send a request for the backup engine to ${url.origin}.`);
  }
  return url;
}
