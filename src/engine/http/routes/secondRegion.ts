import type { VaultRecord } from '../../catalog/records';
import type { CrossRegionService } from '../../services/crossRegion';
import type { ArmRequest } from '../operation';

/** The api-versions in which a vault's second region answers: the paths are those of the vault's own (recorded). */
const SECOND_REGION = ['2018-12-20', '2021-11-15'];

/**
 * The manifests that the second region has, if it is the one that is asked; `undefined` for a request to the vault's own
 * region. A vault without cross-region restore has one region only, whatever the api-version.
 * @throws AppError `LocalSecondSiteMissing`, and of the store
 */
export async function copiedOf(
  request: ArmRequest,
  crossRegion: CrossRegionService,
  vault: VaultRecord,
): Promise<ReadonlySet<string> | undefined> {
  if (!vault.crossRegionRestore || !SECOND_REGION.includes(request.apiVersion)) return undefined;
  return crossRegion.copied(vault);
}
