import { mkdir, readdir } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { sameLocation, siteNameProblem } from '../../domain/names';
import { FIRST_SITE } from '../../protocol/local';
import type { Catalog } from '../catalog/catalog';
import type { SiteRecord } from '../catalog/records';
import type { StorageTarget } from '../store/target';
import { checkName } from './names';
import { DELETED, finishDeletions } from './vaultFolder';

/** A location of this computer: a name and the place where its vaults keep their bytes. */
export type Site = Readonly<SiteRecord>;

export interface SiteInput {
  readonly name: string;
  readonly displayName?: string;
  /** Absolute; needed for a new site, and may not differ from the one that a site has. */
  readonly folder?: string;
  /** Name of the site that geo-redundant vaults are copied to; `null` takes the pair away. */
  readonly pairedSite?: string | null;
  /** Absolute folder of the second zone; given once, may not differ from then on. */
  readonly zoneFolder?: string;
}

/** The sites of a data folder. The first one, `local`, is always there; others are added and can be paired. */
export class Sites {
  readonly #catalog: Catalog;
  readonly #first: Site;

  constructor(catalog: Catalog, dataFolder: string) {
    this.#catalog = catalog;
    this.#first = { name: FIRST_SITE, displayName: 'This computer', folder: join(dataFolder, 'sites', FIRST_SITE) };
  }

  /** Makes the first site's folder and finishes what a crash left of deletions. A site that is not there now is left alone. */
  async prepare(): Promise<void> {
    await makeVaultsFolder(this.#first.folder);
    const known = this.#known();
    for (const folder of this.list().flatMap(foldersOf)) {
      await finishDeletions(vaultsFolder(folder), (repository) => known.has(repository));
    }
  }

  /** The first site and then the others, oldest first. */
  list(): readonly Site[] {
    const stored = this.#catalog.sites.list();
    const first = stored.find((site) => site.name === FIRST_SITE);
    // The data folder may have moved since its row was written.
    return [{ ...this.#first, ...first, folder: this.#first.folder }, ...stored.filter((site) => site !== first)];
  }

  /** @throws AppError `LocalSiteNotFound` */
  get(name: string): Site {
    const site = this.#find(name);
    if (!site) throw appError('LocalSiteNotFound', { name });
    return site;
  }

  /** @throws AppError `LocationNotAvailableForResourceType` */
  require(location: string, resourceType: string): Site {
    const site = this.#find(location) ?? this.list().find((s) => sameLocation(s.displayName, location));
    if (site) return site;
    const names = this.list().map((s) => s.name);
    throw appError('LocationNotAvailableForResourceType', { location, resourceType, locations: names.join(',') });
  }

  /** Where the copy of a repository lies that the paired site keeps; `undefined` without a pair. */
  pairTarget(location: string, repository: string): StorageTarget | undefined {
    const { pairedSite } = this.require(location, 'Microsoft.RecoveryServices/vaults');
    return pairedSite === undefined ? undefined : this.target(pairedSite, repository);
  }

  /** Where the repository of a vault lies. */
  target(location: string, repository: string): StorageTarget {
    const site = this.require(location, 'Microsoft.RecoveryServices/vaults');
    return { kind: 'folder', path: join(vaultsFolder(site.folder), repository) };
  }

  /** Folders among the vaults of a site that are none of the catalog's, nor copies of them. */
  async strangers(): Promise<{ location: string; repository: string }[]> {
    const known = this.#known();
    const found: { location: string; repository: string }[] = [];
    for (const { name: location, folder } of this.list()) {
      const entries = await readdir(vaultsFolder(folder), { withFileTypes: true }).catch(() => []); // it is away
      for (const entry of entries) {
        if (!entry.isDirectory() || entry.name.endsWith(DELETED) || known.has(entry.name)) continue;
        known.add(entry.name); // the other places that have it are its copies
        found.push({ location, repository: entry.name });
      }
    }
    return found;
  }

  /** Names that folders of vaults and their copies have. */
  #known(): Set<string> {
    const vaults = this.#catalog.vaults.list();
    return new Set(vaults.flatMap(({ repository, attached }) => [repository, basename(attached?.folder ?? '')]));
  }

  /** Folders of sites in which copies of a vault may lie, by the name that it has there; not those that are vaults here. */
  places(name: string): string[] {
    const vaults = new Set(this.#catalog.vaults.list().map(({ attached }) => attached?.folder));
    return this.list()
      .flatMap((site) => foldersOf(site).map((folder) => join(vaultsFolder(folder), name)))
      .filter((place) => !vaults.has(place));
  }

  /** Where the second zone of a site keeps a repository; `undefined` for a site with one zone. */
  zoneTarget(location: string, repository: string): StorageTarget | undefined {
    const { zoneFolder } = this.require(location, 'Microsoft.RecoveryServices/vaults');
    return zoneFolder === undefined ? undefined : { kind: 'folder', path: join(vaultsFolder(zoneFolder), repository) };
  }

  /**
   * Adds a site and makes its folder, or changes the words and the pair of an existing one, or adds its second zone.
   * @throws AppError `InvalidResourceName`, `LocalSiteFolderNotAbsolute`, `LocalSiteFolderNotWritable`,
   *   `LocalSiteFolderTaken`, `LocalSiteFolderFixed`, `LocalSitePairInvalid`
   */
  async put(input: SiteInput): Promise<{ site: Site; created: boolean }> {
    const found = this.#find(input.name);
    const base = found ?? (await this.#create(input));
    if (found && input.folder !== undefined && resolve(input.folder) !== found.folder) {
      throw appError('LocalSiteFolderFixed', { name: found.name, folder: found.folder });
    }
    const site: Site = {
      ...base,
      displayName: input.displayName ?? base.displayName,
      pairedSite: this.#pairOf(base, input.pairedSite),
      zoneFolder: await this.#zoneOf(base, input.zoneFolder),
    };
    this.#catalog.sites.put(site);
    return { site, created: !found };
  }

  /**
   * Forgets a site that nothing lies in; its folder stays.
   * @returns false when there was none
   * @throws AppError `LocalSiteRequired` for the first site, `ResourceInUse` naming what lies in it or is paired with it
   */
  delete(name: string): boolean {
    const site = this.#find(name);
    if (!site) return false;
    if (site.name === FIRST_SITE) throw appError('LocalSiteRequired', { name: site.name });
    const { vaults, machines, disks, storageAccounts } = this.#catalog;
    const users = [
      ...[vaults, machines, disks, storageAccounts]
        .flatMap((table): { id: string; location: string }[] => table.list())
        .filter((resource) => sameLocation(resource.location, site.name))
        .map((resource) => resource.id),
      ...this.list()
        .filter((other) => other.pairedSite === site.name)
        .map((other) => `the site ${other.name}`),
    ];
    if (users.length > 0) {
      throw appError('ResourceInUse', { resource: `The site ${site.name}`, resources: users.join(', ') });
    }
    this.#catalog.sites.delete(site.name);
    return true;
  }

  #find(name: string): Site | undefined {
    return this.list().find((site) => sameLocation(site.name, name));
  }

  async #create({ name, displayName = name, folder = '' }: SiteInput): Promise<Site> {
    checkName('site', name, siteNameProblem(name));
    const taken = await this.#claim(name, folder);
    return { name, displayName, folder: taken };
  }

  async #zoneOf(site: Site, wanted: string | undefined): Promise<string | undefined> {
    if (wanted === undefined || wanted === site.zoneFolder) return site.zoneFolder;
    if (site.zoneFolder !== undefined) {
      throw appError('LocalSiteFolderFixed', { name: site.name, folder: site.zoneFolder });
    }
    return this.#claim(site.name, wanted, site);
  }

  /** Makes a folder ready for vaults, which no other place of a site may share. @returns it, resolved */
  async #claim(name: string, folder: string, made?: Site): Promise<string> {
    if (!isAbsolute(folder)) throw appError('LocalSiteFolderNotAbsolute', { name, folder });
    const taken = resolve(folder);
    const sites = made ? [made, ...this.list()] : this.list();
    const other = sites.find((site) => foldersOf(site).some((at) => isWithin(at, taken) || isWithin(taken, at)));
    if (other) throw appError('LocalSiteFolderTaken', { folder: taken, name: other.name });
    try {
      await makeVaultsFolder(taken);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw appError('LocalSiteFolderNotWritable', { name, folder: taken, reason }, { cause: error });
    }
    return taken;
  }

  #pairOf(site: Site, wanted: string | null | undefined): string | undefined {
    if (wanted === undefined) return site.pairedSite;
    if (wanted === null || wanted === '') return undefined;
    const pair = this.#find(wanted);
    const invalid = (reason: string) => appError('LocalSitePairInvalid', { name: site.name, reason });
    if (!pair) throw invalid(`There is no site ${wanted} on this computer.`);
    if (pair.name === site.name) throw invalid('A site cannot be its own second site.');
    return pair.name;
  }
}

/** The folders of a site: its first zone and, if there is one, its second. */
function foldersOf({ folder, zoneFolder }: Site): string[] {
  return zoneFolder === undefined ? [folder] : [folder, zoneFolder];
}

function vaultsFolder(folder: string): string {
  return join(folder, 'vaults');
}

async function makeVaultsFolder(folder: string): Promise<void> {
  await mkdir(vaultsFolder(folder), { recursive: true, mode: 0o700 });
}

/** True if `inner` is `outer` or lies in it. */
function isWithin(outer: string, inner: string): boolean {
  const path = relative(outer, inner);
  return path === '' || !(path.startsWith('..') || isAbsolute(path));
}
