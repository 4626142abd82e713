import { inTurns } from '../model/inTurns';
import { diskRow } from '../model/machineView';
import { pointRow, pointsGroupRow } from '../model/pointView';
import type { Row } from '../model/row';
import { knownMachine, type Stores } from '../model/stores';
import { t } from '../text';
import { failureRows } from './treeModel';

/** Rows below a machine: its recovery points, then its disks. `scope` is the place where the machine stands. */
export function machineChildren(stores: Stores, machineId: string, scope: string): Row[] {
  const machine = knownMachine(stores, machineId);
  if (!machine) return [];
  const { provider } = machine;
  const options = { key: stores.engine.key, now: stores.clock.now(), provider, machineId, scope };
  const { item } = machine;
  const points = item ? [pointsGroupRow(stores.machines.points(item.id).value, { ...options, itemId: item.id })] : [];
  return [...points, ...(machine.machine?.disks ?? []).map((disk) => diskRow(machine, disk, options))];
}

/** The recovery points of an item, newest first. */
export async function pointChildren(
  stores: Stores,
  owner: { machineId: string; itemId: string },
  scope: string,
): Promise<Row[]> {
  await stores.machines.ensurePoints(owner.itemId);
  const { value, failure } = stores.machines.points(owner.itemId);
  const { policy, heldBy } = knownMachine(stores, owner.machineId) ?? {};
  const provider = stores.links.provider(owner.itemId);
  const options = { key: stores.engine.key, now: stores.clock.now(), provider, ...owner, scope, policy, heldBy };
  const failed = { branch: owner.itemId, label: t('Could not read the recovery points'), failure };
  const rows = await inTurns(value ?? [], (point) => pointRow(point, options));
  return [...failureRows(options.key, [failed]), ...rows];
}
