import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  idKey,
  itemId,
  itemNames,
  machineKind,
  machineOfItemName,
  nameIn,
  parseId,
  resourceId,
  vaultId,
  vaultIdOf,
} from '../../../src/protocol/ids';

const VAULT = '/subscriptions/S1/resourceGroups/Home/providers/Microsoft.RecoveryServices/vaults/home-vault';
const NAME = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,20}$/);

describe('resource ids', () => {
  it('are taken apart with the case of their names kept', () => {
    assert.deepEqual(parseId(`${VAULT}/backupPolicies/DefaultPolicy`), {
      subscriptionId: 'S1',
      resourceGroup: 'Home',
      provider: 'Microsoft.RecoveryServices',
      path: [
        ['vaults', 'home-vault'],
        ['backupPolicies', 'DefaultPolicy'],
      ],
    });
  });

  it('may name a resource group only', () => {
    const group = { subscriptionId: 'S1', resourceGroup: 'Home', provider: '', path: [] };
    assert.deepEqual(parseId('/subscriptions/S1/resourceGroups/Home'), group);
  });

  it('are read whatever the case of their keywords, with doubled and trailing slashes', () => {
    const spelled = VAULT.replace('resourceGroups', 'resourcegroups').replace('/subscriptions', '//SUBSCRIPTIONS');
    assert.deepEqual(parseId(`${spelled}/`), parseId(VAULT));
  });

  it('are percent-decoded part by part, so that an encoded slash stays in its name', () => {
    const encoded = VAULT.replace('home-vault', 'a%2Fb%3bc');
    assert.equal(nameIn(encoded, 'VAULTS'), 'a/b;c');
  });

  for (const id of [
    '',
    '/',
    'nothing',
    '/subscriptions',
    '/subscriptions/S1',
    '/subscriptions/S1/resourceGroups',
    '/resourceGroups/Home/subscriptions/S1',
    '/subscriptions/S1/resourceGroups/Home/providers',
    '/subscriptions/S1/resourceGroups/Home/vaults/v',
    `${VAULT}/backupPolicies`,
  ]) {
    it(`are not "${id}"`, () => {
      assert.equal(parseId(id), undefined);
      assert.equal(nameIn(id, 'vaults'), undefined);
      assert.equal(vaultIdOf(id), undefined);
    });
  }

  it('compare without case and without percent-encoding', () => {
    const { container, item } = itemNames('Home', 'Web');
    const id = itemId(VAULT, container, item);
    assert.equal(idKey(id.replaceAll(';', '%3B').toUpperCase().replaceAll('%3B', '%3b')), idKey(id));
    assert.notEqual(idKey(id), idKey(itemId(VAULT, container, `${item}2`)));
  });

  it('with a percent sign that encodes nothing are compared as they stand', () => {
    assert.equal(idKey('/A%zz/B'), '/a%zz/b');
    assert.equal(parseId(VAULT.replace('home-vault', '100%'))?.path[0]?.[1], '100%');
  });

  it('come back from their parts', () => {
    fc.assert(
      fc.property(NAME, NAME, NAME, (subscription, group, vault) => {
        const id = vaultId(subscription, group, vault);
        assert.equal(parseId(id)?.resourceGroup, group);
        assert.equal(nameIn(id, 'vaults'), vault);
        assert.equal(vaultIdOf(`${id}/backupJobs/j`), id);
        const disk = resourceId(subscription, group, 'Microsoft.Compute/disks', vault);
        assert.equal(nameIn(disk, 'disks'), vault);
        assert.equal(nameIn(disk, 'vaults'), undefined);
      }),
    );
  });

  it('never throw, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(typeof idKey(text), 'string');
        assert.ok(parseId(text) === undefined || text.toLowerCase().includes('subscriptions'));
      }),
    );
  });
});

describe('names of protected machines', () => {
  it("are the service's", () => {
    assert.deepEqual(itemNames('Home', 'Web'), {
      container: 'IaasVMContainer;iaasvmcontainerv2;Home;Web',
      item: 'VM;iaasvmcontainerv2;Home;Web',
    });
  });

  it('tell group and machine again, in any case, with and without their prefix', () => {
    fc.assert(
      fc.property(NAME, NAME, (resourceGroup, machine) => {
        const { container, item } = itemNames(resourceGroup, machine);
        const short = item.slice('VM;'.length);
        for (const name of [container, item, short]) {
          assert.deepEqual(machineOfItemName(name), { resourceGroup, machine });
          assert.equal(machineOfItemName(name.toUpperCase())?.machine, machine.toUpperCase());
        }
      }),
    );
  });

  it('of classic machines are made of their cloud service (SPEC §1.1)', () => {
    const names = itemNames('Home', 'Web', 'Cloud');
    assert.deepEqual(names, {
      container: 'IaasVMContainer;iaasvmcontainer;Cloud;Web',
      item: 'VM;iaasvmcontainer;Cloud;Web',
    });
    assert.deepEqual(machineOfItemName(names.item), { cloudService: 'Cloud', machine: 'Web' });
    assert.equal(machineKind(names.container).version, 'ClassicCompute');
    assert.equal(machineKind(itemNames('Home', 'Web').container).version, 'Compute');
  });

  for (const name of [
    '',
    'VM;',
    'VM;iaasvmcontainer;cloud',
    'VM;iaasvmcontainerv3;g;v',
    'VM;iaasvmcontainerv2;g',
    'SQL;iaasvmcontainerv2;g;v',
  ]) {
    it(`are not "${name}"`, () => assert.equal(machineOfItemName(name), undefined));
  }
});
