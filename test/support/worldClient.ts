import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { createArmClients } from '../../src/client/armClients';
import { ArmConnection } from '../../src/client/armConnection';
import { keepErrorBody } from '../../src/client/armErrors';
import type { LocalConnection } from '../../src/client/connection';
import { LocalCalls } from '../../src/client/localCalls';
import type { Method } from '../../src/engine/http/operation';
import type { EngineWorld } from './engineWorld';

/** The client of the product on the engine of a world: real SDKs, real answers, no socket between them. */
export function worldClient(world: EngineWorld): ArmConnection & { readonly local: LocalConnection } {
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      const { pathname, search } = new URL(request.url);
      const raw = typeof request.body === 'string' ? request.body : undefined;
      const answer = await world.arm(request.method as Method, `${pathname}${search}`, undefined, { raw });
      const headers = createHttpHeaders();
      for (const [name, value] of Object.entries(answer.headers)) {
        // The SDKs send their token over TLS only.
        headers.set(name, String(value).replace(/^http:/, 'https:'));
      }
      const bodyAsText = answer.body === undefined ? '' : JSON.stringify(answer.body);
      if (answer.status >= 400) keepErrorBody(request, bodyAsText);
      return { request, status: answer.status, headers, bodyAsText };
    },
  };
  const { subscriptionId } = world.engine;
  const credential = { getToken: async () => ({ token: 'any', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
  const clients = createArmClients(credential, subscriptionId, { httpClient, retryOptions: { maxRetries: 0 } });
  const local: LocalCalls = new LocalCalls({ clients, subscriptionId, connection: () => connection });
  const identity = { kind: 'local', key: 'local:world', displayName: 'This computer', subscriptionId } as const;
  const connection = new ArmConnection(identity, { clients, now: () => world.clock.time, local });
  return Object.assign(connection, { local });
}
