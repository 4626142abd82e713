import assert from 'node:assert/strict';
import { linkSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { itemId, itemNames } from '../../../src/protocol/ids';
import { EngineWorld } from '../../support/engineWorld';
import { scriptedProvider } from '../../support/scriptedProvider';
import {
  backedUp,
  backup,
  discover,
  diskBody,
  ended,
  imageContent,
  machineBody,
  makeGroup,
  makeMachine,
  makeProtected,
  makeVault,
  must,
  pointsOf,
  propertiesOf,
  protectBody,
  restoredHashes,
  sha256,
  writeImage,
} from './life';

const vhd = (path: string) => ({ createOption: 'Attach', vhd: { uri: pathToFileURL(path).href } });

describe('machines', () => {
  let world: EngineWorld;

  beforeEach(async () => {
    world = await EngineWorld.create();
    await makeGroup(world);
  });
  afterEach(() => world.close());

  const compute = (rest: string) => `${world.group}/providers/Microsoft.Compute/${rest}`;

  async function makeDisk(name: string, seed: number): Promise<string> {
    const id = compute(`disks/${name}`);
    await must(world, 200, ['PUT', id, diskBody(writeImage(world, name, imageContent(seed)), 'Windows')]);
    return id;
  }

  /** As az makes a machine, over a disk that is here. */
  function richBody(osDisk: string) {
    return {
      location: 'local',
      tags: { Purpose: 'test' },
      zones: ['1'],
      plan: { name: 'plan', product: 'offer', publisher: 'somebody' },
      identity: { type: 'SystemAssigned' },
      unheardOf: true,
      properties: {
        unheardOf: { of: 1 },
        hardwareProfile: { vmSize: 'Standard_DS1_v2', vmSizeProperties: { vCPUsAvailable: 1 } },
        storageProfile: {
          imageReference: {
            publisher: 'MicrosoftWindowsServer',
            offer: 'WindowsServer',
            sku: '2022',
            version: 'latest',
          },
          osDisk: {
            osType: 'Windows',
            createOption: 'FromImage',
            caching: 'ReadWrite',
            deleteOption: 'Detach',
            managedDisk: { id: osDisk, storageAccountType: 'Premium_LRS' },
          },
          dataDisks: [],
        },
        osProfile: {
          computerName: 'web',
          adminUsername: 'somebody',
          adminPassword: 'not to be seen again',
          customData: 'bm90IHRvIGJlIHNlZW4gYWdhaW4=',
          windowsConfiguration: { provisionVMAgent: true, additionalUnattendContent: [{ content: 'not to be seen' }] },
        },
        networkProfile: {
          networkInterfaces: [{ id: `${world.group}/providers/Microsoft.Network/networkInterfaces/nic` }],
        },
        securityProfile: { securityType: 'TrustedLaunch' },
      },
    };
  }

  describe('SPEC §1.1: on the wire', () => {
    it('answer what was declared, and never a password', async () => {
      const id = compute('virtualMachines/web');
      const made = await must(world, 201, ['PUT', id, richBody(await makeDisk('os', 1))]);
      const machine = await must(world, 200, ['GET', id]);
      assert.deepEqual(machine, made);
      assert.deepEqual([machine.zones, machine.plan.name, machine.identity.type], [['1'], 'plan', 'SystemAssigned']);
      const { hardwareProfile, storageProfile, osProfile, networkProfile, securityProfile } = machine.properties;
      assert.deepEqual(hardwareProfile, { vmSize: 'Standard_DS1_v2', vmSizeProperties: { vCPUsAvailable: 1 } });
      assert.equal(storageProfile.imageReference.sku, '2022');
      assert.deepEqual(
        [storageProfile.osDisk.createOption, storageProfile.osDisk.caching, storageProfile.osDisk.deleteOption],
        ['FromImage', 'ReadWrite', 'Detach'],
      );
      assert.deepEqual(osProfile, {
        computerName: 'web',
        adminUsername: 'somebody',
        windowsConfiguration: { provisionVMAgent: true },
        secrets: [],
        allowExtensionOperations: true,
        requireGuestProvisionSignal: true,
      });
      assert.equal(networkProfile.networkInterfaces.length, 1);
      assert.equal(securityProfile.securityType, 'TrustedLaunch');
      assert.ok(!JSON.stringify(machine).includes('unheardOf'));
      assert.ok(!JSON.stringify(machine).includes('not to be seen'));
      await world.stop();
      assert.ok(!readFileSync(`${world.dataFolder}/catalog.db`).includes('not to be seen'));
    });

    it('say how they are only when they are asked', async () => {
      const id = await makeMachine(world, 'web', [imageContent(1)]);
      assert.equal((await propertiesOf(world, id)).instanceView, undefined);
      const { instanceView } = await propertiesOf(world, `${id}?$expand=instanceView`);
      assert.deepEqual(
        instanceView.disks.map(({ name }: { name: string }) => name),
        ['web-os'],
      );
      assert.equal(instanceView.vmAgent.vmAgentVersion, 'Unknown');
      const [provisioning, power] = instanceView.statuses;
      assert.equal(provisioning.time, '2026-10-12T12:00:00+00:00');
      assert.deepEqual(
        [provisioning.code, provisioning.displayStatus, power],
        [
          'ProvisioningState/succeeded',
          'Provisioning succeeded',
          { code: 'PowerState/stopped', level: 'Info', displayStatus: 'VM stopped' },
        ],
      );
      const listed = await must(world, 200, [
        'GET',
        `${world.subscription}/providers/Microsoft.Compute/virtualMachines?statusOnly=true`,
      ]);
      assert.equal(listed.value[0].properties.instanceView.statuses[1].code, 'PowerState/stopped');
    });

    it('are tagged by PATCH and deleted with 202, then 204', async () => {
      const id = await makeMachine(world, 'web', [imageContent(1)]);
      const tagged = await must(world, 200, ['PATCH', id, { tags: { a: 'b' } }]);
      assert.deepEqual(tagged.tags, { a: 'b' });
      assert.deepEqual((await must(world, 200, ['GET', id])).tags, { a: 'b' });
      const gone = await world.arm('DELETE', id);
      assert.equal(gone.status, 202);
      assert.equal((await world.follow(gone.headers['azure-asyncoperation'])).body.status, 'Succeeded');
      assert.equal((await world.follow(gone.headers.location)).status, 200);
      await must(world, 204, ['DELETE', id]);
      await must(world, 404, ['PATCH', id, { tags: {} }]);
    });

    it('whose disk would have to be made are refused in words', async () => {
      const osDisk = { createOption: 'FromImage', name: 'new' };
      const body = { location: 'local', properties: { storageProfile: { osDisk } } };
      const made = await world.arm('PUT', compute('virtualMachines/web'), body);
      assert.deepEqual([made.status, made.body.error.code], [501, 'NotImplemented']);
      const nameless = { ...body, properties: { storageProfile: { osDisk: { name: 'new' } } } };
      assert.equal(
        (await world.arm('PUT', compute('virtualMachines/web'), nameless)).body.error.code,
        'InvalidParameter',
      );
    });

    it('never share an image file, whatever name it is reached by', async () => {
      const path = writeImage(world, 'one', imageContent(1));
      await must(world, 200, ['PUT', compute('disks/one'), diskBody(path)]);
      await must(world, 200, ['PUT', compute('disks/one'), diskBody(path)]);
      symlinkSync(path, `${path}.symbolic`);
      linkSync(path, `${path}.hard`);
      for (const same of [path, `${path}.symbolic`, `${path}.hard`]) {
        const { status, body } = await world.arm('PUT', compute('disks/two'), diskBody(same));
        assert.deepEqual([status, body.error.code], [409, 'LocalImageInUse']);
        assert.equal(body.error.message, `${same} belongs to the disk one already.`);
      }
      await must(world, 202, ['DELETE', compute('disks/one')]);
      await must(world, 200, ['PUT', compute('disks/two'), diskBody(path)]);
    });

    it('two data disks never have the same LUN', async () => {
      const ids = [await makeDisk('a', 1), await makeDisk('b', 2), await makeDisk('c', 3)];
      const body = machineBody(ids);
      const dataDisks = body.properties.storageProfile.dataDisks.map((disk) => ({ ...disk, lun: 4 }));
      const storageProfile = { ...body.properties.storageProfile, dataDisks };
      const answer = await world.arm('PUT', compute('virtualMachines/web'), {
        location: 'local',
        properties: { storageProfile },
      });
      assert.deepEqual([answer.status, answer.body.error.code], [400, 'InvalidParameter']);
    });
  });

  describe('SPEC §2.20: unmanaged disks', () => {
    it('live in the description of their machine and are backed up as any other', async () => {
      const contents = [imageContent(1), imageContent(2)] as const;
      const [os, data] = [writeImage(world, 'os', contents[0]), writeImage(world, 'data', contents[1])];
      const id = compute('virtualMachines/web');
      const storageProfile = {
        osDisk: { ...vhd(os), osType: 'Linux', name: 'system' },
        dataDisks: [{ ...vhd(data), lun: 3 }],
      };
      const machine = await must(world, 201, ['PUT', id, { location: 'local', properties: { storageProfile } }]);
      const [osDisk, dataDisk] = [
        machine.properties.storageProfile.osDisk,
        machine.properties.storageProfile.dataDisks[0],
      ];
      assert.deepEqual(
        [osDisk.name, osDisk.vhd.uri, osDisk.managedDisk],
        ['system', pathToFileURL(os).href, undefined],
      );
      assert.deepEqual([dataDisk.name, dataDisk.lun], ['web-data1', 3]);
      assert.deepEqual((await must(world, 200, ['GET', compute('disks')])).value, []);

      const vault = await makeVault(world, 'home-vault');
      await discover(world, vault);
      const names = itemNames('lab', 'web');
      const item = itemId(vault, names.container, names.item);
      await must(world, 202, ['PUT', item, protectBody(vault, id)]);
      await backedUp(world, item);
      const [point] = await pointsOf(world, item);
      const { isManagedVirtualMachine, sourceVMStorageType } = point.properties;
      assert.deepEqual([isManagedVirtualMachine, sourceVMStorageType], [false, 'NormalStorage']);
      assert.deepEqual(await restoredHashes(world, item, point.name), contents.map(sha256));
    });

    it('managed premium disks and the zone of a machine are told by its points', async () => {
      const { item, machine } = await makeProtected(world, 'web');
      const { storageProfile } = await propertiesOf(world, machine);
      const premium = { ...diskBody(join(world.folder, 'images', 'web-0.raw')), sku: { name: 'Premium_LRS' } };
      await must(world, 200, ['PUT', storageProfile.osDisk.managedDisk.id, premium]);
      await must(world, 200, ['PUT', machine, { location: 'local', zones: ['2'], properties: { storageProfile } }]);
      const shown = await propertiesOf(world, machine);
      assert.equal(shown.storageProfile.osDisk.managedDisk.storageAccountType, 'Premium_LRS');
      await backedUp(world, item);
      const [{ properties }] = await pointsOf(world, item);
      assert.equal(properties.sourceVMStorageType, 'PremiumVMOnPartialPremiumStorage');
      assert.deepEqual([properties.isManagedVirtualMachine, properties.zones], [true, ['2']]);
    });

    it('are forgotten with their machine, or when it is written without them', async () => {
      const [os, data] = [writeImage(world, 'os', imageContent(1)), writeImage(world, 'data', imageContent(2))];
      const id = compute('virtualMachines/web');
      const body = (dataDisks: object[]) => ({
        location: 'local',
        properties: { storageProfile: { osDisk: vhd(os), dataDisks } },
      });
      await must(world, 201, ['PUT', id, body([{ ...vhd(data), lun: 0 }])]);
      const taken = await world.arm('PUT', compute('disks/d'), diskBody(data));
      assert.equal(taken.body.error.code, 'LocalImageInUse');
      await must(world, 200, ['PUT', id, body([])]);
      await must(world, 200, ['PUT', compute('disks/d'), diskBody(data)]);
      await must(world, 202, ['DELETE', id]);
      await must(world, 200, ['PUT', compute('disks/e'), diskBody(os)]);
    });
  });

  describe('SPEC §2.24: classic machines', () => {
    it('are found, protected, backed up and restored under the name of their cloud service', async () => {
      const id = `${world.group}/providers/Microsoft.ClassicCompute/virtualMachines/old`;
      const content = imageContent(1);
      const disk = await makeDisk('old-os', 1);
      const body = { ...machineBody([disk]), tags: {} };
      const classic = { ...body, properties: { ...body.properties, domainName: { name: 'cloud' } } };
      const made = await must(world, 201, ['PUT', id, classic]);
      assert.equal(made.type, 'Microsoft.ClassicCompute/virtualMachines');
      assert.equal(made.properties.domainName.name, 'cloud');
      const list = async (type: string) =>
        (await must(world, 200, ['GET', `${world.group}/providers/${type}/virtualMachines`])).value.length;
      assert.deepEqual([await list('Microsoft.ClassicCompute'), await list('Microsoft.Compute')], [1, 0]);

      const vault = await makeVault(world, 'home-vault');
      await discover(world, vault);
      const [protectable] = (await must(world, 200, ['GET', `${vault}/backupProtectableItems`])).value;
      assert.equal(protectable.name, 'iaasvmcontainer;cloud;old');
      assert.equal(protectable.properties.protectableItemType, 'Microsoft.ClassicCompute/virtualMachines');
      assert.equal(protectable.properties.virtualMachineVersion, 'ClassicCompute');

      const names = itemNames('lab', 'old', 'cloud');
      const item = itemId(vault, names.container, names.item);
      const wanted = protectBody(vault, id);
      const protectedItemType = 'Microsoft.ClassicCompute/virtualMachines';
      await must(world, 202, ['PUT', item, { properties: { ...wanted.properties, protectedItemType } }]);
      const shown = await must(world, 200, ['GET', item]);
      assert.equal(shown.name, 'VM;iaasvmcontainer;cloud;old');
      assert.equal(shown.properties.protectedItemType, protectedItemType);
      assert.equal(shown.properties.containerName, 'iaasvmcontainer;cloud;old');
      const [container] = (await must(world, 200, ['GET', `${vault}/backupProtectionContainers`])).value;
      assert.equal(container.name, 'IaasVMContainer;iaasvmcontainer;cloud;old');
      assert.deepEqual(
        [container.properties.virtualMachineVersion, container.properties.containerType],
        ['ClassicCompute', protectedItemType],
      );

      const job = await backup(world, item);
      assert.equal((await ended(world, job)).status, 'Completed');
      assert.equal((await propertiesOf(world, job)).virtualMachineVersion, 'ClassicCompute');
      const [point] = await pointsOf(world, item);
      assert.deepEqual(await restoredHashes(world, item, point.name), [sha256(content)]);
    });

    it('have the cloud service of their group when they name none', async () => {
      const id = `${world.group}/providers/Microsoft.ClassicCompute/virtualMachines/old`;
      const made = await must(world, 201, ['PUT', id, machineBody([await makeDisk('old-os', 1)])]);
      assert.equal(made.properties.domainName.name, 'lab');
      await must(world, 202, ['DELETE', id]);
    });
  });

  describe('SPEC §2.17, §2.18: what a machine says of itself decides its backup', () => {
    it('running without a ready agent fails with UserErrorGuestAgentStatusUnavailable', async () => {
      const { item } = await makeProtected(world, 'web');
      world.provider = scriptedProvider({ agent: { state: 'notReady', version: '2.7.0.0' } });
      assert.deepEqual(await resultOf(world, item), ['Failed', 'UserErrorGuestAgentStatusUnavailable']);
      const shown = await propertiesOf(world, item);
      assert.deepEqual([shown.protectionStatus, shown.healthStatus], ['Unhealthy', 'ActionRequired']);
      assert.deepEqual(await pointsOf(world, item), []);
    });

    for (const provisioning of ['Failed', 'Updating'] as const) {
      it(`in the state ${provisioning} fails with UserErrorVmNotInDesirableState`, async () => {
        const { item, machine } = await makeProtected(world, 'web');
        world.provider = scriptedProvider({ provisioning });
        assert.deepEqual(await resultOf(world, item), ['Failed', 'UserErrorVmNotInDesirableState']);
        assert.equal((await propertiesOf(world, `${machine}?$expand=instanceView`)).provisioningState, provisioning);
      });
    }

    it('an old Windows agent warns with 380016 and the backup goes on', async () => {
      const { item, machine } = await makeProtected(world, 'web');
      const { storageProfile } = await propertiesOf(world, machine);
      const osDisk = { ...storageProfile.osDisk, osType: 'Windows' };
      await must(world, 200, ['PUT', machine, { location: 'local', properties: { storageProfile: { osDisk } } }]);
      world.provider = scriptedProvider({ agent: { state: 'ready', version: '2.6.1198.717' } });
      assert.equal((await ended(world, await backup(world, item))).status, 'Completed');
      const shown = await propertiesOf(world, item);
      assert.deepEqual([shown.protectionStatus, shown.healthStatus], ['Healthy', 'ActionSuggested']);
      assert.deepEqual(shown.healthDetails, [
        {
          code: 380016,
          title: 'UserErrorGuestAgentVersionUnsupported',
          message: 'Does not have the latest agent installed.',
          recommendations: ['Update the agent to the latest version.'],
        },
      ]);
      world.provider = scriptedProvider({ agent: { state: 'ready', version: '2.6.1198.718' } });
      assert.equal((await ended(world, await backup(world, item))).status, 'Completed');
      assert.equal((await propertiesOf(world, item)).healthStatus, 'Passed');
    });

    it('a stopped machine needs no agent: its point is crash-consistent', async () => {
      const { item } = await makeProtected(world, 'web');
      world.provider = scriptedProvider({ power: 'deallocated', agent: { state: 'none' } });
      await backedUp(world, item);
      assert.equal((await pointsOf(world, item))[0].properties.recoveryPointType, 'CrashConsistent');
    });

    it('a guest hook makes the point consistent, and its extension shows from then on', async () => {
      const { item, machine } = await makeProtected(world, 'web');
      world.provider = scriptedProvider({
        guestHook: 'fileSystem',
        guest: { computerName: 'web', osName: 'debian', osVersion: '12' },
      });
      const before = await propertiesOf(world, `${machine}?$expand=instanceView`);
      assert.equal(before.instanceView.extensions, undefined);
      assert.deepEqual(
        [before.instanceView.osName, before.instanceView.vmAgent.vmAgentVersion],
        ['debian', '2.7.41491.1095'],
      );
      assert.equal(before.instanceView.vmAgent.statuses[0].displayStatus, 'Ready');
      await backedUp(world, item);
      assert.equal((await pointsOf(world, item))[0].properties.recoveryPointType, 'FileSystemConsistent');
      const after = await propertiesOf(world, `${machine}?$expand=instanceView`);
      assert.deepEqual(
        after.instanceView.extensions.map(({ name }: { name: string }) => name),
        ['VMSnapshotLinux'],
      );
    });
  });

  describe('SPEC §1.1: what clients look for and find missing', () => {
    it('a classic storage account is 404, also with two slashes', async () => {
      const { status, body } = await world.arm(
        'GET',
        `${world.group}/providers/Microsoft.ClassicStorage/storageAccounts//sa1`,
      );
      assert.deepEqual([status, body.error.code], [404, 'ResourceNotFound']);
      assert.match(body.error.message, /Microsoft.ClassicStorage\/storageAccounts\/sa1/);
    });
  });
});

/** Status of a backup's job, and the title of its first failure. */
async function resultOf(world: EngineWorld, item: string) {
  const { status, errorDetails } = await ended(world, await backup(world, item));
  return [status, errorDetails?.[0]?.errorTitle];
}
