import {
  accessTokenRequest,
  crossRegionRestoreRequest,
  crrJobRequest,
  crrJobsRequest,
} from '../../../protocol/crossRegionRequests';
import { type CrossRegionService, siteKey } from '../../services/crossRegion';
import type { JobService } from '../../services/jobs';
import { notFound } from '../../services/notFound';
import type { OperationService } from '../../services/operations';
import type { PointService } from '../../services/points';
import type { ProtectionService } from '../../services/protection';
import type { VaultService } from '../../services/vaults';
import { accepted, retryHeaders, stillRunning } from '../asyncLinks';
import { readBody } from '../body';
import type { ArmReply, ArmRequest, Operation } from '../operation';
import { pageOf } from '../paging';
import { presentAadProperties, presentAccessToken, presentCrrJob } from '../present/crossRegion';
import { presentOperation } from '../present/vault';
import { wireEra } from '../present/wireEra';
import { jobQueryIn } from './jobs';
import { itemIdIn, LOCATION, POINT, param, vaultIdIn } from './params';
import { inputOf } from './restores';

interface Deps {
  readonly crossRegion: CrossRegionService;
  readonly jobs: JobService;
  readonly operations: OperationService;
  readonly points: PointService;
  readonly protection: ProtectionService;
  readonly vaults: VaultService;
  readonly tenantId: string;
  readonly now: () => number;
}

/**
 * What a vault's second region answers (recorded): whoever restores there asks it for whom the vault shall make an access
 * token, gets that from the recovery point, and shows it to the second region.
 */
export function crossRegionRoutes(deps: Deps): Operation[] {
  const { crossRegion, points, protection, vaults, tenantId } = deps;
  const askedBy = (request: ArmRequest) => ({
    subscriptionId: param(request, 'sub'),
    tenantId,
    origin: request.origin,
  });
  return [
    {
      method: 'GET',
      path: `${LOCATION}/backupAadProperties`,
      handle: (request) => {
        const { name } = crossRegion.site(param(request, 'location'));
        return { status: 200, body: presentAadProperties(name, askedBy(request)) };
      },
    },
    {
      method: 'POST',
      path: `${POINT}/accessToken`,
      handle: async (request) => {
        readBody(accessTokenRequest, request.body);
        const vault = vaults.get(vaultIdIn(request));
        const item = protection.get(itemIdIn(request));
        const point = points.get(item, param(request, 'point'));
        const token = await crossRegion.grant(vault, item, point);
        return { status: 200, body: presentAccessToken({ vault, item, point, token }, askedBy(request)) };
      },
    },
    {
      method: 'POST',
      path: `${LOCATION}/backupCrossRegionRestore`,
      handle: (request) => {
        const body = readBody(crossRegionRestoreRequest, request.body);
        const token = body.crossRegionRestoreAccessDetails.accessTokenString;
        const { id } = crossRegion.start(param(request, 'location'), token, inputOf(body.restoreRequest));
        const location = locationIn(request);
        return accepted(
          request,
          `${location}/backupCrrOperationsStatus/${id}`,
          `${location}/backupCrrOperationResults/${id}`,
        );
      },
    },
    ...operationRoutes(deps),
    ...jobRoutes(deps),
  ];
}

function operationRoutes({ crossRegion, operations }: Deps): Operation[] {
  const find = (request: ArmRequest) => {
    const { name } = crossRegion.site(param(request, 'location'));
    return operations.get(param(request, 'operation'), siteKey(name));
  };
  return [
    {
      method: 'GET',
      path: `${LOCATION}/backupCrrOperationsStatus/:operation`,
      handle: (request): ArmReply => {
        const operation = find(request);
        const id = `${locationIn(request)}/backupCrrOperationsStatus/${operation.id}`;
        return {
          status: 200,
          body: presentOperation(operation, id),
          ...(operation.status === 'InProgress' && { headers: retryHeaders }),
        };
      },
    },
    {
      method: 'GET',
      path: `${LOCATION}/backupCrrOperationResults/:operation`,
      handle: (request): ArmReply => (find(request).status === 'InProgress' ? stillRunning(request) : { status: 204 }),
    },
  ];
}

/** Jobs of a second region; its vault is named in the body. */
function jobRoutes({ crossRegion, jobs, vaults, now }: Deps): Operation[] {
  const shownTo = (request: ArmRequest, extended: boolean) => ({
    now: now(),
    subscriptionId: param(request, 'sub'),
    era: wireEra(request.apiVersion),
    extended,
  });
  return [
    {
      method: 'POST',
      path: `${LOCATION}/backupCrrJob`,
      handle: (request) => {
        const { resourceId, jobName } = readBody(crrJobRequest, request.body);
        const id = `${vaults.get(resourceId).id}/backupJobs/${jobName}`;
        const job = jobs.get(id);
        if (!crossRegion.ranIn(job, param(request, 'location'))) throw notFound(id);
        return { status: 200, body: presentCrrJob(job, shownTo(request, true)) };
      },
    },
    {
      method: 'POST',
      path: `${LOCATION}/backupCrrJobs`,
      handle: (request) => {
        const vault = vaults.get(readBody(crrJobsRequest, request.body).resourceId);
        const location = param(request, 'location');
        const query = { ...jobQueryIn(request), operation: 'CrossRegionRestore' };
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => {
              const { rows, next } = jobs.list(vault, query, page);
              return { rows: rows.filter((job) => crossRegion.ranIn(job, location)), next };
            },
            (job) => presentCrrJob(job, shownTo(request, false)),
          ),
        };
      },
    },
  ];
}

function locationIn(request: ArmRequest): string {
  return `/subscriptions/${param(request, 'sub')}/providers/Microsoft.RecoveryServices/locations/${param(request, 'location')}`;
}
