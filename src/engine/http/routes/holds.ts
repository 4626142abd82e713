import { pointHoldRequest } from '../../../protocol/local';
import type { PointService } from '../../services/points';
import type { ProtectionService } from '../../services/protection';
import type { VaultService } from '../../services/vaults';
import { readBody } from '../body';
import type { ArmRequest, Operation } from '../operation';
import { ITEM, itemIdIn, POINT, param, vaultIdIn } from './params';

const HOLDS = 'providers/VmBackup.Local/holds/default';

/** Legal holds of recovery points: what is held is not removed while the hold lasts (LIMITATIONS.md). */
export function holdRoutes(deps: {
  points: PointService;
  protection: ProtectionService;
  vaults: VaultService;
}): Operation[] {
  const { points, protection, vaults } = deps;
  const vaultOf = (request: ArmRequest) => vaults.get(vaultIdIn(request));
  const pointOf = (request: ArmRequest) => points.get(protection.get(itemIdIn(request)), param(request, 'point'));
  return [
    {
      method: 'GET',
      path: `${ITEM}/${HOLDS}`,
      handle: async (request) => ({
        status: 200,
        body: { value: await points.holdsOf(vaultOf(request), protection.get(itemIdIn(request))) },
      }),
    },
    {
      method: 'PUT',
      path: `${POINT}/${HOLDS}`,
      handle: async (request) => {
        const { reason } = readBody(pointHoldRequest, request.body);
        await points.hold(vaultOf(request), pointOf(request), reason);
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: `${POINT}/${HOLDS}`,
      handle: async (request) => {
        await points.release(vaultOf(request), pointOf(request));
        return { status: 204 };
      },
    },
  ];
}
