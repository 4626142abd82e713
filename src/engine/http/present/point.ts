import { toUnzonedTime, toWireTime } from '../../../protocol/time';
import type { ItemRecord, PointRecord } from '../../catalog/records';
import type { WireEra } from './wireEra';

const ON_DEMAND = 'On-Demand';

interface Shown {
  readonly era: WireEra;
  /** The answer to a question for this point, which also lists the disks (SPEC §1.9). */
  readonly detailed: boolean;
  /** The point as the vault's second region has it: its copy there, without the snapshot and some words (recorded). */
  readonly secondary?: boolean;
}

export function presentPoint(item: ItemRecord, point: PointRecord, { era, detailed, secondary = false }: Shown) {
  return {
    id: `${item.id}/recoveryPoints/${point.name}`,
    name: point.name,
    type: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints',
    properties: {
      objectType: 'IaasVMRecoveryPoint',
      recoveryPointType: point.consistency,
      recoveryPointTime: toWireTime(point.time),
      ...(!secondary && { recoveryPointAdditionalInfo: '' }),
      sourceVMStorageType: point.storageType ?? 'NormalStorage',
      isSourceVMEncrypted: point.encryption !== undefined,
      ...keyAndSecret(point),
      isInstantIlrSessionActive: false,
      recoveryPointTierDetails: tiers(secondary ? undefined : point.snapshotUntil, era),
      ...(secondary && { crossRegionRestoreState: 'Supported' }),
      isManagedVirtualMachine: point.managed ?? true,
      virtualMachineSize: point.machineSize,
      originalStorageAccountOption: false,
      osType: point.osType,
      ...(point.zones && { zones: point.zones }),
      ...(point.excludedDisks && { recoveryPointDiskConfiguration: diskConfiguration(point, detailed) }),
      ...(era.archive && { recoveryPointMoveReadinessInfo: secondary ? NO_MOVE : NO_ARCHIVE }),
      ...(era.security && { ...(!secondary && { securityType: 'None' }), isPrivateAccessEnabledOnAnyDisk: false }),
      ...(era.policyType && {
        ...(!secondary && { recoveryPointProperties: keeping(point) }),
        createdWithPolicyType: point.policyType,
      }),
      ...(era.scanning && { threatStatus: 0 }),
    },
  };
}

/** The snapshot while it is kept, and the vault (SPEC §1.9 "Lifecycle"). */
function tiers(snapshotUntil: number | undefined, { tierNames }: WireEra) {
  const instant = tierNames ? { type: 'InstantRP', status: 'Valid' } : { type: 1, status: 1 };
  const hardened = tierNames ? { type: 'HardenedRP', status: 'Valid' } : { type: 2, status: 1 };
  return snapshotUntil === undefined ? [hardened] : [instant, hardened];
}

/** Where the keys of an encrypted machine were. The answer has room for one disk: the first that is encrypted. */
function keyAndSecret({ encryption }: PointRecord) {
  const [first] = encryption ?? [];
  if (!first) return {};
  const { secret, key } = first;
  return {
    keyAndSecret: {
      bekDetails: { secretUrl: secret.url, ...(secret.vaultId && { secretVaultId: secret.vaultId }) },
      ...(key && { kekDetails: { keyUrl: key.url, ...(key.vaultId && { keyVaultId: key.vaultId }) } }),
      encryptionMechanism: 'SinglePass',
    },
  };
}

const NO_ARCHIVE = {
  ArchivedRP: {
    isReadyForMove: false,
    // The service's own words; here they stay so, because there is no archive tier.
    additionalInfo: "We're still determining if this Recovery Point can be moved.. Please check again after some time.",
  },
};

const NO_MOVE = { ArchivedRP: { isReadyForMove: false } };

function keeping({ expiryTime, ruleName }: PointRecord) {
  return {
    ...(expiryTime !== undefined && { expiryTime: toUnzonedTime(expiryTime), ruleName: ruleName ?? ON_DEMAND }),
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
