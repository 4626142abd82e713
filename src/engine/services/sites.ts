import { join } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { sameLocation } from '../../domain/names';
import { FIRST_SITE } from '../../protocol/local';
import type { StorageTarget } from '../store/target';

/** A location of this computer: a name and the place where its vaults keep their bytes. */
export interface Site {
  readonly name: string;
  readonly displayName: string;
  readonly folder: string;
}

/** The sites of a data folder. The first one, `local`, is always there and has no pair. */
export class Sites {
  readonly #sites: readonly Site[];

  constructor(dataFolder: string) {
    this.#sites = [{ name: FIRST_SITE, displayName: 'This computer', folder: join(dataFolder, 'sites', FIRST_SITE) }];
  }

  list(): readonly Site[] {
    return this.#sites;
  }

  /** @throws AppError `LocationNotAvailableForResourceType` */
  require(location: string, resourceType: string): Site {
    const site = this.#sites.find((s) => sameLocation(s.name, location) || sameLocation(s.displayName, location));
    if (site) return site;
    const names = this.#sites.map((s) => s.name).join(',');
    throw appError('LocationNotAvailableForResourceType', { location, resourceType, locations: names });
  }

  /** Where the repository of a vault lies. */
  target(location: string, repository: string): StorageTarget {
    const { folder } = this.require(location, 'Microsoft.RecoveryServices/vaults');
    return { kind: 'folder', path: join(folder, 'vaults', repository) };
  }
}
