import { isFinished } from '../../domain/states';
import { idKey } from '../../protocol/ids';
import { type Catalog, pointRemovalKey } from '../catalog/catalog';
import type { ItemRecord, JobRecord, VaultRecord } from '../catalog/records';
import type { StoredPoint } from '../store/manifest';
import type { Repository } from '../store/repository';
import { pointRecord } from './backups';
import type { RemovalService } from './items/removal';
import type { JobService } from './jobs';
import type { OperationService } from './operations';
import { pointSubject, rehomed } from './pointSubject';
import type { PointService } from './points';
import { changesIn, withChanges } from './policyChanges';
import type { VaultStores } from './vaultStores';

/**
 * Brings the catalog in line with the vaults after the engine came up: a manifest is the commit point of a backup, so a
 * point that became durable just before a crash is shown, and its job is Completed. A removal that was decided is
 * finished. Whatever else was under way is Failed with a code that says so. A vault that cannot be opened is reported
 * and never hides the others.
 */
export async function reconcile(deps: {
  catalog: Catalog;
  jobs: JobService;
  operations: OperationService;
  points: PointService;
  removals: RemovalService;
  stores: VaultStores;
  warn: (text: string) => void;
}): Promise<void> {
  const { catalog, jobs, operations, points, removals, stores, warn } = deps;
  for (const vault of catalog.vaults.list()) {
    try {
      await points.finishRemovals(vault);
      await removals.finishInterrupted(vault);
      await adoptPoints({ catalog, jobs }, vault, await stores.open(vault));
    } catch (error) {
      warn(`Vault ${vault.name} could not be checked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  operations.failUnfinished();
  catalog.transaction(() => {
    for (const job of jobs.failUnfinished()) noteFailure(catalog, job);
  });
}

/** A backup that the engine's end cut off is the item's last backup, as one that failed while the engine ran. */
function noteFailure(catalog: Catalog, job: JobRecord): void {
  const item = catalog.items.get(job.itemKey);
  if (!item || job.operation !== 'Backup') return;
  const lastError = job.errors[0]?.message;
  const lastFailure = job.errors[0];
  catalog.items.put({ ...item, lastBackupStatus: 'Failed', lastBackupTime: job.startTime, lastError, lastFailure });
}

/** Shows the points of a store that the catalog does not know. @returns how many */
export async function adoptPoints(
  { catalog, jobs }: { catalog: Catalog; jobs: JobService },
  { id: vaultId }: VaultRecord,
  store: Repository,
): Promise<number> {
  const points = await store.points();
  const changes = changesIn((await store.notes()).notes);
  return points.filter((stored) => adopt(catalog, jobs, { vaultId, stored, changes })).length;
}

interface Found {
  readonly vaultId: string;
  readonly stored: StoredPoint;
  readonly changes: ReturnType<typeof changesIn>;
}

function adopt(catalog: Catalog, jobs: JobService, { vaultId, stored, changes }: Found): boolean {
  const subject = rehomed(pointSubject.parse(stored.subject), vaultId);
  const itemKey = idKey(subject.item);
  const point = withChanges(pointRecord(stored, subject), changes.get(stored.group) ?? []);
  const item = catalog.items.get(itemKey);
  const key = `${point.itemKey}/recoverypoints/${point.name}`;
  if (!item || catalog.points.get(key) || catalog.pointRemovals.get(pointRemovalKey(point))) return false;
  const job = catalog.jobs.get(idKey(subject.job));
  catalog.transaction(() => {
    catalog.points.put(point);
    catalog.items.put(withPoint(item, job?.startTime ?? point.time));
    if (job && !isFinished(job.status)) {
      const line = 'The recovery point was complete when the engine stopped.';
      jobs.end(job, { status: 'Completed', errors: [] }, line);
    }
  });
  return true;
}

/** @param time when the backup of the point started (ms UTC); a later backup of the item keeps its own result */
function withPoint(item: ItemRecord, time: number): ItemRecord {
  const state = item.state === 'IRPending' ? 'Protected' : item.state;
  if ((item.lastBackupTime ?? 0) > time) return { ...item, state };
  return {
    ...item,
    state,
    lastBackupStatus: 'Completed',
    lastBackupTime: time,
    lastError: undefined,
    lastFailure: undefined,
  };
}
