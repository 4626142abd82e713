import { join } from 'node:path';
import type { WorkbenchServer } from '../../workbench/server.mjs';
import { EngineOf } from '../support/engineOf';
import { openSession } from '../support/session';
import type { Workbench } from '../support/workbench';
import { GuideSubscription, missRuns } from './subscription';
import type { GuideWorld, PointFacts } from './world';

/** This computer, with machines whose disks are small files. */
export class LocalWorld implements GuideWorld {
  readonly goal = /Virtual machines on this computer/;
  readonly location = /This computer/;
  readonly backedUp = /1 point/;

  private constructor(
    readonly workbench: Workbench,
    private readonly engine: EngineOf,
    private readonly subscription: GuideSubscription,
    private readonly server: WorkbenchServer,
    private readonly stop: () => Promise<void>,
  ) {}

  static async open(): Promise<LocalWorld> {
    const { server, workbench, close } = await openSession();
    try {
      await workbench.showContainer();
      await workbench.run('VM Backup: Refresh'); // starts the engine
      const arm = await EngineOf.below(server.home);
      const attic = { properties: { folder: join(server.home, 'attic') } };
      await arm.put('/providers/VmBackup.Local/sites/attic', attic);
      const place = { folder: server.home, location: 'local', elsewhere: 'attic' };
      const subscription = new GuideSubscription({ arm, ...place });
      await subscription.fill();
      await workbench.run('VM Backup: Refresh');
      await workbench.row(/^web-01, machine, not protected/).waitFor();
      return new LocalWorld(workbench, arm, subscription, server, close);
    } catch (error) {
      await close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.stop();
  }

  /** There is one place for a vault: nothing is asked. */
  async placeVault(): Promise<void> {
    // nothing to answer
  }

  async keepRecoveryKey(): Promise<void> {
    await this.workbench.dialog.getByRole('button', { name: 'Done' }).click();
  }

  async addMachine(name: string): Promise<void> {
    await this.subscription.addMachine(name);
  }

  async newestPoint(machine: string): Promise<PointFacts> {
    return this.subscription.newestPoint(machine);
  }

  async letScheduleRun(machine: string): Promise<void> {
    await this.server.stopEngines();
    missRuns(this.engine.folder, machine);
    await this.workbench.run('VM Backup: Refresh');
  }
}
