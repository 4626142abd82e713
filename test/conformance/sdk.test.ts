import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AzureIaaSVMJobExtendedInfo } from '@azure/arm-recoveryservicesbackup';
import { createLocalConnection, type LocalHandle } from '../../src/client/arm';
import { type ArmClients, createArmClients } from '../../src/client/armClients';
import { type LocalTransport, socketTransport, tcpTransport } from '../../src/client/local/socketTransport';
import { newPolicyTemplate } from '../../src/domain/policyDefaults';
import { isFinished } from '../../src/domain/states';
import { itemNames } from '../../src/protocol/ids';
import { fromWireTime } from '../../src/protocol/time';
import { announced, endpointOf, type Run } from '../engine/process/support/engines';
import { waitFor } from '../support/waitFor';
import { RealEngines } from './support/realEngines';
import { all, FABRIC, operationOf, POLL, sha256, VMS } from './support/sdkCalls';

const MIB = 1024 * 1024;

describe('the official SDKs and a running engine', () => {
  const engines = new RealEngines();
  let bundle: string;
  before(async () => {
    bundle = await engines.bundleEngine();
  });
  after(() => engines.close());

  for (const over of ['the socket', '--port'] as const) {
    describe(`over ${over}`, () => {
      let run: Run;
      let dataFolder: string;
      let subscription: string;
      let transport: LocalTransport;
      let clients: ArmClients;
      let images: string[];

      const clientsWith = (token: string) => {
        const getToken = async () => ({ token, expiresOnTimestamp: Date.now() + 86_400_000 });
        return createArmClients({ getToken }, subscription, { httpClient: transport, retryOptions: { maxRetries: 0 } });
      };

      before(async () => {
        dataFolder = engines.dataFolder();
        run = engines.run(bundle, '--data', dataFolder, ...(over === '--port' ? ['--port', '0'] : []));
        const { endpoint = '', token = '', subscriptionId = '' } = await announced(run);
        subscription = subscriptionId;
        transport = over === '--port' ? tcpTransport(endpoint) : socketTransport(endpoint);
        clients = clientsWith(token);
        images = [3 * MIB, MIB + 4096].map((size, i) => {
          const path = join(engines.root, `${over.replace(/\W/g, '')}-${i}.raw`);
          writeFileSync(path, Buffer.concat([randomBytes(size), Buffer.alloc(MIB)]));
          return path;
        });
      });
      after(async () => {
        transport.close();
        run.child.kill('SIGTERM');
        assert.equal(await run.code, 0, run.output.stderr);
      });

      /** A machine of raw images by compute calls. @returns its id */
      const declare = async (group: string, name: string, paths: readonly string[]): Promise<string> => {
        const { compute } = clients;
        const ids: string[] = [];
        for (const [i, path] of paths.entries()) {
          const disk = await compute.disks.createOrUpdate(group, `${name}-disk${i}`, {
            location: 'local',
            osType: 'Linux',
            creationData: { createOption: 'Import', sourceUri: pathToFileURL(path).href },
          });
          ids.push(disk.id ?? '');
        }
        const [osDisk, ...dataDisks] = ids;
        const machine = await compute.virtualMachines.createOrUpdate(group, name, {
          location: 'local',
          storageProfile: {
            osDisk: { createOption: 'Attach', managedDisk: { id: osDisk } },
            dataDisks: dataDisks.map((id, lun) => ({ lun, createOption: 'Attach', managedDisk: { id } })),
          },
        });
        return machine.id ?? '';
      };

      /** Refresh, protect with the built-in policy. */
      const protect = async (group: string, vault: string, machineId: string): Promise<void> => {
        const { backup, vaults } = clients;
        const refresh = await operationOf('location', async (onResponse) =>
          backup.protectionContainers.refresh(vault, group, FABRIC, { filter: VMS, onResponse }),
        );
        let status: number | undefined;
        await waitFor('the refresh', async () => {
          const onResponse = (response: { status: number }) => (status = response.status);
          await backup.protectionContainerRefreshOperationResults.get(vault, group, FABRIC, refresh, { onResponse });
          return status === 204;
        });
        const { container, item } = itemNames(group, machineId.split('/').at(-1) ?? '');
        const vaultId = (await vaults.vaults.get(group, vault)).id;
        const properties = {
          protectedItemType: 'Microsoft.Compute/virtualMachines',
          sourceResourceId: machineId,
          policyId: `${vaultId}/backupPolicies/DefaultPolicy`,
        } as const;
        const operation = await operationOf('azure-asyncoperation', async (onResponse) =>
          backup.protectedItems.createOrUpdate(vault, group, FABRIC, container, item, { properties }, { onResponse }),
        );
        const ended = await backup.protectedItemOperationStatuses.get(vault, group, FABRIC, container, item, operation);
        assert.equal(ended.status, 'Succeeded');
        const result = await backup.protectedItemOperationResults.get(vault, group, FABRIC, container, item, operation);
        assert.ok(result.properties && 'protectionState' in result.properties);
        assert.equal(result.properties.protectionState, 'IRPending');
      };

      /** @returns the name of the job */
      const startBackup = async (
        group: string,
        vault: string,
        machine: string,
        retainUntil?: Date,
      ): Promise<string> => {
        const { container, item } = itemNames(group, machine);
        const properties = { objectType: 'IaasVMBackupRequest', recoveryPointExpiryTimeInUTC: retainUntil } as const;
        const operation = await operationOf('azure-asyncoperation', async (onResponse) =>
          clients.backup.backups.trigger(vault, group, FABRIC, container, item, { properties }, { onResponse }),
        );
        const status = await clients.backup.backupOperationStatuses.get(vault, group, operation);
        assert.deepEqual([status.status, status.error], ['Succeeded', undefined]);
        assert.equal(status.properties?.objectType, 'OperationStatusJobExtendedInfo');
        return status.properties && 'jobId' in status.properties ? String(status.properties.jobId) : '';
      };

      const jobEnd = async (group: string, vault: string, name: string) =>
        waitFor('the end of the job', async () => {
          const { properties } = await clients.backup.jobDetails.get(vault, group, name);
          assert.equal(properties?.jobType, 'AzureIaaSVMJob');
          return isFinished(properties.status ?? '') ? properties : undefined;
        });

      it('takes a machine with two disks into a vault and back, byte for byte', async () => {
        const { backup, compute, groups, storage, subscriptions, vaults } = clients;
        const [own] = await all(subscriptions.subscriptions.list());
        assert.deepEqual([own?.subscriptionId, own?.displayName], [subscription, 'This computer']);
        const [location] = await all(subscriptions.subscriptions.listLocations(subscription));
        assert.equal(location?.name, 'local');

        const group = await groups.resourceGroups.createOrUpdate('lab', { location: 'local', tags: { a: 'b' } });
        assert.deepEqual(
          [group.name, group.tags, group.properties?.provisioningState],
          ['lab', { a: 'b' }, 'Succeeded'],
        );
        assert.deepEqual((await groups.resourceGroups.checkExistence('lab')).body, true);
        const machineId = await declare('lab', 'web', images);
        const machine = await compute.virtualMachines.get('lab', 'web', { expand: 'instanceView' });
        assert.equal(machine.storageProfile?.dataDisks?.[0]?.lun, 0);
        assert.ok(machine.instanceView?.statuses?.some(({ code }) => code === 'PowerState/stopped'));

        const vault = await vaults.vaults.createOrUpdate(
          'lab',
          'home-vault',
          { location: 'local', sku: { name: 'Standard' }, properties: {} },
          POLL,
        );
        assert.deepEqual([vault.name, vault.properties?.provisioningState], ['home-vault', 'Succeeded']);
        assert.deepEqual(
          (await all(vaults.vaults.listBySubscriptionId())).map(({ id }) => id),
          [vault.id],
        );

        const config = backup.backupResourceStorageConfigsNonCRR;
        const local = {
          properties: { storageModelType: 'LocallyRedundant', storageType: 'LocallyRedundant' },
        } as const;
        assert.equal((await config.get('home-vault', 'lab')).properties?.storageTypeState, 'Unlocked');
        assert.equal((await config.update('home-vault', 'lab', local)).properties?.storageType, 'LocallyRedundant');
        await config.patch('home-vault', 'lab', local);

        const policy = await backup.protectionPolicies.createOrUpdate('home-vault', 'lab', 'Nightly', {
          properties: {
            backupManagementType: 'AzureIaasVM',
            schedulePolicy: {
              schedulePolicyType: 'SimpleSchedulePolicy',
              scheduleRunFrequency: 'Daily',
              scheduleRunTimes: [new Date('2026-01-01T22:00:00Z')],
            },
            retentionPolicy: {
              retentionPolicyType: 'LongTermRetentionPolicy',
              dailySchedule: {
                retentionTimes: [new Date('2026-01-01T22:00:00Z')],
                retentionDuration: { count: 30, durationType: 'Days' },
              },
            },
            timeZone: 'UTC',
          },
        });
        assert.equal(policy.properties?.backupManagementType, 'AzureIaasVM');
        const policies = await all(backup.backupPolicies.list('home-vault', 'lab', { filter: VMS }));
        assert.deepEqual(
          policies.map(({ name }) => name),
          ['DefaultPolicy', 'EnhancedPolicy', 'Nightly'],
        );
        await backup.protectionPolicies.beginDeleteAndWait('home-vault', 'lab', 'Nightly', POLL);

        const listProtectable = async () =>
          all(backup.backupProtectableItems.list('home-vault', 'lab', { filter: VMS }));
        assert.deepEqual(await listProtectable(), []);
        await protect('lab', 'home-vault', machineId);
        assert.deepEqual(await listProtectable(), []);
        const filter = `${VMS} and itemType eq 'VM'`;
        const [item] = await all(backup.backupProtectedItems.list('home-vault', 'lab', { filter }));
        assert.equal(item?.properties?.protectedItemType, 'Microsoft.Compute/virtualMachines');
        assert.equal((await config.get('home-vault', 'lab')).properties?.storageTypeState, 'Locked');

        const retainUntil = new Date('2090-01-01T00:00:00Z');
        const job = await startBackup('lab', 'home-vault', 'web', retainUntil);
        const done = await jobEnd('lab', 'home-vault', job);
        assert.deepEqual([done.status, done.operation], ['Completed', 'Backup']);
        assert.ok(done.endTime && done.startTime && done.endTime >= done.startTime);
        const started = (
          await all(backup.backupJobs.list('home-vault', 'lab', { filter: "operation eq 'Backup'" }))
        ).map(({ name }) => name);
        assert.deepEqual(started, [job]);

        const names = itemNames('lab', 'web');
        const { container, item: itemName } = names;
        const points = await all(backup.recoveryPoints.list('home-vault', 'lab', FABRIC, container, itemName));
        assert.equal(points.length, 1);
        const point = points[0]?.name ?? '';
        const { properties } = await backup.recoveryPoints.get('home-vault', 'lab', FABRIC, container, itemName, point);
        assert.equal(properties?.objectType, 'IaasVMRecoveryPoint');
        assert.ok('recoveryPointProperties' in properties);
        assert.equal(fromWireTime(properties.recoveryPointProperties?.expiryTime ?? ''), retainUntil.getTime());

        const account = await storage.storageAccounts.create('lab', 'restoretarget', {
          location: 'local',
          kind: 'StorageV2',
          sku: { name: 'Standard_LRS' },
          tags: { 'vmbackup-folder': join(engines.root, `restored-${subscription}`) },
        });
        await backup.restores.beginTriggerAndWait(
          'home-vault',
          'lab',
          FABRIC,
          container,
          itemName,
          point,
          {
            properties: {
              objectType: 'IaasVMRestoreRequest',
              recoveryPointId: point,
              recoveryType: 'RestoreDisks',
              sourceResourceId: machineId,
              storageAccountId: account.id,
              region: 'local',
            },
          },
          POLL,
        );
        const [restore] = await all(backup.backupJobs.list('home-vault', 'lab', { filter: "operation eq 'Restore'" }));
        const restored = await jobEnd('lab', 'home-vault', restore?.name ?? '');
        assert.equal(restored.status, 'Completed');
        assert.ok('extendedInfo' in restored);
        const { propertyBag } = restored.extendedInfo as AzureIaaSVMJobExtendedInfo;
        const files = String(propertyBag?.['Restored file(s)']).split(', ');
        assert.deepEqual(files.map(sha256), images.map(sha256));

        const again = await vaults.vaults.get('lab', 'home-vault');
        assert.equal(again.properties?.backupStorageVersion, 'V2');
        await assert.rejects(vaults.vaults.delete('lab', 'home-vault', POLL), {
          code: 'ServiceResourceNotEmptyWithContainerDetails',
        });
      });

      it('cancels a backup, which leaves no point', async () => {
        const image = join(engines.root, `large-${subscription}.raw`);
        writeFileSync(image, randomBytes(192 * MIB));
        await clients.groups.resourceGroups.createOrUpdate('cancel-lab', { location: 'local' });
        const machineId = await declare('cancel-lab', 'big', [image]);
        await clients.vaults.vaults.createOrUpdate(
          'cancel-lab',
          'big-vault',
          { location: 'local', properties: {} },
          POLL,
        );
        await protect('cancel-lab', 'big-vault', machineId);
        const job = await startBackup('cancel-lab', 'big-vault', 'big');
        await clients.backup.jobCancellations.trigger('big-vault', 'cancel-lab', job);
        const { status } = await jobEnd('cancel-lab', 'big-vault', job);
        assert.equal(status, 'Cancelled');
        const { container, item } = itemNames('cancel-lab', 'big');
        assert.deepEqual(
          await all(clients.backup.recoveryPoints.list('big-vault', 'cancel-lab', FABRIC, container, item)),
          [],
        );
        await assert.rejects(clients.backup.jobCancellations.trigger('big-vault', 'cancel-lab', job), {
          code: 'JobNotCancellable',
          statusCode: 400,
        });
      });

      it('gives lists of more than 200 rows in pages', async () => {
        const names = Array.from({ length: 205 }, (_, i) => `page-${String(i).padStart(3, '0')}`);
        for (const name of names) await clients.groups.resourceGroups.createOrUpdate(name, { location: 'local' });
        const sizes: number[] = [];
        const found: (string | undefined)[] = [];
        for await (const page of clients.groups.resourceGroups.list().byPage()) {
          sizes.push(page.length);
          found.push(...page.map(({ name }) => name));
        }
        assert.ok(sizes.length === 2 && sizes[0] === 200, sizes.join());
        assert.deepEqual(
          found.filter((name) => name?.startsWith('page-')),
          names,
        );

        const { id = '' } = await clients.vaults.vaults.createOrUpdate(
          'page-000',
          'paged-vault',
          { location: 'local', properties: {} },
          POLL,
        );
        assert.ok(id.endsWith('/paged-vault'));
        for (let i = 0; i < 205; i++) {
          await clients.storage.storageAccounts.create('page-001', `account${i}`, {
            location: 'local',
            kind: 'StorageV2',
            sku: { name: 'Standard_LRS' },
          });
        }
        assert.equal((await all(clients.storage.storageAccounts.listByResourceGroup('page-001'))).length, 205);
      });

      it('keeps the codes and sentences of errors, in every generation of the SDKs', async () => {
        const message =
          "The Resource 'Microsoft.RecoveryServices/vaults/none' under resource group 'nowhere' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix";
        await assert.rejects(clients.vaults.vaults.get('nowhere', 'none'), {
          name: 'RestError',
          code: 'ResourceNotFound',
          statusCode: 404,
          message,
        });
        await assert.rejects(clients.backup.protectionPolicies.get('none', 'nowhere', 'p'), {
          code: 'ResourceNotFound',
          statusCode: 404,
        });
        await assert.rejects(clients.groups.resourceGroups.get('nowhere'), { code: 'ResourceGroupNotFound' });
        await assert.rejects(
          clients.vaults.vaults.createOrUpdate('nowhere', 'some-vault', { location: 'local', properties: {} }, POLL),
          { code: 'ResourceGroupNotFound', message: "Resource group 'nowhere' could not be found." },
        );
        await assert.rejects(clientsWith('wrong').vaults.vaults.get('nowhere', 'none'), {
          code: 'InvalidAuthenticationToken',
          statusCode: 401,
        });
      });

      it('announces the running engine to a second one on its folder, which ends', async () => {
        const second = engines.run(bundle, '--data', dataFolder);
        const line = await announced(second);
        assert.equal(await second.code, 0);
        assert.equal(line.subscriptionId, subscription);
        assert.equal(line.token, endpointOf(dataFolder)?.token);
      });
    });
  }

  describe("through the product's own connection", () => {
    let connection: LocalHandle;
    let image: string;
    before(async () => {
      connection = await createLocalConnection({ dataFolder: engines.dataFolder(), bundleFolder: bundle });
      image = join(engines.root, 'own.raw');
      writeFileSync(image, Buffer.concat([randomBytes(2 * MIB), Buffer.alloc(2 * MIB)]));
    });
    after(async () => {
      await connection.endEngine();
      connection.dispose();
    });

    const jobEnd = async (id: string) =>
      waitFor('the end of the job', async () => {
        const job = await connection.job(id);
        return isFinished(job.status) ? job : undefined;
      });

    /** Kills the engine; the next call has to find another one. */
    const kill = async (): Promise<void> => {
      const { pid } = await connection.local!.health();
      process.kill(pid, 'SIGKILL');
      await waitFor('the engine to be gone', () => !engines.running().includes(pid));
    };

    it('the same story goes on although the engine is killed between any two calls', async () => {
      // Five kills: after each a new process starts, opens vault and catalog, and is waited for, in a few seconds on a busy
      // computer; a backup and a restore come on top. It hangs for good only when no engine comes back at all.
      const local = connection.local!;
      assert.equal(connection.startedEngine, true);
      const { pid } = await local.health();
      const [subscription] = await connection.subscriptions();
      assert.equal(subscription?.displayName, 'This computer');
      assert.deepEqual(
        (await connection.locations()).map(({ name }) => name),
        ['local'],
      );
      await connection.createResourceGroup({ name: 'lab', location: 'local' });
      await kill();
      const vault = await connection.createVault({
        name: 'home-vault',
        resourceGroup: 'lab',
        location: 'local',
        replication: 'LocallyRedundant',
      });
      assert.deepEqual([vault.name, vault.replication], ['home-vault', 'LocallyRedundant']);
      const machine = await local.addMachine({
        name: 'web',
        resourceGroup: 'lab',
        location: 'local',
        osType: 'Linux',
        diskPaths: [image],
      });
      assert.deepEqual(
        machine.disks.map(({ path, sizeBytes }) => [path, sizeBytes]),
        [[image, 4 * MIB]],
      );
      await kill();
      await connection.discover(vault.id);
      assert.deepEqual(
        (await connection.protectableItems(vault.id)).map(({ name }) => name),
        ['web'],
      );
      const rule = newPolicyTemplate({ time: '22:00', timeZone: 'UTC' });
      const policy = await connection.savePolicy(vault.id, 'Nightly', rule);
      assert.deepEqual(policy.rule, rule);
      const item = await connection.protect({ vaultId: vault.id, machineId: machine.id, policyId: policy.id });
      assert.equal(item.state, 'IRPending');
      await kill();
      assert.deepEqual(await connection.vaultStorage(vault.id), { replication: 'LocallyRedundant', locked: true });
      const job = await jobEnd(await connection.backupNow(item.id));
      assert.equal(job.status, 'Completed', JSON.stringify(job.errors));
      await kill();
      const [point] = await connection.recoveryPoints(item.id);
      const folder = { folder: join(engines.root, 'own-restored'), location: 'local' };
      const from = { pointId: point!.id, machineId: machine.id, location: 'local' };
      const disksTo = (storageAccountId: string) => ({ ...from, target: { kind: 'disks', storageAccountId } }) as const;
      await kill();
      const found = await local.withRestoreTarget(folder, (id) => connection.restoreProblems(disksTo(id)));
      assert.deepEqual(found, []);
      assert.deepEqual(await connection.storageAccounts(), []);
      const storageAccountId = await local.restoreTarget(folder);
      const replaced = await connection.restoreProblems({ ...disksTo(storageAccountId), luns: [7] });
      assert.deepEqual(
        replaced.map(({ code }) => code),
        ['LocalPointLunUnknown'],
      );
      assert.equal((await connection.storageAccounts())[0]?.id, storageAccountId);
      assert.deepEqual(await connection.virtualNetworks(), []);
      await kill();
      const restoreId = await connection.restore(disksTo(storageAccountId));
      assert.equal((await jobEnd(restoreId)).status, 'Completed');
      const { files } = await local.jobStatistics(restoreId);
      assert.deepEqual(
        files.map((file) => sha256(file.path)),
        [sha256(image)],
      );
      assert.equal((await local.verify()).ok, true);
      assert.notEqual((await local.health()).pid, pid);
      const protectedItem = await connection.protectedItem(item.id);
      assert.deepEqual([protectedItem.state, protectedItem.recoveryPointCount], ['Protected', 1]);
    });

    it('errors keep code, sentence and what to do next', async () => {
      await connection.createResourceGroup({ name: 'errors', location: 'local' });
      await assert.rejects(
        connection.local!.addMachine({
          name: 'gone',
          resourceGroup: 'errors',
          location: 'local',
          osType: 'Linux',
          diskPaths: ['/nowhere/disk.raw'],
        }),
        (error: Error & { code?: string; details?: { recommendation?: string } }) => {
          assert.equal(error.code, 'LocalDiskNotFound');
          assert.equal(error.message, 'There is no file /nowhere/disk.raw.');
          assert.match(error.details?.recommendation ?? '', /Check the path/);
          return true;
        },
      );
      const vault = await connection.createVault({ name: 'errors-vault', resourceGroup: 'errors', location: 'local' });
      const rule = newPolicyTemplate({ time: '22:15', timeZone: 'UTC' });
      await assert.rejects(
        connection.savePolicy(vault.id, 'Wrong', rule),
        (error: Error & { code?: string; details?: { details?: readonly { code: string }[] } }) => {
          assert.equal(error.code, 'BMSUserErrorInvalidPolicyInput');
          assert.deepEqual(
            error.details?.details?.map(({ code }) => code),
            ['ScheduleTime'],
          );
          return true;
        },
      );
    });

    it('calls at once after a kill share one new engine', async () => {
      const before = await connection.local!.health();
      await kill();
      const calls = Array.from({ length: 3 }, async () => connection.local!.health());
      const pids = (await Promise.all(calls)).map(({ pid }) => pid);
      assert.equal(new Set(pids).size, 1);
      assert.notEqual(pids[0], before.pid);
    });
  });
});
