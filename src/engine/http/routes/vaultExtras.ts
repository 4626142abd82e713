import { notFound } from '../../services/notFound';
import type { VaultService } from '../../services/vaults';
import type { ArmRequest, Operation } from '../operation';
import { param, VAULT, vaultIdIn } from './params';

/**
 * Kinds of things that a vault of this computer never has: backup servers, registered agents, private links and endpoints.
 * Their lists are empty and each one is not found, which is the truth and not a refusal.
 */
export function vaultExtraRoutes(vaults: VaultService): Operation[] {
  const none = (kind: string): Operation[] => [
    {
      method: 'GET',
      path: `${VAULT}/${kind}`,
      handle: (request) => {
        vaults.get(vaultIdIn(request));
        return { status: 200, body: { value: [] } };
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/${kind}/:name`,
      handle: (request) => {
        vaults.get(vaultIdIn(request));
        throw notFound(`${vaultIdIn(request)}/${kind}/${param(request, 'name')}`);
      },
    },
  ];
  const gone = (request: ArmRequest) => {
    vaults.get(vaultIdIn(request));
    return { status: 204 };
  };
  return [
    ...none('backupEngines'),
    ...none('privateLinkResources'),
    ...none('privateEndpointConnections'),
    { method: 'DELETE', path: `${VAULT}/privateEndpointConnections/:name`, handle: gone },
    { method: 'DELETE', path: `${VAULT}/registeredIdentities/:name`, handle: gone },
  ];
}
