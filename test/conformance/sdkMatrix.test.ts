import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ComputeManagementClient } from '@azure/arm-compute';
import { RecoveryServicesClient } from '@azure/arm-recoveryservices';
import { type AzureIaaSComputeVMProtectedItem, RecoveryServicesBackupClient } from '@azure/arm-recoveryservicesbackup';
import { ResourceManagementClient } from '@azure/arm-resources';
import { StorageManagementClient } from '@azure/arm-storage';
import { RecoveryServicesClient as RecoveryServicesClient5 } from 'arm-recoveryservices-5';
import { RecoveryServicesClient as RecoveryServicesClient6 } from 'arm-recoveryservices-6';
import { RecoveryServicesBackupClient as RecoveryServicesBackupClient9 } from 'arm-recoveryservicesbackup-9';
import { type LocalTransport, socketTransport, tcpTransport } from '../../src/client/local/socketTransport';
import { isFinished } from '../../src/domain/states';
import { itemNames } from '../../src/protocol/ids';
import { announced, type Run } from '../engine/process/support/engines';
import { waitFor } from '../support/waitFor';
import { RealEngines } from './support/realEngines';
import { all, FABRIC, operationOf, POLL, sha256, VMS } from './support/sdkCalls';

const MIB = 1024 * 1024;
const LOCATION = 'local';
const VAULT_BODY = { location: LOCATION, sku: { name: 'Standard' }, properties: {} };
const NIGHTLY = new Date('2026-01-01T22:00:00Z');
const WEEKLY = new Date('2026-01-01T03:30:00Z');

/** What each client is made of. */
type Arguments = [
  { getToken: () => Promise<{ token: string; expiresOnTimestamp: number }> },
  string,
  { httpClient: LocalTransport; retryOptions: { maxRetries: number } },
];

/** What the vault clients of all generations do, under one name. */
interface Vaults {
  create(group: string, name: string): Promise<{ id?: string }>;
  names(group: string): Promise<(string | undefined)[]>;
  delete(group: string, name: string): Promise<unknown>;
}

const vaultClients: Record<string, (...args: Arguments) => Vaults> = {
  '7.2.0': (...args) => {
    const { vaults } = new RecoveryServicesClient(...args);
    return {
      create: async (group, name) => vaults.createOrUpdate(group, name, VAULT_BODY, POLL),
      names: async (group) => (await all(vaults.listByResourceGroup(group))).map(({ name }) => name),
      delete: async (group, name) => vaults.delete(group, name, POLL),
    };
  },
  '6.0.0': (...args) => {
    const { vaults } = new RecoveryServicesClient6(...args);
    return {
      create: async (group, name) => vaults.beginCreateOrUpdateAndWait(group, name, VAULT_BODY, POLL),
      names: async (group) => (await all(vaults.listByResourceGroup(group))).map(({ name }) => name),
      delete: async (group, name) => vaults.beginDeleteAndWait(group, name, POLL),
    };
  },
  '5.4.0': (...args) => {
    const { vaults } = new RecoveryServicesClient5(...args);
    return {
      create: async (group, name) => vaults.beginCreateOrUpdateAndWait(group, name, VAULT_BODY, POLL),
      names: async (group) => (await all(vaults.listByResourceGroup(group))).map(({ name }) => name),
      delete: async (group, name) => vaults.delete(group, name),
    };
  },
};

/** The backup clients have the same methods in both generations. */
type Backup = Pick<
  RecoveryServicesBackupClient,
  | 'backupJobs'
  | 'backupOperationStatuses'
  | 'backupPolicies'
  | 'backupProtectableItems'
  | 'backupProtectedItems'
  | 'backupProtectionContainers'
  | 'backupResourceStorageConfigsNonCRR'
  | 'backupResourceVaultConfigs'
  | 'backups'
  | 'jobDetails'
  | 'protectedItems'
  | 'protectionContainerRefreshOperationResults'
  | 'recoveryPoints'
> & {
  // Their other methods differ from one generation to the next.
  protectionContainers: Pick<RecoveryServicesBackupClient['protectionContainers'], 'refresh'>;
  protectionPolicies: Pick<
    RecoveryServicesBackupClient['protectionPolicies'],
    'beginDeleteAndWait' | 'createOrUpdate' | 'get'
  >;
  restores: Pick<RecoveryServicesBackupClient['restores'], 'beginTriggerAndWait'>;
};

const backupClients: Record<string, (...args: Arguments) => Backup> = {
  '12.0.0': (...args) => new RecoveryServicesBackupClient(...args),
  '9.0.0': (...args) => new RecoveryServicesBackupClient9(...args),
};

const rows = [
  { backup: '12.0.0', vaults: '7.2.0' },
  { backup: '9.0.0', vaults: '6.0.0' },
  { backup: '9.0.0', vaults: '5.4.0' },
  { backup: '12.0.0', vaults: '5.4.0' },
] as const;

const dailyPolicy = (time: Date, days: number) => ({
  properties: {
    backupManagementType: 'AzureIaasVM' as const,
    schedulePolicy: {
      schedulePolicyType: 'SimpleSchedulePolicy' as const,
      scheduleRunFrequency: 'Daily',
      scheduleRunTimes: [time],
    },
    retentionPolicy: {
      retentionPolicyType: 'LongTermRetentionPolicy' as const,
      dailySchedule: { retentionTimes: [time], retentionDuration: { count: days, durationType: 'Days' } },
    },
    timeZone: 'UTC',
  },
});

/** A policy with one run time, as the engine answers it. */
function runTimeOf(policy: { properties?: unknown }): string | undefined {
  const { schedulePolicy } = policy.properties as { schedulePolicy?: { scheduleRunTimes?: Date[] } };
  return schedulePolicy?.scheduleRunTimes?.[0]?.toISOString().slice(11, 16);
}

/** Waits for the newest job of a kind, which completes. */
async function endOfJob(
  backup: Backup,
  { group, vault, operation }: { group: string; vault: string; operation: string },
) {
  const [job] = await all(backup.backupJobs.list(vault, group, { filter: `operation eq '${operation}'` }));
  const properties = await waitFor(`the end of the ${operation}`, async () => {
    const details = await backup.jobDetails.get(vault, group, job?.name ?? '');
    return isFinished(details.properties?.status ?? '') ? details.properties : undefined;
  });
  assert.equal(properties.status, 'Completed');
  return properties;
}

/** Waits until an operation of a vault has ended well. */
async function succeeded(backup: Backup, vault: string, group: string, operation: string): Promise<void> {
  const status = await waitFor('the operation', async () => {
    const { status: now } = await backup.backupOperationStatuses.get(vault, group, operation);
    return now === 'InProgress' ? undefined : now;
  });
  assert.equal(status, 'Succeeded');
}

describe('SDK matrix', () => {
  const engines = new RealEngines();
  let bundle: string;
  before(async () => {
    bundle = await engines.bundleEngine();
  });
  after(() => engines.close());

  for (const over of ['the socket', '--port'] as const) {
    describe(`over ${over}`, () => {
      let run: Run;
      let transport: LocalTransport;
      let args: Arguments;
      let image: string;
      before(async () => {
        run = engines.run(bundle, '--data', engines.dataFolder(), ...(over === '--port' ? ['--port', '0'] : []));
        const { endpoint = '', token = '', subscriptionId = '' } = await announced(run);
        transport = over === '--port' ? tcpTransport(endpoint) : socketTransport(endpoint);
        const getToken = async () => ({ token, expiresOnTimestamp: Date.now() + 86_400_000 });
        args = [{ getToken }, subscriptionId, { httpClient: transport, retryOptions: { maxRetries: 0 } }];
      });
      after(async () => {
        transport.close();
        run.child.kill('SIGTERM');
        assert.equal(await run.code, 0, run.output.stderr);
      });

      for (const [index, row] of rows.entries()) {
        it(`a whole life with arm-recoveryservicesbackup ${row.backup} and arm-recoveryservices ${row.vaults}`, async () => {
          const names = { group: `lab${index}`, vault: `home-vault-${index}`, machine: 'web' };
          image = join(engines.root, `${over.replaceAll(/\W/g, '')}-${index}.raw`);
          writeFileSync(image, Buffer.concat([randomBytes(MIB), Buffer.alloc(MIB)]));
          await wholeLife(
            { backup: backupClients[row.backup]!(...args), vaults: vaultClients[row.vaults]!(...args) },
            names,
          );
        });
      }

      /** Everything that a client does with one vault and one machine. */
      async function wholeLife(
        { backup, vaults }: { backup: Backup; vaults: Vaults },
        { group, vault, machine }: { group: string; vault: string; machine: string },
      ): Promise<void> {
        const machineId = await declareMachine(group, machine);
        const { id: vaultId } = await vaults.create(group, vault);
        assert.deepEqual(await vaults.names(group), [vault]);

        const config = backup.backupResourceStorageConfigsNonCRR;
        const local = {
          properties: { storageModelType: 'LocallyRedundant', storageType: 'LocallyRedundant' },
        } as const;
        assert.equal((await config.update(vault, group, local)).properties?.storageTypeState, 'Unlocked');
        await config.patch(vault, group, local);

        const policies = backup.protectionPolicies;
        await policies.createOrUpdate(vault, group, 'Nightly', dailyPolicy(NIGHTLY, 30));
        await policies.createOrUpdate(vault, group, 'Nightly', dailyPolicy(WEEKLY, 14));
        await policies.createOrUpdate(vault, group, 'Short', dailyPolicy(NIGHTLY, 7));
        assert.equal(runTimeOf(await policies.get(vault, group, 'nightly')), '03:30');
        await policies.beginDeleteAndWait(vault, group, 'Short', POLL);
        const policyNames = (await all(backup.backupPolicies.list(vault, group, { filter: VMS }))).map(
          ({ name }) => name,
        );
        assert.ok(policyNames.includes('Nightly') && !policyNames.includes('Short'), policyNames.join());

        const refresh = await operationOf('location', async (onResponse) =>
          backup.protectionContainers.refresh(vault, group, FABRIC, { filter: VMS, onResponse }),
        );
        await waitFor('the refresh', async () => {
          let status: number | undefined;
          const onResponse = (response: { status: number }) => (status = response.status);
          await backup.protectionContainerRefreshOperationResults.get(vault, group, FABRIC, refresh, { onResponse });
          return status === 204;
        });
        const protectable = await all(backup.backupProtectableItems.list(vault, group, { filter: VMS }));
        assert.ok(protectable.some(({ properties }) => properties?.friendlyName === machine));

        const { container, item } = itemNames(group, machine);
        const policyId = `${vaultId}/backupPolicies/Nightly`;
        const change = async (properties: Partial<AzureIaaSComputeVMProtectedItem>) => {
          const protectedItemType = 'Microsoft.Compute/virtualMachines';
          const body = { properties: { ...properties, protectedItemType, sourceResourceId: machineId } } as const;
          const operation = await operationOf('azure-asyncoperation', async (onResponse) =>
            backup.protectedItems.createOrUpdate(vault, group, FABRIC, container, item, body, { onResponse }),
          );
          await succeeded(backup, vault, group, operation);
        };
        const stateOf = async () => {
          const { properties } = await backup.protectedItems.get(vault, group, FABRIC, container, item);
          assert.equal(properties?.protectedItemType, 'Microsoft.Compute/virtualMachines');
          const { protectionState, isScheduledForDeferredDelete = false } =
            properties as AzureIaaSComputeVMProtectedItem;
          return [protectionState, isScheduledForDeferredDelete];
        };
        await change({ policyId });
        assert.deepEqual(await stateOf(), ['IRPending', false]);
        const containers = await all(backup.backupProtectionContainers.list(vault, group, { filter: VMS }));
        assert.deepEqual(
          containers.map(({ name }) => name),
          [container],
        );

        const trigger = await operationOf('azure-asyncoperation', async (onResponse) =>
          backup.backups.trigger(
            vault,
            group,
            FABRIC,
            container,
            item,
            { properties: { objectType: 'IaasVMBackupRequest', recoveryPointExpiryTimeInUTC: new Date('2090-01-01') } },
            { onResponse },
          ),
        );
        await succeeded(backup, vault, group, trigger);
        await endOfJob(backup, { group, vault, operation: 'Backup' });
        const filter = `${VMS} and itemType eq 'VM'`;
        const [protectedItem] = await all(backup.backupProtectedItems.list(vault, group, { filter }));
        assert.equal(protectedItem?.properties?.protectedItemType, 'Microsoft.Compute/virtualMachines');

        const [point, ...others] = await all(backup.recoveryPoints.list(vault, group, FABRIC, container, item));
        assert.equal(others.length, 0);
        const pointName = point?.name ?? '';
        const { properties } = await backup.recoveryPoints.get(vault, group, FABRIC, container, item, pointName);
        assert.equal(properties?.objectType, 'IaasVMRecoveryPoint');

        await backup.restores.beginTriggerAndWait(
          vault,
          group,
          FABRIC,
          container,
          item,
          pointName,
          {
            properties: {
              objectType: 'IaasVMRestoreRequest',
              recoveryPointId: pointName,
              recoveryType: 'RestoreDisks',
              sourceResourceId: machineId,
              storageAccountId: await restoreTarget(group),
              region: LOCATION,
            },
          },
          POLL,
        );
        const restore = await endOfJob(backup, { group, vault, operation: 'Restore' });
        const { propertyBag } =
          (restore as { extendedInfo?: { propertyBag?: Record<string, string> } }).extendedInfo ?? {};
        assert.equal(sha256(propertyBag?.['Restored file(s)'] ?? ''), sha256(image));

        await change({ policyId: '', protectionState: 'ProtectionStopped' });
        assert.deepEqual(await stateOf(), ['ProtectionStopped', false]);
        await change({ policyId });
        assert.deepEqual(await stateOf(), ['Protected', false]);
        const remove = async () => {
          const removal = await operationOf('azure-asyncoperation', async (onResponse) =>
            backup.protectedItems.delete(vault, group, FABRIC, container, item, { onResponse }),
          );
          await succeeded(backup, vault, group, removal);
          await endOfJob(backup, { group, vault, operation: 'DeleteBackupData' });
        };
        await remove();
        assert.deepEqual(await stateOf(), ['ProtectionStopped', true]);
        await change({ policyId: '', protectionState: 'ProtectionStopped', isRehydrate: true });
        assert.deepEqual(await stateOf(), ['ProtectionStopped', false]);
        assert.equal((await all(backup.recoveryPoints.list(vault, group, FABRIC, container, item))).length, 1);

        await assert.rejects(vaults.delete(group, vault), { code: 'ServiceResourceNotEmptyWithContainerDetails' });
        await vaults.create(group, `${vault}-empty`);
        await vaults.delete(group, `${vault}-empty`);
        assert.deepEqual(await vaults.names(group), [vault]);

        await change({ policyId });
        await assert.rejects(policies.beginDeleteAndWait(vault, group, 'Nightly', POLL), {
          code: 'BMSUserErrorPolicyInUse',
        });
        await backup.backupResourceVaultConfigs.update(vault, group, {
          properties: { softDeleteFeatureState: 'Disabled' },
        });
        await remove();
        await assert.rejects(stateOf(), { statusCode: 404 });
        assert.deepEqual(await all(backup.backupProtectionContainers.list(vault, group, { filter: VMS })), []);
        await policies.beginDeleteAndWait(vault, group, 'Nightly', POLL);
        await assert.rejects(policies.get(vault, group, 'Nightly'), { statusCode: 404 });
        await vaults.delete(group, vault);
        assert.deepEqual(await vaults.names(group), []);
      }

      /** @returns the id of a machine with the image as its only disk, in a new group */
      async function declareMachine(group: string, machine: string): Promise<string> {
        await new ResourceManagementClient(...args).resourceGroups.createOrUpdate(group, { location: LOCATION });
        const compute = new ComputeManagementClient(...args);
        const disk = await compute.disks.createOrUpdate(group, `${machine}-os`, {
          location: LOCATION,
          osType: 'Linux',
          creationData: { createOption: 'Import', sourceUri: pathToFileURL(image).href },
        });
        const { id = '' } = await compute.virtualMachines.createOrUpdate(group, machine, {
          location: LOCATION,
          storageProfile: { osDisk: { createOption: 'Attach', managedDisk: { id: disk.id } } },
        });
        return id;
      }

      /** @returns the id of a storage account that stands for a folder of its own */
      async function restoreTarget(group: string): Promise<string> {
        const { id = '' } = await new StorageManagementClient(...args).storageAccounts.create(group, `${group}target`, {
          location: LOCATION,
          kind: 'StorageV2',
          sku: { name: 'Standard_LRS' },
          tags: { 'vmbackup-folder': join(engines.root, `restored-${over.replaceAll(/\W/g, '')}-${group}`) },
        });
        return id;
      }
    });
  }
});
