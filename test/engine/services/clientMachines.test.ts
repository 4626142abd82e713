import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { classicMachines } from '../../../src/client/classicMachines';
import { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { worldClient } from '../../support/worldClient';
import { imageContent, makeGroup, makeMachine, makeVault, must, writeImage } from './life';

const GIB = 1024 ** 3;

describe('machines, by the client', () => {
  let world: EngineWorld;
  beforeEach(async () => {
    world = await EngineWorld.create();
    await makeGroup(world);
  });
  afterEach(async () => world.close());

  /** A classic machine whose disk lies in its description, as such disks do. @returns its id and its disk's file */
  async function makeClassic(name: string): Promise<{ id: string; path: string }> {
    const path = writeImage(world, name, imageContent(1));
    const id = `${world.group}/providers/Microsoft.ClassicCompute/virtualMachines/${name}`;
    const osDisk = { name: 'system', osType: 'Linux', vhd: { uri: pathToFileURL(path).href } };
    const properties = { domainName: { name: 'cloud' }, storageProfile: { osDisk } };
    await must(world, 201, ['PUT', id, { location: 'local', tags: { kept: 'yes' }, properties }]);
    return { id, path };
  }

  it('lists classic machines beside the others, with state and disks', async () => {
    const client = worldClient(world);
    const web = await makeMachine(world, 'web', [imageContent(2)]);
    const { id, path } = await makeClassic('old');
    const machines = await client.machines();
    assert.deepEqual(
      machines.map((machine) => machine.id),
      [web, id],
    );
    assert.deepEqual(machines[1], {
      id,
      name: 'old',
      resourceGroup: 'lab',
      location: 'local',
      osType: 'Linux',
      power: 'stopped',
      disks: [{ id: `${id}/vhds/system`, name: 'system', sizeBytes: GIB, path }],
      tags: { kept: 'yes' },
    });
  });

  it('protects a classic machine by the name of its cloud service, stops it and resumes it', async () => {
    const client = worldClient(world);
    const { id } = await makeClassic('old');
    const vault = await makeVault(world, 'home-vault');
    await client.discover(vault);
    assert.deepEqual(await client.protectableItems(vault), [{ machineId: id, name: 'old', resourceGroup: 'lab' }]);

    const wanted = { vaultId: vault, machineId: id, policyId: `${vault}/backupPolicies/DefaultPolicy` };
    const item = await client.protect(wanted);
    assert.deepEqual(
      [item.containerName, item.itemName, item.machineId, item.state],
      ['IaasVMContainer;iaasvmcontainer;cloud;old', 'VM;iaasvmcontainer;cloud;old', id, 'IRPending'],
    );
    assert.deepEqual(
      (await client.protectedItems(vault)).map(({ machineName }) => machineName),
      ['old'],
    );

    const job = await client.backupNow(item.id);
    await waitFor('the backup', async () => (await client.job(job)).status === 'Completed');
    assert.equal((await client.recoveryPoints(item.id)).length, 1);

    await client.stopProtection({ itemId: item.id, machineId: id });
    assert.equal((await client.protectedItem(item.id)).state, 'ProtectionStopped');
    assert.equal((await client.protect(wanted)).state, 'Protected');
    await client.deleteBackupData(item.id);
    await client.undelete({ itemId: item.id, machineId: id });
    assert.equal((await client.protectedItem(item.id)).state, 'ProtectionStopped');
  });

  it('takes a classic machine off the list and leaves its file', async () => {
    const client = worldClient(world);
    const { id, path } = await makeClassic('old');
    await client.local.removeMachine(id);
    assert.deepEqual(await client.machines(), []);
    assert.ok(existsSync(path));
  });

  it('takes a machine of unmanaged disks off the list, and no disk that has the name of one of them', async () => {
    const client = worldClient(world);
    const [own, other] = ['own', 'other'].map((name) => pathToFileURL(writeImage(world, name, imageContent(1))).href);
    const compute = `${world.group}/providers/Microsoft.Compute`;
    const creationData = { createOption: 'Import', sourceUri: other };
    await must(world, 200, ['PUT', `${compute}/disks/system`, { location: 'local', properties: { creationData } }]);
    const storageProfile = { osDisk: { name: 'system', vhd: { uri: own } } };
    await must(world, 201, [
      'PUT',
      `${compute}/virtualMachines/web`,
      { location: 'local', properties: { storageProfile } },
    ]);
    await client.local.removeMachine(`${compute}/virtualMachines/web`);
    assert.deepEqual(await client.machines(), []);
    await must(world, 200, ['GET', `${compute}/disks/system`]);
  });

  for (const code of ['InvalidResourceNamespace', 'MissingSubscriptionRegistration', 'AuthorizationFailed']) {
    it(`has no classic machines where the service answers ${code}`, async () => {
      assert.deepEqual(await classicMachines(refusing(code), 'any', {}), []);
    });
  }

  it('lists the others where nobody understands one', async () => {
    const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ClassicCompute/virtualMachines/old';
    const good = { id, name: 'old', location: 'local', properties: { domainName: { name: 'cloud' } } };
    const machines = await classicMachines(answering(200, { value: [{ id: 5 }, good] }), 'any', {});
    assert.deepEqual(
      machines.map(({ name }) => name),
      ['old'],
    );
  });

  it('tells any other refusal of classic machines', async () => {
    await assert.rejects(classicMachines(refusing('TooManyRequests'), 'any', {}), { code: 'TooManyRequests' });
  });
});

/** A service that refuses every call with one code. */
function refusing(code: string): Parameters<typeof classicMachines>[0] {
  return answering(409, { error: { code, message: 'No.' } });
}

/** A service that gives every call the same answer. */
function answering(status: number, body: unknown): Parameters<typeof classicMachines>[0] {
  return {
    $host: 'https://management.azure.com',
    sendRequest: async (request) => ({
      request,
      status,
      headers: createHttpHeaders(),
      bodyAsText: JSON.stringify(body),
    }),
  };
}
