import { attachRequest } from '../../../protocol/local';
import type { AttachService } from '../../services/attach';
import type { VaultService } from '../../services/vaults';
import { readBody } from '../body';
import type { Operation } from '../operation';
import { VAULT, vaultIdIn } from './params';

const LOCAL = 'providers/VmBackup.Local';

/** Recovery keys, and vaults that come back by them (LIMITATIONS.md). A recovery key is never part of a URL or a log. */
export function recoveryRoutes({ attach, vaults }: { attach: AttachService; vaults: VaultService }): Operation[] {
  return [
    {
      method: 'POST',
      path: `/${LOCAL}/attach`,
      handle: async (request) => ({
        status: 200,
        body: await attach.attach(readBody(attachRequest, request.body)),
      }),
    },
    {
      method: 'POST',
      path: `${VAULT}/${LOCAL}/recoveryKey/create`,
      handle: async (request) => ({
        status: 200,
        body: { recoveryKey: await vaults.createRecoveryKey(vaultIdIn(request)) },
      }),
    },
    {
      method: 'POST',
      path: `${VAULT}/${LOCAL}/recoveryKey/rotate`,
      handle: async (request) => ({
        status: 200,
        body: { recoveryKey: await vaults.rotateRecoveryKey(vaultIdIn(request)) },
      }),
    },
  ];
}
