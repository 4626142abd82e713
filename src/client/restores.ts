import type { IaasVMRestoreRequest, IaasVMRestoreRequestUnion } from '@azure/arm-recoveryservicesbackup';
import { groupId, parseId, vaultIdOf } from '../protocol/ids';
import type { ArmClients } from './armClients';
import { asAppErrors } from './armErrors';
import type { CallOptions, RestoreInput, RestoreProblem, RestoreTarget } from './connection';
import { badId, itemNamesOf, jobIdOf, pointNameOf, vaultNames } from './idNames';
import { runOperation } from './waiting';

const FABRIC = 'Azure';

/** Starts a restore and waits until its job runs. @returns the ARM id of the job */
export async function startRestore(
  backup: ArmClients['backup'],
  input: RestoreInput,
  options: CallOptions,
): Promise<string> {
  const { group, vault, container, item } = itemNamesOf(input.pointId);
  const point = pointNameOf(input.pointId);
  const job = await runOperation(backup, options, (onResponse) =>
    backup.restores.beginTrigger(
      vault,
      group,
      FABRIC,
      container,
      item,
      point,
      { properties: restoreRequestOf(input) },
      { onResponse, abortSignal: options.signal },
    ),
  );
  return jobIdOf(vaultIdOf(input.pointId), job);
}

/**
 * Has a restore validated by the service, which changes nothing. One request: the service also does it as an operation, which
 * takes several of the few reads that it allows.
 * @returns what stands in the way of the restore
 */
export async function restoreProblems(
  backup: ArmClients['backup'],
  input: RestoreInput,
  { signal }: CallOptions,
): Promise<RestoreProblem[]> {
  const { group, vault } = vaultNames(input.pointId);
  const properties = {
    objectType: 'ValidateIaasVMRestoreOperationRequest',
    restoreRequest: restoreRequestOf(input),
  } as const;
  const { validateOperationResponse } = await asAppErrors(async () =>
    backup.operation.validate(vault, group, { id: input.pointId, properties }, { abortSignal: signal }),
  );
  return (validateOperationResponse?.validationResults ?? []).map(({ code = '', message = '', recommendations }) => {
    const recommendation = recommendations?.join(' ');
    return { code, message, ...(recommendation && { recommendation }) };
  });
}

/** What the service is asked to restore. */
export function restoreRequestOf(input: RestoreInput): IaasVMRestoreRequestUnion {
  const { pointId, machineId, location, target, luns, rehydration } = input;
  const request = {
    recoveryPointId: pointNameOf(pointId),
    sourceResourceId: machineId,
    region: location,
    createNewCloudService: false,
    originalStorageAccountOption: false,
    encryptionDetails: { encryptionEnabled: false },
    ...(luns && { restoreDiskLunList: [...luns] }),
    ...targetOf(target),
  };
  if (!rehydration) return { objectType: 'IaasVMRestoreRequest', ...request };
  return {
    objectType: 'IaasVMRestoreWithRehydrationRequest',
    ...request,
    recoveryPointRehydrationInfo: {
      rehydrationRetentionDuration: `P${rehydration.days}D`,
      rehydrationPriority: rehydration.priority,
    },
  };
}

function targetOf(target: RestoreTarget): Omit<Partial<IaasVMRestoreRequest>, 'objectType'> {
  const { storageAccountId } = target;
  switch (target.kind) {
    case 'disks':
      return {
        recoveryType: 'RestoreDisks',
        storageAccountId,
        ...(target.resourceGroupId !== undefined && { targetResourceGroupId: target.resourceGroupId }),
      };
    case 'newMachine': {
      const { machineId, subnet } = target;
      const named = parseId(machineId);
      if (!named) throw badId(machineId);
      return {
        recoveryType: 'AlternateLocation',
        storageAccountId,
        targetVirtualMachineId: machineId,
        targetResourceGroupId: groupId(named.subscriptionId, named.resourceGroup),
        ...(subnet && { virtualNetworkId: subnet.networkId, subnetId: subnet.subnetId }),
      };
    }
    default:
      return { recoveryType: 'OriginalLocation', ...(storageAccountId !== undefined && { storageAccountId }) };
  }
}
