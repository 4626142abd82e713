import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  backedUp,
  discover,
  itemIdOf,
  machineBody,
  makeGroup,
  makeVault,
  must,
  pointsOf,
  protectBody,
  restoredHashes,
  sha256,
} from '../engine/services/life';
import { EngineWorld } from '../support/engineWorld';

const MIB = 1024 * 1024;

/** Runs the real thing; users other than root have no `sbin` on their path. */
function cryptsetup(...args: readonly string[]): { status: number | null; stderr: string } {
  const PATH = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter);
  const { status, stderr, error } = spawnSync('cryptsetup', args, { encoding: 'utf8', env: { ...process.env, PATH } });
  if (error) throw error;
  return { status, stderr };
}

/** True if the key file opens the image. Nothing is mapped, so this needs no right and no kernel module. */
function opens(image: string, keyFile: string): boolean {
  return cryptsetup('open', '--test-passphrase', '--key-file', keyFile, image).status === 0;
}

const describeOnLinux = process.platform === 'linux' ? describe : () => undefined;

describeOnLinux('SPEC §2.19: a LUKS disk made by cryptsetup', () => {
  let world: EngineWorld;

  before(async () => {
    world = await EngineWorld.create();
  });
  after(() => world.close());

  it('is restored with its key from the point alone, after image and key file were destroyed', async () => {
    const image = join(world.folder, 'luks.raw');
    const keyFile = join(world.folder, 'luks.key');
    writeFileSync(image, Buffer.concat([Buffer.alloc(20 * MIB), randomBytes(4 * MIB)]));
    writeFileSync(keyFile, randomBytes(64));
    const kdf = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
    const made = cryptsetup('luksFormat', '--batch-mode', '--type', 'luks2', ...kdf, '--key-file', keyFile, image);
    assert.equal(made.status, 0, made.stderr);
    assert.ok(opens(image, keyFile));
    const [imageHash, key] = [sha256(readFileSync(image)), readFileSync(keyFile)];

    await makeGroup(world);
    const disk = `${world.group}/providers/Microsoft.Compute/disks/sealed-os`;
    const secretUrl = pathToFileURL(keyFile).href;
    await must(world, 200, [
      'PUT',
      disk,
      {
        location: 'local',
        properties: {
          creationData: { createOption: 'Import', sourceUri: pathToFileURL(image).href },
          encryptionSettingsCollection: { enabled: true, encryptionSettings: [{ diskEncryptionKey: { secretUrl } }] },
        },
      },
    ]);
    const machine = `${world.group}/providers/Microsoft.Compute/virtualMachines/sealed`;
    await must(world, 201, ['PUT', machine, machineBody([disk])]);
    const vault = await makeVault(world, 'home-vault');
    await discover(world, vault);
    const item = itemIdOf(vault, 'sealed');
    await must(world, 202, ['PUT', item, protectBody(vault, machine)]);
    await backedUp(world, item);
    rmSync(image);
    rmSync(keyFile);

    const [point] = await pointsOf(world, item);
    assert.equal(point.properties.isSourceVMEncrypted, true);
    assert.deepEqual(await restoredHashes(world, item, point.name), [imageHash]);
    const restored = join(world.folder, 'restored');
    const folder = join(restored, readdirSync(restored)[0] ?? '');
    const [restoredImage, restoredKey] = [join(folder, 'sealed-os.raw'), join(folder, 'sealed-os.bek')];
    assert.ok(readFileSync(restoredKey).equals(key));
    assert.ok(opens(restoredImage, restoredKey), 'the restored key does not open the restored disk');
    writeFileSync(restoredKey, randomBytes(64));
    assert.ok(!opens(restoredImage, restoredKey), 'any key opens the restored disk');
    assert.ok(!existsSync(keyFile));
  });
});
