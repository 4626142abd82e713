import { appError } from '../../domain/errorCatalogue';
import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { VaultRecord } from '../catalog/records';
import type { ResourceGuardRecord } from '../catalog/vaultRecords';
import { notFound } from './notFound';

/** How long a deletion stays unlocked (recorded: 30 minutes). */
const UNLOCKED_MS = 30 * 60_000;

/** Operations that a resource guard protects: the name of the requests that approve each, and its action (recorded). */
export const CRITICAL_OPERATIONS = [
  ['deleteProtectedItem', 'backupFabrics/protectionContainers/protectedItems/delete'],
  ['updateProtectedItem', 'backupFabrics/protectionContainers/protectedItems/write'],
  ['updateProtectionPolicy', 'backupPolicies/write'],
  ['deleteResourceGuardProxy', 'backupResourceGuardProxies/delete'],
  ['getBackupSecurityPIN', 'backupSecurityPIN/action'],
  ['disableSoftDelete', 'backupconfig/write'],
] as const;
export type CriticalOperation = (typeof CRITICAL_OPERATIONS)[number][0];

/** `resourceGuardOperationRequests` of a request: what approves it. */
export type GuardRequests = readonly string[] | null | undefined;

export interface Approval {
  readonly requests: GuardRequests;
  /** The resource that a deletion is about. */
  readonly resource?: string;
}

/** Multi-user authorization: the mapping of a vault to a resource guard, and what it asks of critical operations. */
export class ResourceGuards {
  readonly #catalog: Catalog;
  readonly #now: () => number;

  constructor(deps: { catalog: Catalog; now: () => number }) {
    this.#catalog = deps.catalog;
    this.#now = deps.now;
  }

  /** @throws AppError `ResourceNotFound` while no guard is mapped */
  get(vault: VaultRecord): ResourceGuardRecord {
    if (!vault.resourceGuard) throw notFound(`${vault.id}/backupResourceGuardProxies/VaultProxy`);
    return vault.resourceGuard;
  }

  /** Maps the vault to a guard, which lies with another provider: its existence cannot be checked here. */
  map(vault: VaultRecord, guardId: string): VaultRecord {
    return this.#put({ ...vault, resourceGuard: { id: guardId, updatedAt: this.#now() } });
  }

  /**
   * Takes the mapping away.
   * @returns false when there was none
   * @throws AppError `BMSUserErrorResourceGuard` unless that was unlocked
   */
  unmap(vault: VaultRecord, approval: Approval): boolean {
    if (!vault.resourceGuard) return false;
    this.approve(vault, 'deleteResourceGuardProxy', approval);
    this.#put({ ...vault, resourceGuard: undefined });
    return true;
  }

  /**
   * Unlocks one deletion for half an hour: of a protected item, or of the mapping itself.
   * @returns until when (ms UTC)
   * @throws AppError `BMSUserErrorResourceGuard` without a request that approves it
   */
  unlock(vault: VaultRecord, approval: Approval): number {
    const guard = this.get(vault);
    const operation = approval.resource === undefined ? 'deleteResourceGuardProxy' : 'deleteProtectedItem';
    if (!isApproved(guard, operation, approval.requests)) throw appError('BMSUserErrorResourceGuard', {});
    const until = this.#now() + UNLOCKED_MS;
    this.#put({ ...vault, resourceGuard: { ...guard, unlocked: { until, operation, resource: approval.resource } } });
    return until;
  }

  /**
   * Lets a critical operation pass: no guard is mapped, a request of the guard approves it, or it was unlocked.
   * @throws AppError `BMSUserErrorResourceGuard`
   */
  approve(vault: VaultRecord, operation: CriticalOperation, approval: Approval): void {
    const guard = vault.resourceGuard;
    if (!guard || isApproved(guard, operation, approval.requests)) return;
    const { unlocked } = guard;
    const open = unlocked?.operation === operation && unlocked.until > this.#now();
    if (!open || idKey(unlocked.resource ?? '') !== idKey(approval.resource ?? '')) {
      throw appError('BMSUserErrorResourceGuard', {});
    }
  }

  #put(vault: VaultRecord): VaultRecord {
    const changed = { ...vault, modifiedAt: this.#now() };
    this.#catalog.vaults.put(changed);
    return changed;
  }
}

function isApproved(guard: ResourceGuardRecord, operation: CriticalOperation, requests: GuardRequests): boolean {
  const prefix = idKey(guardRequestId(guard, operation)).replace(/default$/, '');
  return (requests ?? []).some((request) => idKey(request).startsWith(prefix));
}

/** Id of the guard's standing request for an operation, which clients name in theirs. */
export function guardRequestId(guard: ResourceGuardRecord, operation: CriticalOperation): string {
  return `${guard.id}/${operation}Requests/default`;
}
