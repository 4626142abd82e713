import { idKey } from '../../../protocol/ids';
import { vaultPatch, vaultRequest } from '../../../protocol/vaultRequests';
import type { OperationRecord, VaultRecord } from '../../catalog/records';
import type { GroupService } from '../../services/groups';
import type { OperationService } from '../../services/operations';
import type { VaultDeletion } from '../../services/vaultDeletion';
import type { VaultService } from '../../services/vaults';
import { accepted, link, retryHeaders, stillRunning } from '../asyncLinks';
import { readBody } from '../body';
import type { ArmReply, ArmRequest, Operation } from '../operation';
import { pageOf } from '../paging';
import { presentVault, presentVaultOperation, type VaultView } from '../present/vaultResource';
import { param, VAULT, VAULTS_OF_GROUP, VAULTS_OF_SUBSCRIPTION, vaultIdIn } from './params';

/** Deletion is an operation to poll from here on, and answers at once before (recorded: 2023-04-01, 2024-04-01). */
const DELETION_IS_POLLED = '2024-01-01';
/** Deleted vaults are known from here on (SPEC §1.2). */
const DELETION_IS_SOFT = '2026-01-01';

interface Deps {
  readonly vaults: VaultService;
  readonly deletion: VaultDeletion;
  readonly groups: GroupService;
  readonly operations: OperationService;
  readonly tenantId: string;
}

/** Vaults (SPEC §1.2). */
export function vaultRoutes({ vaults, deletion, groups, operations, tenantId }: Deps): Operation[] {
  const present = (request: ArmRequest, view: VaultView) => (vault: VaultRecord) =>
    presentVault(vault, {
      view,
      tenantId,
      apiVersion: request.apiVersion,
      storageAssigned: vaults.storageAssigned(vault),
    });
  return [
    {
      method: 'GET',
      path: VAULTS_OF_SUBSCRIPTION,
      handle: (request) => ({
        status: 200,
        body: pageOf(request, (page) => vaults.list(undefined, page), present(request, 'list')),
      }),
    },
    {
      method: 'GET',
      path: VAULTS_OF_GROUP,
      handle: (request) => ({
        status: 200,
        body: pageOf(
          request,
          (page) => vaults.list(groups.get(param(request, 'rg')).name, page),
          present(request, 'list'),
        ),
      }),
    },
    {
      method: 'GET',
      path: VAULT,
      handle: (request) => ({ status: 200, body: present(request, 'one')(vaults.get(vaultIdIn(request))) }),
    },
    {
      method: 'PUT',
      path: VAULT,
      handle: async (request) => {
        const { location, ...settings } = readBody(vaultRequest, request.body);
        const { vault, operation, created } = await vaults.put({
          id: vaultIdIn(request),
          name: param(request, 'vault'),
          group: param(request, 'rg'),
          location,
          settings,
        });
        return {
          status: 201,
          headers: { 'Azure-AsyncOperation': link(request, statusPath(vault, operation)), 'Retry-After': '0' },
          body: present(request, created ? 'created' : 'updating')(vault),
        };
      },
    },
    {
      method: 'PATCH',
      path: VAULT,
      handle: (request) => {
        const { vault, operation } = vaults.patch(vaultIdIn(request), readBody(vaultPatch, request.body));
        if (operation) return vaultAccepted(request, vault, operation);
        return { status: 200, body: present(request, 'one')(vault) };
      },
    },
    {
      method: 'DELETE',
      path: VAULT,
      handle: async (request) => {
        const id = vaultIdIn(request);
        const kept = request.apiVersion >= DELETION_IS_SOFT;
        const operation = await deletion.delete(id, { kept });
        if (!operation) {
          groups.get(param(request, 'rg'));
          return { status: 204 };
        }
        return request.apiVersion < DELETION_IS_POLLED ? { status: 200 } : vaultAccepted(request, { id }, operation);
      },
    },
    {
      // Readable after the vault is gone: pollers of its deletion end well (SPEC §1.2).
      method: 'GET',
      path: `${VAULT}/operationStatus/:operation`,
      handle: (request) => {
        const id = vaultIdIn(request);
        const operation = operations.get(param(request, 'operation'), idKey(id));
        return {
          status: 200,
          body: presentVaultOperation({ id }, operation),
          ...(operation.status === 'InProgress' && { headers: retryHeaders }),
        };
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/operationResults/:operation`,
      handle: (request): ArmReply => {
        const id = vaultIdIn(request);
        const operation = operations.get(param(request, 'operation'), idKey(id));
        if (operation.status === 'InProgress') return stillRunning(request);
        const vault = vaults.find(id);
        return vault ? { status: 200, body: present(request, 'one')(vault) } : { status: 204 };
      },
    },
  ];
}

type HasId = Pick<VaultRecord, 'id'>;

function statusPath({ id }: HasId, operation: OperationRecord): string {
  return `${id}/operationStatus/${operation.id}`;
}

function vaultAccepted(request: ArmRequest, vault: HasId, operation: OperationRecord): ArmReply {
  return accepted(request, statusPath(vault, operation), `${vault.id}/operationResults/${operation.id}`);
}
