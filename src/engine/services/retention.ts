import { type PruneDecision, planPruning } from '../../domain/pruning';
import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { ItemRecord, PointRecord, VaultRecord } from '../catalog/records';
import type { JobService } from './jobs';
import type { PointService } from './points';
import type { PolicyChangeService } from './policyChanges';
import type { SnapshotTier } from './snapshotTier';

/** Expired points are looked for this often; the service promises a day (SPEC §3 "GC"). */
const EVERY_MS = 3_600_000;

/** What a clean-up does to one item: each of its expired points, with the reason why it goes or stays. */
export interface ItemPlan {
  readonly vault: VaultRecord;
  readonly item: ItemRecord;
  readonly decisions: readonly PruneDecision<PointRecord>[];
}

/** Removes recovery points whose time is over (SPEC §3 "GC"): first a plan, then its execution. */
export class RetentionService {
  readonly #catalog: Catalog;
  readonly #changes: PolicyChangeService;
  readonly #jobs: Pick<JobService, 'runningOf'>;
  readonly #points: PointService;
  readonly #snapshots: SnapshotTier;
  readonly #now: () => number;
  readonly #log: { info(text: string): void; warn(text: string): void };
  #nextRun = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(deps: {
    catalog: Catalog;
    changes: PolicyChangeService;
    jobs: Pick<JobService, 'runningOf'>;
    points: PointService;
    snapshots: SnapshotTier;
    now: () => number;
    log: { info(text: string): void; warn(text: string): void };
  }) {
    this.#catalog = deps.catalog;
    this.#changes = deps.changes;
    this.#jobs = deps.jobs;
    this.#points = deps.points;
    this.#snapshots = deps.snapshots;
    this.#now = deps.now;
    this.#log = deps.log;
  }

  /** Starts a clean-up if one is due; called at every look of the scheduler. */
  look(): void {
    if (this.#running || this.#now() < this.#nextRun) return;
    this.#nextRun = this.#now() + EVERY_MS;
    this.#running = this.#run().finally(() => (this.#running = undefined));
  }

  /** Makes the next look start a clean-up: points may expire earlier than they did. */
  wake(): void {
    this.#nextRun = Number.NEGATIVE_INFINITY;
  }

  /** Waits until no clean-up is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** What a clean-up of a vault would do now, and why. */
  async plan(vault: VaultRecord): Promise<ItemPlan[]> {
    const held = await this.#points.held(vault);
    const now = this.#now();
    const expired = this.#catalog.points.list({ where: { vault_key: idKey(vault.id) }, to: { expiry: now } });
    const itemKeys = new Set(expired.map((point) => point.itemKey));
    return Array.from(itemKeys).flatMap((itemKey) => {
      const item = this.#catalog.items.get(itemKey);
      if (!item) return [];
      const busy = this.#jobs.runningOf(itemKey) !== undefined;
      const where = { item_key: itemKey };
      const [newest] = this.#catalog.points.list({ where, orderBy: 'time', descending: true, limit: 1 });
      const due = expired
        .filter((point) => point.itemKey === itemKey)
        .map((point) => (held.has(point.manifestKey) ? { ...point, hold: 0 } : point));
      return [{ vault, item, decisions: planPruning({ ...item, busy }, due, { now, newest: newest?.time ?? now }) }];
    });
  }

  /** Executes a plan. A removal that the engine's end cuts off is finished at the next start. */
  async execute({ vault, item, decisions }: ItemPlan): Promise<void> {
    const expired = decisions.filter(({ remove }) => remove).map(({ point }) => point);
    if (expired.length === 0) return;
    await this.#points.remove(vault, ...expired);
    this.#log.info(`Retention: ${expired.length} expired recovery point(s) of ${item.machineName} removed.`);
  }

  /** One vault that cannot be reached never keeps the others from being cleaned up. */
  async #run(): Promise<void> {
    for (const vault of this.#catalog.vaults.list()) {
      if (vault.deleted) continue; // its points come back or go with it
      try {
        await this.#changes.finish(vault);
        await this.#points.finishRemovals(vault);
        await this.#snapshots.dropDue(vault);
        for (const plan of await this.plan(vault)) {
          await this.execute(plan);
          if (plan.decisions.some(({ reason }) => reason === 'Busy')) this.wake();
        }
      } catch (error) {
        this.#log.warn(`Retention of ${vault.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
