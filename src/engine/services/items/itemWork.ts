import { appError } from '../../../domain/errorCatalogue';
import { idKey } from '../../../protocol/ids';
import type { Catalog } from '../../catalog/catalog';
import type { ItemRecord, JobRecord, OperationRecord, VaultRecord } from '../../catalog/records';
import type { JobService } from '../jobs';
import type { OperationService } from '../operations';
import type { RunningJob } from '../runningJob';

/** Jobs that change how an item is protected. */
const CONFIGURING: readonly JobRecord['operation'][] = [
  'ConfigureBackup',
  'DisableBackup',
  'DeleteBackupData',
  'Undelete',
];

export interface ItemChange {
  readonly vault: VaultRecord;
  readonly item: Pick<ItemRecord, 'id' | 'containerName' | 'machineName'>;
  readonly operation: JobRecord['operation'];
  readonly properties: Readonly<Record<string, string>>;
  /** What the results route answers with: the item, or nothing once it is gone. */
  readonly answersWith: 'item' | 'nothing';
  /** Does the work and writes its result and the final record of the job together, by `job.complete`. */
  readonly run: (job: RunningJob) => void | Promise<void>;
}

/** Changes of a protected item: one at a time for each item, each a job without tasks (SPEC §1.8, §1.11). */
export class ItemWork {
  readonly #catalog: Catalog;
  readonly #jobs: JobService;
  readonly #operations: OperationService;

  constructor(deps: { catalog: Catalog; jobs: JobService; operations: OperationService }) {
    this.#catalog = deps.catalog;
    this.#jobs = deps.jobs;
    this.#operations = deps.operations;
  }

  /**
   * Starts a change. A job of the item that is being cancelled is waited for.
   * @throws AppError `BMSUserErrorConflictingProtectionOperation` or `BMSUserErrorObjectLocked` while another job runs
   */
  start(change: ItemChange): OperationRecord {
    const itemKey = idKey(change.item.id);
    this.#refuseConflict(itemKey);
    return this.#operations.start({
      vaultKey: idKey(change.vault.id),
      ...(change.answersWith === 'item' && { itemKey }),
      run: async () => {
        await this.#jobs.cancelled(itemKey);
        this.#refuseConflict(itemKey);
        return this.#run(change);
      },
    });
  }

  /** Commits an item together with the final record of the job that changed it. */
  save(job: RunningJob, item: ItemRecord): void {
    job.complete((record) =>
      this.#catalog.transaction(() => {
        this.#catalog.items.put(item);
        this.#catalog.jobs.put(record);
      }),
    );
  }

  async #run({ vault, item, operation, properties, run }: ItemChange): Promise<{ jobId: string }> {
    const job = this.#jobs.start({ vault, item, operation, tasks: [], properties, userTriggered: true });
    try {
      await run(job);
      return { jobId: job.record.id };
    } catch (error) {
      job.stop(error);
      throw error;
    }
  }

  #refuseConflict(itemKey: string): void {
    const running = this.#jobs.runningOf(itemKey);
    if (!running || running.status === 'Cancelling') return;
    const configuring = CONFIGURING.includes(running.operation);
    throw appError(configuring ? 'BMSUserErrorConflictingProtectionOperation' : 'BMSUserErrorObjectLocked', {});
  }
}
