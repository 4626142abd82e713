import { generalRecommendation } from '../../../domain/errorCatalogue';
import { vaultNameProblem } from '../../../domain/names';
import { vaultId } from '../../../protocol/ids';
import {
  backupStatusRequest,
  capabilitiesRequest,
  featureRequest,
  nameAvailabilityRequest,
  preValidateRequest,
} from '../../../protocol/vaultRequests';
import { type BackupChecks, lowerNames } from '../../services/backupChecks';
import type { Sites } from '../../services/sites';
import type { VaultService } from '../../services/vaults';
import { readBody } from '../body';
import type { ArmRequest, Operation } from '../operation';
import { LOCATION, LOCATION_OF_GROUP, param } from './params';

/** Questions to a location, asked before anything is made (SPEC §1.1). */
export function locationRoutes(deps: { checks: BackupChecks; sites: Sites; vaults: VaultService }): Operation[] {
  const { checks, sites, vaults } = deps;
  const inLocation = (request: ArmRequest) => sites.require(param(request, 'location'), 'Microsoft.RecoveryServices');
  return [
    {
      method: 'POST',
      path: `${LOCATION}/backupStatus`,
      handle: (request) => {
        inLocation(request);
        const { resourceId } = readBody(backupStatusRequest, request.body);
        const { status, containerName, itemName, item } = checks.status(resourceId);
        const vault = item && vaults.get(item.vaultKey);
        return {
          status: 200,
          body: {
            protectionStatus: status,
            ...(vault && { vaultId: vault.id }),
            fabricName: 'Azure',
            containerName,
            protectedItemName: itemName,
            ...(item && { policyName: item.policyName }),
            protectedItemsCount: 0,
            ...(request.apiVersion >= '2024-01-01' && { objectType: 'BackupStatusResponse' }),
          },
        };
      },
    },
    {
      method: 'POST',
      path: `${LOCATION}/backupPreValidateProtection`,
      handle: async (request) => {
        inLocation(request);
        const given = readBody(preValidateRequest, request.body);
        const { containerName, itemName } = lowerNames(given.resourceId);
        const problem = await checks.problem(given.resourceId, given.vaultId);
        return {
          status: 200,
          body: {
            status: problem ? 'Failed' : 'Succeeded',
            errorCode: problem?.code ?? 'Success',
            errorMessage: problem?.message ?? '',
            recommendation: (problem && (problem.details.recommendation ?? generalRecommendation(problem.code))) ?? '',
            containerName,
            protectedItemName: itemName,
          },
        };
      },
    },
    {
      method: 'POST',
      path: `${LOCATION}/backupValidateFeatures`,
      handle: (request) => {
        inLocation(request);
        return { status: 200, body: { supportStatus: supportOf(readBody(featureRequest, request.body)) } };
      },
    },
    {
      method: 'POST',
      path: `${LOCATION_OF_GROUP}/checkNameAvailability`,
      handle: (request) => {
        inLocation(request);
        const { name } = readBody(nameAvailabilityRequest, request.body);
        const problem = vaultNameProblem(name);
        if (problem) return unavailable('Invalid', problem.message);
        if (vaults.isTaken(vaultId(param(request, 'sub'), param(request, 'rg'), name))) {
          return unavailable('AlreadyExists', 'Resource already exists with the same name.');
        }
        return { status: 200, body: { nameAvailable: true, reason: '', message: '' } };
      },
    },
    {
      method: 'POST',
      path: `${LOCATION}/capabilities`,
      handle: (request) => {
        inLocation(request);
        const { type, properties } = readBody(capabilitiesRequest, request.body);
        const dnsZones = (properties?.dnsZones ?? []).map(({ subResource }) => ({
          subResource,
          requiredZoneNames: [],
        }));
        return { status: 200, body: { type, properties: { dnsZones } } };
      },
    },
  ];
}

function unavailable(reason: 'Invalid' | 'AlreadyExists', message: string) {
  return { status: 200, body: { nameAvailable: false, reason, message } };
}

/** Every size of machine can be backed up here; the smallest ones have no premium disks anywhere (swagger's example). */
function supportOf({
  featureType,
  vmSize,
  vmSku,
}: {
  featureType: string;
  vmSize?: string | null;
  vmSku?: string | null;
}) {
  if (featureType.toLowerCase() !== 'azurevmresourcebackup') return 'NotSupported';
  if (!vmSize) return 'Invalid';
  return /^basic_/i.test(vmSize) && /premium/i.test(vmSku ?? '') ? 'DefaultOFF' : 'Supported';
}
