import { appError, errorText } from '../../../domain/errorCatalogue';
import { isFinished } from '../../../domain/states';
import { idKey } from '../../../protocol/ids';
import type { Catalog } from '../../catalog/catalog';
import type { ItemRecord, OperationRecord, VaultRecord } from '../../catalog/records';
import type { JobService } from '../jobs';
import type { PointService } from '../points';
import type { ResourceGuards } from '../resourceGuards';
import type { RunningJob } from '../runningJob';
import { isImmutable, softDeleteDays } from '../vaultSecurity';
import type { ItemWork } from './itemWork';

const DAY_MS = 86_400_000;
/** A purge that failed, for example because its drive is away, is tried again after this. */
const TRY_AGAIN_MS = 3_600_000;

/**
 * Deletes protected items with their backup data (SPEC §2.13). With soft delete the item waits for its days; without,
 * or when they are over, its points go first (each manifest before its row), the item last. An engine that is killed on
 * the way goes on at its next start.
 */
export class RemovalService {
  readonly #catalog: Catalog;
  readonly #guards: ResourceGuards;
  readonly #jobs: JobService;
  readonly #points: PointService;
  readonly #work: ItemWork;
  readonly #now: () => number;
  readonly #warn: (text: string) => void;
  readonly #purging = new Map<string, Promise<void>>();
  readonly #notBefore = new Map<string, number>();

  constructor(deps: {
    catalog: Catalog;
    guards: ResourceGuards;
    jobs: JobService;
    points: PointService;
    work: ItemWork;
    now: () => number;
    warn: (text: string) => void;
  }) {
    this.#catalog = deps.catalog;
    this.#guards = deps.guards;
    this.#jobs = deps.jobs;
    this.#points = deps.points;
    this.#work = deps.work;
    this.#now = deps.now;
    this.#warn = deps.warn;
  }

  /**
   * Deletes an item.
   * @throws AppError `UserErrorOperationDeniedOnImmutableItem`, `LocalItemSoftDeleted` for one that waits already, or
   *   `BMSUserErrorResourceGuard` while a guard has not unlocked the deletion
   */
  start(vault: VaultRecord, item: ItemRecord): OperationRecord {
    if (isImmutable(vault)) throw appError('UserErrorOperationDeniedOnImmutableItem', {});
    if (item.softDelete) throw appError('LocalItemSoftDeleted', { vm: item.machineName });
    this.#guards.approve(vault, 'deleteProtectedItem', { requests: undefined, resource: item.id });
    return this.#work.start({
      vault,
      item,
      operation: 'DeleteBackupData',
      properties: this.#jobProperties(item),
      answersWith: 'nothing',
      run: async (job) => {
        const days = softDeleteDays(vault);
        if (days > 0) this.#work.save(job, this.#softDeleted(item, days));
        else await this.#remove(vault, item, job);
      },
    });
  }

  /** Removes the soft-deleted items whose days are over. */
  purgeDue(): void {
    const now = this.#now();
    for (const item of this.#catalog.items.list({ where: { state: 'ProtectionStopped' } })) {
      const key = idKey(item.id);
      const dueAt = Math.max(item.softDelete?.purgeAt ?? Infinity, this.#notBefore.get(key) ?? 0);
      const vault = dueAt <= now ? this.#catalog.vaults.get(item.vaultKey) : undefined;
      // What lies in a deleted vault comes back or goes with it.
      if (!vault || vault.deleted || this.#jobs.runningOf(key)) continue;
      this.#notBefore.set(key, now + TRY_AGAIN_MS);
      const purging = this.#purge(vault, item).finally(() => this.#purging.delete(key));
      this.#purging.set(key, purging);
    }
  }

  /** Goes on with removals of a vault that the engine's end cut off. */
  async finishInterrupted(vault: VaultRecord): Promise<void> {
    for (const item of this.#catalog.items.list({ where: { vault_key: idKey(vault.id) } })) {
      if (item.removalJob === undefined) continue;
      await this.#removePoints(vault, item);
      const job = this.#catalog.jobs.get(item.removalJob);
      this.#catalog.transaction(() => {
        this.#catalog.items.delete(item.id);
        if (job && !isFinished(job.status)) {
          this.#jobs.end(
            job,
            { status: 'Completed', errors: [] },
            'The removal was finished when the engine came back.',
          );
        }
      });
    }
  }

  /** Waits until no purge is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#purging.values());
  }

  async #purge(vault: VaultRecord, item: ItemRecord): Promise<void> {
    const properties = this.#jobProperties(item);
    const job = this.#jobs.start({
      vault,
      item,
      operation: 'DeleteBackupData',
      tasks: [],
      properties,
      userTriggered: false,
    });
    try {
      await this.#remove(vault, item, job);
    } catch (error) {
      job.stop(error);
      this.#warn(`Removal of ${item.id}: ${errorText('LocalRemovalUnfinished', { vm: item.machineName })}`);
    }
  }

  async #remove(vault: VaultRecord, item: ItemRecord, job: RunningJob): Promise<void> {
    this.#catalog.items.put({ ...item, state: 'ProtectionStopped', removalJob: idKey(job.record.id) });
    await this.#removePoints(vault, item);
    job.complete((record) =>
      this.#catalog.transaction(() => {
        this.#catalog.items.delete(item.id);
        this.#catalog.jobs.put(record);
      }),
    );
  }

  async #removePoints(vault: VaultRecord, item: ItemRecord): Promise<void> {
    const points = this.#catalog.points.list({ where: { item_key: idKey(item.id) } });
    await this.#points.remove(vault, ...points);
  }

  #softDeleted(item: ItemRecord, days: number): ItemRecord {
    const at = this.#now();
    const softDelete = { at, purgeAt: at + days * DAY_MS, policyName: item.policyName };
    return { ...item, state: 'ProtectionStopped', policyName: '', softDelete };
  }

  #jobProperties(item: ItemRecord): Record<string, string> {
    const count = this.#catalog.points.count({ where: { item_key: idKey(item.id) } });
    return { 'VM Name': item.machineName, 'Number of Recovery Points': String(count) };
  }
}
