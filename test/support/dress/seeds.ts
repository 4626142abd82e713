import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineWorld } from '../engineWorld';
import { waitFor } from '../waitFor';
import { worldClient } from '../worldClient';

const KIB = 1024;

export interface MachineSeed {
  readonly name: string;
  readonly group?: string;
  readonly location: string;
  /** Contents of its disks; the first is the OS disk. */
  readonly contents?: readonly Uint8Array[];
}

/** A group, a vault with a machine that has one recovery point, and a machine that no vault protects. ARM ids. */
export interface SmallSeed {
  readonly vault: string;
  readonly protectedMachine: string;
  readonly item: string;
  readonly unprotectedMachine: string;
}

/** A machine with disk images of its own in the world's folder. @returns its ARM id */
export async function seedMachine(
  world: EngineWorld,
  { name, group = 'lab', location, contents = [Buffer.alloc(64 * KIB, name)] }: MachineSeed,
): Promise<string> {
  const folder = join(world.folder, 'images');
  mkdirSync(folder, { recursive: true });
  const diskPaths = contents.map((content, i) => {
    const path = join(folder, `${name}-${i}.raw`);
    writeFileSync(path, content);
    return path;
  });
  const { local } = worldClient(world);
  return (await local.addMachine({ name, resourceGroup: group, location, osType: 'Linux', diskPaths })).id;
}

/** Fills a subscription with what a test needs that looks at one of each. */
export async function seedSmall(world: EngineWorld, location: string): Promise<SmallSeed> {
  await worldClient(world).createResourceGroup({ name: 'lab', location });
  const unprotectedMachine = await seedMachine(world, { name: 'web-02', location });
  return { ...(await seedProtected(world, { name: 'web-01', location, vault: 'home' })), unprotectedMachine };
}

/** A vault with one machine that is protected and has a recovery point. */
export async function seedProtected(
  world: EngineWorld,
  { name, location, vault }: { name: string; location: string; vault: string },
): Promise<Omit<SmallSeed, 'unprotectedMachine'>> {
  const client = worldClient(world);
  const protectedMachine = await seedMachine(world, { name, location });
  const { id } = await client.createVault({ name: vault, resourceGroup: 'lab', location });
  await client.discover(id);
  const item = await client.protect({
    vaultId: id,
    machineId: protectedMachine,
    policyId: `${id}/backupPolicies/DefaultPolicy`,
  });
  await client.backupNow(item.id);
  await jobsEnded(world);
  return { vault: id, protectedMachine, item: item.id };
}

/** Waits until no job of an engine is under way. */
export async function jobsEnded(world: EngineWorld): Promise<void> {
  await waitFor('the end of the jobs', () => world.engine.health().runningJobs === 0);
}
