import assert from 'node:assert/strict';
import { RestError } from '@azure/core-rest-pipeline';
import type { StartedOperation } from '../../../src/client/connection';
import type { AppError } from '../../../src/domain/errors';
import { type Answer, connectionTo, ENDPOINT, ScriptedAzure, SUBSCRIPTION_ID } from '../../support/scriptedAzure';

const NOON = Date.UTC(2026, 9, 12, 12);
const VAULT = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/prod/providers/Microsoft.RecoveryServices/vaults/rsv`;
const NAME = 'iaasvmcontainerv2;prod;web';
const ITEM = `${VAULT}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${NAME}/protectedItems/VM;${NAME}`;
const OPERATION = `${ENDPOINT}${VAULT}/backupOperations/1?api-version=2023-06-01`;
const STARTED: Answer = { status: 202, headers: { 'Azure-AsyncOperation': OPERATION, 'Retry-After': '60' } };
const running: Answer = { body: { id: '1', status: 'InProgress', error: null } };
const done: Answer = { body: { status: 'Succeeded', properties: { jobId: 'job-1' } } };

function world(...answers: (Answer | Error)[]) {
  const waits: number[] = [];
  const azure = new ScriptedAzure(() => {
    const answer = answers.shift() ?? done;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const watched: string[] = [];
  const connection = connectionTo(azure, {
    watch: {
      begun: () => void watched.push('begun'),
      ended: () => void watched.push('ended'),
      left: () => void watched.push('left'),
    },
    delay: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
  });
  return { azure, connection, waits, watched };
}

const lost = () => new RestError('The way is closed.', { code: 'ENOTFOUND' });
const refused = (status: number, code: string, retryAfter?: string): Answer => ({
  status,
  body: { error: { code, message: 'No.' } },
  ...(retryAfter === undefined ? {} : { headers: { 'Retry-After': retryAfter } }),
});

describe('something long on Azure', () => {
  it('is told as soon as it has begun, and waited for as Azure says, or later each time', async () => {
    const asked = { ...running, headers: { 'Retry-After': '60' } };
    const { connection, waits } = world(STARTED, running, asked, running);
    const told: StartedOperation[] = [];
    const job = await connection.backupNow(ITEM, {}, { onOperation: (operation) => void told.push(operation) });
    assert.equal(job, `${VAULT}/backupJobs/job-1`);
    assert.deepEqual(told, [{ url: OPERATION, started: NOON }]);
    // A twentieth longer than said: the jitter of this test's chance.
    assert.deepEqual(waits, [2100, 63_000, 8400]);
  });

  it('is followed by another window, with nothing but its address', async () => {
    const { azure, connection } = world(running, done);
    assert.equal(await connection.followOperation(OPERATION), `${VAULT}/backupJobs/job-1`);
    assert.deepEqual(
      azure.sent.map(({ url }) => url),
      [OPERATION, OPERATION],
    );
  });

  it('may be a place that answers 202 until it is done', async () => {
    const { azure, connection } = world({ status: 202 }, { status: 202 }, { status: 204 });
    assert.equal(await connection.followOperation(`${ENDPOINT}${VAULT}/operationResults/1`), undefined);
    assert.equal(azure.sent.length, 3);
  });

  it('is not asked for at another place, which would get the token', async () => {
    const { azure, connection } = world();
    await assert.rejects(connection.followOperation(`https://elsewhere.example${VAULT}/backupOperations/1`), {
      code: 'InvalidResourceId',
    });
    assert.deepEqual(azure.sent, []);
  });

  for (const status of ['Failed', 'Canceled']) {
    it(`that ends as ${status} tells the service's own words`, async () => {
      const error = { code: 'UserErrorX', message: 'The agent is old.', recommendations: ['Update the agent.'] };
      const { connection } = world(STARTED, { body: { status, error } });
      await assert.rejects(connection.backupNow(ITEM), {
        code: 'UserErrorX',
        message: 'The agent is old.',
        details: { recommendation: 'Update the agent.' },
      });
      const bare = world(STARTED, { body: { status } });
      await assert.rejects(bare.connection.backupNow(ITEM), {
        code: status,
        message: `The operation ended as ${status}.`,
      });
    });
  }

  it('is left alone when the waiting is called off; it goes on by itself', async () => {
    const stop = new AbortController();
    const azure = new ScriptedAzure(({ method }) => (method === 'POST' ? STARTED : running));
    const connection = connectionTo(azure, {
      delay: async (_, signal) => {
        stop.abort();
        signal?.throwIfAborted();
      },
    });
    await assert.rejects(connection.backupNow(ITEM, {}, { signal: stop.signal }), { name: 'AbortError' });
    assert.deepEqual(
      azure.sent.map(({ method }) => method),
      ['POST', 'GET'],
    );
  });

  it('a vault that is gone while its deletion is looked at was deleted', async () => {
    const gone = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'Gone.' } } };
    const { connection } = world(
      { ...STARTED, headers: { 'Azure-AsyncOperation': OPERATION, 'Retry-After': '0' } },
      gone,
    );
    await connection.deleteVault(VAULT);
    const other = world({ status: 409, body: { error: { code: 'Locked', message: 'No.' } } });
    await assert.rejects(other.connection.deleteVault(VAULT), { code: 'Locked' });
  });

  it('goes on being waited for while Azure is busy, for as long as it asks, and is told once as ended', async () => {
    const { connection, waits, watched } = world(STARTED, running, refused(429, 'TooMany', '240'), done);
    assert.equal(await connection.backupNow(ITEM), `${VAULT}/backupJobs/job-1`);
    assert.deepEqual(waits, [2100, 252_000]);
    assert.deepEqual(watched, ['begun', 'ended']);
  });

  for (const [what, trouble] of [
    ['the network is away', lost()],
    ['Azure has trouble of its own', refused(503, 'ServerBusy')],
    ['a gateway answers in its place', { status: 502 }],
  ] as const) {
    it(`goes on being waited for while ${what}, later each time`, async () => {
      // Each look is four tries.
      const { connection, watched } = world(STARTED, ...Array.from({ length: 12 }, () => trouble), running, done);
      assert.equal(await connection.backupNow(ITEM), `${VAULT}/backupJobs/job-1`);
      assert.deepEqual(watched, ['begun', 'ended']);
    });
  }

  it('is not known to have failed where Azure is out of reach for long, nor where it is asked by nobody it knows', async () => {
    for (const [troubles, code] of [
      [Array.from({ length: 999 }, lost), 'AzureUnreachable'],
      [[refused(429, 'TooMany', '3600')], 'AzureThrottled'],
      [[refused(403, 'AuthorizationFailed')], 'AuthorizationFailed'],
    ] as const) {
      const { connection, watched, waits } = world(STARTED, ...troubles);
      await assert.rejects(connection.backupNow(ITEM), (error: AppError) => {
        assert.equal(error.code, 'AzureOutcomeUnknown');
        assert.equal(error.details.details?.[0]?.code, code);
        return true;
      });
      assert.deepEqual(watched, ['begun', 'left']);
      assert.ok(waits.reduce((sum, wait) => sum + wait, 0) < 30 * 60_000);
    }
  });

  it('that is gone has ended', async () => {
    const { connection, watched } = world(STARTED, refused(404, 'NotFound'));
    await assert.rejects(connection.backupNow(ITEM), { code: 'NotFound' });
    assert.deepEqual(watched, ['begun', 'ended']);
  });

  it('may be called off while Azure is out of reach', async () => {
    const stop = new AbortController();
    const azure = new ScriptedAzure(({ method }) => {
      if (method === 'POST') return STARTED;
      throw lost();
    });
    const connection = connectionTo(azure, {
      delay: async (ms, signal) => {
        if (ms >= 8000) stop.abort();
        signal?.throwIfAborted();
      },
    });
    await assert.rejects(connection.backupNow(ITEM, {}, { signal: stop.signal }), { name: 'AbortError' });
  });
});
