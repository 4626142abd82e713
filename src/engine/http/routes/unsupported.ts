import { appError } from '../../../domain/errorCatalogue';
import type { Method, Operation } from '../operation';
import { CONTAINER, POINT, VAULT } from './params';

const STORAGE = `${VAULT}/backupstorageconfig/vaultstorageconfig`;
const TIERING = `${VAULT}/backupTieringCost/default`;

/** What is refused of a recovery point that could be mounted. */
export const FILE_RECOVERY = 'recovering single files';

/** Operations of Azure that this engine knows by name and does not do, each with the words for its refusal. */
const UNSUPPORTED: readonly (readonly [method: Method, path: string, feature: string])[] = [
  ['PUT', `${VAULT}/certificates/:name`, 'certificates of backup agents'],
  ['PUT', `${VAULT}/privateEndpointConnections/:name`, 'private endpoints'],
  ['GET', `${VAULT}/privateEndpointConnections/:name/operationsStatus/:operation`, 'private endpoints'],
  ['POST', `${STORAGE}/prepareDataMove`, 'moving backup data between vaults'],
  ['POST', `${STORAGE}/triggerDataMove`, 'moving backup data between vaults'],
  ['GET', `${STORAGE}/operationStatus/:operation`, 'moving backup data between vaults'],
  ['GET', `${STORAGE}/operationResults/:operation`, 'moving backup data between vaults'],
  ['POST', `${TIERING}/fetchTieringCost`, 'the cost of an archive tier'],
  ['GET', `${TIERING}/operationResults/:operation`, 'the cost of an archive tier'],
  ['GET', `${TIERING}/operationsStatus/:operation`, 'the cost of an archive tier'],
  ['GET', '/providers/Microsoft.RecoveryServices/operations', 'the list of the provider’s operations'],
  ['GET', `${VAULT}/backupFabrics/:fabric/protectableContainers`, 'containers other than virtual machines'],
  ['GET', `${CONTAINER}/items`, 'looking for workloads in a container'],
  ['POST', `${POINT}/move`, 'an archive tier'],
  ['POST', `${POINT}/provisionInstantItemRecovery`, FILE_RECOVERY],
  ['POST', `${POINT}/revokeInstantItemRecovery`, FILE_RECOVERY],
  ['GET', `${VAULT}/backupPolicies/:policy/operations/:operation`, 'operations of a policy'],
  ['GET', `${VAULT}/backupPolicies/:policy/operationResults/:operation`, 'operations of a policy'],
];

/** The operations together with an explicit refusal of each that is known and that none of them answers. */
export function withRefusals(operations: readonly Operation[]): Operation[] {
  const answered = new Set(operations.map(({ method, path }) => keyOf(method, path)));
  const refused = UNSUPPORTED.filter(([method, path]) => !answered.has(keyOf(method, path)));
  return [
    ...operations,
    ...refused.map(
      ([method, path, feature]): Operation => ({
        method,
        path,
        handle: () => {
          throw appError('NotImplemented', { feature });
        },
      }),
    ),
  ];
}

function keyOf(method: Method, path: string): string {
  return `${method} ${path.replaceAll(/:\w+/g, ':').toLowerCase()}`;
}
