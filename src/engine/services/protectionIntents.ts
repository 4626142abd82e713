import { appError } from '../../domain/errorCatalogue';
import { idKey, itemNames } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { IntentRecord, OperationRecord, VaultRecord } from '../catalog/records';
import { type BackupChecks, lowerNames, type MachineProtection } from './backupChecks';
import type { DiscoveryService } from './discovery';
import { notFound } from './notFound';

/** What protects a machine: the same request that clients send for a protected item. */
export type Enable = (
  vault: VaultRecord,
  input: { containerName: string; itemName: string; machineId: string; policyId: string },
) => OperationRecord;

/**
 * Protection intents: how the portal protects a machine from its own page, without a discovery before (SPEC §5). The
 * intent is remembered; the protected item does the rest.
 */
export class ProtectionIntents {
  readonly #deps: { catalog: Catalog; checks: BackupChecks; discovery: DiscoveryService; enable: Enable };

  constructor(deps: { catalog: Catalog; checks: BackupChecks; discovery: DiscoveryService; enable: Enable }) {
    this.#deps = deps;
  }

  list(vault: VaultRecord, page: PageRequest): Page<IntentRecord> {
    return this.#deps.catalog.intents.page({ where: { vault_key: idKey(vault.id) } }, page);
  }

  /** @throws AppError `ResourceNotFound` */
  get(vault: VaultRecord, name: string): IntentRecord {
    const id = intentId(vault, name);
    const intent = this.#deps.catalog.intents.get(idKey(id));
    if (!intent) throw notFound(id);
    return intent;
  }

  /**
   * Remembers the intent and enables protection.
   * @throws AppError `BMSUserErrorInvalidConfigureProtectionRequest` for a name that is not the machine's, and what
   *   enabling protection throws
   */
  put(vault: VaultRecord, name: string, given: { machineId: string; policyId: string }): IntentRecord {
    const machine = this.#deps.catalog.machines.get(idKey(given.machineId));
    if (!machine || idKey(name) !== idKey(lowerNames(machine.id).itemName)) {
      throw appError('BMSUserErrorInvalidConfigureProtectionRequest', {});
    }
    this.#deps.discovery.refresh(vault);
    const { container: containerName, item: itemName } = itemNames(machine.group, machine.name);
    this.#deps.enable(vault, { containerName, itemName, machineId: machine.id, policyId: given.policyId });
    const intent = {
      id: intentId(vault, name),
      name,
      vaultKey: idKey(vault.id),
      machineId: machine.id,
      policyId: given.policyId,
    };
    this.#deps.catalog.intents.put(intent);
    return intent;
  }

  /** Forgets the intent; the machine stays protected. @returns false when there was none */
  delete(vault: VaultRecord, name: string): boolean {
    const id = intentId(vault, name);
    if (!this.#deps.catalog.intents.get(idKey(id))) return false;
    this.#deps.catalog.intents.delete(idKey(id));
    return true;
  }

  state(intent: IntentRecord): MachineProtection {
    const { status, item } = this.#deps.checks.status(intent.machineId);
    return item && item.vaultKey !== intent.vaultKey ? 'NotProtected' : status;
  }
}

function intentId(vault: VaultRecord, name: string): string {
  return `${vault.id}/backupFabrics/Azure/backupProtectionIntent/${name}`;
}
