import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FOLDER_TAG } from '../../../src/protocol/local';
import { CONTOSO, type DressSubscription } from '../../support/dress/cloud';
import { type DressServer, startDressServer } from '../../support/dress/dressServer';
import { jobsEnded } from '../../support/dress/seeds';
import type { EngineWorld } from '../../support/engineWorld';
import { cloudSettings, packageSignIn } from '../../workbench/signIn.mjs';
import { openSession, type Session } from '../support/session';
import type { Workbench } from '../support/workbench';
import { GuideSubscription, missRuns } from './subscription';
import type { GuideWorld, PointFacts } from './world';

const GROUP = 'many-group';

/**
 * One of the subscriptions of a dressed Azure, which somebody has signed in to and chosen. It also has a storage account and a
 * virtual network near the machines, `near` and `near-net`, and others far away, `far` and `far-net`.
 */
export class AzureWorld implements GuideWorld {
  readonly goal = /Virtual machines in Azure/;
  readonly location = /eastus/;
  readonly backedUp = /protected, /; // a list of Azure does not count points

  private constructor(
    private readonly azure: DressServer,
    private readonly session: Session,
    private readonly production: DressSubscription,
    private readonly subscription: GuideSubscription,
    private readonly folder: string,
  ) {}

  static async open(): Promise<AzureWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'azure-'));
    const azure = await startDressServer(folder);
    const production = azure.cloud.subscriptions.find(({ tenant }) => tenant === CONTOSO);
    assert.ok(production);
    const subscription = new GuideSubscription({
      arm: armOf(production.world),
      folder,
      location: 'eastus',
      elsewhere: 'westeurope',
    });
    await subscription.fill();
    await addRestorePlaces(azure, production, folder);
    const session = await openSession({
      helpers: [await packageSignIn()],
      env: { NODE_EXTRA_CA_CERTS: azure.authorityFile },
      userSettings: cloudSettings(azure.cloud.origin),
    });
    const world = new AzureWorld(azure, session, production, subscription, folder);
    await world.signIn();
    return world;
  }

  get workbench(): Workbench {
    return this.session.workbench;
  }

  /** Folder of the workbench's profile. */
  get home(): string {
    return this.session.server.home;
  }

  async close(): Promise<void> {
    await this.session.close();
    await this.azure.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async placeVault(): Promise<void> {
    await this.workbench.choose(/Azure, In a Recovery Services vault/);
    await this.workbench.step(/Create vault \(2\//);
  }

  /** Azure keeps the keys of its vaults itself. */
  async keepRecoveryKey(): Promise<void> {
    // nothing is shown
  }

  async addMachine(name: string): Promise<void> {
    await this.subscription.addMachine(name);
  }

  async newestPoint(machine: string): Promise<PointFacts> {
    return this.subscription.newestPoint(machine);
  }

  async letScheduleRun(machine: string): Promise<void> {
    const { world } = this.production;
    const { faults } = this.azure.cloud;
    faults.add({ fault: { kind: 'refuse', status: 503, code: 'ServerBusy', retryAfter: 1 } });
    await world.stop();
    missRuns(world.dataFolder, machine);
    await world.start();
    faults.clear();
    await jobsEnded(world);
    await this.workbench.run('VM Backup: Refresh'); // while nothing of its own runs, a window asks Azure once a minute
  }

  /** The folder that the storage account `near` stands for. */
  get staging(): string {
    return stagingOf(this.folder, 'near');
  }

  /** The images of a machine's disks. */
  images(machine: string, disks: number): string[] {
    return Array.from({ length: disks }, (_, i) => join(this.folder, `${machine}-${i}.img`));
  }

  /** What is never to be found in a file of the profile or on a page, and what is only not to be found in a log. */
  get secrets(): { tokens: readonly string[]; subscriptions: readonly string[] } {
    const { signIn, subscriptions } = this.azure.cloud;
    return { tokens: signIn.usedTokens, subscriptions: subscriptions.map(({ id }) => id) };
  }

  private async signIn(): Promise<void> {
    const { workbench } = this;
    await workbench.showContainer();
    await workbench.run('VM Backup: Sign In to Azure');
    await workbench.dialog.getByRole('button', { name: 'Allow' }).click();
    await workbench.step('Select subscriptions');
    for (const { name } of this.azure.cloud.subscriptions)
      if (name !== this.production.name) await workbench.line(name).click();
    await workbench.quickInput.getByText('1 Selected').waitFor();
    await workbench.enter();
    await workbench.row(/^web-01, machine, not protected/).waitFor();
  }
}

async function addRestorePlaces({ cloud }: DressServer, { world }: DressSubscription, folder: string): Promise<void> {
  const arm = armOf(world);
  for (const [place, location] of [
    ['near', 'eastus'],
    ['far', 'westeurope'],
  ] as const) {
    const tags = { [FOLDER_TAG]: stagingOf(folder, place) };
    await arm.put(arm.path(GROUP, 'Microsoft.Storage/storageAccounts', place), { location, tags });
    const id = arm.path(GROUP, 'Microsoft.Network/virtualNetworks', `${place}-net`);
    const properties = { subnets: [{ id: `${id}/subnets/default`, name: 'default' }] };
    cloud.networks.push({ id, name: `${place}-net`, location, properties });
  }
}

function stagingOf(folder: string, account: string): string {
  return join(folder, 'staging', account);
}

/** ARM of an engine in this process: no door, no token. */
function armOf(world: EngineWorld) {
  const send = async (method: 'GET' | 'PUT', path: string, body?: object) => {
    const answer = await world.arm(method, path, body);
    const text = JSON.stringify(answer.body);
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${text}`);
    return text;
  };
  return {
    path: (group: string, type: string, name: string) =>
      `${world.subscription}/resourceGroups/${group}/providers/${type}/${name}`,
    group: async (name: string, location: string) =>
      void (await send('PUT', `${world.subscription}/resourceGroups/${name}`, { location })),
    put: async (path: string, body: object) => void (await send('PUT', path, body)),
    get: async (path: string) => send('GET', path),
  };
}
