import { NO_TIME, toWireTime } from '../../../protocol/time';
import type { OperationRecord, PolicyRecord } from '../../catalog/records';

const TYPE = 'Microsoft.RecoveryServices/vaults';

export function presentPolicy(policy: PolicyRecord, protectedItemsCount: number) {
  return {
    id: policy.id,
    name: policy.name,
    type: `${TYPE}/backupPolicies`,
    properties: { ...policy.properties, protectedItemsCount },
  };
}

/** The state of a long-running operation; a vault's own have a path as their id, those of backup their name alone. */
export function presentOperation(operation: OperationRecord, id = operation.id) {
  return {
    id,
    name: operation.id,
    status: operation.status,
    startTime: toWireTime(operation.startTime),
    endTime: operation.endTime === undefined ? NO_TIME : toWireTime(operation.endTime),
    ...(operation.jobId !== undefined && {
      properties: { objectType: 'OperationStatusJobExtendedInfo', jobId: operation.jobId.split('/').at(-1) },
    }),
    ...(operation.jobIds && {
      properties: {
        objectType: 'OperationStatusJobsExtendedInfo',
        jobIds: operation.jobIds.map((job) => job.split('/').at(-1)),
        failedJobsError: {},
      },
    }),
    ...(operation.error && { error: operation.error }),
  };
}
