import { appError } from '../../../domain/errorCatalogue';
import { parseFilter } from '../../../protocol/filter';
import { idKey } from '../../../protocol/ids';
import { policyApproval, policyRequest } from '../../../protocol/policyWire';
import type { Page } from '../../catalog/page';
import type { PolicyRecord } from '../../catalog/records';
import type { OperationService } from '../../services/operations';
import type { PolicyService } from '../../services/policies';
import type { GuardRequests } from '../../services/resourceGuards';
import type { VaultService } from '../../services/vaults';
import { accepted, retryHeaders, stillRunning } from '../asyncLinks';
import { readBody } from '../body';
import type { ArmReply, ArmRequest, Operation } from '../operation';
import { pageOf, queryOf } from '../paging';
import { presentOperation, presentPolicy } from '../present/vault';
import { wireEra } from '../present/wireEra';
import { param, VAULT, vaultIdIn } from './params';

const LIST = `${VAULT}/backupPolicies`;
const ONE = `${LIST}/:policy`;

interface Deps {
  readonly vaults: VaultService;
  readonly policies: PolicyService;
  readonly operations: OperationService;
}

/** Protection policies and what a change of one in use starts (SPEC §1.5). */
export function policyRoutes(deps: Deps): Operation[] {
  return [...policyResource(deps), ...policyOperations(deps)];
}

function policyResource({ vaults, policies }: Deps): Operation[] {
  const vaultOf = (request: ArmRequest) => vaults.touch(vaults.get(vaultIdIn(request)));
  const reply = (request: ArmRequest): ArmReply => {
    const policy = policies.get(vaultOf(request), param(request, 'policy'));
    return { status: 200, body: presentPolicy(policy, policies.protectedItems(policy)) };
  };
  return [
    {
      method: 'GET',
      path: LIST,
      handle: (request) => {
        const vault = vaultOf(request);
        const query = queryIn(request);
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => knownPolicies(request, policies.list(vault, query, page)),
            (policy) => presentPolicy(policy, policies.protectedItems(policy)),
          ),
        };
      },
    },
    { method: 'GET', path: ONE, handle: reply },
    {
      method: 'PUT',
      path: ONE,
      handle: (request): ArmReply => {
        const vault = vaultOf(request);
        const { properties } = readBody(policyRequest, request.body);
        const { policy, operation } = policies.put(vault, param(request, 'policy'), properties, requestsIn(properties));
        if (!operation) return { status: 200, body: presentPolicy(policy, 0) };
        const { id } = operation;
        return accepted(request, `${policy.id}/operations/${id}`, `${policy.id}/operationResults/${id}`);
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle: (request) => ({ status: policies.delete(vaultOf(request), param(request, 'policy')) ? 200 : 204 }),
    },
    {
      method: 'POST',
      path: `${ONE}/providers/VmBackup.Local/preview/default`,
      handle: (request) => {
        const { properties } = readBody(policyRequest, request.body);
        return { status: 200, body: policies.preview(vaultOf(request), param(request, 'policy'), properties) };
      },
    },
  ];
}

function policyOperations({ vaults, policies, operations }: Deps): Operation[] {
  const find = (request: ArmRequest) => operations.get(param(request, 'operation'), idKey(vaultIdIn(request)));
  return [
    {
      method: 'GET',
      path: `${ONE}/operations/:operation`,
      handle: (request) => {
        const operation = find(request);
        const running = operation.status === 'InProgress';
        return { status: 200, body: presentOperation(operation), ...(running && { headers: retryHeaders }) };
      },
    },
    {
      method: 'GET',
      path: `${ONE}/operationResults/:operation`,
      handle: (request) => {
        if (find(request).status === 'InProgress') return stillRunning(request);
        const policy = policies.get(vaults.get(vaultIdIn(request)), param(request, 'policy'));
        return { status: 200, body: presentPolicy(policy, policies.protectedItems(policy)) };
      },
    },
  ];
}

/** What approves the write; a body that is no object has nothing, and is refused as a policy. */
function requestsIn(properties: unknown): GuardRequests {
  return policyApproval.safeParse(properties).data?.resourceGuardOperationRequests;
}

/** @throws AppError `BMSUserErrorInvalidFilter` */
function queryIn(request: ArmRequest): { managementType?: string; workloadType?: string } {
  const text = queryOf(request, '$filter');
  const filter = parseFilter(text);
  if (!filter) throw appError('BMSUserErrorInvalidFilter', { reason: text ?? '' });
  return { managementType: filter.get('backupmanagementtype'), workloadType: filter.get('workloadtype') };
}

/** What an api-version knows of a page: those from before Enhanced policies list Standard ones alone. */
function knownPolicies(request: ArmRequest, { rows, next }: Page<PolicyRecord>): Page<PolicyRecord> {
  if (wireEra(request.apiVersion).enhanced) return { rows, next };
  return {
    rows: rows.filter(({ properties }) => !('policyType' in properties) || properties.policyType !== 'V2'),
    next,
  };
}
