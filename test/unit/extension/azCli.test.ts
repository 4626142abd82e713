import { strict as assert } from 'node:assert';
import { createVaultCli, enableBackupCli } from '../../../src/extension/model/azCli';
import { vaultId } from '../../../src/protocol/ids';

const SUB = '10000000-0000-0000-0000-000000000001';
const VAULT = {
  id: vaultId(SUB, 'rg', 'rsv-prod'),
  name: 'rsv-prod',
  resourceGroup: 'rg',
  location: 'eastus',
  replication: 'GeoRedundant',
} as const;
const VM = `/subscriptions/${SUB}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web-01`;

describe('commands of the Azure CLI', () => {
  const created = createVaultCli({
    subscriptionId: SUB,
    name: 'rsv-prod',
    resourceGroup: "ann's group",
    newGroup: true,
    location: 'eastus',
    replication: 'ZoneRedundant',
  });

  it('create a vault and its group, each value one word of the shell', () => {
    assert.deepEqual(created.split('\n'), [
      `az group create --name 'ann'\\''s group' --location eastus --subscription ${SUB}`,
      `az backup vault create --name rsv-prod --resource-group 'ann'\\''s group' --location eastus --subscription ${SUB}`,
      `az backup vault backup-properties set --name rsv-prod --resource-group 'ann'\\''s group' --backup-storage-redundancy ZoneRedundant --subscription ${SUB}`,
    ]);
  });

  it('enable backup of each machine', () => {
    assert.deepEqual(enableBackupCli(VAULT, 'DefaultPolicy', [VM]).split('\n'), [
      `az backup protection enable-for-vm --vault-name rsv-prod --resource-group rg --vm ${VM} --policy-name DefaultPolicy --subscription ${SUB}`,
    ]);
  });
});
