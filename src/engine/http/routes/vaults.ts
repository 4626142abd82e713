import { idKey } from '../../../protocol/ids';
import { policyRequest } from '../../../protocol/policyWire';
import { storageConfigRequest, vaultRequest } from '../../../protocol/requests';
import type { VaultRecord } from '../../catalog/records';
import type { OperationService } from '../../services/operations';
import type { PolicyService } from '../../services/policies';
import type { VaultService } from '../../services/vaults';
import { link, stillRunning } from '../asyncLinks';
import { readBody } from '../body';
import type { ArmReply, ArmRequest, Operation } from '../operation';
import { pageOf } from '../paging';
import { presentOperation, presentPolicy, presentStorageConfig, presentVault } from '../present/vault';
import { param, VAULT, VAULTS_OF_GROUP, VAULTS_OF_SUBSCRIPTION, vaultIdIn } from './params';

/** Vaults, their storage configuration and their policies (SPEC §1.2, §1.3, §1.5). */
export function vaultRoutes(deps: {
  vaults: VaultService;
  policies: PolicyService;
  operations: OperationService;
}): Operation[] {
  return [...vaultResource(deps), ...storageConfig(deps.vaults), ...policyRoutes(deps)];
}

function vaultResource({ vaults, operations }: { vaults: VaultService; operations: OperationService }): Operation[] {
  const present = (vault: VaultRecord) =>
    presentVault(vault, { hasItems: vaults.storageLocked(vault), provisioningState: 'Succeeded' });
  return [
    {
      method: 'GET',
      path: VAULTS_OF_SUBSCRIPTION,
      handle: (request) => ({ status: 200, body: pageOf(request, (page) => vaults.list(undefined, page), present) }),
    },
    {
      method: 'GET',
      path: VAULTS_OF_GROUP,
      handle: (request) => ({
        status: 200,
        body: pageOf(request, (page) => vaults.list(param(request, 'rg'), page), present),
      }),
    },
    {
      method: 'GET',
      path: VAULT,
      handle: (request) => ({ status: 200, body: present(vaults.get(vaultIdIn(request))) }),
    },
    {
      method: 'PUT',
      path: VAULT,
      handle: async (request) => {
        const { location, tags, properties } = readBody(vaultRequest, request.body);
        const { vault, operationId, created } = await vaults.put({
          id: vaultIdIn(request),
          name: param(request, 'vault'),
          group: param(request, 'rg'),
          location,
          tags: tags ?? {},
          replication: properties?.redundancySettings?.standardTierStorageRedundancy,
        });
        return {
          status: 201,
          headers: {
            'Azure-AsyncOperation': link(request, `${vault.id}/operationStatus/${operationId}`),
            'Retry-After': '0',
          },
          body: presentVault(vault, {
            hasItems: vaults.storageLocked(vault),
            provisioningState: created ? 'Provisioning' : 'Succeeded',
          }),
        };
      },
    },
    {
      method: 'DELETE',
      path: VAULT,
      handle: async (request) => {
        await vaults.delete(vaultIdIn(request));
        return { status: 200 };
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/operationStatus/:operation`,
      handle: (request) => {
        const id = vaultIdIn(request);
        const operation = operations.get(param(request, 'operation'), idKey(id));
        return { status: 200, body: presentOperation(operation, `${id}/operationStatus/${operation.id}`) };
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/operationResults/:operation`,
      handle: (request) => {
        const operation = operations.get(param(request, 'operation'), idKey(vaultIdIn(request)));
        return operation.status === 'InProgress' ? stillRunning(request) : { status: 200 };
      },
    },
  ];
}

function storageConfig(vaults: VaultService): Operation[] {
  const path = `${VAULT}/backupstorageconfig/vaultstorageconfig`;
  const present = (vault: VaultRecord) => presentStorageConfig(vault, vaults.storageLocked(vault));
  const change = (request: ArmRequest): VaultRecord => {
    const { storageModelType, storageType } = readBody(storageConfigRequest, request.body).properties;
    const vault = vaults.get(vaultIdIn(request));
    const replication = storageModelType ?? storageType;
    return replication ? vaults.setReplication(vault.id, replication) : vaults.touch(vault);
  };
  return [
    {
      method: 'GET',
      path,
      handle: (request) => ({ status: 200, body: present(vaults.touch(vaults.get(vaultIdIn(request)))) }),
    },
    { method: 'PUT', path, handle: (request) => ({ status: 200, body: present(change(request)) }) },
    {
      method: 'PATCH',
      path,
      handle: (request) => {
        change(request);
        return { status: 204 };
      },
    },
  ];
}

function policyRoutes({ vaults, policies }: { vaults: VaultService; policies: PolicyService }): Operation[] {
  const list = `${VAULT}/backupPolicies`;
  const one = `${list}/:policy`;
  const vaultOf = (request: ArmRequest) => vaults.touch(vaults.get(vaultIdIn(request)));
  return [
    {
      method: 'GET',
      path: list,
      handle: (request) => ({
        status: 200,
        body: pageOf(
          request,
          (page) => policies.list(vaultOf(request), page),
          (p) => presentPolicy(p, policies.protectedItems(p)),
        ),
      }),
    },
    {
      method: 'GET',
      path: one,
      handle: (request) => {
        const policy = policies.get(vaultOf(request), param(request, 'policy'));
        return { status: 200, body: presentPolicy(policy, policies.protectedItems(policy)) };
      },
    },
    {
      method: 'PUT',
      path: one,
      handle: (request): ArmReply => {
        const vault = vaultOf(request);
        const name = param(request, 'policy');
        const { properties } = readBody(policyRequest, request.body);
        const policy = policies.put(vault, `${vault.id}/backupPolicies/${name}`, name, properties);
        return { status: 200, body: presentPolicy(policy, policies.protectedItems(policy)) };
      },
    },
    {
      method: 'DELETE',
      path: one,
      handle: (request) => ({ status: policies.delete(vaultOf(request), param(request, 'policy')) ? 200 : 204 }),
    },
  ];
}
