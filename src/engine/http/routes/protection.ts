import { appError } from '../../../domain/errorCatalogue';
import { sameName } from '../../../domain/names';
import { parseFilter } from '../../../protocol/filter';
import { idKey } from '../../../protocol/ids';
import { backupRequest, protectRequest } from '../../../protocol/requests';
import type { Page } from '../../catalog/page';
import type { PointSpan } from '../../catalog/pointSpans';
import type { ItemRecord, OperationRecord, VaultRecord } from '../../catalog/records';
import type { BackupService } from '../../services/backups';
import type { ComputeService } from '../../services/compute';
import type { DiscoveryService } from '../../services/discovery';
import type { OperationService } from '../../services/operations';
import type { PointService } from '../../services/points';
import type { ItemQuery, ProtectionService } from '../../services/protection';
import type { VaultService } from '../../services/vaults';
import { accepted, retryHeaders, stillRunning } from '../asyncLinks';
import { readBody } from '../body';
import type { ArmReply, ArmRequest, Operation } from '../operation';
import { pageOf, queryOf } from '../paging';
import { presentContainer, presentItem, presentProtectable } from '../present/backup';
import { presentOperation } from '../present/vault';
import { FABRIC, ITEM, itemIdIn, param, VAULT, vaultIdIn } from './params';

const EMPTY: Page<never> = { rows: [] };

interface Deps {
  readonly backups: BackupService;
  readonly compute: ComputeService;
  readonly discovery: DiscoveryService;
  readonly operations: OperationService;
  readonly points: PointService;
  readonly protection: ProtectionService;
  readonly vaults: VaultService;
}

/** Discovery, protected items, on-demand backup and the routes of their operations (SPEC §1.6–1.8). */
export function protectionRoutes(deps: Deps): Operation[] {
  return [...discoveryRoutes(deps), ...itemRoutes(deps), ...operationRoutes(deps)];
}

function discoveryRoutes({ discovery, operations, protection, vaults }: Deps): Operation[] {
  const vaultOf = (request: ArmRequest) => vaults.touch(vaults.get(vaultIdIn(request)));
  return [
    {
      method: 'POST',
      path: `${FABRIC}/refreshContainers`,
      handle: (request) => {
        const vault = vaultOf(request);
        const { id } = operations.start({
          vaultKey: idKey(vault.id),
          run: async () => {
            discovery.refresh(vault);
            return undefined;
          },
        });
        const fabric = `${vault.id}/backupFabrics/${param(request, 'fabric')}`;
        return accepted(request, `${fabric}/operationsStatus/${id}`, `${fabric}/operationResults/${id}`);
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/backupProtectableItems`,
      handle: (request) => {
        const vault = vaultOf(request);
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => discovery.protectable(vault, page),
            (machine) => presentProtectable(vault, machine),
          ),
        };
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/backupProtectionContainers`,
      handle: (request) => {
        const vault = vaultOf(request);
        const query = itemQueryIn(request);
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => (query ? protection.list(vault, query, page) : EMPTY),
            (item) => presentContainer(vault, item),
          ),
        };
      },
    },
  ];
}

function itemRoutes(deps: Deps): Operation[] {
  const { backups, protection, vaults } = deps;
  return [
    {
      method: 'GET',
      path: `${VAULT}/backupProtectedItems`,
      handle: (request) => {
        const vault = vaults.touch(vaults.get(vaultIdIn(request)));
        const query = itemQueryIn(request);
        const input = { vault, extended: isExtended(request) };
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => withSpans(deps.points, query ? protection.list(vault, query, page) : EMPTY, input),
            ({ item, span }) => present(deps, request, { ...input, item, span }),
          ),
        };
      },
    },
    {
      method: 'GET',
      path: ITEM,
      handle: (request) => {
        const vault = vaults.get(vaultIdIn(request));
        const item = protection.get(itemIdIn(request));
        return { status: 200, body: presentOne(deps, request, { vault, item, extended: isExtended(request) }) };
      },
    },
    {
      method: 'PUT',
      path: ITEM,
      handle: (request) => {
        const { properties } = readBody(protectRequest, request.body);
        if (properties.protectionState !== undefined || properties.isRehydrate || !properties.policyId) {
          throw appError('NotImplemented', { feature: 'stopping, suspending or undeleting protection' });
        }
        const operation = protection.enable(vaults.get(vaultIdIn(request)), {
          containerName: param(request, 'container'),
          itemName: param(request, 'item'),
          machineId: properties.sourceResourceId ?? '',
          policyId: properties.policyId,
        });
        return itemAccepted(request, operation);
      },
    },
    {
      method: 'POST',
      path: `${ITEM}/backup`,
      handle: (request) => {
        const { properties } = readBody(backupRequest, request.body);
        const expiry = properties?.recoveryPointExpiryTimeInUTC;
        const operation = backups.start(vaults.get(vaultIdIn(request)), protection.get(itemIdIn(request)), {
          kind: 'onDemand',
          retainUntil: expiry === undefined ? undefined : Date.parse(expiry),
        });
        return itemAccepted(request, operation);
      },
    },
  ];
}

/** The id of an operation is readable through the item, the fabric and the vault (SPEC §1.8). */
function operationRoutes(deps: Deps): Operation[] {
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
    if (operation.itemKey === undefined || operation.status !== 'Succeeded') return { status: 204 };
    const vault = vaults.get(vaultIdIn(request));
    const item = protection.get(operation.itemKey);
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

function presentOne(deps: Deps, request: ArmRequest, input: PresentInput) {
  const span = deps.points.spans([input.item], { count: input.extended }).get(idKey(input.item.id));
  return present(deps, request, { ...input, span });
}

function present(
  { compute }: Deps,
  request: ArmRequest,
  { vault, item, extended, span }: PresentInput & { span: PointSpan | undefined },
) {
  return presentItem(vault, item, {
    machineFound: compute.hasMachine(item.machineId),
    points: { count: span?.count ?? 0, oldest: span?.oldest },
    newestPoint: span?.newest,
    extended,
    origin: request.origin,
  });
}

/** A page of items with what is known about the points of each. */
function withSpans(points: PointService, { rows, next }: Page<ItemRecord>, { extended }: { extended: boolean }) {
  const spans = points.spans(rows, { count: extended });
  return { rows: rows.map((item) => ({ item, span: spans.get(idKey(item.id)) })), next };
}

function isExtended(request: ArmRequest): boolean {
  return parseFilter(queryOf(request, '$filter'))?.get('expand')?.toLowerCase() === 'extendedinfo';
}

/**
 * The conditions that clients send on lists of items and containers; unknown keys are ignored (SPEC §1.12).
 * @returns `undefined` when they exclude every virtual machine
 */
function itemQueryIn(request: ArmRequest): ItemQuery | undefined {
  const text = queryOf(request, '$filter');
  const filter = parseFilter(text);
  if (!filter) throw appError('BMSUserErrorInvalidFilter', { reason: text ?? '' });
  const allows = (key: string, value: string) => sameName(filter.get(key) ?? value, value);
  if (!allows('backupmanagementtype', 'AzureIaasVM') || !allows('itemtype', 'VM') || !allows('status', 'Registered'))
    return undefined;
  return { machineName: filter.get('friendlyname'), policyName: filter.get('policyname') };
}
