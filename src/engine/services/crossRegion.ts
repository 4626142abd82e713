import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { appError } from '../../domain/errorCatalogue';
import { sameLocation } from '../../domain/names';
import { idKey, vaultIdOf } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { ItemRecord, JobRecord, OperationRecord, PointRecord, VaultRecord } from '../catalog/records';
import { notFound } from './notFound';
import type { PointService } from './points';
import type { RestoreInput } from './restore/plan';
import type { RestoreService } from './restores';
import type { Site, Sites } from './sites';
import type { VaultStores } from './vaultStores';

/** How long an access token is good for (assumed). */
const TOKEN_MS = 3_600_000;

const RESOURCE = 'Microsoft.RecoveryServices/vaults';

const grant = z.object({ point: z.string(), site: z.string(), until: z.number() });

interface Deps {
  readonly catalog: Catalog;
  readonly sites: Sites;
  readonly stores: Pick<VaultStores, 'openPair'>;
  readonly points: PointService;
  readonly restores: RestoreService;
  /** Of the data folder, 32 bytes: what signs access tokens is derived from it. */
  readonly key: Buffer;
  readonly now: () => number;
  readonly uuid: () => string;
}

/**
 * A vault as its second region has it: what the copy at the paired site holds, and restores that read nothing but this
 * copy (DESIGN §5). Whoever restores there shows a token that the vault gave out for the point.
 */
export class CrossRegionService {
  readonly #deps: Deps;
  readonly #signingKey: Buffer;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#signingKey = createHmac('sha256', deps.key).update('access tokens of recovery points').digest();
  }

  /** @throws AppError `LocalCrossRegionOff`, `LocalSecondSiteMissing` */
  secondSite(vault: VaultRecord): Site {
    if (!vault.crossRegionRestore) throw appError('LocalCrossRegionOff', { vault: vault.name });
    const { name: location, pairedSite } = this.#deps.sites.require(vault.location, RESOURCE);
    if (pairedSite === undefined) throw appError('LocalSecondSiteMissing', { vault: vault.name, location });
    return this.#deps.sites.get(pairedSite);
  }

  /** @throws AppError `LocationNotAvailableForResourceType` */
  site(location: string): Site {
    return this.#deps.sites.require(location, RESOURCE);
  }

  /**
   * Manifests that the copy at the second site has.
   * @throws AppError those of {@link secondSite}, and of the store
   */
  async copied(vault: VaultRecord): Promise<ReadonlySet<string>> {
    this.secondSite(vault);
    return new Set(await (await this.#deps.stores.openPair(vault)).pointKeys());
  }

  /**
   * Lets somebody restore a point in the second region, for an hour.
   * @throws AppError `ResourceNotFound` for a point that is not copied yet, and those of {@link copied}
   */
  async grant(vault: VaultRecord, item: ItemRecord, point: PointRecord): Promise<string> {
    const id = `${item.id}/recoveryPoints/${point.name}`;
    const { name: site } = this.secondSite(vault);
    if (!(await this.copied(vault)).has(point.manifestKey)) throw notFound(id);
    const until = this.#deps.now() + TOKEN_MS;
    const text = Buffer.from(JSON.stringify({ point: id, site, until })).toString('base64url');
    return `${text}.${this.#sign(text).toString('base64url')}`;
  }

  /**
   * Starts a restore in the second region, from the copy there.
   * @throws AppError `LocalCrossRegionToken`, `LocalCrossRegionReplace`, `ResourceNotFound` for a point that was removed
   */
  start(location: string, token: string, input: RestoreInput): OperationRecord {
    const { name: here } = this.site(location);
    const { point: id } = this.#granted(here, token);
    const { catalog, points, restores } = this.#deps;
    const [itemId = '', name = ''] = id.split(/\/recoveryPoints\//i);
    const item = catalog.items.get(idKey(itemId));
    const vault = catalog.vaults.get(idKey(vaultIdOf(itemId) ?? ''));
    if (!item || !vault || vault.deleted) throw notFound(id);
    const { name: secondSite } = this.secondSite(vault);
    if (input.type === 'OriginalLocation') throw appError('LocalCrossRegionReplace', { vm: item.machineName });
    const subject = { vault, item, point: points.get(item, name), input, secondSite };
    const operation = Buffer.from(`${vaultNumber(vault)};${this.#deps.uuid()}`).toString('base64');
    return restores.startAs(subject, { id: operation, vaultKey: siteKey(secondSite) });
  }

  /** True for a cross-region restore that runs or ran in a location. */
  ranIn({ secondSite }: JobRecord, location: string): boolean {
    return secondSite !== undefined && sameLocation(secondSite, this.site(location).name);
  }

  #granted(here: string, token: string): z.infer<typeof grant> {
    const refused = (reason: string) => appError('LocalCrossRegionToken', { location: here, reason });
    const [text = '', signature = ''] = token.split('.');
    const [given, right] = [Buffer.from(signature, 'base64url'), this.#sign(text)];
    if (given.length !== right.length || !timingSafeEqual(given, right)) {
      throw refused('The access token is not one that a vault of this computer gave out.');
    }
    const { point, site, until } = grant.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (!sameLocation(site, here)) throw refused(`The access token is for ${site}.`);
    if (until <= this.#deps.now()) throw refused('The access token is too old.');
    return { point, site, until };
  }

  #sign(text: string): Buffer {
    return createHmac('sha256', this.#signingKey).update(text).digest();
  }
}

/** Whose an operation of a second region is. */
export function siteKey(site: string): string {
  return idKey(`sites/${site}`);
}

/** The number by which a second region knows a vault: always the same for it. */
export function vaultNumber({ repository }: VaultRecord): string {
  return BigInt.asUintN(63, BigInt(`0x${repository.replaceAll('-', '')}`)).toString();
}
