import { appError } from '../../../domain/errorCatalogue';
import { parseFilter } from '../../../protocol/filter';
import { idKey } from '../../../protocol/ids';
import { fromFilterTime } from '../../../protocol/time';
import type { JobService } from '../../services/jobs';
import type { OperationService } from '../../services/operations';
import type { PointService } from '../../services/points';
import type { ProtectionService } from '../../services/protection';
import type { VaultService } from '../../services/vaults';
import { accepted, stillRunning } from '../asyncLinks';
import type { ArmRequest, Operation } from '../operation';
import { pageOf, queryOf } from '../paging';
import { presentJob } from '../present/job';
import { presentPoint } from '../present/point';
import { presentOperation } from '../present/vault';
import { wireEra } from '../present/wireEra';
import { ITEM, itemIdIn, JOB, jobIdIn, POINT, param, VAULT, vaultIdIn } from './params';

interface Deps {
  readonly jobs: JobService;
  readonly operations: OperationService;
  readonly points: PointService;
  readonly protection: ProtectionService;
  readonly vaults: VaultService;
  readonly now: () => number;
}

/** Jobs and recovery points (SPEC §1.9, §1.11). */
export function jobRoutes(deps: Deps): Operation[] {
  const { jobs, operations, vaults, now } = deps;
  return [
    {
      method: 'GET',
      path: `${VAULT}/backupJobs`,
      handle: (request) => {
        const filter = filterOf(request);
        const vault = vaults.get(vaultIdIn(request));
        const query = {
          name: filter.get('jobid'),
          status: filter.get('status'),
          operation: filter.get('operation'),
          machineName: filter.get('entityfriendlyname'),
          startedAfter: timeIn(filter, 'starttime'),
          endedBefore: timeIn(filter, 'endtime'),
        };
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => jobs.list(vault, query, page),
            (job) => presentJob(job, now(), { era: wireEra(request.apiVersion), extended: false }),
          ),
        };
      },
    },
    {
      method: 'GET',
      path: JOB,
      handle: (request) => {
        const era = wireEra(request.apiVersion);
        return { status: 200, body: presentJob(jobs.get(jobIdIn(request)), now(), { era, extended: true }) };
      },
    },
    {
      method: 'POST',
      path: `${JOB}/cancel`,
      handle: (request) => {
        const job = jobs.get(jobIdIn(request));
        jobs.cancel(job.id);
        const operation = operations.start({ vaultKey: job.vaultKey, run: async () => undefined });
        return accepted(
          request,
          `${job.id}/operationsStatus/${operation.id}`,
          `${job.id}/operationResults/${operation.id}`,
        );
      },
    },
    {
      method: 'GET',
      path: `${JOB}/operationsStatus/:operation`,
      handle: (request) => ({
        status: 200,
        body: presentOperation(operations.get(param(request, 'operation'), idKey(vaultIdIn(request)))),
      }),
    },
    {
      method: 'GET',
      path: `${JOB}/operationResults/:operation`,
      handle: (request) => {
        const { status } = operations.get(param(request, 'operation'), idKey(vaultIdIn(request)));
        return status === 'InProgress' ? stillRunning(request) : { status: 204 };
      },
    },
    ...pointRoutes(deps),
  ];
}

function pointRoutes({ points, protection }: Deps): Operation[] {
  return [
    {
      method: 'GET',
      path: `${ITEM}/recoveryPoints`,
      handle: (request) => {
        const item = protection.get(itemIdIn(request));
        const filter = filterOf(request);
        const window = { from: timeIn(filter, 'startdate'), to: timeIn(filter, 'enddate') };
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => points.list(item, window, page),
            (point) => presentPoint(item, point, { era: wireEra(request.apiVersion), detailed: false }),
          ),
        };
      },
    },
    {
      method: 'GET',
      path: POINT,
      handle: (request) => {
        const item = protection.get(itemIdIn(request));
        const point = points.get(item, param(request, 'point'));
        return { status: 200, body: presentPoint(item, point, { era: wireEra(request.apiVersion), detailed: true }) };
      },
    },
  ];
}

/** @throws AppError `BMSUserErrorInvalidFilter` */
function filterOf(request: ArmRequest): ReadonlyMap<string, string> {
  const filter = parseFilter(queryOf(request, '$filter'));
  if (!filter) throw appError('BMSUserErrorInvalidFilter', { reason: queryOf(request, '$filter') ?? '' });
  return filter;
}

/** @throws AppError `BMSUserErrorInvalidFilter` */
function timeIn(filter: ReadonlyMap<string, string>, key: string): number | undefined {
  const text = filter.get(key);
  if (text === undefined) return undefined;
  const time = fromFilterTime(text);
  if (time === undefined) throw appError('BMSUserErrorInvalidFilter', { reason: `${key} '${text}' is not a time.` });
  return time;
}
