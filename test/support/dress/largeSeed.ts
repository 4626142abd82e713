import type { Catalog } from '../../../src/engine/catalog/catalog';
import type { ItemRecord } from '../../../src/engine/catalog/records';
import { idKey } from '../../../src/protocol/ids';
import { worldClient } from '../worldClient';
import type { DressedCloud } from './cloud';
import { jobsEnded, type SmallSeed, seedProtected } from './seeds';

/** Vaults of every subscription, each with its region. */
const VAULTS = [
  { vault: 'prod-east', location: 'eastus' },
  { vault: 'prod-east-2', location: 'eastus' },
  { vault: 'prod-west', location: 'westus' },
  { vault: 'prod-europe', location: 'westeurope' },
];
/** Of each vault's region. */
const MACHINES_PER_VAULT = 250;
const PROTECTED_PER_VAULT = 180;
const POINTS_PER_ITEM = 3;
const DAY = 86_400_000;
const FAILED_EVERY = 25;

/**
 * Fills all subscriptions: 12 vaults and 3,000 machines, 2,160 of them protected, with points and the jobs of three nights. One
 * machine of each vault was protected and backed up by the engine; the others are copies of it in the catalog. Schedules pause.
 */
export async function seedLarge(cloud: DressedCloud): Promise<void> {
  for (const { world } of cloud.subscriptions) {
    const client = worldClient(world);
    await client.createResourceGroup({ name: 'lab', location: 'eastus' });
    const first: SmallSeed[] = [];
    for (const { vault, location } of VAULTS) {
      const seeded = await seedProtected(world, { name: `${vault}-000`, location, vault });
      first.push({ ...seeded, unprotectedMachine: '' });
    }
    await client.local.pauseSchedules(true);
    await jobsEnded(world);
    await world.stop();
    world.edit((catalog) =>
      catalog.transaction(() => {
        for (const [i, { item, vault }] of first.entries()) {
          const { vault: name = '', location = '' } = VAULTS[i] ?? {};
          copyMachines(catalog, item, name);
          catalog.discovered.refresh(idKey(vault), location, cloud.clock.time);
        }
      }),
    );
    await world.start();
  }
}

function copyMachines(catalog: Catalog, itemIdentifier: string, vault: string): void {
  const item = found(catalog.items.get(idKey(itemIdentifier)));
  const machine = found(catalog.machines.get(item.machineKey));
  const disk = found(catalog.disks.get(idKey(machine.osDiskId)));
  const point = found(catalog.points.list({ where: { item_key: idKey(item.id) } })[0]);
  const job = found(catalog.jobs.list({ where: { item_key: idKey(item.id), operation: 'Backup' } })[0]);
  for (let n = 1; n < MACHINES_PER_VAULT; n++) {
    const as = renamed(item.machineName, `${vault}-${String(n).padStart(3, '0')}`);
    const own = as(machine);
    catalog.disks.put(as(disk));
    catalog.machines.put(own);
    if (n >= PROTECTED_PER_VAULT) continue;
    const ownItem: ItemRecord = { ...as(item), machineKey: idKey(own.id) };
    catalog.items.put(ownItem);
    for (let night = 0; night < POINTS_PER_ITEM; night++) {
      const shift = night * DAY + n * 10_000;
      const failed = n % FAILED_EVERY === 0 && night === 0;
      const startTime = job.startTime - shift;
      catalog.jobs.put({
        ...as(job),
        id: job.id.replace(/[^/]{4}-[^/-]+$/, `${String(night).padStart(4, '0')}-${uuidTail(vault, n)}`),
        startTime,
        endTime: startTime + 5000,
        status: failed ? 'Failed' : 'Completed',
      });
      if (!failed) {
        catalog.points.put({
          ...as(point),
          name: String(Number(point.name) + n * 10 + night + 1),
          time: point.time - shift,
        });
      }
    }
  }
}

function found<T>(record: T | undefined): T {
  if (record === undefined) throw new Error('The engine did not make what is to be copied.');
  return record;
}

/** The last part of a job's id, another one for every machine of every vault of a subscription. */
function uuidTail(vault: string, n: number): string {
  const vaultNumber = VAULTS.findIndex((one) => one.vault === vault) + 1;
  return String(vaultNumber * 1000 + n).padStart(12, '0');
}

/** Makes copies of records in which the machine has another name, in ids and keys too. */
function renamed(from: string, to: string): <T extends object>(record: T) => T {
  const pattern = new RegExp(`(?<=[/;]|^)${from}(?=[-/;]|$)`, 'gi');
  return (record) =>
    JSON.parse(JSON.stringify(record), (_key, value: unknown) =>
      typeof value === 'string' ? value.replace(pattern, to) : value,
    );
}
