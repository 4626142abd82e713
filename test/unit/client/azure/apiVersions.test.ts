import assert from 'node:assert/strict';
import { connectionTo, ScriptedAzure, type Sent, SUBSCRIPTION_ID } from '../../../support/scriptedAzure';

const VAULT = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/prod/providers/Microsoft.RecoveryServices/vaults/rsv`;
const HAS = '2016-06-01, 2021-11-15, 2023-01-01, 2023-06-01-preview';
const MESSAGES = {
  NoRegisteredProviderFound: `No registered resource provider found for location 'x' and API version 'y' for type 'vaults'. The supported api-versions are '${HAS}'. The supported locations are 'x'.`,
  InvalidApiVersionParameter: `The api-version 'y' is invalid. The supported versions are '${HAS}'.`,
};
const versionOf = ({ url }: Sent) => new URL(url).searchParams.get('api-version');

describe('a cloud that does not know the newest api-version', () => {
  for (const [code, message] of Object.entries(MESSAGES)) {
    it(`is asked in the newest stable one that it has, at once from then on: ${code}`, async () => {
      const azure = new ScriptedAzure((request) =>
        versionOf(request) === '2023-01-01'
          ? { body: { value: [] } }
          : { status: 400, body: { error: { code, message } } },
      );
      const connection = connectionTo(azure);
      for (let i = 0; i < 2; i++) assert.deepEqual(await connection.policies(VAULT), []);
      assert.deepEqual(azure.sent.map(versionOf), ['2024-04-01', '2023-01-01', '2023-01-01']);
      assert.ok(azure.sent.every(({ url }) => url.includes('%24filter=') || url.includes('$filter=')));
      assert.deepEqual(await connection.vaults(), []);
      assert.equal(azure.sent.length, 5, 'the other SDK asks in a version of its own');
    });
  }

  it('is asked once more only, and any other failure is told', async () => {
    const refused = { code: 'InvalidApiVersionParameter', message: MESSAGES.InvalidApiVersionParameter };
    const never = new ScriptedAzure(() => ({ status: 400, body: { error: refused } }));
    await assert.rejects(connectionTo(never).policies(VAULT), { code: refused.code });
    assert.equal(never.sent.length, 2);
    const other = { code: 'BadRequest', message: "The supported versions are '2023-01-01'." };
    const failing = new ScriptedAzure(() => ({ status: 400, body: { error: other } }));
    await assert.rejects(connectionTo(failing).policies(VAULT), other);
    assert.equal(failing.sent.length, 1);
  });

  it('is not asked in another version where that would mean another region', async () => {
    const error = { code: 'InvalidApiVersionParameter', message: MESSAGES.InvalidApiVersionParameter };
    const azure = new ScriptedAzure(() => ({ status: 400, body: { error } }));
    const item = `${VAULT}/backupFabrics/Azure/protectionContainers/c/protectedItems/i`;
    await assert.rejects(connectionTo(azure).advanced.secondRegionPoints(item), { code: error.code });
    assert.deepEqual(azure.sent.map(versionOf), ['2021-11-15']);
  });
});
