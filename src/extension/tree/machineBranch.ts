import type { RecoveryPoint } from '../../domain/views';
import { idKey } from '../../protocol/ids';
import { dateText } from '../model/format';
import { inTurns } from '../model/inTurns';
import { type Life, Signal } from '../model/life';
import { diskRow } from '../model/machineView';
import { NewBytes } from '../model/newBytes';
import { pointDayRow, pointRow, pointsGroupRow } from '../model/pointView';
import { moreRow, type Row } from '../model/row';
import { knownMachine, type Stores } from '../model/stores';
import type { Target, TargetOf } from '../model/target';
import { t } from '../text';
import { failureRows } from './treeModel';

/** More points than this stand by day, where a day has several. */
const FLAT_POINTS = 30;

/** Rows of a page where nobody says how many. */
const USUAL_PAGE = 50;

/** What stands below a machine: its disks, then its recovery points, a page at a time. */
export class MachineBranch {
  private readonly changed = new Signal();
  private readonly newBytes: NewBytes;
  /** How many pages more than the first are shown of the points of an item. */
  private readonly extraPages = new Map<string, number>();

  constructor(
    private readonly stores: Stores,
    private readonly pageSize: () => number = () => USUAL_PAGE,
  ) {
    this.newBytes = new NewBytes(stores);
  }

  onDidChange(listener: () => void): Life {
    return this.changed.on(listener);
  }

  /** Rows below what stands in this branch. `scope` is the place where its machine stands. */
  async children(target: Target, scope: string): Promise<Row[]> {
    switch (target.kind) {
      case 'machine':
        return this.parts(target.machineId, scope);
      case 'points':
        return this.points(target, scope);
      case 'pointDay':
        return this.pointsOfDay(target, scope);
      default:
        return [];
    }
  }

  /** Shows one page more of the points of an item. */
  loadMore(itemId: string): void {
    const key = idKey(itemId);
    this.extraPages.set(key, (this.extraPages.get(key) ?? 0) + 1);
    this.changed.fire();
  }

  private parts(machineId: string, scope: string): Row[] {
    const machine = knownMachine(this.stores, machineId);
    if (!machine) return [];
    const { item, policy, provider } = machine;
    const { engine, clock, machines } = this.stores;
    const options = { key: engine.key, now: clock.now(), provider, machineId, scope, policy };
    const disks = (machine.machine?.disks ?? []).map((disk) => diskRow(machine, disk, options));
    return item ? [...disks, pointsGroupRow(machines.points(item.id).value, { ...options, itemId: item.id })] : disks;
  }

  /** The recovery points of an item, newest first, or the days that have several. */
  private async points(owner: TargetOf<'points'>, scope: string): Promise<Row[]> {
    const { machines, engine } = this.stores;
    await machines.ensurePoints(owner.itemId);
    void this.measure(owner.machineId);
    const { value = [], failure } = machines.points(owner.itemId);
    const options = this.pointOptions(owner, scope);
    const entries = value.length > FLAT_POINTS ? this.byDay(value, owner) : value.map((point) => [point]);
    const most = this.pageSize() * ((this.extraPages.get(idKey(owner.itemId)) ?? 0) + 1);
    const rows = await inTurns(entries.slice(0, most), (points) => {
      const [point, ...others] = points;
      if (point && others.length === 0) return pointRow(point, options);
      return pointDayRow(points, this.dayOf(point, owner), options);
    });
    const hidden = entries.slice(most).flat().length;
    const { itemId } = owner;
    const more = { key: engine.key, of: [scope, itemId], words: t('{0} older points', hidden), itemId };
    const failed = { branch: itemId, label: t('Could not read the recovery points'), failure };
    return [...failureRows(engine.key, [failed]), ...rows, ...(hidden > 0 ? [moreRow(more)] : [])];
  }

  private async pointsOfDay(owner: TargetOf<'pointDay'>, scope: string): Promise<Row[]> {
    const options = this.pointOptions(owner, scope);
    const points = this.stores.machines.points(owner.itemId).value ?? [];
    return points.filter((point) => this.dayOf(point, owner) === owner.day).map((point) => pointRow(point, options));
  }

  private byDay(points: readonly RecoveryPoint[], owner: { machineId: string }): RecoveryPoint[][] {
    const days = new Map<string, RecoveryPoint[]>();
    for (const point of points) {
      const day = this.dayOf(point, owner);
      const sameDay = days.get(day);
      if (sameDay) sameDay.push(point);
      else days.set(day, [point]);
    }
    return Array.from(days.values());
  }

  /** The date of a point on the clock that its time is shown on. */
  private dayOf(point: RecoveryPoint | undefined, { machineId }: { machineId: string }): string {
    const zone = knownMachine(this.stores, machineId)?.policy?.rule?.timeZone;
    return point ? dateText(point.time, zone) : '';
  }

  private pointOptions({ machineId, itemId }: { machineId: string; itemId: string }, scope: string) {
    const { engine, clock, links } = this.stores;
    const machine = knownMachine(this.stores, machineId);
    return {
      key: engine.key,
      now: clock.now(),
      provider: links.provider(itemId),
      machineId,
      itemId,
      scope,
      policy: machine?.policy,
      heldBy: machine?.heldBy,
      newBytesOf: this.newBytes.forPoints(machine),
    };
  }

  /** Asks how much the newest points brought; they are shown without it until that is known. */
  private async measure(machineId: string): Promise<void> {
    if (await this.newBytes.read(knownMachine(this.stores, machineId))) this.changed.fire();
  }
}
