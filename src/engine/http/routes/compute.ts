import type { ComputeService } from '../../services/compute';
import type { StorageAccountService } from '../../services/storageAccounts';
import type { Operation } from '../operation';
import { deletionRoutes } from './deleted';
import { diskRoutes } from './disks';
import { machineRoutes } from './machines';
import { networkRoutes } from './networks';
import { storageAccountRoutes } from './storageAccounts';

/** Disks, virtual machines, their networks and storage accounts (SPEC §1.1; their local meaning is in docs/ARCHITECTURE.md). */
export function computeRoutes(deps: {
  compute: ComputeService;
  storageAccounts: StorageAccountService;
  now: () => number;
}): Operation[] {
  return [
    ...diskRoutes(deps.compute),
    ...machineRoutes(deps.compute),
    ...networkRoutes(),
    ...storageAccountRoutes(deps.storageAccounts),
    ...deletionRoutes(deps.now),
  ];
}
