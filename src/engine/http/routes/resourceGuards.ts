import { appError } from '../../../domain/errorCatalogue';
import { toWireTime } from '../../../protocol/time';
import { guardProxyRequest, securityPinRequest, unlockDeleteRequest } from '../../../protocol/vaultRequests';
import type { ResourceGuards } from '../../services/resourceGuards';
import type { VaultService } from '../../services/vaults';
import { readBody } from '../body';
import type { ArmRequest, Operation } from '../operation';
import { presentGuardProxy } from '../present/vaultConfig';
import { param, VAULT, vaultIdIn } from './params';

const PIN_IS_VALID_MS = 5 * 60_000;
/** .NET ticks (100 ns since the year 1) of ms UTC 0. */
const TICKS_AT_EPOCH = 621_355_968_000_000_000;

/** Multi-user authorization: the mapping to a resource guard, and the security PIN that one may guard. */
export function resourceGuardRoutes(deps: {
  vaults: VaultService;
  guards: ResourceGuards;
  /** A number from 0 to below `limit`, not to be guessed. */
  random: (limit: number) => number;
  now: () => number;
}): Operation[] {
  const { vaults, guards, random, now } = deps;
  const list = `${VAULT}/backupResourceGuardProxies`;
  const one = `${list}/:proxy`;
  const vaultOf = (request: ArmRequest) => vaults.touch(vaults.get(vaultIdIn(request)));
  /** The one mapping that a vault can have. */
  const vaultOfProxy = (request: ArmRequest) => {
    const vault = vaultOf(request);
    if (param(request, 'proxy').toLowerCase() === 'vaultproxy') return vault;
    throw appError('ResourceNotFound', {
      resource: `Microsoft.RecoveryServices/vaults/${vault.name}/backupResourceGuardProxies/${param(request, 'proxy')}`,
      resourceGroup: vault.group,
    });
  };
  return [
    {
      method: 'GET',
      path: list,
      handle: (request) => {
        const vault = vaultOf(request);
        const { resourceGuard } = vault;
        return { status: 200, body: { value: resourceGuard ? [presentGuardProxy(vault, resourceGuard)] : [] } };
      },
    },
    {
      method: 'GET',
      path: one,
      handle: (request) => {
        const vault = vaultOfProxy(request);
        return { status: 200, body: presentGuardProxy(vault, guards.get(vault)) };
      },
    },
    {
      method: 'PUT',
      path: one,
      handle: (request) => {
        const { resourceGuardResourceId } = readBody(guardProxyRequest, request.body).properties;
        const vault = guards.map(vaultOfProxy(request), resourceGuardResourceId);
        return { status: 200, body: presentGuardProxy(vault, guards.get(vault)) };
      },
    },
    {
      method: 'DELETE',
      path: one,
      handle: (request) =>
        guards.unmap(vaultOfProxy(request), { requests: undefined }) ? { status: 200, body: {} } : { status: 204 },
    },
    {
      method: 'POST',
      path: `${one}/unlockDelete`,
      handle: (request) => {
        const vault = vaultOfProxy(request);
        const given = readBody(unlockDeleteRequest, request.body);
        const until = guards.unlock(vault, {
          requests: given.resourceGuardOperationRequests,
          resource: given.resourceToBeDeleted ?? undefined,
        });
        return { status: 200, body: { unlockDeleteExpiryTime: toWireTime(until) } };
      },
    },
    {
      method: 'POST',
      path: `${VAULT}/backupSecurityPIN`,
      handle: (request) => {
        const { resourceGuardOperationRequests: requests } = readBody(securityPinRequest, request.body);
        guards.approve(vaultOf(request), 'getBackupSecurityPIN', { requests });
        const pin = String(100_000 + random(900_000));
        const expiryTimeInUtcTicks = TICKS_AT_EPOCH + (now() + PIN_IS_VALID_MS) * 10_000;
        return { status: 200, body: { token: pin, expiryTimeInUtcTicks, securityPIN: pin } };
      },
    },
  ];
}
