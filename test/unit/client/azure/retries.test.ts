import assert from 'node:assert/strict';
import { RestError } from '@azure/core-rest-pipeline';
import { PATIENCE_MS, TRIES } from '../../../../src/client/azure/retries';
import { untilText } from '../../../../src/client/azure/untilText';
import { type Answer, connectionTo, ScriptedAzure, SUBSCRIPTION_ID } from '../../../support/scriptedAzure';

const NOON = Date.UTC(2026, 9, 12, 12);
const VAULT = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/prod/providers/Microsoft.RecoveryServices/vaults/rsv`;
const ITEM = `${VAULT}/backupFabrics/Azure/protectionContainers/IaasVMContainer;iaasvmcontainerv2;prod;web/protectedItems/VM;iaasvmcontainerv2;prod;web`;
const OK: Answer = { body: { value: [] } };
const busy = (status: number, retryAfter?: string): Answer => ({
  status,
  body: { error: { code: 'Busy', message: 'Busy.' } },
  ...(retryAfter === undefined ? {} : { headers: { 'Retry-After': retryAfter } }),
});

/** A connection whose waits pass at once, and what was waited (ms). */
function world(...answers: (Answer | Error)[]) {
  const waits: number[] = [];
  let time = NOON;
  const azure = new ScriptedAzure(() => {
    const answer = answers.shift() ?? OK;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const connection = connectionTo(azure, {
    now: () => time,
    delay: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      time += ms;
    },
  });
  return { azure, connection, waits };
}

const lost = (code: string) => new RestError('The way is closed.', { code });

describe('Azure when it is busy', () => {
  for (const status of [408, 429, 500, 502, 503, 504]) {
    it(`a read that is answered ${status} is tried again, later each time`, async () => {
      const { azure, connection, waits } = world(busy(status), busy(status), busy(status));
      assert.deepEqual(await connection.policies(VAULT), []);
      assert.deepEqual(waits, [750, 1500, 3000]);
      assert.equal(azure.sent.length, 4);
    });
  }

  it('is waited for as long as it asks, in seconds or to a moment, and not to the same moment as others', async () => {
    const { connection, waits } = world(busy(429, '17'), busy(503, 'Mon, 12 Oct 2026 12:00:30 GMT'));
    await connection.policies(VAULT);
    assert.deepEqual(waits, [17_500, 30_000 - 17_500 + 500]);
  });

  it('is given up after some tries, with the code and message of the service', async () => {
    const { azure, connection } = world(...Array.from({ length: 9 }, () => busy(500)));
    await assert.rejects(connection.policies(VAULT), { name: 'AppError', code: 'Busy', message: 'Busy.' });
    assert.equal(azure.sent.length, TRIES);
  });

  it('is given up at once if it asks for long, and tells until when', async () => {
    const asked = PATIENCE_MS / 1000 + 264;
    for (const status of [429, 503]) {
      const { azure, connection, waits } = world(busy(status, String(asked)));
      const until = untilText(NOON + asked * 1000, NOON);
      await assert.rejects(connection.policies(VAULT), {
        code: 'AzureThrottled',
        message: `Azure asks to wait until ${until}: it had too many requests in a short time.`,
      });
      assert.deepEqual([azure.sent.length, waits], [1, []]);
    }
  });

  it('a page of a gateway is told as a sentence', async () => {
    const page = { ...busy(502), body: '<html>Bad gateway</html>' };
    const { connection } = world(page, page, page, page);
    await assert.rejects(connection.policies(VAULT), { code: 'AzureUnavailable', message: /HTTP 502/ });
  });

  it('an action is not sent twice unless Azure cannot have begun it', async () => {
    const failing = world(busy(500));
    await assert.rejects(failing.connection.backupNow(ITEM), { code: 'Busy' });
    assert.equal(failing.azure.sent.length, 1);

    const throttled = world(busy(429, '1'), { status: 404, body: { error: { code: 'Gone', message: 'Gone.' } } });
    await assert.rejects(throttled.connection.backupNow(ITEM), { code: 'Gone' });
    assert.equal(throttled.azure.sent.length, 2);
  });

  it('other failures are told at once', async () => {
    for (const status of [400, 403, 404, 409, 501]) {
      const { azure, connection } = world(busy(status));
      await assert.rejects(connection.policies(VAULT), { code: 'Busy' });
      assert.equal(azure.sent.length, 1);
    }
  });

  it('waiting ends when the call is called off', async () => {
    const stop = new AbortController();
    const azure = new ScriptedAzure(() => busy(429, '5'));
    const connection = connectionTo(azure, {
      delay: async (_, signal) => {
        stop.abort();
        signal?.throwIfAborted();
      },
    });
    await assert.rejects(connection.policies(VAULT, { signal: stop.signal }), { name: 'AbortError' });
    assert.equal(azure.sent.length, 1);
  });

  it('each wait is one line of the log, without any id', async () => {
    const { connection } = world(busy(429, '17'));
    await connection.policies(VAULT);
    assert.deepEqual(connection.logged, [
      'Azure answered 429: Microsoft.RecoveryServices/vaults/backupPolicies/read is tried again in 18 s (2 of 4).',
    ]);
  });
});

describe('Azure when it cannot be reached', () => {
  for (const code of ['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT']) {
    it(`a read is tried again, and the failure told with its cause: ${code}`, async () => {
      assert.deepEqual(await world(lost(code)).connection.vaults(), []);
      const { azure, connection } = world(...Array.from({ length: 9 }, () => lost(code)));
      await assert.rejects(connection.vaults(), {
        code: 'AzureUnreachable',
        message: 'Azure cannot be reached: The way is closed.',
      });
      assert.equal(azure.sent.length, TRIES);
    });
  }

  it('an action that may have arrived is not sent again, one that never left is', async () => {
    const reset = world(lost('ECONNRESET'));
    await assert.rejects(reset.connection.backupNow(ITEM), { code: 'AzureUnreachable' });
    assert.equal(reset.azure.sent.length, 1);
    const unknown = world(lost('ENOTFOUND'), busy(404));
    await assert.rejects(unknown.connection.backupNow(ITEM), { code: 'Busy' });
    assert.equal(unknown.azure.sent.length, 2);
  });
});

const local = (day: number, hours: number, minutes: number, seconds = 0) =>
  new Date(2026, 9, day, hours, minutes, seconds).getTime();

describe('until when Azure asks to wait', () => {
  it('is told by the clock of this computer, never too early', () => {
    assert.equal(untilText(local(12, 14, 4, 1), local(12, 14, 0)), '14:05');
    assert.equal(untilText(local(12, 14, 5), local(12, 14, 0)), '14:05');
  });

  it('has its date on another day', () => {
    assert.equal(untilText(local(13, 0, 3), local(12, 23, 59)), '2026-10-13 00:03');
  });
});
