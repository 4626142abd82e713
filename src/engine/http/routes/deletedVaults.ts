import { toWireTime } from '../../../protocol/time';
import { undeleteVaultRequest } from '../../../protocol/vaultRequests';
import type { OperationService } from '../../services/operations';
import type { Sites } from '../../services/sites';
import { type DeletedVault, undeleteKey, type VaultDeletion } from '../../services/vaultDeletion';
import { accepted } from '../asyncLinks';
import { readBody } from '../body';
import type { ArmRequest, Operation } from '../operation';
import { presentOperation } from '../present/vault';
import { LOCATION, param } from './params';

const DELETED = `${LOCATION}/deletedVaults`;
const ONE = `${DELETED}/:name`;

/** Deleted vaults that wait for their removal (SPEC §1.2). */
export function deletedVaultRoutes(deps: {
  deletion: VaultDeletion;
  operations: OperationService;
  sites: Sites;
}): Operation[] {
  const { deletion, operations, sites } = deps;
  const locationOf = (request: ArmRequest) =>
    sites.require(param(request, 'location'), 'Microsoft.RecoveryServices/locations/deletedVaults').name;
  const idOf = (request: ArmRequest, name: string) =>
    `/subscriptions/${param(request, 'sub')}/providers/Microsoft.RecoveryServices/locations/${locationOf(request)}/deletedVaults/${name}`;
  const present = (request: ArmRequest, vault: DeletedVault) => ({
    id: idOf(request, vault.name),
    name: vault.name,
    type: 'Microsoft.RecoveryServices/locations/deletedVaults',
    properties: {
      vaultId: vault.id,
      vaultDeletionTime: toWireTime(vault.deleted.at),
      purgeAt: toWireTime(vault.deleted.purgeAt),
    },
  });
  return [
    {
      method: 'GET',
      path: DELETED,
      handle: (request) => ({
        status: 200,
        body: { value: deletion.list(locationOf(request)).map((vault) => present(request, vault)) },
      }),
    },
    {
      method: 'GET',
      path: ONE,
      handle: (request) => ({
        status: 200,
        body: present(request, deletion.get(locationOf(request), param(request, 'name'))),
      }),
    },
    {
      method: 'POST',
      path: `${ONE}/undelete`,
      handle: (request) => {
        const { recoveryResourceGroupId } = readBody(undeleteVaultRequest, request.body).properties;
        const name = param(request, 'name');
        const operation = deletion.undelete(locationOf(request), name, recoveryResourceGroupId);
        return accepted(request, `${idOf(request, name)}/operations/${operation.id}`, undefined);
      },
    },
    {
      method: 'GET',
      path: `${ONE}/operations/:operation`,
      handle: (request) => {
        const name = param(request, 'name');
        const operation = operations.get(param(request, 'operation'), undeleteKey(name));
        return { status: 200, body: presentOperation(operation, `${idOf(request, name)}/operations/${operation.id}`) };
      },
    },
  ];
}
