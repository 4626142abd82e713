import { errorEntry } from '../../../domain/errorCatalogue';
import { healthStatus, protectionStatus } from '../../../domain/protectionRules';
import { isFinished } from '../../../domain/states';
import { containerId, machineContainerName, machineKind } from '../../../protocol/ids';
import { NEVER_BACKED_UP, NO_TIME, toWireDuration, toWireTime } from '../../../protocol/time';
import type { ItemRecord, JobRecord, MachineRecord, PointRecord, VaultRecord } from '../../catalog/records';

const VAULTS = 'Microsoft.RecoveryServices/vaults';
const CONTAINERS = `${VAULTS}/backupFabrics/protectionContainers`;

export function presentProtectable(vault: VaultRecord, machine: MachineRecord) {
  const name = machineContainerName(machine.group, machine.name, machine.cloudService);
  const { version, type } = machineKind(name);
  return {
    id: `${containerId(vault.id, `IaasVMContainer;${name}`)}/protectableItems/vm;${name}`,
    name,
    type: `${CONTAINERS}/protectableItems`,
    properties: {
      virtualMachineId: machine.id,
      virtualMachineVersion: version,
      resourceGroup: machine.group,
      backupManagementType: 'AzureIaasVM',
      protectableItemType: type,
      friendlyName: machine.name,
      protectionState: 'NotProtected',
    },
  };
}

export function presentContainer(vault: VaultRecord, item: ItemRecord) {
  const { version, type } = machineKind(item.containerName);
  return {
    id: containerId(vault.id, item.containerName),
    name: item.containerName,
    type: CONTAINERS,
    properties: {
      virtualMachineId: item.machineId,
      virtualMachineVersion: version,
      resourceGroup: item.machineGroup,
      friendlyName: item.machineName,
      backupManagementType: 'AzureIaasVM',
      registrationStatus: 'Registered',
      healthStatus: 'Healthy',
      containerType: type,
      protectableObjectType: type,
    },
  };
}

export interface ItemFacts {
  readonly machineFound: boolean;
  readonly points: { readonly count: number; readonly oldest?: number };
  readonly newestPoint?: number;
  /** `extendedInfo` is only in answers that were asked for it (SPEC §1.7). */
  readonly extended: boolean;
  readonly origin: string;
}

export function presentItem(vault: VaultRecord, item: ItemRecord, facts: ItemFacts) {
  const health = {
    machineFound: facts.machineFound,
    lastBackupStatus: item.lastBackupStatus === '' ? ('None' as const) : item.lastBackupStatus,
    warning: item.agentWarning !== undefined,
  };
  return {
    id: item.id,
    name: item.itemName,
    type: `${CONTAINERS}/protectedItems`,
    properties: {
      friendlyName: item.machineName,
      virtualMachineId: item.machineId,
      protectionStatus: protectionStatus(health),
      protectionState: item.state,
      healthStatus: healthStatus(health),
      ...healthDetails(item),
      lastBackupStatus: item.lastBackupStatus,
      lastBackupTime: item.lastBackupTime === undefined ? NEVER_BACKED_UP : toWireTime(item.lastBackupTime),
      protectedItemDataId: item.dataId,
      ...(facts.extended && { extendedInfo: extendedInfo(facts.points) }),
      sourceSideScanning: 0,
      protectedItemType: machineKind(item.containerName).type,
      backupManagementType: 'AzureIaasVM',
      workloadType: 'VM',
      containerName: item.containerName.replace(/^IaasVMContainer;/i, ''),
      sourceResourceId: item.machineId,
      policyId: `${vault.id}/backupPolicies/${item.policyName}`,
      policyName: item.policyName,
      ...(facts.newestPoint !== undefined && { lastRecoveryPoint: toWireTime(facts.newestPoint) }),
      vaultId: `${facts.origin}${vault.id}`,
      isArchiveEnabled: false,
      softDeleteRetentionPeriod: 0,
    },
  };
}

/** What the pre-checks say: that all is well, or what to do about the machine's agent (SPEC §9.2). */
function healthDetails({ lastBackupStatus, agentWarning }: ItemRecord) {
  if (agentWarning !== undefined) {
    const { jobErrorCode, title, message, recommendation } = errorEntry(agentWarning);
    return { healthDetails: [{ code: jobErrorCode, title, message, recommendations: [recommendation] }] };
  }
  if (lastBackupStatus !== 'Completed') return {};
  const message = 'Backup pre-check status of this virtual machine is OK.';
  return { healthDetails: [{ code: 400239, title: 'IaasVmHealthGreenDefault', message, recommendations: [] }] };
}

function extendedInfo(points: ItemFacts['points']) {
  const oldest = points.oldest === undefined ? undefined : toWireTime(points.oldest);
  return {
    ...(oldest !== undefined && { oldestRecoveryPoint: oldest, oldestRecoveryPointInVault: oldest }),
    recoveryPointCount: points.count,
    policyInconsistent: false,
  };
}

export function presentPoint(item: ItemRecord, point: PointRecord) {
  return {
    id: `${item.id}/recoveryPoints/${point.name}`,
    name: point.name,
    type: `${CONTAINERS}/protectedItems/recoveryPoints`,
    properties: {
      objectType: 'IaasVMRecoveryPoint',
      recoveryPointType: point.consistency,
      recoveryPointTime: toWireTime(point.time),
      recoveryPointAdditionalInfo: '',
      sourceVMStorageType: 'NormalStorage',
      isSourceVMEncrypted: false,
      isInstantIlrSessionActive: false,
      recoveryPointTierDetails: [{ type: 'HardenedRP', status: 'Valid' }],
      isManagedVirtualMachine: true,
      virtualMachineSize: point.machineSize,
      originalStorageAccountOption: false,
      osType: point.osType,
      recoveryPointDiskConfiguration: {
        numberOfDisksIncludedInBackup: point.disks.length,
        numberOfDisksAttachedToVm: point.disks.length,
        includedDiskList: point.disks.map((disk) => ({ lun: disk.lun ?? -1, name: disk.name })),
      },
      recoveryPointMoveReadinessInfo: { ArchivedRP: { isReadyForMove: false, additionalInfo: '' } },
      securityType: 'None',
      recoveryPointProperties: {
        ...(point.expiryTime !== undefined && { expiryTime: toWireTime(point.expiryTime) }),
        ...(point.ruleName !== undefined && { ruleName: point.ruleName }),
        isSoftDeleted: false,
      },
      isPrivateAccessEnabledOnAnyDisk: false,
      createdWithPolicyType: 'V1',
      threatStatus: 0,
    },
  };
}

/** @param now ms UTC; the duration of a running job is measured up to here */
export function presentJob(job: JobRecord, now: number, { extended }: { extended: boolean }) {
  const running = !isFinished(job.status);
  return {
    id: job.id,
    name: job.id.split('/').at(-1),
    type: `${VAULTS}/backupJobs`,
    properties: {
      jobType: 'AzureIaaSVMJob',
      ...((job.operation === 'Backup' || job.operation === 'Restore') && { actionsInfo: ['Cancellable'] }),
      containerName: job.containerName.replace(/^IaasVMContainer;/i, ''),
      duration: toWireDuration((job.endTime ?? now) - job.startTime),
      virtualMachineVersion: machineKind(job.containerName).version,
      isUserTriggered: job.userTriggered,
      ...(extended && { extendedInfo: presentJobDetails(job, now) }),
      ...(job.errors.length > 0 && {
        errorDetails: job.errors.map(({ code, title, message, recommendations }) => ({
          errorCode: code,
          errorTitle: title,
          errorString: message,
          recommendations,
        })),
      }),
      entityFriendlyName: job.machineName,
      backupManagementType: 'AzureIaasVM',
      operation: job.operation,
      status: job.status,
      startTime: toWireTime(job.startTime),
      ...(!running && { endTime: toWireTime(job.endTime ?? job.startTime) }),
      activityId: job.activityId,
    },
  };
}

/** What Azure tells its own portal; here nothing is restored from a snapshot. */
const INTERNAL_PROPERTIES: Partial<Record<JobRecord['operation'], Readonly<Record<string, string>>>> = {
  Backup: { IsInstantRpJob: 'False' },
  Restore: { restoreLocationType: 'RestoreDisks' },
};

function presentJobDetails(job: JobRecord, now: number) {
  const percent = job.tasks.at(-1)?.percent;
  return {
    tasksList: job.tasks.map((task) => ({
      taskId: task.name,
      ...(task.startTime !== undefined && { startTime: toWireTime(task.startTime) }),
      endTime: task.endTime === undefined ? NO_TIME : toWireTime(task.endTime),
      duration: toWireDuration(task.startTime === undefined ? 0 : (task.endTime ?? now) - task.startTime),
      status: task.status,
      ...(task.percent !== undefined && { progressPercentage: task.percent }),
      ...(task.detail !== undefined && { taskExecutionDetails: task.detail }),
      taskType: 'Normal',
    })),
    propertyBag: job.properties,
    ...(job.operation in INTERNAL_PROPERTIES && { internalPropertyBag: INTERNAL_PROPERTIES[job.operation] }),
    ...(percent !== undefined && { progressPercentage: percent }),
    ...(job.operation === 'Restore' && isFinished(job.status) && { estimatedRemainingDuration: toWireDuration(0) }),
    dynamicErrorMessage: '',
  };
}
