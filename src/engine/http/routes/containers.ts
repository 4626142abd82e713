import { appError } from '../../../domain/errorCatalogue';
import { idKey } from '../../../protocol/ids';
import type { ItemRecord } from '../../catalog/records';
import type { OperationService } from '../../services/operations';
import type { ProtectionService } from '../../services/protection';
import type { VaultService } from '../../services/vaults';
import { accepted, retryHeaders, stillRunning } from '../asyncLinks';
import type { ArmRequest, Operation } from '../operation';
import { pageOf } from '../paging';
import { presentContainer } from '../present/backup';
import { presentOperation } from '../present/vault';
import { wireEra } from '../present/wireEra';
import { CONTAINER, FABRIC, param, VAULT, vaultIdIn } from './params';

interface Deps {
  readonly operations: OperationService;
  readonly protection: ProtectionService;
  readonly vaults: VaultService;
}

/** Containers of virtual machines: each comes and goes with its protected item (SPEC §1.6). */
export function containerRoutes({ operations, protection, vaults }: Deps): Operation[] {
  const itemIn = (request: ArmRequest): ItemRecord =>
    protection.inContainer(vaults.get(vaultIdIn(request)), param(request, 'container'));
  const find = (request: ArmRequest) => operations.get(param(request, 'operation'), idKey(vaultIdIn(request)));
  return [
    {
      method: 'GET',
      path: `${VAULT}/backupDeletedProtectionContainers`,
      handle: (request) => {
        const vault = vaults.get(vaultIdIn(request));
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => protection.softDeleted(vault, page),
            (item) => presentContainer(vault, item, wireEra(request.apiVersion)),
          ),
        };
      },
    },
    {
      method: 'GET',
      path: CONTAINER,
      handle: (request) => ({
        status: 200,
        body: presentContainer(vaults.get(vaultIdIn(request)), itemIn(request), wireEra(request.apiVersion)),
      }),
    },
    { method: 'PUT', path: CONTAINER, handle: notByHand },
    { method: 'DELETE', path: CONTAINER, handle: notByHand },
    {
      method: 'POST',
      path: `${CONTAINER}/inquire`,
      handle: (request) => {
        const item = itemIn(request);
        // A VM holds no workloads to ask for: the inquiry ends at once.
        const { id } = operations.start({ vaultKey: item.vaultKey, run: async () => undefined });
        const container = item.id.slice(0, item.id.lastIndexOf('/protectedItems/'));
        return accepted(request, `${container}/operationsStatus/${id}`, `${container}/operationResults/${id}`);
      },
    },
    {
      method: 'GET',
      path: `${CONTAINER}/operationsStatus/:operation`,
      handle: (request) => {
        const operation = find(request);
        return {
          status: 200,
          body: presentOperation(operation),
          ...(operation.status === 'InProgress' && { headers: retryHeaders }),
        };
      },
    },
    {
      method: 'GET',
      path: `${CONTAINER}/operationResults/:operation`,
      handle: (request) => (find(request).status === 'InProgress' ? stillRunning(request) : { status: 204 }),
    },
    {
      method: 'GET',
      path: `${FABRIC}/protectionContainers`,
      handle: (request) => {
        const vault = vaults.get(vaultIdIn(request));
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => protection.list(vault, {}, page),
            (item) => presentContainer(vault, item, wireEra(request.apiVersion)),
          ),
        };
      },
    },
  ];
}

function notByHand(): never {
  throw appError('NotImplemented', { feature: 'registering or removing the container of a VM by hand' });
}
