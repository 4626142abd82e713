import type { VaultRecord } from '../catalog/records';
import type { Sites } from './sites';

/**
 * What a vault's storage replication promises and this computer does not keep, as a sentence; `undefined` when there is
 * nothing to say. The setting is accepted as Azure does; only its copies need a second place.
 */
export function missingCopy(vault: VaultRecord, sites: Sites): string | undefined {
  const { name, pairedSite } = sites.require(vault.location, 'Microsoft.RecoveryServices/vaults');
  switch (vault.replication) {
    case 'LocallyRedundant':
      return undefined;
    case 'GeoRedundant':
      return pairedSite === undefined
        ? `The site ${name} has no paired site, so the vault has one copy only.`
        : undefined;
    default:
      return `The site ${name} has one storage target only, so the vault has one copy only.`;
  }
}
