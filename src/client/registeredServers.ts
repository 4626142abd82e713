import type { RecoveryServicesBackupClient } from '@azure/arm-recoveryservicesbackup';
import { formatFilter } from '../protocol/filter';
import type { CallOptions } from './connection';
import { vaultNames } from './idNames';
import { abortable, collect } from './paging';

/** Containers that are registered by hand: storage accounts, machines with databases, and servers with the agent of Azure Backup. */
const KINDS = ['AzureStorage', 'AzureWorkload', 'MAB'];

/** Names of everything but machines that a vault has registered. Containers of machines come and go with their items. */
export async function registeredServers(
  backup: RecoveryServicesBackupClient,
  vaultId: string,
  options: CallOptions,
): Promise<string[]> {
  const { group, vault } = vaultNames(vaultId);
  const send = abortable(options);
  const lists = KINDS.map((backupManagementType) =>
    collect(
      backup.backupProtectionContainers.list(vault, group, {
        filter: formatFilter({ backupManagementType, status: 'Registered' }),
        ...send,
      }),
    ),
  );
  const [engines, ...containers] = await Promise.all([
    collect(backup.backupEngines.list(vault, group, send)),
    ...lists,
  ]);
  return [...containers.flat(), ...engines].map(({ name, properties }) => properties?.friendlyName ?? name ?? '');
}
