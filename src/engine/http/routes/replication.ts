import type { ReplicationService } from '../../services/replication';
import type { VaultService } from '../../services/vaults';
import type { Operation } from '../operation';
import { VAULT, vaultIdIn } from './params';

/** How far the copy of a vault at its second site is (LIMITATIONS.md). */
export function replicationRoutes(deps: { replication: ReplicationService; vaults: VaultService }): Operation[] {
  return [
    {
      method: 'GET',
      path: `${VAULT}/providers/VmBackup.Local/replication/default`,
      handle: async (request) => ({
        status: 200,
        body: await deps.replication.state(deps.vaults.get(vaultIdIn(request))),
      }),
    },
  ];
}
