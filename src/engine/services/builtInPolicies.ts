import { defaultPolicy, enhancedPolicy } from '../../domain/policyDefaults';
import { idKey } from '../../protocol/ids';
import { policyToWire } from '../../protocol/policyWire';
import type { PolicyRecord, VaultRecord } from '../catalog/records';

/** UTC; the service chooses a half-hour of the night of the vault's region. */
const RUN_TIME = '22:30';

/** The policies that every vault has (SPEC §1.5): Standard, Enhanced, and one for SQL logs that no machine can use. */
export function builtInPolicies(vault: Pick<VaultRecord, 'id'>): PolicyRecord[] {
  const standard = policyToWire(defaultPolicy(RUN_TIME));
  const bodies: Readonly<Record<string, PolicyRecord['properties']>> = {
    DefaultPolicy: standard,
    EnhancedPolicy: policyToWire(enhancedPolicy()),
    HourlyLogBackup: {
      backupManagementType: 'AzureWorkload',
      workLoadType: 'SQLDataBase',
      settings: { timeZone: 'UTC', issqlcompression: false, isCompression: false },
      subProtectionPolicy: [
        { policyType: 'Full', schedulePolicy: standard.schedulePolicy, retentionPolicy: standard.retentionPolicy },
        {
          policyType: 'Log',
          schedulePolicy: { schedulePolicyType: 'LogSchedulePolicy', scheduleFrequencyInMins: 60 },
          retentionPolicy: {
            retentionPolicyType: 'SimpleRetentionPolicy',
            retentionDuration: { count: 30, durationType: 'Days' },
          },
        },
      ],
    },
  };
  return Object.entries(bodies).map(([name, properties]) => ({
    id: `${vault.id}/backupPolicies/${name}`,
    name,
    vaultKey: idKey(vault.id),
    properties,
  }));
}

/** The built-in policy of this name, in whatever case. */
export function builtInPolicy(vault: Pick<VaultRecord, 'id'>, name: string): PolicyRecord | undefined {
  return builtInPolicies(vault).find((policy) => policy.name.toLowerCase() === name.toLowerCase());
}
