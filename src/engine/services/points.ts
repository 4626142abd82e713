import { AppError, isAppError } from '../../domain/errors';
import { idKey } from '../../protocol/ids';
import { type Catalog, pointRemovalKey } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { PointSpan } from '../catalog/pointSpans';
import type { ItemRecord, PointRecord, VaultRecord } from '../catalog/records';
import { notFound } from './notFound';
import type { SnapshotTier } from './snapshotTier';
import type { VaultStores } from './vaultStores';

/** Recovery points of protected items: one row for each durable manifest. */
export class PointService {
  readonly #catalog: Catalog;
  readonly #snapshots: Pick<SnapshotTier, 'drop'>;
  readonly #stores: Pick<VaultStores, 'open'>;

  constructor(deps: {
    catalog: Catalog;
    snapshots: Pick<SnapshotTier, 'drop'>;
    stores: Pick<VaultStores, 'open'>;
  }) {
    this.#catalog = deps.catalog;
    this.#snapshots = deps.snapshots;
    this.#stores = deps.stores;
  }

  /** Newest first; `from` and `to` (ms UTC) bound the time. */
  list(item: ItemRecord, { from, to }: { from?: number; to?: number }, page: PageRequest): Page<PointRecord> {
    return this.#catalog.points.page(
      {
        where: { item_key: idKey(item.id) },
        from: { time: from },
        to: { time: to },
        orderBy: 'time',
        descending: true,
      },
      page,
    );
  }

  /** The ends of each item's points, and their numbers if `count` asks for them, by the items' keys. */
  spans(items: readonly ItemRecord[], options: { count: boolean }): ReadonlyMap<string, PointSpan> {
    return this.#catalog.pointSpans(
      items.map((item) => idKey(item.id)),
      options,
    );
  }

  /** @throws AppError `ResourceNotFound` */
  get(item: ItemRecord, name: string): PointRecord {
    const point = this.#catalog.points.get(`${idKey(item.id)}/recoverypoints/${name}`);
    if (!point) throw notFound(`${item.id}/recoveryPoints/${name}`);
    return point;
  }

  /**
   * Removes recovery points for good. The decision is one transaction: from then on no list shows them, and an engine
   * that is killed on the way finishes at its next start. When this resolves, their manifests are gone, durably; the
   * space comes back with the next sweep of the vault. Whether a point may go is the caller's to know.
   * @throws AppError `LocalPointHeld` for a point under a legal hold, and of the store: before the decision if the vault
   *   cannot be opened or written, else the next start finishes it
   */
  async remove(vault: VaultRecord, ...points: readonly PointRecord[]): Promise<void> {
    (await this.#stores.open(vault)).assertWritable();
    const held = await this.held(vault);
    const kept = points.find(({ manifestKey }) => held.has(manifestKey));
    if (kept) throw new AppError('LocalPointHeld', `The recovery point ${kept.name} is on legal hold.`);
    this.#catalog.transaction(() => {
      for (const { vaultKey, itemKey, name, manifestKey } of points) {
        this.#catalog.pointRemovals.put({ vaultKey, manifestKey });
        this.#catalog.points.delete(`${itemKey}/recoverypoints/${name}`);
      }
    });
    // The snapshot tier goes first (SPEC §3 "GC").
    for (const { name, snapshotUntil } of points) {
      if (snapshotUntil !== undefined) await this.#snapshots.drop(vault, name);
    }
    await this.finishRemovals(vault);
  }

  /** Removes the manifests of all points of a vault that were decided to go. @returns how many */
  async finishRemovals(vault: VaultRecord): Promise<number> {
    const removals = this.#catalog.pointRemovals.list({ where: { vault_key: idKey(vault.id) } });
    if (removals.length === 0) return 0;
    const store = await this.#stores.open(vault);
    for (const removal of removals) {
      try {
        await store.removePoint(removal.manifestKey);
      } catch (error) {
        // A hold that came after the decision wins; the next start shows the point again.
        if (!isAppError(error, 'LocalPointHeld')) throw error;
      }
      this.#catalog.pointRemovals.delete(pointRemovalKey(removal));
    }
    return removals.length;
  }

  /**
   * Puts a point on legal hold, with a sentence why; one that is held keeps its first reason.
   * @throws AppError `LocalPointNotFound`, and of the store
   */
  async hold(vault: VaultRecord, point: PointRecord, reason: string): Promise<void> {
    await (await this.#stores.open(vault)).holdPoint(point.manifestKey, reason);
  }

  /** Ends a legal hold; without one nothing changes. @throws AppError of the store */
  async release(vault: VaultRecord, point: PointRecord): Promise<void> {
    await (await this.#stores.open(vault)).releasePoint(point.manifestKey);
  }

  /** The held points of an item: name, why, and since when (ms UTC). @throws AppError of the store */
  async holdsOf(vault: VaultRecord, item: ItemRecord): Promise<{ name: string; reason: string; time?: number }[]> {
    const holds = await (await this.#stores.open(vault)).holds();
    const byManifest = new Map(holds.map((hold) => [hold.point, hold]));
    const points = holds.length === 0 ? [] : this.#catalog.points.list({ where: { item_key: idKey(item.id) } });
    return points.flatMap(({ name, manifestKey }) => {
      const hold = byManifest.get(manifestKey);
      return hold ? [{ name, reason: hold.reason, ...(hold.time !== undefined && { time: hold.time }) }] : [];
    });
  }

  /** Manifests of the points of a vault that are under a legal hold. @throws AppError of the store */
  async held(vault: VaultRecord): Promise<ReadonlySet<string>> {
    const holds = await (await this.#stores.open(vault)).holds();
    return new Set(holds.map(({ point }) => point));
  }
}
