import { appError } from '../../../domain/errorCatalogue';
import { itemId, resourceId, vaultId } from '../../../protocol/ids';
import type { ArmRequest } from '../operation';

/** Paths of the table of operations, and the ids that a request to them names. */

export const SUBSCRIPTION = '/subscriptions/:sub';
export const GROUP = `${SUBSCRIPTION}/resourceGroups/:rg`;
const RECOVERY = 'providers/Microsoft.RecoveryServices';
export const VAULTS_OF_SUBSCRIPTION = `${SUBSCRIPTION}/${RECOVERY}/vaults`;
export const VAULTS_OF_GROUP = `${GROUP}/${RECOVERY}/vaults`;
export const VAULT = `${VAULTS_OF_GROUP}/:vault`;
export const LOCATION = `${SUBSCRIPTION}/${RECOVERY}/locations/:location`;
export const LOCATION_OF_GROUP = `${GROUP}/${RECOVERY}/locations/:location`;
export const FABRIC = `${VAULT}/backupFabrics/:fabric`;
export const CONTAINER = `${FABRIC}/protectionContainers/:container`;
export const ITEM = `${CONTAINER}/protectedItems/:item`;
export const POINT = `${ITEM}/recoveryPoints/:point`;
export const JOB = `${VAULT}/backupJobs/:job`;

/** Value of a path parameter that the route guarantees. */
export function param(request: ArmRequest, name: string): string {
  return request.params[name] ?? '';
}

export function vaultIdIn(request: ArmRequest): string {
  return vaultId(param(request, 'sub'), param(request, 'rg'), param(request, 'vault'));
}

/** @throws AppError `ResourceNotFound` for a fabric other than Azure, the only one that VMs have */
export function itemIdIn(request: ArmRequest): string {
  if (param(request, 'fabric').toLowerCase() !== 'azure') {
    throw appError('ResourceNotFound', {
      resource: `backupFabrics/${param(request, 'fabric')}`,
      resourceGroup: param(request, 'rg'),
    });
  }
  return itemId(vaultIdIn(request), param(request, 'container'), param(request, 'item'));
}

/** Id of a top-level resource whose name is the parameter `name`. */
export function resourceIdIn(request: ArmRequest, type: string): string {
  return resourceId(param(request, 'sub'), param(request, 'rg'), type, param(request, 'name'));
}

export function jobIdIn(request: ArmRequest): string {
  return `${vaultIdIn(request)}/backupJobs/${param(request, 'job')}`;
}
