import { parseFilter } from '../../../protocol/filter';
import { idKey } from '../../../protocol/ids';
import { backupRequest, type ProtectRequest, protectRequest } from '../../../protocol/requests';
import type { PointSpan } from '../../catalog/pointSpans';
import type { ItemRecord, OperationRecord, VaultRecord } from '../../catalog/records';
import type { BackupService } from '../../services/backups';
import type { ComputeService } from '../../services/compute';
import type { EnableService } from '../../services/items/enable';
import type { RemovalService } from '../../services/items/removal';
import type { StopService } from '../../services/items/stop';
import type { OperationService } from '../../services/operations';
import type { PointService } from '../../services/points';
import type { PolicyService } from '../../services/policies';
import type { ProtectionService } from '../../services/protection';
import type { VaultService } from '../../services/vaults';
import { accepted, retryHeaders, stillRunning } from '../asyncLinks';
import { readBody } from '../body';
import type { ArmReply, ArmRequest, Operation } from '../operation';
import { queryOf } from '../paging';
import { presentItem } from '../present/item';
import { presentOperation } from '../present/vault';
import { wireEra } from '../present/wireEra';
import { FABRIC, ITEM, itemIdIn, param, VAULT, vaultIdIn } from './params';

export interface ItemRouteDeps {
  readonly backups: BackupService;
  readonly compute: ComputeService;
  readonly enabling: EnableService;
  readonly operations: OperationService;
  readonly points: PointService;
  readonly policies: PolicyService;
  readonly protection: ProtectionService;
  readonly removals: RemovalService;
  readonly stopping: StopService;
  readonly vaults: VaultService;
  readonly now: () => number;
}

/** One protected item: reading, changing, deleting it, on-demand backup, and the routes of operations (SPEC §1.7, §1.8). */
export function itemRoutes(deps: ItemRouteDeps): Operation[] {
  const { backups, protection, removals, vaults } = deps;
  const vaultOf = (request: ArmRequest) => vaults.get(vaultIdIn(request));
  return [
    {
      method: 'GET',
      path: ITEM,
      handle: (request) => {
        const item = protection.get(itemIdIn(request));
        return {
          status: 200,
          body: presentOne(deps, request, { vault: vaultOf(request), item, extended: isExtended(request) }),
        };
      },
    },
    {
      method: 'PUT',
      path: ITEM,
      handle: (request) => {
        const { properties } = readBody(protectRequest, request.body);
        return itemAccepted(request, change(deps, request, properties));
      },
    },
    {
      method: 'DELETE',
      path: ITEM,
      handle: (request) => {
        const vault = vaultOf(request);
        const item = protection.find(itemIdIn(request));
        if (!item) return { status: 204 };
        const { id } = removals.start(vault, item);
        // The item's own links would end with it: these are the vault's (SPEC §1.7).
        return accepted(request, `${vault.id}/backupOperations/${id}`, `${vault.id}/backupOperationResults/${id}`);
      },
    },
    {
      method: 'POST',
      path: `${ITEM}/backup`,
      handle: (request) => {
        const { properties } = readBody(backupRequest, request.body);
        const expiry = properties?.recoveryPointExpiryTimeInUTC;
        const operation = backups.start(vaultOf(request), protection.get(itemIdIn(request)), {
          kind: 'onDemand',
          retainUntil: expiry === undefined ? undefined : Date.parse(expiry),
        });
        return itemAccepted(request, operation);
      },
    },
    ...operationRoutes(deps),
  ];
}

/** The forms of PUT on an item are told apart by their members (SPEC §1.7). */
function change(deps: ItemRouteDeps, request: ArmRequest, properties: ProtectRequest): OperationRecord {
  const { enabling, protection, stopping, vaults } = deps;
  const vault = vaults.get(vaultIdIn(request));
  const state = properties.protectionState?.toLowerCase();
  const requests = properties.resourceGuardOperationRequests;
  if (properties.isRehydrate) return stopping.undelete(vault, protection.get(itemIdIn(request)));
  if (state === 'protectionstopped') return stopping.retain(vault, protection.get(itemIdIn(request)), requests);
  if (state === 'backupssuspended') return stopping.suspend(vault, protection.get(itemIdIn(request)), requests);
  return enabling.start(vault, {
    containerName: param(request, 'container'),
    itemName: param(request, 'item'),
    machineId: properties.sourceResourceId ?? '',
    policyId: properties.policyId ?? '',
    diskSelection: selectionIn(properties),
    requests,
  });
}

/** `undefined` when the request says nothing about disks, `null` when it resets the selection. */
function selectionIn({ extendedProperties: extended }: ProtectRequest) {
  if (extended?.diskExclusionProperties === undefined) return extended === null ? null : undefined;
  const disks = extended.diskExclusionProperties;
  return disks && { luns: disks.diskLunList, include: disks.isInclusionList };
}

/** The id of an operation is readable through the item, the fabric and the vault (SPEC §1.8). */
function operationRoutes(deps: ItemRouteDeps): Operation[] {
  const { operations, protection, vaults } = deps;
  const find = (request: ArmRequest) => operations.get(param(request, 'operation'), idKey(vaultIdIn(request)));
  const status = (request: ArmRequest): ArmReply => {
    const operation = find(request);
    return {
      status: 200,
      body: presentOperation(operation),
      ...(operation.status === 'InProgress' && { headers: retryHeaders }),
    };
  };
  const result = (request: ArmRequest): ArmReply => {
    const operation = find(request);
    if (operation.status === 'InProgress') return stillRunning(request);
    const item = operation.status === 'Succeeded' ? protection.find(operation.itemKey ?? '') : undefined;
    if (!item) return { status: 204 };
    const vault = vaults.get(vaultIdIn(request));
    return { status: 200, body: presentOne(deps, request, { vault, item, extended: true }) };
  };
  return [
    { method: 'GET', path: `${FABRIC}/operationsStatus/:operation`, handle: status },
    { method: 'GET', path: `${FABRIC}/operationResults/:operation`, handle: result },
    { method: 'GET', path: `${VAULT}/backupOperations/:operation`, handle: status },
    { method: 'GET', path: `${VAULT}/backupOperationResults/:operation`, handle: result },
    { method: 'GET', path: `${ITEM}/operationsStatus/:operation`, handle: status },
    { method: 'GET', path: `${ITEM}/operationResults/:operation`, handle: result },
  ];
}

/** The answer to a request that changes an item: both links are at the item, its name as the caller wrote it. */
export function itemAccepted(request: ArmRequest, operation: OperationRecord): ArmReply {
  const item = itemIdIn(request);
  return accepted(request, `${item}/operationsStatus/${operation.id}`, `${item}/operationResults/${operation.id}`);
}

interface PresentInput {
  readonly vault: VaultRecord;
  readonly item: ItemRecord;
  readonly extended: boolean;
}

function presentOne(deps: ItemRouteDeps, request: ArmRequest, input: PresentInput) {
  const span = deps.points.spans([input.item], { count: input.extended }).get(idKey(input.item.id));
  const machineFound = deps.compute.hasMachine(input.item.machineId);
  const policyInconsistent = input.extended && deps.policies.isInconsistent(input.item);
  return itemBody(deps, request, { ...input, span, machineFound, policyInconsistent });
}

/** What is known of an item beside its own record. */
interface ItemFacts {
  readonly span: PointSpan | undefined;
  readonly machineFound: boolean;
  readonly policyInconsistent: boolean;
}

/** The body of an item, of whose points `span` knows the ends. */
export function itemBody(
  { now }: Pick<ItemRouteDeps, 'now'>,
  request: ArmRequest,
  { vault, item, extended, span, machineFound, policyInconsistent }: PresentInput & ItemFacts,
) {
  return presentItem(vault, item, {
    machineFound,
    points: { count: span?.count ?? 0, oldest: span?.oldest },
    newestPoint: span?.newest,
    policyInconsistent,
    extended,
    origin: request.origin,
    era: wireEra(request.apiVersion),
    now: now(),
  });
}

export function isExtended(request: ArmRequest): boolean {
  return parseFilter(queryOf(request, '$filter'))?.get('expand')?.toLowerCase() === 'extendedinfo';
}
