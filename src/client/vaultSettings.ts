import type { RecoveryServicesClient, VaultProperties } from '@azure/arm-recoveryservices';
import type { VaultSettings, VaultSettingsChange } from '../domain/views';
import type { ArmClients } from './armClients';
import { asAppErrors } from './armErrors';
import type { CallOptions } from './connection';
import { vaultNames } from './idNames';
import { abortable } from './paging';
import { readVaultSettings } from './read';
import { runOperation } from './waiting';

/** What a vault is set to, read from the vault itself. */
export async function vaultSettings(
  client: RecoveryServicesClient,
  vaultId: string,
  options: CallOptions,
): Promise<VaultSettings> {
  const { group, vault } = vaultNames(vaultId);
  return readVaultSettings(await asAppErrors(async () => client.vaults.get(group, vault, abortable(options))));
}

/** Changes what is given, and waits until it is in force. @throws AppError with the service's code where it refuses */
export async function changeVaultSettings(
  { vaults: client, backup }: Pick<ArmClients, 'vaults' | 'backup'>,
  { vaultId, change }: { vaultId: string; change: VaultSettingsChange },
  options: CallOptions,
): Promise<VaultSettings> {
  const { group, vault } = vaultNames(vaultId);
  const properties = propertiesOf(change);
  await runOperation(backup, options, async (onResponse) =>
    client.vaults.update(group, vault, { properties }, { onResponse, ...abortable(options) }).submitted(),
  );
  return vaultSettings(client, vaultId, options);
}

function propertiesOf({
  softDelete,
  immutability,
  crossRegionRestore,
  jobFailureAlerts,
}: VaultSettingsChange): VaultProperties {
  const security = {
    ...(softDelete && {
      softDeleteSettings: { softDeleteState: softDelete.state, softDeleteRetentionPeriodInDays: softDelete.days },
    }),
    ...(immutability && { immutabilitySettings: { state: immutability } }),
  };
  return {
    ...(Object.keys(security).length > 0 && { securitySettings: security }),
    ...(crossRegionRestore !== undefined && {
      redundancySettings: { crossRegionRestore: stateOf(crossRegionRestore) },
    }),
    ...(jobFailureAlerts !== undefined && {
      monitoringSettings: { azureMonitorAlertSettings: { alertsForAllJobFailures: stateOf(jobFailureAlerts) } },
    }),
  };
}

function stateOf(on: boolean): 'Enabled' | 'Disabled' {
  return on ? 'Enabled' : 'Disabled';
}
