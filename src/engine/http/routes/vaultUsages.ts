import { appError } from '../../../domain/errorCatalogue';
import { parseFilter } from '../../../protocol/filter';
import type { VaultService } from '../../services/vaults';
import type { VaultUsages } from '../../services/vaultUsages';
import type { ArmRequest, Operation } from '../operation';
import { queryOf } from '../paging';
import { presentUsageSummary, presentUsages } from '../present/usages';
import { VAULT, vaultIdIn } from './params';

const SUMMARIES = ['backupprotecteditemcountsummary', 'backupprotectioncontainercountsummary'];

/** What a vault holds, in numbers (SPEC §1.2). */
export function vaultUsageRoutes(vaults: VaultService, usages: VaultUsages): Operation[] {
  return [
    {
      method: 'GET',
      path: `${VAULT}/usages`,
      handle: async (request) => {
        const vault = vaults.get(vaultIdIn(request));
        const value = presentUsages(vault, usages.counts(vault), await usages.storedBytes(vault));
        return { status: 200, body: { value } };
      },
    },
    {
      method: 'GET',
      path: `${VAULT}/backupUsageSummaries`,
      handle: (request) => {
        const vault = vaults.touch(vaults.get(vaultIdIn(request)));
        checkSummaryType(request);
        return { status: 200, body: { value: presentUsageSummary(usages.itemCount(vault)) } };
      },
    },
    {
      // Site recovery replicates machines; that service is not here, so nothing of it is used.
      method: 'GET',
      path: `${VAULT}/replicationUsages`,
      handle: (request) => {
        vaults.get(vaultIdIn(request));
        return { status: 200, body: { value: [] } };
      },
    },
  ];
}

/** Both summaries count the same here: each protected machine is a container of its own. */
function checkSummaryType(request: ArmRequest): void {
  const text = queryOf(request, '$filter');
  const type = parseFilter(text)?.get('type')?.toLowerCase();
  if (text !== undefined && (type === undefined || !SUMMARIES.includes(type))) {
    throw appError('BMSUserErrorInvalidFilter', { reason: text });
  }
}
