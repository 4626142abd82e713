import assert from 'node:assert/strict';
import { DAY, EngineWorld } from '../../support/engineWorld';
import { worldClient } from '../../support/worldClient';
import { backedUp, DAILY_AT_TEN, makeProtected, must } from './life';

describe('the life of a protected machine, by the client', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.create();
  });
  afterEach(async () => world.close());

  it('stops, resumes, deletes and undeletes, and the points live through all of it', async () => {
    const client = worldClient(world);
    const { vault, machine, item } = await makeProtected(world, 'web-01');
    await backedUp(world, item);
    const known = async () => client.protectedItem(item);

    await client.stopProtection({ itemId: item, machineId: machine });
    const stopped = await known();
    assert.deepEqual([stopped.state, stopped.policyId], ['ProtectionStopped', undefined]);

    await client.protect({ vaultId: vault, machineId: machine, policyId: `${vault}/backupPolicies/DefaultPolicy` });
    assert.deepEqual([(await known()).state, (await known()).policyName], ['Protected', 'DefaultPolicy']);

    await client.deleteBackupData(item);
    const { softDeleted } = await known();
    assert.equal(softDeleted?.remainingMs, 14 * DAY);

    await client.undelete({ itemId: item, machineId: machine });
    const back = await known();
    assert.deepEqual([back.state, back.softDeleted, back.recoveryPointCount], ['ProtectionStopped', undefined, 1]);
  });

  it('says of a vault how long it keeps what was deleted, and whether it is immutable', async () => {
    const client = worldClient(world);
    await makeProtected(world, 'web-01');
    const [vault] = await client.vaults();
    assert.equal(vault?.softDeleteDays, 14);
    assert.ok(vault.immutability === undefined || vault.immutability === 'Disabled');
  });

  it('deletes a policy that nobody uses, and is refused with the machines that use one', async () => {
    const client = worldClient(world);
    const { vault, machine } = await makeProtected(world, 'web-01');
    const nightly = `${vault}/backupPolicies/nightly`;
    await must(world, [200, 202], ['PUT', nightly, { properties: DAILY_AT_TEN }]);
    await client.protect({ vaultId: vault, machineId: machine, policyId: nightly });
    await assert.rejects(client.deletePolicy(nightly), { code: 'BMSUserErrorPolicyInUse' });
    await client.protect({ vaultId: vault, machineId: machine, policyId: `${vault}/backupPolicies/DefaultPolicy` });
    await client.deletePolicy(nightly);
    assert.deepEqual(
      (await client.policies(vault)).map(({ name }) => name).filter((name) => name === 'nightly'),
      [],
    );
  });
});
