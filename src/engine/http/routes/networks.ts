import type { Operation } from '../operation';
import { GROUP, SUBSCRIPTION } from './params';

const TYPE = 'providers/Microsoft.Network/virtualNetworks';

/** Virtual networks: machines of this computer have none, so that a client that offers them has nothing to offer. */
export function networkRoutes(): Operation[] {
  return [SUBSCRIPTION, GROUP].map((scope) => ({
    method: 'GET',
    path: `${scope}/${TYPE}`,
    handle: () => ({ status: 200, body: { value: [] } }),
  }));
}
