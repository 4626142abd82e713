import assert from 'node:assert/strict';
import { roleFor } from '../../../src/domain/azureRoles';

const ROLES: Readonly<Record<string, string>> = {
  'Microsoft.RecoveryServices/vaults/backupJobs/read': 'Backup Reader',
  'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/backup/action':
    'Backup Operator',
  'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/write': 'Backup Operator',
  'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete': 'Backup Contributor',
  'Microsoft.RecoveryServices/vaults/write': 'Backup Contributor',
  'microsoft.recoveryservices/Vaults/backupPolicies/WRITE': 'Backup Contributor',
  'Microsoft.RecoveryServices/vaults/backupstorageconfig/write': 'Backup Contributor',
  'Microsoft.Compute/virtualMachines/read': 'Reader',
  'Microsoft.Compute/virtualMachines/write': 'Virtual Machine Contributor',
  'Microsoft.Storage/storageAccounts/write': 'Storage Account Contributor',
  'Microsoft.DataProtection/resourceGuards/disableSoftDelete/action': 'Backup MUA Operator',
  'Microsoft.Resources/subscriptions/resourceGroups/write': 'Contributor',
  'Microsoft.Computers/things/read': 'Reader',
};

describe('the role that has a permission', () => {
  for (const [action, role] of Object.entries(ROLES)) it(action, () => assert.equal(roleFor(action), role));
});
