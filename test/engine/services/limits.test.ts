import assert from 'node:assert/strict';
import { idKey } from '../../../src/protocol/ids';
import { EngineWorld } from '../../support/engineWorld';
import { discover, imageContent, itemIdOf, makeMachine, makeProtected, must, protectBody } from './life';

describe('SPEC §2.4: 1,000 machines', () => {
  let world: EngineWorld;
  let vault: string;

  beforeEach(async () => {
    world = await EngineWorld.create();
    const first = await makeProtected(world, 'first');
    vault = first.vault;
    const { properties } = await must(world, 200, ['GET', `${vault}/backupPolicies/DefaultPolicy`]);
    await must(world, 200, ['PUT', `${vault}/backupPolicies/other`, { properties }]);
    for (const name of ['last', 'surplus']) await makeMachine(world, name, [imageContent(1)]);
    await discover(world, vault);
    await world.stop();
    world.edit((catalog) => {
      const item = catalog.items.get(idKey(first.item));
      assert.ok(item);
      for (let i = 2; i < 1000; i++) {
        const named = (text: string) => text.replaceAll('first', `first${i}`);
        catalog.items.put({
          ...item,
          id: named(item.id),
          containerName: named(item.containerName),
          itemName: named(item.itemName),
          machineId: named(item.machineId),
          machineKey: named(item.machineKey),
          machineName: named(item.machineName),
        });
      }
    });
    await world.start();
  });
  afterEach(() => world.close());

  const protect = async (name: string, policy: string) => {
    const machine = `${world.group}/providers/Microsoft.Compute/virtualMachines/${name}`;
    const { status, body } = await world.arm('PUT', itemIdOf(vault, name), protectBody(vault, machine, policy));
    return [status, body?.error?.code];
  };

  it('follow one policy, and are in one vault, at most', async () => {
    assert.deepEqual(await protect('last', 'DefaultPolicy'), [202, undefined]);
    assert.deepEqual(await protect('surplus', 'DefaultPolicy'), [400, 'LocalPolicyFull']);
    assert.deepEqual(await protect('surplus', 'other'), [400, 'LocalVaultFull']);
    assert.deepEqual(await protect('last', 'other'), [202, undefined], 'no machine more');
  });
});
