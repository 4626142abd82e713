import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../../src/client/connection';
import { realDelay } from '../../../src/client/delay';
import { EngineWorld } from '../engineWorld';
import { worldClient } from '../worldClient';
import { DressedCloud } from './cloud';
import { dressConnection } from './dressClient';
import { jobsEnded, seedMachine } from './seeds';

/** A subscription, and what its tests do behind the back of its client. */
export class Place {
  constructor(
    readonly client: Connection,
    private readonly world: EngineWorld,
    readonly location: string,
    readonly close: () => Promise<void>,
  ) {}

  get subscriptionId(): string {
    return this.world.engine.subscriptionId;
  }

  /** ms UTC. */
  get now(): number {
    return this.world.clock.time;
  }

  /** Jumps as a computer that slept: what became due is done afterwards. */
  sleep(ms: number): void {
    this.world.clock.sleepUntil(this.now + ms);
  }

  /** @returns the ARM id of a new machine with disks of these contents */
  async addMachine(name: string, contents: readonly Uint8Array[]): Promise<string> {
    return seedMachine(this.world, { name, location: this.location, contents });
  }

  /** @returns the ARM id of a storage account that restores can be staged in */
  async addStorageAccount(name: string): Promise<string> {
    return worldClient(this.world).local.restoreTarget({ folder: this.#staging(name), location: this.location });
  }

  /** The sha256 of every file that was restored to a storage account. */
  stagedHashes(name: string): string[] {
    const files = readdirSync(this.#staging(name), { recursive: true, encoding: 'utf8' });
    return files
      .map((file) => join(this.#staging(name), file))
      .filter((file) => statSync(file).isFile())
      .map((file) => hashOf(readFileSync(file)));
  }

  /** The sha256 of a machine's disks, the OS disk's first. */
  diskHashes(name: string, count: number): string[] {
    return Array.from({ length: count }, (_, i) =>
      hashOf(readFileSync(join(this.world.folder, 'images', `${name}-${i}.raw`))),
    );
  }

  /** Takes the disk images of a machine away, as with a drive that is not connected; or puts them back. */
  hideDisks(name: string, hidden: boolean): void {
    const folder = join(this.world.folder, 'images');
    for (const file of readdirSync(folder)) {
      if (!file.startsWith(`${name}-`) || file.endsWith('.away') === hidden) continue;
      renameSync(join(folder, file), join(folder, hidden ? `${file}.away` : file.replace(/\.away$/, '')));
    }
  }

  /** From now on jobs wait until they are let go on. */
  holdJobs(): void {
    this.world.pool.hold();
  }

  releaseJobs(): void {
    this.world.pool.release();
  }

  async jobsEnded(): Promise<void> {
    await jobsEnded(this.world);
  }

  #staging(name: string): string {
    return join(this.world.folder, 'staging', name);
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** This computer, with a second site. */
async function localPlace(): Promise<Place> {
  const world = await EngineWorld.create();
  const client = worldClient(world);
  const folder = join(world.folder, 'second');
  mkdirSync(folder);
  await client.local.saveSite({ name: 'second', folder });
  await client.local.saveSite({ name: 'local', pairedSite: 'second' });
  return new Place(client, world, 'local', async () => world.close());
}

/** Between two looks at an operation (ms). */
const LOOK_MS = 20;

/** One subscription of the dressed Azure. */
async function dressedPlace(): Promise<Place> {
  const cloud = await DressedCloud.create();
  const [subscription] = cloud.subscriptions;
  if (!subscription) throw new Error('The dressed Azure has no subscription.');
  // The engine works in real time here, and nobody moves the clock while the client waits for it.
  const client = dressConnection(cloud, subscription, { delay: async (_, signal) => realDelay(LOOK_MS, signal) });
  return new Place(client, subscription.world, 'eastus', async () => cloud.close());
}

/** Everywhere that the client must do the same. */
export const PLACES: readonly { readonly name: string; readonly open: () => Promise<Place> }[] = [
  { name: 'this computer', open: localPlace },
  { name: 'a dressed subscription', open: dressedPlace },
];
