import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecoveryServicesClient } from '@azure/arm-recoveryservices';
import { RecoveryServicesBackupClient } from '@azure/arm-recoveryservicesbackup';
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { type LocalTransport, socketTransport, tcpTransport } from '../../../src/client/local/socketTransport';
import { appError } from '../../../src/domain/errorCatalogue';
import { type Listening, listen } from '../../../src/engine/http/listen';
import type { Operation } from '../../../src/engine/http/operation';
import { TOKEN, testApp } from './support/testApp';

const VAULTS = '/subscriptions/:subscription/providers/Microsoft.RecoveryServices/vaults';
const VAULT = '/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.RecoveryServices/vaults/:vault';

/** Two pages of vaults, and no vault at all when asked for one. */
const operations: Operation[] = [
  {
    method: 'GET',
    path: VAULTS,
    handle: ({ query, params, origin, apiVersion }) => {
      const second = query.$skipToken === '1';
      const next = `${origin}/subscriptions/${params.subscription}/providers/Microsoft.RecoveryServices/vaults`;
      const value = [{ id: '/v', name: second ? 'b' : 'a', location: 'local', properties: {} }];
      return {
        status: 200,
        body: second ? { value } : { value, nextLink: `${next}?api-version=${apiVersion}&$skipToken=1` },
      };
    },
  },
  {
    method: 'GET',
    path: VAULT,
    handle: ({ params: { vault = '', group = '' } }) => {
      const resource = `Microsoft.RecoveryServices/vaults/${vault}`;
      throw appError('ResourceNotFound', { resource, resourceGroup: group });
    },
  },
  {
    method: 'GET',
    path: `${VAULT}/backupPolicies/:policy`,
    handle: ({ params: { vault = '', group = '' } }) => {
      throw appError('ResourceNotFound', {
        resource: `Microsoft.RecoveryServices/vaults/${vault}`,
        resourceGroup: group,
      });
    },
  },
];

const credential = (token: string) => ({
  getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 86_400_000 }),
});

function client(httpClient: HttpClient, token = TOKEN): RecoveryServicesClient {
  return new RecoveryServicesClient(credential(token), 'sub', { httpClient, retryOptions: { maxRetries: 0 } });
}

/** An SDK of the older generation, which finds the operation of an answer by the request object. */
function backupClient(httpClient: HttpClient): RecoveryServicesBackupClient {
  return new RecoveryServicesBackupClient(credential(TOKEN), 'sub', { httpClient, retryOptions: { maxRetries: 0 } });
}

describe('official SDK against the HTTP shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sdk-'));
  const socket = join(folder, 's');
  let listening: Listening;
  const transports: LocalTransport[] = [];
  const keep = (transport: LocalTransport) => {
    transports.push(transport);
    return transport;
  };

  before(async () => {
    listening = await listen(testApp(operations).app, { socket, port: 0 });
  });
  after(async () => {
    for (const transport of transports) transport.close();
    await listening.close();
    rmSync(folder, { recursive: true });
  });

  for (const [name, make] of [
    ['the socket', () => keep(socketTransport(socket))],
    ['TCP', () => keep(tcpTransport(`http://127.0.0.1:${listening.port}`))],
  ] as const) {
    describe(`over ${name}`, () => {
      it('follows nextLink to the second page', async () => {
        const names = [];
        for await (const { name: vault } of client(make()).vaults.listBySubscriptionId()) names.push(vault);
        assert.deepEqual(names, ['a', 'b']);
      });

      it('throws a RestError for a 404', async () => {
        await assert.rejects(client(make()).vaults.get('group', 'none'), {
          name: 'RestError',
          statusCode: 404,
          code: 'ResourceNotFound',
        });
      });

      it('throws a RestError for a 404 in the older generation of SDKs as well', async () => {
        await assert.rejects(backupClient(make()).protectionPolicies.get('vault', 'group', 'none'), {
          name: 'RestError',
          statusCode: 404,
          code: 'ResourceNotFound',
        });
      });

      it('throws a RestError for a wrong token', async () => {
        await assert.rejects(client(make(), 'wrong').vaults.get('group', 'none'), {
          name: 'RestError',
          statusCode: 401,
        });
      });

      it('sends nothing to another host', async () => {
        const url = 'https://elsewhere.example/subscriptions';
        await assert.rejects(make().sendRequest(createPipelineRequest({ url })), { code: 'ForeignHost' });
      });
    });
  }

  it('fails at the first call when the engine is gone', async () => {
    const transport = keep(socketTransport(join(folder, 'gone')));
    let calls = 0;
    const counting: HttpClient = {
      sendRequest: (request) => {
        calls += 1;
        return transport.sendRequest(request);
      },
    };
    await assert.rejects(client(counting).vaults.get('group', 'v'), { code: 'ENOENT' });
    assert.equal(calls, 1);
  });
});
