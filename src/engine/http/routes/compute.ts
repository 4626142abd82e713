import type { ComputeService } from '../../services/compute';
import type { StorageAccountService } from '../../services/storageAccounts';
import type { Operation } from '../operation';
import { deletionRoutes } from './deleted';
import { diskRoutes } from './disks';
import { machineRoutes } from './machines';
import { storageAccountRoutes } from './storageAccounts';

/** Disks, virtual machines and storage accounts (SPEC §1.1; their local meaning is in docs/ARCHITECTURE.md). */
export function computeRoutes(deps: {
  compute: ComputeService;
  storageAccounts: StorageAccountService;
  now: () => number;
}): Operation[] {
  return [
    ...diskRoutes(deps.compute),
    ...machineRoutes(deps.compute),
    ...storageAccountRoutes(deps.storageAccounts),
    ...deletionRoutes(deps.now),
  ];
}
