import { appError } from '../../../domain/errorCatalogue';
import { parseFilter } from '../../../protocol/filter';
import { idKey } from '../../../protocol/ids';
import { fromFilterTime } from '../../../protocol/time';
import type { Page } from '../../catalog/page';
import type { PointRecord } from '../../catalog/records';
import type { CrossRegionService } from '../../services/crossRegion';
import type { JobQuery, JobService } from '../../services/jobs';
import { notFound } from '../../services/notFound';
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
import { copiedOf } from './secondRegion';

interface Deps {
  readonly crossRegion: CrossRegionService;
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
        const query = jobQueryIn(request);
        const vault = vaults.get(vaultIdIn(request));
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

function pointRoutes({ crossRegion, points, protection, vaults }: Deps): Operation[] {
  return [
    {
      method: 'GET',
      path: `${ITEM}/recoveryPoints`,
      handle: async (request) => {
        const item = protection.get(itemIdIn(request));
        const filter = filterOf(request);
        const window = { from: timeIn(filter, 'startdate'), to: timeIn(filter, 'enddate') };
        const copied = await copiedOf(request, crossRegion, vaults.get(vaultIdIn(request)));
        const options = { era: wireEra(request.apiVersion), detailed: false, secondary: copied !== undefined };
        return {
          status: 200,
          body: pageOf(
            request,
            (page) => whereCopied(points.list(item, window, page), copied),
            (point) => presentPoint(item, point, options),
          ),
        };
      },
    },
    {
      method: 'GET',
      path: POINT,
      handle: async (request) => {
        const item = protection.get(itemIdIn(request));
        const point = points.get(item, param(request, 'point'));
        const copied = await copiedOf(request, crossRegion, vaults.get(vaultIdIn(request)));
        if (copied?.has(point.manifestKey) === false) throw notFound(`${item.id}/recoveryPoints/${point.name}`);
        const options = { era: wireEra(request.apiVersion), detailed: true, secondary: copied !== undefined };
        return { status: 200, body: presentPoint(item, point, options) };
      },
    },
  ];
}

/** A page of the points that are in the second region too; a page may hold fewer than asked for although another follows. */
function whereCopied({ rows, next }: Page<PointRecord>, copied: ReadonlySet<string> | undefined): Page<PointRecord> {
  return { rows: copied ? rows.filter(({ manifestKey }) => copied.has(manifestKey)) : rows, next };
}

/** The conditions on a list of jobs (SPEC §1.12). @throws AppError `BMSUserErrorInvalidFilter` */
export function jobQueryIn(request: ArmRequest): JobQuery {
  const filter = filterOf(request);
  return {
    name: filter.get('jobid'),
    status: filter.get('status'),
    operation: filter.get('operation'),
    machineName: filter.get('entityfriendlyname'),
    startedAfter: timeIn(filter, 'starttime'),
    endedBefore: timeIn(filter, 'endtime'),
  };
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
