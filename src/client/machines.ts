import type { Machine } from '../domain/views';
import type { ArmClients } from './armClients';
import { classicMachines } from './classicMachines';
import type { CallOptions } from './connection';
import { abortable, collect } from './paging';
import { readDisk, readMachine, readPower } from './read';

/** The machines of a subscription with their power state and disks; classic ones come last. */
export async function machinesOf(
  { compute, backup }: Pick<ArmClients, 'compute' | 'backup'>,
  subscriptionId: string,
  options: CallOptions,
): Promise<Machine[]> {
  const { virtualMachines, disks } = compute;
  const [models, states, known, classic] = await Promise.all([
    collect(virtualMachines.listAll(abortable(options))),
    collect(virtualMachines.listAll({ statusOnly: 'true', ...abortable(options) })),
    collect(disks.list(abortable(options))),
    classicMachines(backup, subscriptionId, options),
  ]);
  const power = new Map(states.map((machine) => [machine.id?.toLowerCase(), readPower(machine)]));
  const sizes = new Map(known.map((disk) => [disk.id?.toLowerCase() ?? '', readDisk(disk)]));
  const others = models.map((machine) =>
    readMachine(machine, power.get(machine.id?.toLowerCase()) ?? 'unknown', (id) => sizes.get(id)),
  );
  return [...others, ...classic];
}
