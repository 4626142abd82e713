import { appError } from '../../domain/errorCatalogue';
import { AppError } from '../../domain/errors';
import type { Catalog } from '../catalog/catalog';
import type { OperationRecord } from '../catalog/records';
import { notFound } from './notFound';

/** How long the end of an operation can be asked for (the service's own limit is not known; assumed: 24 hours). */
const KEPT_MS = 86_400_000;
/** Most operations that have ended and can be asked for; of more the oldest are forgotten. */
const MOST_KEPT = 10_000;
const ENDED: readonly OperationRecord['status'][] = ['Succeeded', 'Failed', 'Canceled'];

export interface OperationWork {
  readonly vaultKey: string;
  /** Id to use instead of a new one (a vault's own operations have a form of their own). */
  readonly id?: string;
  /** The protected item that the results route answers with when the operation has succeeded. */
  readonly itemKey?: string;
  /** Does the work; what it returns is the job or jobs that go on, if there are any, or what a validation found. */
  readonly run: (operationId: string) => Promise<Pick<OperationRecord, 'jobId' | 'jobIds' | 'validation'> | undefined>;
}

/** Long-running operations (SPEC §1.8): stored, so that a poller finds its answer also after a restart. */
export class OperationService {
  readonly #catalog: Catalog;
  readonly #now: () => number;
  readonly #uuid: () => string;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: { catalog: Catalog; now: () => number; uuid: () => string }) {
    this.#catalog = deps.catalog;
    this.#now = deps.now;
    this.#uuid = deps.uuid;
  }

  /** Starts an operation and returns at once; its end is found under its id. */
  start(work: OperationWork): OperationRecord {
    const operation: OperationRecord = {
      id: work.id ?? this.#uuid(),
      vaultKey: work.vaultKey,
      status: 'InProgress',
      startTime: this.#now(),
      itemKey: work.itemKey,
    };
    this.#catalog.operations.put(operation);
    const running: Promise<void> = this.#run(operation, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return operation;
  }

  /** @throws AppError `ResourceNotFound` when the id is unknown or belongs to another vault */
  get(id: string, vaultKey: string): OperationRecord {
    const operation = this.#catalog.operations.get(id);
    if (!operation || operation.vaultKey !== vaultKey) throw notFound(`${vaultKey}/operations/${id}`);
    return operation;
  }

  /** Forgets operations that ended long ago, and the oldest where they are too many; called at every look of the scheduler. */
  prune(): void {
    const { operations } = this.#catalog;
    const to = { start_time: this.#now() - KEPT_MS };
    const old = ENDED.flatMap((status) => operations.list({ where: { status }, to }));
    const surplus = operations.count() - old.length - MOST_KEPT;
    if (old.length === 0 && surplus <= 0) return;
    this.#catalog.transaction(() => {
      for (const { id } of old) operations.delete(id);
      const oldest = operations.list({ orderBy: 'start_time', limit: Math.max(0, surplus) });
      for (const { id, status } of oldest) if (ENDED.includes(status)) operations.delete(id);
    });
  }

  /** Waits until no operation is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Ends what an engine that stopped left open, so that no poller waits for ever. */
  failUnfinished(): void {
    for (const operation of this.#catalog.operations.list({ where: { status: 'InProgress' } })) {
      const { code, message } = appError('LocalEngineStopped', { percent: 0 });
      this.#catalog.operations.put({ ...operation, status: 'Failed', endTime: this.#now(), error: { code, message } });
    }
  }

  async #run(operation: OperationRecord, work: OperationWork): Promise<void> {
    try {
      const result = await work.run(operation.id);
      this.#end(operation, { status: 'Succeeded', ...result });
    } catch (error) {
      const { code, message } = error instanceof AppError ? error : new AppError('InternalServerError', String(error));
      this.#end(operation, { status: 'Failed', error: { code, message } });
    }
  }

  #end(
    operation: OperationRecord,
    result: Pick<OperationRecord, 'status' | 'jobId' | 'jobIds' | 'error' | 'validation'>,
  ): void {
    this.#catalog.operations.put({ ...operation, ...result, endTime: this.#now() });
  }
}
