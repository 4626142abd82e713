import { isFinished, isRestore } from '../../../domain/states';
import { machineKind } from '../../../protocol/ids';
import { NO_TIME, toWireDuration, toWireTime } from '../../../protocol/time';
import type { JobRecord } from '../../catalog/records';
import type { WireEra } from './wireEra';

const TARGET = 'Target VM Name';
const CANCELLABLE: readonly JobRecord['operation'][] = ['Backup', 'Restore', 'CrossRegionRestore'];

/** @param now ms UTC; the duration of a running job is measured up to here */
export function presentJob(job: JobRecord, now: number, { era, extended }: { era: WireEra; extended: boolean }) {
  const running = !isFinished(job.status);
  return {
    id: job.id,
    name: job.id.split('/').at(-1),
    type: 'Microsoft.RecoveryServices/vaults/backupJobs',
    properties: {
      jobType: 'AzureIaaSVMJob',
      ...(CANCELLABLE.includes(job.operation) && { actionsInfo: [era.actionNames ? 'Cancellable' : 1] }),
      ...(era.jobContainer && { containerName: job.containerName.replace(/^IaasVMContainer;/i, '') }),
      duration: toWireDuration((job.endTime ?? now) - job.startTime),
      virtualMachineVersion: machineKind(job.containerName).version,
      ...(era.jobProgress && { isUserTriggered: job.userTriggered }),
      ...(extended && { extendedInfo: presentJobDetails(job, now, era) }),
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

function presentJobDetails(job: JobRecord, now: number, era: WireEra) {
  const restores = isRestore(job.operation);
  const percent = restores ? restorePercent(job) : era.jobProgress ? job.tasks.at(-1)?.percent : undefined;
  return {
    tasksList: job.tasks.map((task) => presentTask(task, now, { ...era, taskTimes: !restores && era.taskTimes })),
    propertyBag: propertyBag(job, era),
    ...internalProperties(job, era),
    ...(restores && !isFinished(job.status) && era.dynamicError && { dynamicErrorMessage: '' }),
    ...(percent !== undefined && { progressPercentage: percent }),
    ...(restores && isFinished(job.status) && { estimatedRemainingDuration: toWireDuration(0) }),
  };
}

/** Replacing disks names its machine once the disks are there; until then it is null, as recorded. */
function propertyBag({ properties, restoreType, tasks }: JobRecord, { restoreNames }: WireEra) {
  const { [TARGET]: target, ...others } = properties;
  if (target === undefined || !restoreNames) return others;
  const isKnown = restoreType !== 'OriginalLocation' || tasks[0]?.status === 'Completed';
  return { ...properties, [TARGET]: isKnown ? target : null };
}

/** What Azure tells its own portal: every backup has the two tasks of an instant-restore job, also here. */
function internalProperties(job: JobRecord, era: WireEra) {
  if (job.operation === 'Backup') return { internalPropertyBag: { IsInstantRpJob: 'True' } };
  if (!isRestore(job.operation)) return {};
  return {
    internalPropertyBag: {
      ...(job.operation === 'CrossRegionRestore' && { AdHoc: 'AdHoc' }),
      ...(era.restoreNames && { restoreLocationType: job.restoreType ?? 'RestoreDisks' }),
    },
  };
}

function restorePercent(job: JobRecord): number {
  return job.status === 'Completed' ? 100 : (job.tasks[0]?.percent ?? 0);
}

type TaskEra = Pick<WireEra, 'jobProgress' | 'taskTimes' | 'taskType'>;

function presentTask(task: JobRecord['tasks'][number], now: number, era: TaskEra) {
  return {
    taskId: task.name,
    ...(era.taskType && { taskType: 'Normal' }),
    ...(era.taskTimes && {
      startTime: task.startTime === undefined ? NO_TIME : toWireTime(task.startTime),
      endTime: task.endTime === undefined ? NO_TIME : toWireTime(task.endTime),
    }),
    duration: toWireDuration(task.startTime === undefined ? 0 : (task.endTime ?? now) - task.startTime),
    status: task.status,
    ...(era.jobProgress && task.percent !== undefined && { progressPercentage: task.percent }),
    ...(task.detail !== undefined && { taskExecutionDetails: task.detail }),
  };
}
