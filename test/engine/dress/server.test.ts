import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDefaultHttpClient, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import type { DressSubscription } from '../../support/dress/cloud';
import { dressConnection } from '../../support/dress/dressClient';
import { type DressServer, startDressServer } from '../../support/dress/dressServer';
import { seedSmall } from '../../support/dress/seeds';

describe('the dressed Azure over TLS', () => {
  let folder: string;
  let server: DressServer;
  let subscription: DressSubscription;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dress-'));
    server = await startDressServer(folder);
    subscription = server.cloud.subscriptions[0] ?? assert.fail();
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  /** The SDKs' own transport, which trusts the certificate made for this server and sends nothing without TLS. */
  function overTls(): HttpClient {
    const inner = createDefaultHttpClient();
    return {
      sendRequest: async (request) => {
        const response = await inner.sendRequest({ ...request, tlsSettings: { ca: server.authority } });
        return { ...response, request };
      },
    };
  }

  it('serves the client whole stories: links, long-running operations and refusals', async () => {
    const { item, vault } = await seedSmall(subscription.world, 'eastus');
    const client = dressConnection(server.cloud, subscription, { httpClient: overTls() });
    assert.deepEqual(
      (await client.subscriptions()).map(({ displayName }) => displayName),
      ['Contoso Production', 'Contoso Test'],
    );
    assert.deepEqual(
      (await client.protectedItems(vault)).map(({ id }) => id),
      [item],
    );
    const job = await client.backupNow(item);
    assert.equal((await client.job(job)).operation, 'Backup');
    await client.createVault({ name: 'made', resourceGroup: 'lab', location: 'westus' });
    assert.deepEqual((await client.vaults()).map(({ name }) => name).toSorted(), ['home', 'made']);
    await assert.rejects(client.policies(`${vault}x`), { code: 'ResourceNotFound' });
  });

  it('asks whoever brings no token for one', async () => {
    const answered = await overTls().sendRequest(
      createPipelineRequest({ url: `${server.url}/subscriptions?api-version=2022-12-01` }),
    );
    assert.equal(answered.status, 401);
    assert.match(answered.headers.get('www-authenticate') ?? '', /^Bearer /);
  });
});
