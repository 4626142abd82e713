import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EngineWorld } from '../../support/engineWorld';
import { noise } from '../store/storeSupport';
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
  writeImage,
} from './life';

const VAULT = '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/keys';

describe('SPEC §2.19: machines with encrypted disks', () => {
  let world: EngineWorld;
  let keys: string;

  beforeEach(async () => {
    world = await EngineWorld.create();
    keys = join(world.folder, 'keys');
    mkdirSync(keys);
    await makeGroup(world);
  });
  afterEach(() => world.close());

  const diskId = () => `${world.group}/providers/Microsoft.Compute/disks/web-os`;

  function keyFile(name: string, content: Uint8Array): string {
    const path = join(keys, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  function encryptedBody(secretUrl: string, keyUrl?: string) {
    const body = diskBody(writeImage(world, 'web', imageContent(1)), 'Linux');
    const settings = {
      diskEncryptionKey: { secretUrl, sourceVault: { id: VAULT } },
      ...(keyUrl !== undefined && { keyEncryptionKey: { keyUrl, sourceVault: { id: VAULT } } }),
    };
    const encryptionSettingsCollection = { enabled: true, encryptionSettings: [settings] };
    return { ...body, properties: { ...body.properties, encryptionSettingsCollection } };
  }

  /** @returns the protected item of a machine whose OS disk has these keys */
  async function protectEncrypted(bek: string, kek?: string): Promise<string> {
    const body = encryptedBody(pathToFileURL(bek).href, kek && pathToFileURL(kek).href);
    await must(world, 200, ['PUT', diskId(), body]);
    const machine = machineIdOf(world);
    await must(world, 201, ['PUT', machine, machineBody([diskId()])]);
    const vault = await makeVault(world, 'home-vault');
    await discover(world, vault);
    const item = itemIdOf(vault, 'web');
    await must(world, 202, ['PUT', item, protectBody(vault, machine)]);
    return item;
  }

  it('give their keys back with the disk, although the key files are gone', async () => {
    const [bek, kek] = [noise(512, 11), noise(4096, 12)];
    const item = await protectEncrypted(keyFile('web.bek', bek), keyFile('web.kek', kek));
    await backedUp(world, item);
    rmSync(keys, { recursive: true });
    rmSync(join(world.folder, 'images'), { recursive: true });

    const [point] = await pointsOf(world, item);
    assert.deepEqual(await restoredHashes(world, item, point.name), [sha256(imageContent(1))]);
    const restored = join(world.folder, 'restored');
    const [folder = ''] = readdirSync(restored);
    for (const [name, content] of [
      ['web-os.bek', bek],
      ['web-os.kek', kek],
    ] as const) {
      const path = join(restored, folder, name);
      assert.ok(readFileSync(path).equals(content), name);
      assert.equal(statSync(path).mode & 0o777, 0o600);
    }
  });

  it('are told by their points: where the keys were, never what they are (SPEC §1.9)', async () => {
    const [bek, kek] = [keyFile('web.bek', noise(64, 11)), keyFile('web.kek', noise(64, 12))];
    const item = await protectEncrypted(bek, kek);
    await backedUp(world, item);
    const [{ properties }] = await pointsOf(world, item);
    assert.equal(properties.isSourceVMEncrypted, true);
    assert.deepEqual(properties.keyAndSecret, {
      bekDetails: { secretUrl: pathToFileURL(bek).href, secretVaultId: VAULT },
      kekDetails: { keyUrl: pathToFileURL(kek).href, keyVaultId: VAULT },
      encryptionMechanism: 'SinglePass',
    });
    const disk = await propertiesOf(world, diskId());
    assert.equal(
      disk.encryptionSettingsCollection.encryptionSettings[0].keyEncryptionKey.keyUrl,
      pathToFileURL(kek).href,
    );
    const { storageProfile } = await propertiesOf(world, machineIdOf(world));
    assert.equal(storageProfile.osDisk.encryptionSettings.enabled, true);
  });

  it('with a BEK alone have no kekDetails', async () => {
    const item = await protectEncrypted(keyFile('web.bek', noise(64, 11)));
    await backedUp(world, item);
    const [{ properties }] = await pointsOf(world, item);
    assert.deepEqual(Object.keys(properties.keyAndSecret), ['bekDetails', 'encryptionMechanism']);
  });

  it('never leave a key in the catalog, the log or the clear', async () => {
    const secret = Buffer.from('a passphrase that is easy to look for');
    const item = await protectEncrypted(keyFile('web.bek', secret));
    const job = await backedUp(world, item);
    const told = JSON.stringify([await statisticsOf(world, job), await must(world, 200, ['GET', job]), world.lines]);
    await world.stop();
    const needles = [secret, Buffer.from(secret.toString('base64')), Buffer.from(secret.toString('hex'))];
    for (const needle of needles) assert.ok(!told.includes(needle.toString()));
    const files = readdirSync(world.dataFolder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
    assert.ok(files.length > 5);
    for (const file of files) {
      const content = readFileSync(join(file.parentPath, file.name));
      for (const needle of needles) assert.ok(!content.includes(needle), file.name);
    }
  });

  it('come back from the store alone when the catalog has lost the point', async () => {
    const bek = noise(64, 11);
    const item = await protectEncrypted(keyFile('web.bek', bek));
    await backedUp(world, item);
    const [before] = await pointsOf(world, item);
    await world.stop();
    world.edit((catalog) => catalog.points.delete(`${item.toLowerCase()}/recoverypoints/${before.name}`));
    rmSync(keys, { recursive: true });
    await world.start();
    const [after] = await pointsOf(world, item);
    assert.deepEqual(after, before);
    await restoredHashes(world, item, after.name);
    const restored = join(world.folder, 'restored');
    assert.ok(readFileSync(join(restored, readdirSync(restored)[0] ?? '', 'web-os.bek')).equals(bek));
  });

  it('whose key cannot be read any more have no point', async () => {
    const path = keyFile('web.bek', noise(64, 11));
    const item = await protectEncrypted(path);
    rmSync(path);
    const { status, errorDetails } = await ended(world, await backup(world, item));
    assert.deepEqual([status, errorDetails[0].errorTitle], ['Failed', 'LocalSecretNotReadable']);
    assert.ok(errorDetails[0].errorString.includes(path));
    assert.deepEqual(await pointsOf(world, item), []);
  });

  it('are not declared with a key that is no small readable file', async () => {
    const large = keyFile('large', Buffer.alloc(1));
    truncateSync(large, 8193);
    const urls = {
      'https://keys.vault.azure.net/secrets/a/b': /it is no file: URL/,
      [pathToFileURL(join(keys, 'missing')).href]: /ENOENT/,
      [pathToFileURL(keys).href]: /regular file|EISDIR/,
      [pathToFileURL(keyFile('empty', Buffer.alloc(0))).href]: /it is empty/,
      [pathToFileURL(large).href]: /more than 8192 bytes/,
    };
    for (const [url, reason] of Object.entries(urls)) {
      const { status, body } = await world.arm('PUT', diskId(), encryptedBody(url));
      assert.deepEqual([status, body.error.code], [400, 'LocalSecretNotReadable'], url);
      assert.match(body.error.message, reason);
    }
    await must(world, 404, ['GET', diskId()]);
  });

  it('are not put back in place of their disks', async () => {
    const item = await protectEncrypted(keyFile('web.bek', noise(64, 11)));
    await backedUp(world, item);
    const [point] = await pointsOf(world, item);
    const account = await makeTarget(world, dirname(keys));
    const body = restoreBody(account, { recoveryType: 'OriginalLocation' });
    const answer = await world.arm('POST', `${item}/recoveryPoints/${point.name}/restore`, body);
    assert.deepEqual([answer.status, answer.body.error.code], [400, 'LocalEncryptedNotSupported']);
    const vault = item.slice(0, item.indexOf('/backupFabrics/'));
    const { validateOperationResponse } = await must(world, 200, [
      'POST',
      `${vault}/backupValidateOperation`,
      {
        id: `${item}/recoveryPoints/${point.name}`,
        properties: { objectType: 'ValidateIaasVMRestoreOperationRequest', restoreRequest: body.properties },
      },
    ]);
    assert.deepEqual(
      validateOperationResponse.validationResults.map(({ code }: { code: string }) => code),
      ['LocalEncryptedNotSupported'],
    );
  });

  it('have no file recovery, also once their disks are not encrypted any more', async () => {
    const item = await protectEncrypted(keyFile('web.bek', noise(64, 11)));
    await backedUp(world, item);
    await must(world, 200, ['PUT', diskId(), diskBody(join(world.folder, 'images', 'web.raw'), 'Linux')]);
    world.clock.advance(1000);
    await backedUp(world, item);
    const [plain, encrypted] = await pointsOf(world, item);
    const recover = async (point: { name: string }) => {
      const properties = { objectType: 'IaasVMILRRegistrationRequest', recoveryPointId: point.name };
      const path = `${item}/recoveryPoints/${point.name}/provisionInstantItemRecovery`;
      const { status, body } = await world.arm('POST', path, { properties });
      return [status, body.error.code];
    };
    assert.deepEqual(await recover(encrypted), [400, 'LocalEncryptedNotSupported']);
    assert.deepEqual(await recover(plain), [501, 'NotImplemented']);
    assert.deepEqual(await recover({ name: '1' }), [404, 'ResourceNotFound']);
  });
});

function machineIdOf(world: EngineWorld): string {
  return `${world.group}/providers/Microsoft.Compute/virtualMachines/web`;
}
