import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { namesWriter } from '../../../src/engine/machines/imageFile';
import { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import {
  backedUp,
  backup,
  discover,
  diskBody,
  ended,
  imageContent,
  itemIdOf,
  machineBody,
  makeGroup,
  makeMachine,
  makeProtected,
  makeTarget,
  makeVault,
  must,
  pointsOf,
  propertiesOf,
  protectBody,
  restoreBody,
  restoredHashes,
  sha256,
  statisticsOf,
  verified,
  writeImage,
} from './life';

const MIB = 1024 * 1024;

/** Nobody's user id: the superuser may read and write everything, so its tests have to be somebody else for a moment. */
const NOBODY = 65_534;

async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** Whatever is wrong with a request or a disk has a code and a sentence, and leaves catalog and store whole. */
describe('bad input', () => {
  let world: EngineWorld;

  beforeEach(async () => {
    world = await EngineWorld.create();
    await makeGroup(world);
  });
  afterEach(async () => {
    const { ok, catalogProblems, vaults } = await verified(world);
    await world.close();
    assert.equal(ok, true, JSON.stringify([catalogProblems, vaults]));
  });

  const compute = () => `${world.group}/providers/Microsoft.Compute`;
  const refusal = async (...call: Parameters<EngineWorld['arm']>) => {
    const { status, body } = await world.arm(...call);
    return { status, code: body?.error?.code, message: body?.error?.message, text: JSON.stringify(body) };
  };

  const putDisk = async (path: string) => refusal('PUT', `${compute()}/disks/d`, diskBody(path));

  describe('of a disk', () => {
    afterEach(async () => {
      const { value } = await must(world, 200, ['GET', `${compute()}/disks`]);
      assert.deepEqual(value, [], 'nothing was stored');
    });

    it('that is not there', async () => {
      const path = join(world.folder, 'nowhere.raw');
      const { status, code, message, text } = await putDisk(path);
      assert.deepEqual([status, code, message], [400, 'LocalDiskNotFound', `There is no file ${path}.`]);
      assert.match(text, /Check the path, or connect the drive that holds the disk image/);
    });

    it('that is a directory', async () => {
      const { status, code, message } = await putDisk(world.folder);
      assert.deepEqual([status, code], [400, 'LocalDiskIsDirectory']);
      assert.equal(message, `${world.folder} is a folder, not a disk image.`);
    });

    it('that is empty', async () => {
      const path = writeImage(world, 'empty', Buffer.alloc(0));
      const { status, code, message } = await putDisk(path);
      assert.deepEqual([status, code], [400, 'LocalDiskEmpty']);
      assert.equal(message, `${path} is empty: it has no bytes to back up.`);
    });

    for (const [format, mark, at] of [
      ['qcow2', 'QFI\u00fb', 0],
      ['VHDX', 'vhdxfile', 0],
      ['VMDK', 'KDMV', 0],
      ['VHD', 'conectix', MIB - 512],
    ] as const) {
      it(`in the format ${format}, which restored as raw would be no disk`, async () => {
        const content = imageContent(1);
        content.write(mark, at, 'latin1');
        const path = writeImage(world, 'other-format', content);
        const { status, code, message } = await putDisk(path);
        assert.deepEqual([status, code], [400, 'LocalDiskFormatUnknown']);
        assert.equal(message, `${path} is in a format that cannot be read here: it is a ${format} image.`);
      });
    }

    it('that is no regular file', async () => {
      const { status, code, message } = await putDisk('/dev/null');
      assert.deepEqual([status, code, message], [400, 'LocalDiskNotAFile', '/dev/null is not a regular file.']);
    });

    it('that may not be read', async () => {
      const path = writeImage(world, 'secret', imageContent(1));
      chmodSync(path, 0o000);
      for (const folder of [world.folder, join(world.folder, 'images')]) chmodSync(folder, 0o755);
      const { status, code, message } = await asOrdinaryUser(async () => putDisk(path));
      assert.deepEqual([status, code], [400, 'LocalDiskNotReadable']);
      assert.ok(message.startsWith(`${path} cannot be read: EACCES`), message);
    });

    it('in a folder that may not be entered', async () => {
      const path = writeImage(world, 'secret', imageContent(1));
      chmodSync(world.folder, 0o755);
      chmodSync(join(world.folder, 'images'), 0o000);
      const { status, code } = await asOrdinaryUser(async () => putDisk(path));
      chmodSync(join(world.folder, 'images'), 0o755);
      assert.deepEqual([status, code], [400, 'LocalDiskNotReadable']);
    });

    for (const [what, sourceUri, status, code] of [
      ['a relative path', 'disk.raw', 400, 'LocalDiskNotAbsolute'],
      ['an address on the network', 'https://example.com/disk.vhd', 400, 'LocalDiskNotAbsolute'],
      ['no address', undefined, 400, 'LocalDiskNotAbsolute'],
    ] as const) {
      it(`with ${what}`, async () => {
        const properties = { creationData: { createOption: 'Import', sourceUri } };
        const answer = await refusal('PUT', `${compute()}/disks/d`, { location: 'local', properties });
        assert.deepEqual([answer.status, answer.code], [status, code]);
        assert.equal(answer.message, `${sourceUri ?? ''} is not an absolute path.`);
      });
    }

    it('made in another way', async () => {
      const properties = { creationData: { createOption: 'Empty' } };
      const answer = await refusal('PUT', `${compute()}/disks/d`, { location: 'local', properties });
      assert.deepEqual([answer.status, answer.code], [501, 'NotImplemented']);
      assert.match(answer.message, /createOption 'Empty'/);
    });

    it('in a location or group that is not there', async () => {
      const path = writeImage(world, 'disk', imageContent(1));
      const elsewhere = await refusal('PUT', `${compute()}/disks/d`, { ...diskBody(path), location: 'eastasia' });
      assert.deepEqual([elsewhere.status, elsewhere.code], [400, 'LocationNotAvailableForResourceType']);
      assert.equal(
        elsewhere.message,
        "The provided location 'eastasia' is not available for resource type 'Microsoft.Compute/disks'. List of available regions for the resource type is 'local'.",
      );
      const other = `${compute().replace('/lab/', '/nowhere/')}/disks/d`;
      const { status, code, message } = await refusal('PUT', other, diskBody(path));
      assert.deepEqual([status, code], [404, 'ResourceGroupNotFound']);
      assert.equal(message, "Resource group 'nowhere' could not be found.");
    });
  });

  describe('of a name', () => {
    for (const [what, path, body, rule] of [
      ['vault of one letter', 'Microsoft.RecoveryServices/vaults/v', {}, 'A vault name needs at least 2 characters.'],
      [
        'vault with a digit first',
        'Microsoft.RecoveryServices/vaults/1st',
        {},
        'A vault name must start with a letter.',
      ],
      [
        'vault with an underscore',
        'Microsoft.RecoveryServices/vaults/a_b',
        {},
        'A vault name has only letters, digits and hyphens.',
      ],
      [
        'vault of 51 letters',
        `Microsoft.RecoveryServices/vaults/${'v'.repeat(51)}`,
        {},
        'A vault name has at most 50 characters.',
      ],
      ['disk with a space', 'Microsoft.Compute/disks/a%20b', diskBody('/dev/null'), 'A disk name has only'],
      [
        'machine with a hyphen last',
        'Microsoft.Compute/virtualMachines/web-',
        machineBody(['/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d']),
        'A machine name must not end with',
      ],
      [
        'storage account in capitals',
        'Microsoft.Storage/storageAccounts/Account',
        {},
        'A storage account name has only lower-case letters',
      ],
    ] as const) {
      it(`of a ${what}`, async () => {
        const url = `${world.group}/providers/${path}`;
        const { status, code, message } = await refusal('PUT', url, { location: 'local', ...body });
        assert.deepEqual([status, code], [400, 'InvalidResourceName']);
        assert.ok(message.includes(rule), message);
        assert.equal((await world.arm('GET', url)).status, 404);
      });
    }

    it('of a resource group that ends with a period', async () => {
      const { code, message } = await refusal('PUT', `${world.subscription}/resourceGroups/lab.`, {
        location: 'local',
      });
      assert.equal(code, 'InvalidResourceName');
      assert.match(message, /must not end with a period/);
    });
  });

  describe('of a request', () => {
    it('without or with a wrong token', async () => {
      for (const authorization of ['', 'Bearer wrong', 'Basic dTpw']) {
        const { status, body } = await world.arm('GET', world.group, undefined, { headers: { authorization } });
        assert.deepEqual([status, body.error.code], [401, 'InvalidAuthenticationToken']);
        assert.equal(body.error.message, 'The access token is missing or invalid.');
      }
    });

    it('that is malformed JSON, too large, or without a version', async () => {
      const raw = await world.arm('PUT', world.group, undefined, { raw: '{"location":' });
      assert.deepEqual([raw.status, raw.body.error.code], [400, 'InvalidRequestContent']);
      assert.match(raw.body.error.message, /^The request content was invalid and could not be deserialized: /);
      const large = await world.arm('PUT', world.group, undefined, { raw: `"${'x'.repeat(5 * MIB)}"` });
      assert.deepEqual([large.status, large.body.error.code], [413, 'RequestEntityTooLarge']);
      assert.ok(large.body.error.message.length > 10);
      const versionless = await world.arm('GET', `${world.group}?api-version=`);
      assert.deepEqual([versionless.status, versionless.body.error.code], [400, 'MissingApiVersionParameter']);
    });

    it('with members that are missing or of another type names them', async () => {
      for (const [url, body, member] of [
        [world.group, {}, 'location'],
        [world.group, { location: 5 }, 'location'],
        [world.group, [], 'body'],
        [world.group, 'text', 'body'],
        [`${compute()}/disks/d`, { location: 'local' }, 'properties'],
        [`${compute()}/virtualMachines/v`, { location: 'local', properties: {} }, 'properties.storageProfile'],
        [`${world.group}/providers/Microsoft.RecoveryServices/vaults/vv`, { location: '' }, 'location'],
      ] as const) {
        const { status, code, message } = await refusal('PUT', url, body);
        assert.deepEqual([status, code], [400, 'InvalidRequestContent'], message);
        assert.ok(message.includes(`${member}: `), message);
      }
    });

    it('with a retain-until date that is none', async () => {
      const { item } = await makeProtected(world, 'web');
      const properties = { recoveryPointExpiryTimeInUTC: 'next year' };
      const { status, code, message } = await refusal('POST', `${item}/backup`, { properties });
      assert.deepEqual([status, code], [400, 'InvalidRequestContent']);
      assert.match(message, /recoveryPointExpiryTimeInUTC/);
    });
  });

  const assertInvalid = ({ status, code, message }: Awaited<ReturnType<typeof refusal>>) => {
    assert.deepEqual([status, code], [400, 'BMSUserErrorInvalidConfigureProtectionRequest']);
    assert.equal(
      message,
      'Input for configure protection is not in proper format\r\nPlease ensure that container exists and other parameters are in valid format',
    );
  };

  describe('of a protection', () => {
    let vault: string;
    let machine: string;
    beforeEach(async () => {
      vault = await makeVault(world, 'home-vault');
      machine = await makeMachine(world, 'web', [imageContent(1)]);
    });
    const protect = async (name: string, properties: object) => {
      const body = protectBody(vault, machine);
      return refusal('PUT', itemIdOf(vault, name), { properties: { ...body.properties, ...properties } });
    };
    it('of a machine that was not discovered', async () => {
      assertInvalid(await protect('web', {}));
      await discover(world, vault);
      assert.equal((await protect('web', {})).status, 202);
    });

    it('of a machine that is not there, or under the name of another', async () => {
      await discover(world, vault);
      for (const sourceResourceId of [`${machine}2`, '', '%', undefined]) {
        assertInvalid(await protect('web', { sourceResourceId }));
      }
      assertInvalid(await protect('db', {}));
    });

    it('with a policy of another vault, or one that is not there', async () => {
      await discover(world, vault);
      const other = await makeVault(world, 'other-vault');
      for (const policyId of [`${other}/backupPolicies/DefaultPolicy`, 'DefaultPolicy', '%']) {
        assertInvalid(await protect('web', { policyId }));
      }
      const { status, code } = await protect('web', { policyId: `${vault}/backupPolicies/Nothing` });
      assert.deepEqual([status, code], [404, 'ResourceNotFound']);
    });

    it('SPEC §2.2: of a machine in another location', async () => {
      const body = { ...machineBody([`${compute()}/disks/web-os`]), location: 'eastasia' };
      const { status, code } = await refusal('PUT', machine, body);
      assert.deepEqual([status, code], [400, 'LocationNotAvailableForResourceType']);
      await world.stop();
      world.edit((catalog) => {
        const record = catalog.machines.get(machine)!;
        catalog.machines.put({ ...record, location: 'eastasia' });
      });
      await world.start();
      await discover(world, vault);
      const { value } = await must(world, 200, ['GET', `${vault}/backupProtectableItems`]);
      assert.deepEqual(value, []);
      assertInvalid(await protect('web', {}));
    });

    it('of a machine that another vault protects fails the operation and its job', async () => {
      await discover(world, vault);
      const item = itemIdOf(vault, 'web');
      await must(world, 202, ['PUT', item, protectBody(vault, machine)]);
      const other = await makeVault(world, 'other-vault');
      await discover(world, other);
      const answer = await world.arm('PUT', itemIdOf(other, 'web'), protectBody(other, machine));
      assert.equal(answer.status, 202);
      const { body } = await world.follow(answer.headers['azure-asyncoperation']);
      const message =
        'Virtual machine is already registered\\registering with another recovery services vault Please select a different virtual machine for registration.';
      assert.deepEqual(
        [body.status, body.error],
        ['Failed', { code: 'UserErrorVmRegisteredWithAnotherVault', message }],
      );
      const { value } = await must(world, 200, ['GET', `${other}/backupJobs`]);
      assert.deepEqual([value.length, value[0].properties.status], [1, 'Failed']);
      assert.deepEqual(value[0].properties.errorDetails[0].errorString, message);
      assert.equal((await world.arm('GET', itemIdOf(other, 'web'))).status, 404);
      assert.equal((await propertiesOf(world, item)).protectionState, 'IRPending');
      await must(world, 202, ['DELETE', other]);
    });

    it('of a machine that this vault protects already keeps it', async () => {
      await discover(world, vault);
      const item = itemIdOf(vault, 'web');
      await must(world, 202, ['PUT', item, protectBody(vault, machine)]);
      await backedUp(world, item);
      await must(world, 202, ['PUT', item, protectBody(vault, machine)]);
      assert.equal((await propertiesOf(world, item)).protectionState, 'Protected');
      assert.equal((await pointsOf(world, item)).length, 1);
    });
  });

  /** Does something once, when the second part of the disk is about to be read. */
  const midRead = (change: () => void) => {
    world.pool.onRead = (_source, offset) => {
      if (offset === 0) return;
      world.pool.onRead = undefined;
      change();
    };
  };

  describe('of an image while it is backed up', () => {
    const content = imageContent(1, 40 * MIB);
    let item: string;
    let path: string;
    beforeEach(async () => {
      ({ item } = await makeProtected(world, 'web', { contents: [content] }));
      path = join(world.folder, 'images', 'web-0.raw');
    });

    const assertRefused = async (code: string, sentence: RegExp) => {
      const { status, errorDetails } = await ended(world, await backup(world, item));
      assert.equal(status, 'Failed');
      assert.equal(errorDetails[0].errorTitle, code);
      assert.match(errorDetails[0].errorString, sentence);
      assert.ok(errorDetails[0].recommendations[0].length > 20);
      assert.deepEqual(await pointsOf(world, item), []);
      const state = await propertiesOf(world, item);
      assert.deepEqual(
        [state.protectionState, state.lastBackupStatus, state.protectionStatus, state.healthStatus],
        ['IRPending', 'Failed', 'Unhealthy', 'ActionRequired'],
      );
    };

    it('that changes', async () => {
      midRead(() => {
        world.pool.onRead = undefined;
        writeFileSync(path, Buffer.alloc(10, 'x'), { flag: 'r+' });
      });
      await assertRefused('LocalSourceChanged', /web-0\.raw changed while it was read, so its backup would show no/);
      const expected = Buffer.from(content);
      expected.fill('x', 0, 10);
      await backedUp(world, item);
      const [point] = await pointsOf(world, item);
      assert.deepEqual(await restoredHashes(world, item, point.name), [sha256(expected)]);
    });

    it('that shrinks', async () => {
      midRead(() => truncateSync(path, 17 * MIB));
      await assertRefused('LocalSourceShrank', /web-0\.raw became (shorter|smaller) while it was read/);
    });

    it('that grows', async () => {
      midRead(() => appendFileSync(path, 'more'));
      await assertRefused('LocalSourceChanged', /web-0\.raw changed while it was read/);
    });

    it('that is replaced by another file', async () => {
      midRead(() => {
        unlinkSync(path);
        writeFileSync(path, content);
      });
      await assertRefused('LocalSourceChanged', /web-0\.raw changed/);
    });

    it('that vanishes', async () => {
      midRead(() => unlinkSync(path));
      await assertRefused('LocalDiskNotFound', /^There is no file .*web-0\.raw\.$/);
      await assertRefused('LocalDiskNotFound', /^There is no file .*web-0\.raw\.$/);
    });

    it('whose machine was removed', async () => {
      const { virtualMachineId } = await propertiesOf(world, item);
      await must(world, 202, ['DELETE', virtualMachineId]);
      const { status, errorDetails } = await ended(world, await backup(world, item));
      assert.deepEqual([status, errorDetails[0].errorCode], ['Failed', 320001]);
      assert.deepEqual(
        [errorDetails[0].errorTitle, errorDetails[0].errorString],
        ['ResourceNotFound', 'Could not perform the operation as VM no longer exists.'],
      );
    });

    it('that a running program has locked for writing', async () => {
      const running: ChildProcessByStdio<Writable, Readable, null> = spawn('flock', [path, '-c', 'echo locked; cat'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      await once(running.stdout, 'data');
      await assertRefused('LocalMachineRunning', /^web is running; add it through QEMU or libvirt, or stop it\.$/);
      running.stdin.end();
      await once(running, 'close');
      await backedUp(world, item);
    });
  });

  describe('of a table of locks', () => {
    const image = { device: 0xfe01n, inode: 77n };
    for (const [line, writes] of [
      ['1: FLOCK  ADVISORY  WRITE 4242 fe:01:77 0 EOF', true],
      ['2: POSIX  ADVISORY  WRITE 4242 fe:01:77 0 0', true],
      ['3: OFDLCK ADVISORY  READ -1 fe:01:77 100 101', true],
      ['4: OFDLCK ADVISORY  READ -1 fe:01:77 101 101', true],
      ['5: OFDLCK ADVISORY  READ -1 fe:01:77 0 EOF', true],
      ['6: OFDLCK ADVISORY  READ -1 fe:01:77 100 100', false],
      ['7: OFDLCK ADVISORY  READ -1 fe:01:77 201 203', false],
      ['8: POSIX  ADVISORY  READ 4242 fe:01:77 100 101', false],
      ['9: FLOCK  ADVISORY  READ 4242 fe:01:77 0 EOF', false],
      ['10: FLOCK  ADVISORY  WRITE 4242 fe:01:777 0 EOF', false],
      ['11: FLOCK  ADVISORY  WRITE 4242 fe:02:77 0 EOF', false],
      ['12: LEASE  ACTIVE    READ 4242 fe:01:77 0 EOF', false],
    ] as const) {
      it(`"${line}" names ${writes ? 'a' : 'no'} writer`, () => {
        assert.equal(namesWriter(`0: FLOCK  ADVISORY  WRITE 1 00:11:1 0 EOF\n${line}\n`, image), writes);
      });
    }

    it('knows the numbers of big devices', () => {
      // makedev(259, 65536): both parts are split in the number.
      const device = (259n << 8n) | (65_536n << 12n);
      assert.equal(namesWriter('1: FLOCK  ADVISORY  WRITE 1 103:10000:5 0 EOF', { device, inode: 5n }), true);
    });
  });

  describe('of a restore target', () => {
    let item: string;
    let point: string;
    beforeEach(async () => {
      ({ item } = await makeProtected(world, 'web'));
      await backedUp(world, item);
      point = (await pointsOf(world, item))[0].name;
    });

    const failure = async (body: object) => {
      const answer = await world.arm('POST', `${item}/recoveryPoints/${point}/restore`, body);
      assert.equal(answer.status, 202);
      const operation = await waitFor('the end of the operation', async () => {
        const { body: state } = await world.follow(answer.headers['azure-asyncoperation']);
        return state.status !== 'InProgress' && state;
      });
      assert.equal(operation.status, 'Failed');
      const { value } = await must(world, 200, [
        'GET',
        `${item.slice(0, item.indexOf('/backupFabrics'))}/backupJobs?$filter=operation eq 'Restore'`,
      ]);
      assert.deepEqual(value, [], 'no job was started');
      return operation.error;
    };

    it('without space: both numbers are said before anything is written', async () => {
      const folder = join(world.folder, 'restored');
      const target = await makeTarget(world, folder);
      await world.stop();
      world.edit((catalog) => {
        const [record] = catalog.points.list();
        catalog.points.put({ ...record!, disks: record!.disks.map((disk) => ({ ...disk, usedBytes: 2 ** 50 })) });
      });
      await world.start();
      const { code, message } = await failure(restoreBody(target));
      assert.equal(code, 'LocalTargetNoSpace');
      assert.match(message, /^The restore to .*\/restored needs 1 PB, but only [\d.]+ [GT]B is free there\.$/);
      assert.equal(existsSync(folder), false);
    });

    it('that may not be written', async () => {
      const folder = join(world.folder, 'closed');
      mkdirSync(folder);
      chmodSync(folder, 0o555);
      chmodSync(world.folder, 0o755);
      const target = await makeTarget(world, folder);
      const { code, message } = await asOrdinaryUser(async () => failure(restoreBody(target)));
      assert.equal(code, 'LocalTargetNotWritable');
      assert.ok(message.startsWith(`The restore folder ${folder} cannot be written: EACCES`), message);
      assert.deepEqual(readdirSync(folder), []);
    });

    it('that is a file', async () => {
      const target = await makeTarget(world, writeImage(world, 'not-a-folder', imageContent(1)));
      const { code, message } = await failure(restoreBody(target));
      assert.equal(code, 'LocalTargetNotWritable');
      assert.match(message, /EEXIST|ENOTDIR/);
    });

    it('that names no folder, or a relative one', async () => {
      const account = `${world.group}/providers/Microsoft.Storage/storageAccounts/plain`;
      await must(world, 200, ['PUT', account, { location: 'local' }]);
      const { code, message } = await failure(restoreBody(account));
      assert.deepEqual(
        [code, message],
        ['LocalTargetMissing', 'The storage account plain names no folder on this computer.'],
      );
      const relative = await refusal('PUT', account, { location: 'local', tags: { 'vmbackup-folder': 'here' } });
      assert.deepEqual([relative.status, relative.code], [400, 'LocalTargetNotAbsolute']);
    });

    it('that is not there', async () => {
      const account = `${world.group}/providers/Microsoft.Storage/storageAccounts/nothing`;
      assert.equal((await failure(restoreBody(account))).code, 'ResourceNotFound');
    });
  });

  it('of a damaged chunk: the restore fails with its code, and other points are whole', async () => {
    const { item } = await makeProtected(world, 'web', { contents: [imageContent(1)] });
    await backedUp(world, item);
    const vaults = join(world.dataFolder, 'sites', 'local', 'vaults');
    const packs = readdirSync(vaults, { recursive: true, encoding: 'utf8' })
      .map((name) => join(vaults, name))
      .filter((name) => name.includes('/packs/') && statSync(name).isFile());
    const largest = packs.toSorted((a, b) => statSync(b).size - statSync(a).size)[0]!;
    const flip = async () => {
      chmodSync(largest, 0o600);
      const file = await open(largest, 'r+');
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, 5000);
      byte[0]! ^= 0xff;
      await file.write(byte, 0, 1, 5000);
      await file.close();
    };
    await flip();
    const [point] = await pointsOf(world, item);
    const target = await makeTarget(world, join(world.folder, 'restored'));
    const answer = await world.arm('POST', `${item}/recoveryPoints/${point.name}/restore`, restoreBody(target));
    const job = await waitFor('the job', async () => {
      const { body } = await world.follow(answer.headers['azure-asyncoperation']);
      return body.properties?.jobId;
    });
    const id = `${item.slice(0, item.indexOf('/backupFabrics'))}/backupJobs/${job}`;
    const { status, errorDetails } = await ended(world, id);
    assert.deepEqual([status, errorDetails[0].errorTitle], ['Failed', 'LocalChunkDamaged']);
    assert.deepEqual((await statisticsOf(world, id)).files, []);
    const { ok, vaults: reports } = await verified(world);
    assert.equal(ok, false);
    assert.ok(reports[0].problems.some((text: string) => text.includes(`Point ${point.name}, disk web-os`)));
    await flip();
    await world.restart(); // what an engine once found damaged it does not trust again
  });

  it('is not a path with signs that mean something in an address', async () => {
    const content = imageContent(3);
    const { item } = await makeProtected(world, 'odd');
    const path = writeImage(world, "o'hara 100% #1?", content);
    const { virtualMachineId } = await propertiesOf(world, item);
    const disk = (await propertiesOf(world, virtualMachineId)).storageProfile.osDisk.managedDisk.id;
    await must(world, 200, ['PUT', disk, diskBody(path)]);
    assert.equal(fileURLToPath((await propertiesOf(world, disk)).creationData.sourceUri), path);
    await backedUp(world, item);
    const [point] = await pointsOf(world, item);
    assert.deepEqual(await restoredHashes(world, item, point.name), [sha256(content)]);
  });
});
