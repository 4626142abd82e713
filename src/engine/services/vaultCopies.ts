import { isGeoRedundant } from '../../domain/vaultRules';
import type { VaultRecord } from '../catalog/records';
import type { Sites } from './sites';

/** True for a vault that has a copy at the paired site, if there is one. */
export function isGeo({ replication }: Pick<VaultRecord, 'replication'>): boolean {
  return isGeoRedundant(replication);
}

/** True for a vault that is written to two zones of its site, if there are two. */
export function isZonal({ replication }: Pick<VaultRecord, 'replication'>): boolean {
  return replication === 'ZoneRedundant' || replication === 'ReadAccessGeoZoneRedundant';
}

/**
 * What a vault's storage replication promises and this computer does not keep, as a sentence; `undefined` when there is
 * nothing to say. The setting is accepted as Azure does; only its copies need further places.
 */
export function missingCopy(vault: VaultRecord, sites: Sites): string | undefined {
  const { name, pairedSite, zoneFolder } = sites.require(vault.location, 'Microsoft.RecoveryServices/vaults');
  const noPair = isGeo(vault) && pairedSite === undefined;
  const noZone = isZonal(vault) && zoneFolder === undefined;
  if (noPair && noZone)
    return `The site ${name} has no second zone and no paired site, so the vault has one copy only.`;
  if (noZone && isGeo(vault))
    return `The site ${name} has no second zone, so the vault has its copy at the paired site only.`;
  if (noPair && isZonal(vault))
    return `The site ${name} has no paired site, so the vault has its copy in the second zone only.`;
  if (noZone) return `The site ${name} has no second zone, so the vault has one copy only.`;
  return noPair ? `The site ${name} has no paired site, so the vault has one copy only.` : undefined;
}
