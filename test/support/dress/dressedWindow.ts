import { coverage } from '../../../src/client/azure/coverage';
import { ShortMemory } from '../../../src/extension/model/memory';
import { Services } from '../../../src/extension/services';
import { RecordingLog } from '../extensionWorld';
import { FakeAccount } from '../fakeAccount';
import { FakeConnection } from '../fakeConnection';
import { memoryFile } from '../memoryFile';
import type { DressedCloud } from './cloud';
import { dressConnection } from './dressClient';

const PERSON = { id: 'ann', label: 'ann@contoso.example' };
/** Turns of the event loop without a request after which nothing more is to come. */
const QUIET_TURNS = 12;
const STEP_MS = 5000;

/** The extension's stores of one window, signed in to every subscription of a dressed Azure. Their time is the cloud's. */
export class DressedWindow {
  readonly services: Services;

  /** @param pace how often jobs are asked for, in ms */
  constructor(
    private readonly cloud: DressedCloud,
    pace: { readonly activeMs: number; readonly idleMs: number },
  ) {
    const { clock, subscriptions } = cloud;
    const account = new FakeAccount();
    account.signedIn = true;
    account.reach = subscriptions.map(({ id, name, tenant }) => ({
      tenant: { id: tenant, name: tenant, person: PERSON },
      subscriptions: [{ id, name, tenantId: tenant, person: PERSON }],
    }));
    const memory = new ShortMemory();
    memory.set('azure.used', true);
    this.services = new Services({
      open: new FakeConnection().open,
      azure: {
        account: async () => account,
        open: async ({ id }) => {
          const subscription = subscriptions.find((one) => one.id === id);
          if (!subscription) throw new Error(`There is no subscription ${id}.`);
          return dressConnection(cloud, subscription);
        },
        cover: (connections) => coverage(connections, { now: () => clock.time, log: () => undefined }),
        memory,
        kept: memoryFile(),
        chosen: { get: () => [], set: async () => undefined },
        enabled: () => true,
        pace: () => pace,
      },
      log: new RecordingLog(),
      clock: {
        now: () => clock.time,
        after: (ms, work) => {
          const plan = clock.after(ms, work);
          return { dispose: () => plan.cancel() };
        },
      },
      random: () => 0.5,
    });
  }

  get stores() {
    return this.services.stores;
  }

  /** Shows what an earlier window showed, and waits until everything is read. */
  async restore(): Promise<void> {
    await this.stores.azure.restore();
    await this.quiet();
  }

  /** Time passes, and whatever becomes due in it is done. */
  async pass(ms: number): Promise<void> {
    const end = this.cloud.clock.time + ms;
    while (this.cloud.clock.time < end) {
      this.cloud.clock.moveTo(Math.min(end, this.cloud.clock.time + STEP_MS));
      await this.quiet();
    }
  }

  /** Waits until nothing is asked any more. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns = this.cloud.pending === 0 ? turns + 1 : 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  dispose(): void {
    this.services.dispose();
  }
}
