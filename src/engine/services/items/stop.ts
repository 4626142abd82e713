import { appError } from '../../../domain/errorCatalogue';
import type { ItemRecord, OperationRecord, VaultRecord } from '../../catalog/records';
import type { GuardRequests, ResourceGuards } from '../resourceGuards';
import { isImmutable } from '../vaultSecurity';
import type { ItemWork } from './itemWork';

/** Stops protection and keeps the recovery points (SPEC §2.13), or takes that back after a soft delete (§2.14). */
export class StopService {
  readonly #guards: ResourceGuards;
  readonly #work: ItemWork;

  constructor(deps: { guards: ResourceGuards; work: ItemWork }) {
    this.#guards = deps.guards;
    this.#work = deps.work;
  }

  /**
   * Stops backups; every recovery point is kept until somebody deletes it.
   * @throws AppError `LocalItemSoftDeleted`, or `BMSUserErrorResourceGuard` without the guard's approval
   */
  retain(vault: VaultRecord, item: ItemRecord, requests: GuardRequests): OperationRecord {
    this.#guards.approve(vault, 'updateProtectedItem', { requests });
    return this.#disable(vault, item, { ...item, state: 'ProtectionStopped', policyName: '' });
  }

  /**
   * Stops backups while recovery points go on to expire as the policy says; only an immutable vault offers it.
   * @throws AppError `UserErrorOperationDeniedOnImmutableItem` in any other vault (SPEC §9.1), `LocalItemSoftDeleted`, or
   *   `BMSUserErrorResourceGuard` without the guard's approval
   */
  suspend(vault: VaultRecord, item: ItemRecord, requests: GuardRequests): OperationRecord {
    if (!isImmutable(vault)) throw appError('UserErrorOperationDeniedOnImmutableItem', {});
    this.#guards.approve(vault, 'updateProtectedItem', { requests });
    return this.#disable(vault, item, { ...item, state: 'BackupsSuspended' });
  }

  /** Takes a soft delete back: the item is stopped, with all its points. @throws AppError `LocalItemNotSoftDeleted` */
  undelete(vault: VaultRecord, item: ItemRecord): OperationRecord {
    if (!item.softDelete || item.removalJob !== undefined)
      throw appError('LocalItemNotSoftDeleted', { vm: item.machineName });
    return this.#work.start({
      vault,
      item,
      operation: 'Undelete',
      properties: { 'VM Name': item.machineName, 'Undelete flag': 'True' },
      answersWith: 'item',
      run: (job) =>
        this.#work.save(job, {
          ...item,
          state: 'ProtectionStopped',
          policyName: '',
          softDelete: undefined,
          undeleted: true,
        }),
    });
  }

  #disable(vault: VaultRecord, item: ItemRecord, stopped: ItemRecord): OperationRecord {
    if (item.softDelete) throw appError('LocalItemSoftDeleted', { vm: item.machineName });
    return this.#work.start({
      vault,
      item,
      operation: 'DisableBackup',
      properties: { 'VM Name': item.machineName, 'Policy Name': stopped.policyName },
      answersWith: 'item',
      run: (job) => this.#work.save(job, stopped),
    });
  }
}
