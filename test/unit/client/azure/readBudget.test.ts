import assert from 'node:assert/strict';
import { armAction } from '../../../../src/client/azure/action';
import { JOBS_READ } from '../../../../src/client/azure/readBudget';
import { HOUR_MS, READ_BUDGET } from '../../../../src/domain/readPace';
import { type Answer, connectionTo, ENDPOINT, ScriptedAzure, SUBSCRIPTION_ID } from '../../../support/scriptedAzure';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/prod`;
const VAULT = `${GROUP}/providers/Microsoft.RecoveryServices/vaults/rsv`;
const OTHER = `${GROUP}/providers/Microsoft.RecoveryServices/vaults/other`;
const POLICIES_READ = 'Microsoft.RecoveryServices/vaults/backupPolicies/read';

function world(answer: () => Answer = () => ({ body: { value: [] } })) {
  const clock = { time: Date.UTC(2026, 9, 12, 12) };
  const connection = connectionTo(new ScriptedAzure(answer), {
    now: () => clock.time,
    delay: async (ms) => void (clock.time += ms),
  });
  return { clock, connection, budget: connection.readBudget };
}

describe('the budget of reads', () => {
  it('counts each read of a vault by its action, in any case of the id, for an hour', async () => {
    const { clock, connection, budget } = world();
    await connection.jobs(VAULT);
    await connection.jobs(VAULT.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'));
    await connection.policies(VAULT);
    await connection.vaults();
    assert.deepEqual([budget.reads(VAULT, JOBS_READ), budget.reads(VAULT, POLICIES_READ)], [2, 1]);
    assert.deepEqual([budget.reads(OTHER, JOBS_READ), budget.left(OTHER, JOBS_READ)], [0, READ_BUDGET]);
    clock.time += HOUR_MS;
    assert.equal(budget.reads(VAULT, JOBS_READ), 0);
  });

  it('counts a try that is refused, and a poller waits until Azure lets it', async () => {
    let answers = 0;
    const { connection, budget } = world(() =>
      ++answers === 1
        ? { status: 429, headers: { 'Retry-After': '1800' }, body: { error: { code: 'X', message: 'Y.' } } }
        : { body: { value: [] } },
    );
    await assert.rejects(connection.jobs(VAULT), { code: 'AzureThrottled' });
    assert.equal(budget.reads(VAULT, JOBS_READ), 1);
    assert.equal(budget.wait(VAULT, JOBS_READ, { running: true, visible: true }), 1_800_000);
    assert.equal(budget.wait(VAULT, POLICIES_READ, { running: false, visible: true }), 60_000);
  });

  it('counts the pages of a list one by one', async () => {
    let pages = 0;
    const { connection, budget } = world(() =>
      ++pages < 3
        ? { body: { value: [], nextLink: `${ENDPOINT}${VAULT}/backupJobs?page=${pages}` } }
        : { body: { value: [] } },
    );
    await connection.jobs(VAULT);
    assert.equal(budget.reads(VAULT, JOBS_READ), 3);
  });
});

const ACTIONS: readonly (readonly [method: string, path: string, action: string, vault?: string])[] = [
  ['GET', `${VAULT}/backupJobs`, JOBS_READ, VAULT],
  ['GET', `${VAULT}/backupJobs/1`, JOBS_READ, VAULT],
  ['POST', `${VAULT}/backupJobs/1/cancel`, 'Microsoft.RecoveryServices/vaults/backupJobs/cancel/action', VAULT],
  [
    'PUT',
    `${VAULT}/backupFabrics/Azure/protectionContainers/c/protectedItems/i`,
    'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/write',
    VAULT,
  ],
  ['DELETE', VAULT, 'Microsoft.RecoveryServices/vaults/delete', VAULT],
  ['GET', `/subscriptions/s/providers/Microsoft.Compute/virtualMachines`, 'Microsoft.Compute/virtualMachines/read'],
  ['GET', GROUP, 'Microsoft.Resources/subscriptions/resourceGroups/read'],
  ['POST', '/providers/Microsoft.ResourceGraph/resources', 'Microsoft.ResourceGraph/resources/action'],
];

describe('the action of a request', () => {
  for (const [method, path, action, vaultId] of ACTIONS) {
    it(`${method} … ${action}`, () => {
      const wanted = vaultId === undefined ? { action } : { action, vaultId };
      assert.deepEqual(armAction(method, `${ENDPOINT}${path}?api-version=1`), wanted);
    });
  }
});
