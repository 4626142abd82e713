import * as z from 'zod';
import type { BackupPolicy } from '../../domain/policy';
import { afterChange } from '../../domain/pruning';
import { idKey } from '../../protocol/ids';
import { type PolicyProperties, policyFromWire, policyProperties } from '../../protocol/policyWire';
import type { Catalog } from '../catalog/catalog';
import type { ItemRecord, PointRecord, PolicyChangeRecord, VaultRecord } from '../catalog/records';
import { jsonValue } from '../store/json';
import type { StoredNote } from '../store/notes';
import type { VaultStores } from './vaultStores';

/** A policy by name, with the body that the change is about. */
export interface NamedPolicy {
  readonly name: string;
  readonly properties: PolicyProperties;
}

/** What changed for an item, and when (ms UTC). */
export type PolicyChange = Pick<PolicyChangeRecord, 'at' | 'from' | 'to'>;

const namedPolicy = z.object({ name: z.string(), properties: policyProperties });
/** What a store's note says about a change of policy: enough to tell each point's expiry without the catalog. */
const changeNote = z.object({
  kind: z.literal('policyChange'),
  item: z.string(),
  at: z.number(),
  from: namedPolicy,
  to: namedPolicy,
});

/**
 * What a new or edited policy does to the points that are there (SPEC §3 "Policy change"). A change is decided in the
 * catalog, in the transaction that makes the policy effective; then it becomes a note in the store, since a manifest is
 * never rewritten; then the points' rows follow. Each step may be done again: nothing is applied twice.
 */
export class PolicyChangeService {
  readonly #catalog: Catalog;
  readonly #stores: Pick<VaultStores, 'open'>;
  readonly #now: () => number;
  readonly #uuid: () => string;
  readonly #applied: () => void;

  /** @param deps.applied called when points may expire earlier from now on */
  constructor(deps: {
    catalog: Catalog;
    stores: Pick<VaultStores, 'open'>;
    now: () => number;
    uuid: () => string;
    applied: () => void;
  }) {
    this.#catalog = deps.catalog;
    this.#stores = deps.stores;
    this.#now = deps.now;
    this.#uuid = deps.uuid;
    this.#applied = deps.applied;
  }

  /**
   * Decides a change for an item; to be called in the transaction that makes the new policy its own. Without an earlier
   * policy the points' ranges count as the new one says, and a range that it does not have keeps its expiry.
   */
  decide(item: ItemRecord, from: NamedPolicy | undefined, to: NamedPolicy): void {
    const before = from ?? to;
    const unchanged = from
      ? sameRetention(policyFromWire(from.properties), policyFromWire(to.properties))
      : this.#leavesPoints(item, { at: this.#now(), from: to, to });
    if (unchanged) return;
    this.#catalog.policyChanges.put({
      id: this.#uuid(),
      itemKey: idKey(item.id),
      vaultKey: item.vaultKey,
      group: item.vmId,
      at: this.#now(),
      from: { name: before.name, properties: before.properties },
      to: { name: to.name, properties: to.properties },
      pending: true,
    });
  }

  #leavesPoints(item: ItemRecord, change: PolicyChange): boolean {
    return this.#expiriesUnder(item, change).every(({ before, after }) => before === after);
  }

  /** When each point of an item expires (ms UTC), and when it would under a change; never if there is no time. */
  #expiriesUnder(item: ItemRecord, change: PolicyChange): { before?: number; after?: number }[] {
    const points = this.#catalog.points.list({ where: { item_key: idKey(item.id) } });
    return points.map((point) => ({ before: point.expiryTime, after: withChanges(point, [change]).expiryTime }));
  }

  /** True if points of an item that has no policy would go earlier under this one than they were to. */
  shortens(item: ItemRecord, to: NamedPolicy): boolean {
    return this.#expiriesUnder(item, { at: this.#now(), from: to, to }).some(
      ({ before, after }) => after !== undefined && after < (before ?? Number.POSITIVE_INFINITY),
    );
  }

  /** True until every decided change of the item has reached its points (`policyInconsistent`, SPEC §4). */
  isPending(item: Pick<ItemRecord, 'id'>): boolean {
    return this.#catalog.policyChanges.exists({ where: { item_key: idKey(item.id), pending: 1 } });
  }

  /** Keys of the items of a vault of which {@link isPending} is true. */
  pendingIn(vault: Pick<VaultRecord, 'id'>): ReadonlySet<string> {
    return new Set(
      this.#catalog.policyChanges.distinct('item_key', { where: { vault_key: idKey(vault.id), pending: 1 } }),
    );
  }

  /** Finishes the pending changes of a vault, or of one item of it. @throws AppError of the store; they stay pending */
  async finish(vault: VaultRecord, item?: Pick<ItemRecord, 'id'>): Promise<void> {
    const where = item ? { item_key: idKey(item.id), pending: 1 } : { vault_key: idKey(vault.id), pending: 1 };
    const pending = this.#catalog.policyChanges.list({ where });
    // A resumed item is cleaned up at once, whatever changed (SPEC §2.14).
    if (item || pending.length > 0) this.#applied();
    if (pending.length === 0) return;
    const store = await this.#stores.open(vault);
    for (const change of pending) {
      const { group, at, id, itemKey, from, to } = change;
      const subject = jsonValue.parse(
        JSON.parse(JSON.stringify({ kind: 'policyChange', item: itemKey, at, from, to })),
      );
      await store.addNote({ group, time: at, id: id.replaceAll('-', ''), subject });
      this.#catalog.transaction(() => {
        for (const point of this.#catalog.points.list({ where: { item_key: itemKey } })) {
          if (point.time <= at) this.#catalog.points.put(withChanges(point, [change]));
        }
        this.#catalog.policyChanges.put({ ...change, pending: false });
      });
    }
    this.#applied();
  }

  /** A point that a backup just made, with the changes that were decided while it ran. */
  current(point: PointRecord): PointRecord {
    return withChanges(point, this.#catalog.policyChanges.list({ where: { item_key: point.itemKey } }));
  }

  /** Forgets changes that are done; no backup that began before them may be under way. */
  forgetDone(): void {
    for (const { id } of this.#catalog.policyChanges.list({ where: { pending: 0 } })) {
      this.#catalog.policyChanges.delete(id);
    }
  }
}

/** The changes of policy that a store's notes tell of, by the group of points that they are about. */
export function changesIn(notes: readonly StoredNote[]): ReadonlyMap<string, readonly PolicyChange[]> {
  const changes = new Map<string, PolicyChange[]>();
  for (const { group, subject } of notes) {
    const parsed = changeNote.safeParse(subject);
    if (!parsed.success) continue; // a note of another kind
    changes.set(group, [...(changes.get(group) ?? []), parsed.data]);
  }
  return changes;
}

/** A point as the changes since it was taken leave it, in the order in which they were decided. */
export function withChanges(point: PointRecord, changes: readonly PolicyChange[]): PointRecord {
  return changes
    .filter(({ at }) => at >= point.time)
    .toSorted((a, b) => a.at - b.at)
    .reduce((changed, { at, from, to }) => {
      const next = afterChange(changed, {
        at,
        from: policyFromWire(from.properties),
        to: policyFromWire(to.properties),
      });
      return { ...changed, tags: [...next.tags], expiryTime: next.expiryTime, ruleName: next.ruleName };
    }, point);
}

function sameRetention(a: BackupPolicy, b: BackupPolicy): boolean {
  return isWeekly(a) === isWeekly(b) && JSON.stringify(counts(a)) === JSON.stringify(counts(b));
}

function counts({ retention: { daily, weekly, monthly, yearly } }: BackupPolicy): unknown[] {
  return [daily?.count, weekly?.count, monthly?.count, yearly?.count];
}

function isWeekly({ schedule }: BackupPolicy): boolean {
  return schedule.frequency === 'Weekly';
}
