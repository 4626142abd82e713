import { appError } from '../../../domain/errorCatalogue';
import { isAppError } from '../../../domain/errors';
import { idKey, nameIn } from '../../../protocol/ids';
import { type RestoreRequest, restoreRequest, validateRestoreRequest } from '../../../protocol/requests';
import type { OperationRecord } from '../../catalog/records';
import { refuseEncrypted } from '../../services/diskSecrets';
import type { OperationService } from '../../services/operations';
import type { PointService } from '../../services/points';
import type { ProtectionService } from '../../services/protection';
import type { RestoreInput, RestorePlanner, RestoreSubject } from '../../services/restore/plan';
import type { RestoreService } from '../../services/restores';
import type { VaultService } from '../../services/vaults';
import { accepted, retryHeaders, stillRunning } from '../asyncLinks';
import { readBody } from '../body';
import type { ArmReply, ArmRequest, Operation } from '../operation';
import { presentOperation } from '../present/vault';
import { itemAccepted } from './items';
import { ITEM, itemIdIn, POINT, param, VAULT, vaultIdIn } from './params';
import { FILE_RECOVERY } from './unsupported';

interface Deps {
  readonly operations: OperationService;
  readonly planner: RestorePlanner;
  readonly points: PointService;
  readonly protection: ProtectionService;
  readonly restores: RestoreService;
  readonly vaults: VaultService;
}

/** Restores, their validation, and what a vault without archive tier and without file recovery says (SPEC §1.9, §1.10). */
export function restoreRoutes(deps: Deps): Operation[] {
  const { points, protection, restores, vaults } = deps;
  const pointOf = (request: ArmRequest) => points.get(protection.get(itemIdIn(request)), param(request, 'point'));
  return [
    {
      method: 'POST',
      path: `${POINT}/restore`,
      handle: (request) => {
        const { properties } = readBody(restoreRequest, request.body);
        const input = inputOf(properties);
        const item = protection.get(itemIdIn(request));
        const point = points.get(item, param(request, 'point'));
        const vault = vaults.get(vaultIdIn(request));
        if (input.type === 'OriginalLocation') refuseEncrypted(point, 'Replacing the disks');
        return itemAccepted(request, restores.start({ vault, item, point, input }));
      },
    },
    ...validationRoutes(deps),
    {
      method: 'POST',
      path: `${POINT}/provisionInstantItemRecovery`,
      handle: (request) => {
        refuseEncrypted(pointOf(request), 'File recovery');
        throw appError('NotImplemented', { feature: FILE_RECOVERY });
      },
    },
    {
      method: 'POST',
      path: `${ITEM}/recoveryPointsRecommendedForMove`,
      handle: (request) => {
        protection.get(itemIdIn(request));
        return { status: 200, body: { value: [] } }; // nothing here can be moved to an archive
      },
    },
  ];
}

function validationRoutes({ operations, planner, points, protection, vaults }: Deps): Operation[] {
  const subjectOf = (request: ArmRequest): RestoreSubject => {
    const { id, properties } = readBody(validateRestoreRequest, request.body);
    if (properties.objectType !== 'ValidateIaasVMRestoreOperationRequest') {
      throw appError('NotImplemented', { feature: `validating '${properties.objectType}'` });
    }
    // The vault is the one that is asked; the body names the point in it.
    const [inVault = '', point = ''] = id
      .slice(Math.max(0, id.search(/\/backupFabrics\//i)))
      .split(/\/recoveryPoints\//i);
    const itemId = `${vaultIdIn(request)}${inVault}`;
    const item = protection.get(itemId);
    const vault = vaults.get(vaultIdIn(request));
    return { vault, item, point: points.get(item, point), input: inputOf(properties.restoreRequest) };
  };
  const find = (request: ArmRequest) => operations.get(param(request, 'operation'), idKey(vaultIdIn(request)));
  return [
    {
      method: 'POST',
      path: `${VAULT}/backupValidateOperation`,
      handle: async (request) => ({ status: 200, body: response(await problems(planner, subjectOf(request))) }),
    },
    {
      method: 'POST',
      path: `${VAULT}/backupTriggerValidateOperation`,
      handle: (request) => {
        const subject = subjectOf(request);
        const { id } = operations.start({
          vaultKey: idKey(subject.vault.id),
          run: async () => ({ validation: await problems(planner, subject) }),
        });
        const vault = subject.vault.id;
        return accepted(
          request,
          `${vault}/backupValidateOperationsStatuses/${id}`,
          `${vault}/backupValidateOperationResults/${id}`,
        );
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/backupValidateOperationsStatuses/:operation`,
      handle: (request): ArmReply => {
        const operation = find(request);
        if (operation.status === 'InProgress') {
          return { status: 200, body: presentOperation(operation), headers: retryHeaders };
        }
        const extended = { objectType: 'OperationStatusValidateOperationExtendedInfo', ...responseOf(operation) };
        return { status: 200, body: { ...presentOperation(operation), properties: extended } };
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/backupValidateOperationResults/:operation`,
      handle: (request): ArmReply => {
        const operation = find(request);
        return operation.status === 'InProgress' ? stillRunning(request) : { status: 200, body: responseOf(operation) };
      },
    },
  ];
}

/** No point lies in an archive, so none has to be rehydrated before it is restored. */
const RESTORE_REQUESTS: readonly string[] = ['IaasVMRestoreRequest', 'IaasVMRestoreWithRehydrationRequest'];

type Validation = NonNullable<OperationRecord['validation']>;

/** What stands in the way of a restore; nothing when it can be done. */
async function problems(planner: RestorePlanner, subject: RestoreSubject): Promise<Validation> {
  try {
    await planner.plan(subject);
    return [];
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { recommendation } = error.details;
    return [
      {
        code: error.code,
        message: error.message,
        recommendations: recommendation === undefined ? [] : [recommendation],
      },
    ];
  }
}

function response(validationResults: Validation) {
  return { validateOperationResponse: { validationResults } };
}

function responseOf(operation: OperationRecord) {
  return response(operation.validation ?? []);
}

/** What a request to restore asks for. @throws AppError `NotImplemented` */
export function inputOf(request: RestoreRequest): RestoreInput {
  const { recoveryType: type } = request;
  const isKnown = type === 'RestoreDisks' || type === 'AlternateLocation' || type === 'OriginalLocation';
  if (!RESTORE_REQUESTS.includes(request.objectType) || !isKnown) {
    throw appError('NotImplemented', { feature: `restoring with '${request.objectType}' and recoveryType '${type}'` });
  }
  const group = request.targetResourceGroupId;
  return {
    type,
    storageAccountId: request.storageAccountId ?? request.identityBasedRestoreDetails?.targetStorageAccountId ?? '',
    targetResourceGroup: group === undefined ? undefined : (nameIn(group, 'resourceGroups') ?? group.split('/').at(-1)),
    targetMachineId: request.targetVirtualMachineId ?? undefined,
    virtualNetworkId: request.virtualNetworkId ?? undefined,
    luns: request.restoreDiskLunList ?? undefined,
  };
}
