import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { itemNames } from '../../../src/protocol/ids';
import type { WorkbenchServer } from '../../workbench/server.mjs';
import { EngineOf } from '../support/engineOf';
import { openSession } from '../support/session';
import type { Workbench } from '../support/workbench';
import type { GuideWorld, PointFacts } from './world';

const DAY_MS = 86_400_000;
const GROUP = 'many-group';

/** This computer, with machines whose disks are small files. */
export class LocalWorld implements GuideWorld {
  readonly goal = /Virtual machines on this computer/;
  readonly location = /This computer/;

  private constructor(
    readonly workbench: Workbench,
    private readonly engine: EngineOf,
    private readonly server: WorkbenchServer,
    private readonly stop: () => Promise<void>,
  ) {}

  static async open(): Promise<LocalWorld> {
    const { server, workbench, close } = await openSession();
    try {
      await workbench.showContainer();
      await workbench.run('VM Backup: Refresh'); // starts the engine
      const world = new LocalWorld(workbench, await EngineOf.below(server.home), server, close);
      await world.makeMachines();
      await workbench.run('VM Backup: Refresh');
      await workbench.row(/^web-01, machine, not protected/).waitFor();
      return world;
    } catch (error) {
      await close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.stop();
  }

  async addMachine(name: string): Promise<void> {
    await this.managed(name);
  }

  async newestPoint(machine: string): Promise<PointFacts> {
    const names = itemNames(GROUP, machine);
    const vault = this.engine.path(GROUP, 'Microsoft.RecoveryServices/vaults', 'home-vault');
    const container = `${vault}/backupFabrics/Azure/protectionContainers/${names.container}`;
    const list = await this.engine.get(`${container}/protectedItems/${names.item}/recoveryPoints`);
    const { value }: { value: { properties: PointFacts }[] } = JSON.parse(list);
    const [newest] = value;
    assert.ok(newest, `${machine} has no recovery point`);
    return newest.properties;
  }

  /** Leaves the catalog as a computer has it that was off while the policy should have run. */
  async letScheduleRun(machine: string): Promise<void> {
    await this.server.stopEngines();
    const catalog = new DatabaseSync(join(this.engine.folder, 'catalog.db'));
    const then = Date.now() - 2 * DAY_MS;
    const { changes } = catalog
      .prepare(`UPDATE item SET last_slot = ?, body = json_set(body, '$.lastSlot', ?) WHERE machine_name = ?`)
      .run(then, then, machine);
    catalog.close();
    assert.equal(changes, 1);
    await this.workbench.run('VM Backup: Refresh');
  }

  private async makeMachines(): Promise<void> {
    for (const group of [GROUP, 'web-group']) await this.engine.group(group);
    const attic = { properties: { folder: join(this.server.home, 'attic') } };
    await this.engine.put('/providers/VmBackup.Local/sites/attic', attic);
    await this.managed('web-01', { group: 'web-group' });
    await this.managed('late-01');
    await this.managed('far-01', { location: 'attic' });
    await this.managed('db-01', { skus: ['Premium_LRS', 'Standard_LRS'] });
    const bek = { diskEncryptionKey: { secretUrl: this.file('bek', 64) } };
    await this.managed('bek-01', { encryption: bek });
    await this.managed('kek-01', { encryption: { ...bek, keyEncryptionKey: { keyUrl: this.file('kek', 64) } } });
    await this.engine.put(this.engine.path(GROUP, 'Microsoft.ClassicCompute/virtualMachines', 'classic-01'), {
      location: 'local',
      properties: {
        domainName: { name: 'classic-service' },
        storageProfile: { osDisk: { name: 'classic-os', osType: 'Linux', vhd: { uri: this.image('classic-01') } } },
      },
    });
  }

  private async managed(
    name: string,
    options: { group?: string; location?: string; skus?: readonly string[]; encryption?: object } = {},
  ): Promise<void> {
    const { group = GROUP, location = 'local', skus = ['Standard_LRS'], encryption } = options;
    const { engine } = this;
    const disks: string[] = [];
    for (const [i, sku] of skus.entries()) {
      const disk = engine.path(group, 'Microsoft.Compute/disks', `${name}-${i}`);
      const properties = {
        creationData: { createOption: 'Import', sourceUri: this.image(`${name}-${i}`) },
        ...(encryption && { encryptionSettingsCollection: { enabled: true, encryptionSettings: [encryption] } }),
      };
      await engine.put(disk, { location, sku: { name: sku }, properties });
      disks.push(disk);
    }
    const [os, ...data] = disks.map((id) => ({ createOption: 'Attach', managedDisk: { id } }));
    await engine.put(engine.path(group, 'Microsoft.Compute/virtualMachines', name), {
      location,
      properties: {
        storageProfile: { osDisk: { osType: 'Linux', ...os }, dataDisks: data.map((disk, lun) => ({ lun, ...disk })) },
      },
    });
  }

  private image(name: string): string {
    return this.file(`${name}.img`, 4 * 1024 ** 2);
  }

  /** A file of random bytes. @returns its URL */
  private file(name: string, bytes: number): string {
    const path = join(this.server.home, name);
    writeFileSync(path, randomBytes(bytes));
    return pathToFileURL(path).href;
  }
}
