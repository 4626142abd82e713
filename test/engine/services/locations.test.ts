import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Catalog } from '../../../src/engine/catalog/catalog';
import { imageProvider } from '../../../src/engine/machines/provider';
import { BackupChecks } from '../../../src/engine/services/backupChecks';
import { ComputeService } from '../../../src/engine/services/compute';
import { Sites } from '../../../src/engine/services/sites';
import { EngineWorld, HOUR } from '../../support/engineWorld';
import { scriptedProvider } from '../../support/scriptedProvider';
import {
  backedUp,
  imageContent,
  makeGroup,
  makeMachine,
  makeProtected,
  makeVault,
  must,
  propertiesOf,
  vaultIdOf,
} from './life';

const GUARD = '/subscriptions/s/resourcegroups/rg/providers/Microsoft.DataProtection/resourceGuards/guard';

const off = (requests?: string[]) => ({
  properties: { softDeleteFeatureState: 'Disabled', resourceGuardOperationRequests: requests },
});

/** Questions to a location, protection intents, resource guards and usages (SPEC §1.1, §1.2, §2.2, §2.3, §5). */
describe('locations, intents and guards', () => {
  let world: EngineWorld;

  beforeEach(async () => {
    world = await EngineWorld.create();
    await makeGroup(world);
  });
  afterEach(async () => world.close());

  const location = () => `${world.subscription}/providers/Microsoft.RecoveryServices/locations/local`;
  const ask = async (question: string, body: object) => must(world, 200, ['POST', `${location()}/${question}`, body]);
  const refused = async (...call: Parameters<EngineWorld['arm']>) => {
    const { status, body } = await world.arm(...call);
    return [status, body?.error?.code];
  };

  const feature = async (body: object) => (await ask('backupValidateFeatures', body)).supportStatus;
  const nameCheck = async (name: string) => {
    const body = { type: 'Microsoft.RecoveryServices/Vaults', name };
    const answer = await must(world, 200, [
      'POST',
      `${world.group}/providers/Microsoft.RecoveryServices/locations/local/checkNameAvailability`,
      body,
    ]);
    return [answer.nameAvailable, answer.reason];
  };

  const check = async (resourceId: string, vaultId: string) =>
    ask('backupPreValidateProtection', { resourceType: 'VM', resourceId, vaultId, properties: '' });

  it('§1.1 backupStatus names the vault and policy of a protected machine, with kinds in lower case', async () => {
    const machine = await makeMachine(world, 'db', [imageContent(2)]);
    const status = { resourceType: 'VM', resourceId: machine };
    assert.deepEqual(await ask('backupStatus', status), {
      protectionStatus: 'NotProtected',
      fabricName: 'Azure',
      containerName: 'iaasvmcontainer;iaasvmcontainerv2;lab;db',
      protectedItemName: 'vm;iaasvmcontainerv2;lab;db',
      protectedItemsCount: 0,
      objectType: 'BackupStatusResponse',
    });
    const { vault, machine: web } = await makeProtected(world, 'web');
    const found = await ask('backupStatus', { resourceType: 'VM', resourceId: web.toUpperCase() });
    assert.deepEqual([found.protectionStatus, found.vaultId, found.policyName], ['Protected', vault, 'DefaultPolicy']);
    const older = await world.arm('POST', `${location()}/backupStatus?api-version=2023-02-01`, status);
    assert.equal('objectType' in older.body, false);
    const bad = { resourceType: 'VM', resourceId: 'no id' };
    assert.deepEqual(await refused('POST', `${location()}/backupStatus`, bad), [404, 'ResourceNotFound']);
    const elsewhere = location().replace('/local', '/mars');
    assert.equal((await world.arm('POST', `${elsewhere}/backupStatus`, status)).status, 400);
  });

  it('§2.3 backupPreValidateProtection tells why a machine cannot be protected, and changes nothing', async () => {
    const { vault, machine: web } = await makeProtected(world, 'web');
    const other = await makeVault(world, 'other-vault');
    const db = await makeMachine(world, 'db', [imageContent(2)]);
    assert.deepEqual(await check(db, vault), {
      status: 'Succeeded',
      errorCode: 'Success',
      errorMessage: '',
      recommendation: '',
      containerName: 'iaasvmcontainer;iaasvmcontainerv2;lab;db',
      protectedItemName: 'vm;iaasvmcontainerv2;lab;db',
    });
    const again = await check(web, vault);
    assert.deepEqual(
      [again.status, again.errorCode, again.recommendation],
      ['Failed', 'VirtualMachineAlreadyProtected', 'Please do not enable protection again.'],
    );
    assert.equal((await check(web, other)).errorCode, 'UserErrorVmRegisteredWithAnotherVault');
    assert.equal((await check(db, vaultIdOf(world, 'nowhere'))).errorCode, 'ResourceNotFound');
    assert.equal((await must(world, 200, ['GET', `${vault}/backupProtectedItems`])).value.length, 1);
  });

  describe('§2.3 backupPreValidateProtection looks at what a backup would meet', () => {
    let vault: string;
    let db: string;
    let image: string;

    beforeEach(async () => {
      vault = await makeVault(world, 'home-vault');
      db = await makeMachine(world, 'db', [imageContent(2)]);
      image = join(world.folder, 'images', 'db-0.raw');
    });

    const problem = async () => {
      const { status, errorCode, errorMessage, recommendation } = await check(db, vault);
      assert.equal(status, errorCode === 'Success' ? 'Succeeded' : 'Failed');
      return [errorCode, errorMessage, recommendation];
    };
    const passed: string[] = ['Success', '', ''];

    it('the disk image: gone, empty, and there again', async () => {
      renameSync(image, `${image}.away`);
      assert.deepEqual(await problem(), [
        'LocalDiskNotFound',
        `There is no file ${image}.`,
        'Check the path, or connect the drive that holds the disk image, then try again.',
      ]);
      writeFileSync(image, '');
      assert.equal((await problem())[0], 'LocalDiskEmpty');
      rmSync(image);
      renameSync(`${image}.away`, image);
      assert.deepEqual(await problem(), passed);
    });

    it('a program that writes to the image', async () => {
      const running = spawn('flock', [image, '-c', 'echo locked; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
      await once(running.stdout, 'data');
      assert.deepEqual((await problem()).slice(0, 1), ['LocalMachineRunning']);
      assert.match((await problem())[2] ?? '', /^Stop db, then back it up again/);
      running.stdin.end();
      await once(running, 'close');
      assert.deepEqual(await problem(), passed);
    });

    it('what whoever runs the machine says of it', async () => {
      world.provider = scriptedProvider({ provisioning: 'Updating' });
      assert.equal((await problem())[0], 'UserErrorVmNotInDesirableState');
    });

    it('the room that the vault has', async () => {
      const catalog = new Catalog(new DatabaseSync(join(world.dataFolder, 'catalog.db')));
      const sites = new Sites(catalog, world.dataFolder);
      const base = { catalog, provider: imageProvider, sites, now: () => world.clock.time, uuid: () => '' };
      const compute = new ComputeService(base);
      const withFree = async (free: number) => {
        const stores = { open: async () => storeWithFree(free) };
        return new BackupChecks({ catalog, compute, provider: imageProvider, stores }).problem(db, vault);
      };
      const refusal = await withFree(1024 ** 2);
      assert.equal(refusal?.code, 'LocalStoreNoSpace');
      assert.equal(refusal.message, 'The vault home-vault needs 16 MB more in /vault, but only 1 MB is free there.');
      assert.equal(await withFree(1024 ** 3), undefined);
    });

    it('another machine that the vault has under the same name', async () => {
      const { vault: home, machine: web, item } = await makeProtected(world, 'web');
      const catalog = new Catalog(new DatabaseSync(join(world.dataFolder, 'catalog.db')));
      const found = catalog.items.get(item.toLowerCase());
      assert.ok(found);
      const elsewhere = web.replace(world.subscription, '/subscriptions/another');
      catalog.items.put({ ...found, machineId: elsewhere, machineKey: elsewhere.toLowerCase() });
      assert.equal((await check(web, home)).errorCode, 'VirtualMachineAlreadyProtected');
    });
  });

  it('§1.1 backupValidateFeatures supports virtual machines and nothing else', async () => {
    assert.equal(await feature({ featureType: 'AzureVMResourceBackup', vmSize: 'Standard_B2s' }), 'Supported');
    assert.equal(
      await feature({ featureType: 'AzureVMResourceBackup', vmSize: 'Basic_A0', vmSku: 'Premium' }),
      'DefaultOFF',
    );
    assert.equal(await feature({ featureType: 'AzureVMResourceBackup' }), 'Invalid');
    assert.equal(await feature({ featureType: 'AzureBackupGoals' }), 'NotSupported');
  });

  it('§2.1 checkNameAvailability knows the rule of names and the vaults that are there', async () => {
    await makeVault(world, 'home-vault');
    assert.deepEqual(await nameCheck('new-vault'), [true, '']);
    assert.deepEqual(await nameCheck('HOME-vault'), [false, 'AlreadyExists']);
    assert.deepEqual(await nameCheck('1st'), [false, 'Invalid']);
  });

  it('§5 an intent protects a machine without a discovery before, and is listed until it is deleted', async () => {
    const vault = await makeVault(world, 'home-vault');
    const machine = await makeMachine(world, 'web', [imageContent(1)]);
    const name = 'vm;iaasvmcontainerv2;lab;web';
    const intent = `${vault}/backupFabrics/Azure/backupProtectionIntent/${name}`;
    const properties = {
      protectionIntentItemType: 'AzureResourceItem',
      sourceResourceId: machine,
      policyId: `${vault}/backupPolicies/DefaultPolicy`,
    };
    const wrong = intent.replace(/web$/, 'db');
    assert.deepEqual(await refused('PUT', wrong, { properties }), [
      400,
      'BMSUserErrorInvalidConfigureProtectionRequest',
    ]);
    const put = await must(world, 200, ['PUT', intent, { properties }]);
    assert.deepEqual([put.id, put.name], [intent, name]);
    const [item] = (await must(world, 200, ['GET', `${vault}/backupProtectedItems`])).value;
    assert.equal(item.properties.sourceResourceId, machine);
    const got = await must(world, 200, ['GET', intent]);
    assert.equal(got.properties.protectionState, 'Protected');
    assert.deepEqual((await must(world, 200, ['GET', `${vault}/backupProtectionIntents`])).value, [got]);
    await must(world, 204, ['DELETE', intent]);
    await must(world, 204, ['DELETE', intent]);
    assert.deepEqual(await refused('GET', intent), [404, 'ResourceNotFound']);
    assert.equal((await must(world, 200, ['GET', `${vault}/backupProtectedItems`])).value.length, 1);
    const workload = { ...properties, protectionIntentItemType: 'AzureWorkloadAutoProtectionIntent' };
    assert.deepEqual(await refused('PUT', intent, { properties: workload }), [501, 'NotImplemented']);
  });

  it('§9.1 a mapped resource guard is asked before soft delete is disabled and before it is taken away', async () => {
    const vault = await makeVault(world, 'home-vault');
    const proxy = `${vault}/backupResourceGuardProxies/VaultProxy`;
    const list = `${vault}/backupResourceGuardProxies`;
    assert.deepEqual(await must(world, 200, ['GET', list]), { value: [] });
    assert.deepEqual(await refused('GET', proxy), [404, 'ResourceNotFound']);
    await must(world, 204, ['DELETE', proxy]);
    const mapped = await must(world, 200, ['PUT', proxy, { properties: { resourceGuardResourceId: GUARD } }]);
    assert.equal(mapped.properties.resourceGuardOperationDetails.length, 6);
    assert.deepEqual(mapped.properties.resourceGuardOperationDetails[0], {
      vaultCriticalOperation:
        'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/delete',
      defaultResourceRequest: `${GUARD}/deleteProtectedItemRequests/default`,
    });
    assert.deepEqual(await must(world, 200, ['GET', list]), { value: [mapped] });
    const { securitySettings, secureScore } = await propertiesOf(world, vault);
    assert.deepEqual([securitySettings.multiUserAuthorization, secureScore], ['Enabled', 'Minimum']);

    const config = `${vault}/backupconfig/vaultconfig`;
    const approved = (operation: string) => [`${GUARD}/${operation}Requests/default`];
    const FORBIDDEN = [403, 'BMSUserErrorResourceGuard'];
    assert.deepEqual(await refused('PATCH', config, off()), FORBIDDEN);
    assert.deepEqual(await refused('PATCH', config, off(approved('deleteProtectedItem'))), FORBIDDEN);
    await must(world, 200, ['PATCH', config, off(approved('disableSoftDelete'))]);

    assert.deepEqual(await refused('POST', `${vault}/backupSecurityPIN`, {}), FORBIDDEN);
    const pin = await must(world, 200, [
      'POST',
      `${vault}/backupSecurityPIN`,
      { resourceGuardOperationRequests: approved('getBackupSecurityPIN') },
    ]);
    assert.match(pin.securityPIN, /^\d{6}$/);

    assert.deepEqual(await refused('DELETE', proxy), FORBIDDEN);
    assert.deepEqual(await refused('POST', `${proxy}/unlockDelete`, {}), FORBIDDEN);
    const unlock = { resourceGuardOperationRequests: approved('deleteResourceGuardProxy') };
    const { unlockDeleteExpiryTime } = await must(world, 200, ['POST', `${proxy}/unlockDelete`, unlock]);
    assert.equal(unlockDeleteExpiryTime, '2026-10-12T12:30:00Z');
    world.clock.advance(HOUR);
    assert.deepEqual(await refused('DELETE', proxy), FORBIDDEN);
    await must(world, 200, ['POST', `${proxy}/unlockDelete`, unlock]);
    assert.deepEqual(await must(world, 200, ['DELETE', proxy]), {});
    assert.deepEqual(await must(world, 200, ['GET', list]), { value: [] });
  });

  it('§1.2 usages are 18 rows and the summaries count machines by who manages them; §5 machines are counted by used size from their first point on', async () => {
    const { vault, item } = await makeProtected(world, 'web');
    const usages = async () => {
      const { value } = await must(world, 200, ['GET', `${vault}/usages`]);
      assert.equal(value.length, 18);
      return Object.fromEntries(
        value.map((row: { name: { value: string }; currentValue: number }) => [row.name.value, row.currentValue]),
      );
    };
    const counted = async () => {
      const reply = await must(world, 200, ['GET', `${vault}/providers/VmBackup.Local/usage/default`]);
      return [reply.protectedInstances, reply.usedBytes > 0];
    };
    assert.deepEqual(await counted(), [0, false]);
    const before = await usages();
    assert.deepEqual([before.ProtectedItemCount, before.ManagedInstances, before.InProgressJobsCount], [1, 0, 0]);
    await backedUp(world, item);
    const after = await usages();
    assert.equal(after.ManagedInstances, 1);
    assert.deepEqual(await counted(), [1, true]);
    assert.ok(after.GRSStorageUsage > 0);
    assert.equal(after.LRSStorageUsage, 0);
    const summary = `${vault}/backupUsageSummaries?$filter=type eq`;
    for (const type of ['BackupProtectedItemCountSummary', 'BackupProtectionContainerCountSummary']) {
      const { value } = await must(world, 200, ['GET', `${summary} '${type}'`]);
      assert.deepEqual(value[0], {
        unit: 'Count',
        currentValue: 1,
        limit: -1,
        name: { value: 'AzureIaasVM', localizedValue: 'Azure Virtual Machine' },
      });
    }
    assert.deepEqual(await refused('GET', `${summary} 'Nothing'`), [400, 'BMSUserErrorInvalidFilter']);
    assert.deepEqual(await must(world, 200, ['GET', `${vault}/replicationUsages`]), { value: [] });
  });
});

function storeWithFree(bytes: number) {
  return {
    target: { kind: 'folder' as const, path: '/vault' },
    assertWritable: () => undefined,
    freeBytes: async () => bytes,
  };
}
