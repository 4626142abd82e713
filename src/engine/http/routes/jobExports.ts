import { AppError } from '../../../domain/errors';
import { idKey } from '../../../protocol/ids';
import type { JobExports } from '../../services/jobExports';
import type { JobService } from '../../services/jobs';
import type { OperationService } from '../../services/operations';
import type { VaultService } from '../../services/vaults';
import { link, stillRunning } from '../asyncLinks';
import type { Operation } from '../operation';
import { presentJob } from '../present/job';
import { wireEra } from '../present/wireEra';
import { jobQueryIn } from './jobs';
import { param, VAULT, vaultIdIn } from './params';

interface Deps {
  readonly exports: JobExports;
  readonly jobs: JobService;
  readonly operations: OperationService;
  readonly vaults: VaultService;
  readonly now: () => number;
}

/** Jobs that are written at once. */
const PAGE = 500;

/** The list of a vault's jobs as a file, with the filters of the list itself (SPEC §1.11). */
export function jobExportRoutes({ exports, jobs, operations, vaults, now }: Deps): Operation[] {
  return [
    {
      method: 'POST',
      path: `${VAULT}/backupJobsExport`,
      handle: (request) => {
        const vault = vaults.get(vaultIdIn(request));
        const query = jobQueryIn(request);
        const era = wireEra(request.apiVersion);
        const pages = function* () {
          let token: string | undefined;
          do {
            const { rows, next } = jobs.list(vault, query, { size: PAGE, token });
            yield rows.map((job) => presentJob(job, now(), { era, extended: false }));
            token = next;
          } while (token !== undefined);
        };
        const { id } = operations.start({
          vaultKey: idKey(vault.id),
          run: async (name) => exports.write(name, pages()).then(() => undefined),
        });
        const headers = {
          Location: link(request, `${vault.id}/backupJobs/operationResults/${id}`),
          'Retry-After': '0',
        };
        return { status: 202, headers };
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/backupJobs/operationResults/:operation`,
      handle: async (request) => {
        const operation = operations.get(param(request, 'operation'), idKey(vaultIdIn(request)));
        if (operation.status === 'InProgress') {
          const reply = stillRunning(request);
          return { ...reply, body: resultOf({}, reply.headers) };
        }
        if (operation.error) throw new AppError(operation.error.code, operation.error.message);
        // A file of this computer needs no signature; the two together are its address, as for a blob.
        return { status: 200, body: resultOf({ blobUrl: await exports.url(operation), blobSasKey: '' }) };
      },
    },
  ];
}

/** @param headers those of the answer, which its body repeats */
function resultOf(where: { blobUrl?: string; blobSasKey?: string }, headers: Readonly<Record<string, string>> = {}) {
  return {
    operation: { objectType: 'ExportJobsOperationResultInfo', ...where },
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  };
}
