import { toWireTime } from '../../../protocol/time';
import type { ItemRecord, PointRecord } from '../../catalog/records';
import type { WireEra } from './wireEra';

const ON_DEMAND = 'On-Demand';

/** @param detailed the answer to a question for this point, which also lists the disks (SPEC §1.9) */
export function presentPoint(
  item: ItemRecord,
  point: PointRecord,
  { era, detailed }: { era: WireEra; detailed: boolean },
) {
  return {
    id: `${item.id}/recoveryPoints/${point.name}`,
    name: point.name,
    type: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints',
    properties: {
      objectType: 'IaasVMRecoveryPoint',
      recoveryPointType: point.consistency,
      recoveryPointTime: toWireTime(point.time),
      recoveryPointAdditionalInfo: '',
      sourceVMStorageType: 'NormalStorage',
      isSourceVMEncrypted: false,
      isInstantIlrSessionActive: false,
      // A plain image cannot be snapshotted: the vault tier only.
      recoveryPointTierDetails: [era.tierNames ? { type: 'HardenedRP', status: 'Valid' } : { type: 2, status: 1 }],
      isManagedVirtualMachine: true,
      virtualMachineSize: point.machineSize,
      originalStorageAccountOption: false,
      osType: point.osType,
      ...(point.excludedDisks && { recoveryPointDiskConfiguration: diskConfiguration(point, detailed) }),
      ...(era.archive && { recoveryPointMoveReadinessInfo: NO_ARCHIVE }),
      ...(era.security && { securityType: 'None', isPrivateAccessEnabledOnAnyDisk: false }),
      ...(era.policyType && { recoveryPointProperties: keeping(point), createdWithPolicyType: 'V1' }),
      ...(era.scanning && { threatStatus: 0 }),
    },
  };
}

const NO_ARCHIVE = {
  ArchivedRP: {
    isReadyForMove: false,
    additionalInfo: 'This computer has no archive tier to move recovery points to.',
  },
};

function keeping({ expiryTime, ruleName }: PointRecord) {
  return {
    ...(expiryTime !== undefined && { expiryTime: toWireTime(expiryTime), ruleName: ruleName ?? ON_DEMAND }),
    isSoftDeleted: false,
  };
}

function diskConfiguration({ disks, excludedDisks = [] }: PointRecord, detailed: boolean) {
  return {
    numberOfDisksIncludedInBackup: disks.length,
    numberOfDisksAttachedToVm: disks.length + excludedDisks.length,
    ...(detailed && {
      includedDiskList: disks.map((disk) => ({ lun: disk.lun ?? -1, name: disk.name })),
      excludedDiskList: excludedDisks,
    }),
  };
}
