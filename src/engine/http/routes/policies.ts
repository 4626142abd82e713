import { policyRequest } from '../../../protocol/policyWire';
import type { PolicyService } from '../../services/policies';
import type { VaultService } from '../../services/vaults';
import { readBody } from '../body';
import type { ArmReply, ArmRequest, Operation } from '../operation';
import { pageOf } from '../paging';
import { presentPolicy } from '../present/vault';
import { param, VAULT, vaultIdIn } from './params';

/** Protection policies (SPEC §1.5). */
export function policyRoutes({ vaults, policies }: { vaults: VaultService; policies: PolicyService }): Operation[] {
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
