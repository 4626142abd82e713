import { fileURLToPath } from 'node:url';
import type { Disk, VirtualMachine } from '@azure/arm-compute';
import type { Vault as SdkVault, VaultUsage } from '@azure/arm-recoveryservices';
import type {
  AzureIaaSVMJob,
  AzureIaaSVMProtectedItem,
  DiskExclusionProperties,
  IaasVMRecoveryPoint,
  JobResource,
  ProtectedItemResource,
  RecoveryPointResource,
} from '@azure/arm-recoveryservicesbackup';
import { type HealthStatus, type PointConsistency, PROTECTION_STATES, type ProtectionState } from '../domain/states';
import { IMMUTABILITY_STATES, SOFT_DELETE_DAYS, SOFT_DELETE_STATES } from '../domain/vaultRules';
import type {
  Job,
  Machine,
  MachineDisk,
  ProtectedItem,
  RecoveryPoint,
  StorageReplication,
  Vault,
  VaultSettings,
} from '../domain/views';
import { CLASSIC_MACHINES, MACHINES, machineOfItemName, nameIn, parseId, vaultIdOf } from '../protocol/ids';
import { fromTimeSpan, fromWireDuration, fromWireTime } from '../protocol/time';
import type { VaultUsages } from './advanced';

/** The SDKs' resources in the domain's view of things. Members that a service left out never break a row. */

/** Times before this stand for "never" on the wire (SPEC §0). */
const NEVER = Date.UTC(2002, 0, 1);
/** The rule of points that no range of a policy keeps. */
const ON_DEMAND_RULE = 'On-Demand';
const ARCHIVE = 'ArchivedRP';
const REPLICATIONS = ['GeoRedundant', 'LocallyRedundant', 'ZoneRedundant', 'ReadAccessGeoZoneRedundant'] as const;

export function readVault(vault: SdkVault): Vault {
  const id = vault.id ?? '';
  const { softDeleteSettings, immutabilitySettings } = vault.properties?.securitySettings ?? {};
  const isSoftDeleteOff = softDeleteSettings?.softDeleteState === 'Disabled';
  const softDeleteDays = isSoftDeleteOff ? 0 : softDeleteSettings?.softDeleteRetentionPeriodInDays;
  const immutability = oneOf(IMMUTABILITY_STATES, immutabilitySettings?.state);
  return {
    id,
    name: vault.name ?? '',
    resourceGroup: parseId(id)?.resourceGroup ?? '',
    location: vault.location,
    replication: readReplication(vault.properties?.redundancySettings?.standardTierStorageRedundancy),
    ...(softDeleteDays !== undefined && { softDeleteDays }),
    ...(immutability && { immutability }),
    ...(vault.properties?.redundancySettings?.crossRegionRestore === 'Enabled' && { crossRegionRestore: true }),
  };
}

/** What a vault that leaves a setting out does: soft delete is on, everything else off (SPEC §1.2–1.4). */
export function readVaultSettings({ properties }: SdkVault): VaultSettings {
  const { softDeleteSettings, immutabilitySettings, multiUserAuthorization } = properties?.securitySettings ?? {};
  return {
    softDelete: {
      state: oneOf(SOFT_DELETE_STATES, softDeleteSettings?.softDeleteState) ?? 'Enabled',
      days: softDeleteSettings?.softDeleteRetentionPeriodInDays ?? SOFT_DELETE_DAYS.standard,
    },
    immutability: oneOf(IMMUTABILITY_STATES, immutabilitySettings?.state) ?? 'Disabled',
    crossRegionRestore: properties?.redundancySettings?.crossRegionRestore === 'Enabled',
    jobFailureAlerts: properties?.monitoringSettings?.azureMonitorAlertSettings?.alertsForAllJobFailures === 'Enabled',
    multiUserAuthorization: multiUserAuthorization === 'Enabled',
  };
}

/** Azure's default, where a service does not say. */
export function readReplication(text: string | undefined): StorageReplication {
  return oneOf(REPLICATIONS, text) ?? 'GeoRedundant';
}

/** @param sizeOf size in bytes and path of a disk by its lower-cased id, where they are known */
export function readMachine(
  machine: VirtualMachine,
  power: Machine['power'],
  sizeOf: (diskId: string) => Pick<MachineDisk, 'sizeBytes' | 'path'> | undefined,
): Machine {
  const id = machine.id ?? '';
  const { osDisk, dataDisks = [] } = machine.storageProfile ?? {};
  const disks = [osDisk, ...dataDisks].filter((disk) => disk !== undefined);
  return {
    id,
    name: machine.name ?? '',
    resourceGroup: parseId(id)?.resourceGroup ?? '',
    location: machine.location,
    osType: osDisk?.osType === 'Windows' ? 'Windows' : 'Linux',
    power,
    disks: disks.map((disk) => {
      // A disk that lies in its machine's description is no resource; its place there tells it from others.
      const diskId = disk.managedDisk?.id ?? `${id}/vhds/${disk.name ?? ''}`;
      const { sizeBytes, path = imagePath(disk.vhd?.uri) } = sizeOf(diskId.toLowerCase()) ?? {};
      return {
        id: diskId,
        name: disk.name ?? diskId.split('/').at(-1) ?? '',
        sizeBytes: sizeBytes ?? (disk.diskSizeGB ?? 0) * 1024 ** 3,
        ...('lun' in disk && typeof disk.lun === 'number' && { lun: disk.lun }),
        ...(path !== undefined && { path }),
      };
    }),
    tags: machine.tags ?? {},
  };
}

/** Size in bytes of a disk, and the path of its image on this computer. */
export function readDisk(disk: Disk): Pick<MachineDisk, 'sizeBytes' | 'path'> {
  const path = imagePath(disk.creationData?.sourceUri);
  return {
    sizeBytes: disk.diskSizeBytes ?? (disk.diskSizeGB ?? 0) * 1024 ** 3,
    ...(path !== undefined && { path }),
  };
}

/** Path of a disk image, where its URI names a file of this computer. */
function imagePath(uri: string | undefined): string | undefined {
  return uri?.startsWith('file:') ? fileURLToPath(uri) : undefined;
}

export function readPower(machine: Pick<VirtualMachine, 'instanceView'>): Machine['power'] {
  const codes = machine.instanceView?.statuses?.map((status) => status.code ?? '') ?? [];
  const code = codes.find((text) => text.startsWith('PowerState/'));
  if (code === undefined) return 'unknown';
  return code === 'PowerState/running' ? 'running' : 'stopped';
}

export function readItem(resource: ProtectedItemResource): ProtectedItem {
  const id = resource.id ?? '';
  const itemName = nameIn(id, 'protectedItems') ?? '';
  const item = isVm(resource.properties) ? resource.properties : undefined;
  const status = item?.lastBackupStatus;
  return {
    id,
    vaultId: vaultIdOf(id) ?? '',
    containerName: nameIn(id, 'protectionContainers') ?? '',
    itemName,
    machineName: item?.friendlyName ?? machineOfItemName(itemName)?.machine ?? itemName,
    machineId: item?.virtualMachineId ?? item?.sourceResourceId ?? '',
    ...(item?.policyId && { policyId: item.policyId }),
    ...(item?.policyName && { policyName: item.policyName }),
    state: oneOf<ProtectionState>(PROTECTION_STATES, item?.protectionState) ?? 'ProtectionError',
    health: oneOf<HealthStatus>(['Passed', 'ActionSuggested', 'ActionRequired'], item?.healthStatus) ?? 'Invalid',
    lastBackupStatus: oneOf(['Completed', 'CompletedWithWarnings', 'Failed'], status) ?? 'None',
    ...optionalTime('lastBackupTime', item?.lastBackupTime),
    ...optionalTime('lastRecoveryPointTime', item?.lastRecoveryPoint),
    ...(typeof item?.extendedInfo?.recoveryPointCount === 'number' && {
      recoveryPointCount: item.extendedInfo.recoveryPointCount,
    }),
    ...optionalTime('oldestRecoveryPoint', item?.extendedInfo?.oldestRecoveryPoint),
    ...optionalDisks(item?.extendedProperties?.diskExclusionProperties),
    ...(item?.isScheduledForDeferredDelete && {
      softDeleted: {
        ...optionalTime('since', item.deferredDeleteTimeInUTC),
        remainingMs: fromTimeSpan(item.deferredDeleteTimeRemaining ?? '') ?? 0,
      },
    }),
  };
}

const STORED = /^[A-Z]+StorageUsage$/;

/** @param usages the rows of a vault; those of other kinds of backup are among them */
export function readUsages(usages: readonly VaultUsage[]): VaultUsages {
  const instances = usages.find(({ name }) => name?.value === 'ManagedInstances')?.currentValue;
  const stored = usages.filter(({ name, unit }) => unit === 'Bytes' && STORED.test(name?.value ?? ''));
  const storedBytes = stored.reduce((sum, { currentValue = 0 }) => sum + currentValue, 0);
  return {
    ...(instances === undefined ? {} : { protectedInstances: instances }),
    // A redundancy that has no row of its own would read as nothing stored.
    ...(storedBytes > 0 ? { storedBytes } : {}),
  };
}

function optionalDisks(given: DiskExclusionProperties | null | undefined): Pick<ProtectedItem, 'disks'> {
  const { diskLunList: luns = [], isInclusionList: included = false } = given ?? {};
  // Leaving out no disk is the same as saying nothing.
  return given && (included || luns.length > 0) ? { disks: { luns, included } } : {};
}

/** @param now ms UTC; stands for the start of a job that does not say its own */
export function readJob(resource: JobResource, now: number): Job {
  const job = isVmJob(resource.properties) ? resource.properties : undefined;
  const details = job?.extendedInfo;
  const start = timeOf(job?.startTime) ?? now;
  return {
    id: resource.id ?? '',
    name: resource.name ?? '',
    vaultId: vaultIdOf(resource.id ?? '') ?? '',
    operation: job?.operation ?? '',
    status: job?.status ?? '',
    machineName: job?.entityFriendlyName ?? machineOfItemName(job?.containerName ?? '')?.machine ?? '',
    ...(job?.containerName && { containerName: job.containerName }),
    startTime: start,
    ...optionalTime('endTime', job?.endTime),
    durationMs: fromWireDuration(job?.duration ?? '') ?? 0,
    cancellable: job?.status === 'InProgress' && (job.actionsInfo ?? []).includes('Cancellable'),
    ...(typeof details?.progressPercentage === 'number' && { progressPercent: details.progressPercentage }),
    tasks: (details?.tasksList ?? []).map((task) => ({
      name: task.taskId ?? '',
      status: task.status ?? '',
      ...(typeof task.progressPercentage === 'number' && { progressPercent: task.progressPercentage }),
      ...(task.taskExecutionDetails !== undefined && { detail: task.taskExecutionDetails }),
      durationMs: fromWireDuration(task.duration ?? '') ?? 0,
    })),
    properties: withoutNulls(details?.propertyBag ?? {}),
    errors: job === undefined ? [] : readJobErrors(job),
  };
}

/** Some failures are told in one sentence of their own, in place of errors with codes. */
function readJobErrors({ errorDetails = [], extendedInfo }: AzureIaaSVMJob): Job['errors'] {
  const message = extendedInfo?.dynamicErrorMessage;
  if (errorDetails.length === 0) return message ? [{ code: 0, title: '', message, recommendations: [] }] : [];
  return errorDetails.map((error) => ({
    code: error.errorCode ?? 0,
    title: error.errorTitle ?? '',
    message: error.errorString ?? '',
    recommendations: error.recommendations ?? [],
  }));
}

export function readPoint(resource: RecoveryPointResource): RecoveryPoint {
  const point = isVmPoint(resource.properties) ? resource.properties : undefined;
  const rule = point?.recoveryPointProperties;
  const disks = point?.recoveryPointDiskConfiguration?.includedDiskList;
  const expiryTime = fromWireTime(rule?.expiryTime ?? '');
  const tiers = point?.recoveryPointTierDetails ?? [];
  const archiving = point?.recoveryPointMoveReadinessInfo?.['ArchivedRP'];
  const rehydrated = tiers.find(({ type, status }) => type === ARCHIVE && status === 'Rehydrated');
  const rehydratedUntil = fromWireTime(rehydrated?.extendedInfo?.['RehydratedRPExpiryTime'] ?? '');
  return {
    id: resource.id ?? '',
    name: resource.name ?? '',
    time: timeOf(point?.recoveryPointTime) ?? 0,
    consistency:
      oneOf<PointConsistency>(['AppConsistent', 'FileSystemConsistent'], point?.recoveryPointType) ?? 'CrashConsistent',
    ...(rule?.ruleName && rule.ruleName !== ON_DEMAND_RULE && { ruleName: rule.ruleName }),
    ...(expiryTime !== undefined && { expiryTime }),
    tiers: tiers.filter((tier) => tier.status === 'Valid' || tier === rehydrated).map(({ type = '' }) => type),
    ...(archiving && {
      archiving: {
        possible: archiving.isReadyForMove === true,
        ...(archiving.additionalInfo && { reason: archiving.additionalInfo }),
      },
    }),
    ...(rehydrated && { rehydrated: { ...(rehydratedUntil !== undefined && { until: rehydratedUntil }) } }),
    ...(point?.isSourceVMEncrypted === true && { encrypted: true }),
    ...(disks && {
      disks: disks.map(({ name = '', lun }) => ({ name, ...(lun !== undefined && lun >= 0 && { lun }) })),
    }),
  };
}

/** The rule of a Standard policy; `undefined` for kinds that this version does not edit. */
// The SDK's unions hold their own base type, so a discriminator alone does not narrow them. It knows a kind in one spelling only;
// what it does not know it hands on as it came, with texts for dates.

function isVm(properties: ProtectedItemResource['properties']): properties is AzureIaaSVMProtectedItem {
  const type = properties?.protectedItemType;
  return isKind(type, MACHINES) || isKind(type, CLASSIC_MACHINES);
}

function isVmJob(properties: JobResource['properties']): properties is AzureIaaSVMJob {
  return isKind(properties?.jobType, 'AzureIaaSVMJob');
}

function isVmPoint(properties: RecoveryPointResource['properties']): properties is IaasVMRecoveryPoint {
  return isKind(properties?.objectType, 'IaasVMRecoveryPoint');
}

function isKind(told: string | undefined, kind: string): boolean {
  return told?.toLowerCase() === kind.toLowerCase();
}

/** ms UTC, of a date or of its text. */
function timeOf(time: Date | string | null | undefined): number | undefined {
  return time instanceof Date ? time.getTime() : fromWireTime(time ?? '');
}

/** The service names some properties before it knows them. */
function withoutNulls(properties: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
}

function oneOf<T extends string>(allowed: readonly T[], text: string | undefined): T | undefined {
  return allowed.find((value) => value === text);
}

function optionalTime<K extends string>(key: K, date: Date | undefined): Partial<Record<K, number>> {
  const time = timeOf(date);
  if (time === undefined || !(time > NEVER)) return {};
  const found: Partial<Record<K, number>> = {};
  found[key] = time;
  return found;
}
