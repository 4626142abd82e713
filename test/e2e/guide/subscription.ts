import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { itemNames } from '../../../src/protocol/ids';
import type { PointFacts } from './world';

const DAY_MS = 86_400_000;
const GROUP = 'many-group';

/** ARM behind the extension's back. */
interface Arm {
  /** Path of a resource type's name in a resource group. */
  path(group: string, type: string, name: string): string;
  /** Makes a resource group. */
  group(name: string, location: string): Promise<void>;
  /** Throws what is answered if it is a refusal, as `get` does. */
  put(path: string, body: object): Promise<void>;
  /** @returns the answer, JSON */
  get(path: string): Promise<string>;
}

interface SubscriptionOptions {
  readonly arm: Arm;
  /** That the images of its disks lie in. */
  readonly folder: string;
  /** The location of all machines but one, and that one's. */
  readonly location: string;
  readonly elsewhere: string;
}

/** A subscription with the groups and machines of a {@link GuideWorld}, whose disks are small files. */
export class GuideSubscription {
  constructor(private readonly options: SubscriptionOptions) {}

  async fill(): Promise<void> {
    const { arm, location, elsewhere } = this.options;
    for (const group of [GROUP, 'web-group']) await arm.group(group, location);
    await this.addMachine('web-01', { group: 'web-group' });
    await this.addMachine('late-01');
    await this.addMachine('far-01', { location: elsewhere });
    await this.addMachine('db-01', { skus: ['Premium_LRS', 'Standard_LRS'] });
    const bek = { diskEncryptionKey: { secretUrl: this.file('bek', 64) } };
    await this.addMachine('bek-01', { encryption: bek });
    await this.addMachine('kek-01', { encryption: { ...bek, keyEncryptionKey: { keyUrl: this.file('kek', 64) } } });
    await arm.put(arm.path(GROUP, 'Microsoft.ClassicCompute/virtualMachines', 'classic-01'), {
      location,
      properties: {
        domainName: { name: 'classic-service' },
        storageProfile: { osDisk: { name: 'classic-os', osType: 'Linux', vhd: { uri: this.image('classic-01') } } },
      },
    });
  }

  /** A machine with a managed disk of each SKU. */
  async addMachine(
    name: string,
    options: { group?: string; location?: string; skus?: readonly string[]; encryption?: object } = {},
  ): Promise<void> {
    const { arm } = this.options;
    const { group = GROUP, location = this.options.location, skus = ['Standard_LRS'], encryption } = options;
    const disks: string[] = [];
    for (const [i, sku] of skus.entries()) {
      const disk = arm.path(group, 'Microsoft.Compute/disks', `${name}-${i}`);
      const properties = {
        creationData: { createOption: 'Import', sourceUri: this.image(`${name}-${i}`) },
        ...(encryption && { encryptionSettingsCollection: { enabled: true, encryptionSettings: [encryption] } }),
      };
      await arm.put(disk, { location, sku: { name: sku }, properties });
      disks.push(disk);
    }
    const [os, ...data] = disks.map((id) => ({ createOption: 'Attach', managedDisk: { id } }));
    await arm.put(arm.path(group, 'Microsoft.Compute/virtualMachines', name), {
      location,
      properties: {
        storageProfile: { osDisk: { osType: 'Linux', ...os }, dataDisks: data.map((disk, lun) => ({ lun, ...disk })) },
      },
    });
  }

  /** The newest point of a machine that home-vault protects. */
  async newestPoint(machine: string): Promise<PointFacts> {
    const { arm } = this.options;
    const names = itemNames(GROUP, machine);
    const vault = arm.path(GROUP, 'Microsoft.RecoveryServices/vaults', 'home-vault');
    const container = `${vault}/backupFabrics/Azure/protectionContainers/${names.container}`;
    const list = await arm.get(`${container}/protectedItems/${names.item}/recoveryPoints`);
    const { value }: { value: { properties: PointFacts }[] } = JSON.parse(list);
    const [newest] = value;
    assert.ok(newest, `${machine} has no recovery point`);
    return newest.properties;
  }

  private image(name: string): string {
    return this.file(`${name}.img`, 4 * 1024 ** 2);
  }

  /** A file of random bytes. @returns its URL */
  private file(name: string, bytes: number): string {
    const path = join(this.options.folder, name);
    writeFileSync(path, randomBytes(bytes));
    return pathToFileURL(path).href;
  }
}

/** Leaves the catalog of a stopped engine as a computer has it that was off while the policy of a machine should have run. */
export function missRuns(dataFolder: string, machine: string): void {
  const catalog = new DatabaseSync(join(dataFolder, 'catalog.db'));
  const then = Date.now() - 2 * DAY_MS;
  const { changes } = catalog
    .prepare(`UPDATE item SET last_slot = ?, body = json_set(body, '$.lastSlot', ?) WHERE machine_name = ?`)
    .run(then, then, machine);
  catalog.close();
  assert.equal(changes, 1);
}
