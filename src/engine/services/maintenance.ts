import { errorText } from '../../domain/errorCatalogue';
import { isAppError } from '../../domain/errors';
import { idKey } from '../../protocol/ids';
import type { RepairReply, VerifyReply } from '../../protocol/local';
import type { Catalog } from '../catalog/catalog';
import type { PointRecord, VaultRecord } from '../catalog/records';
import type { Repository } from '../store/repository';
import type { VerifyReport } from '../store/verify';
import { bringBack, foundVault, readPoints } from './broughtBack';
import { heal } from './healing';
import type { JobService } from './jobs';
import { rehomed } from './pointSubject';
import { adoptPoints } from './reconcile';
import type { Sites } from './sites';
import type { VaultStores } from './vaultStores';

interface Deps {
  readonly catalog: Catalog;
  readonly jobs: JobService;
  readonly sites: Sites;
  readonly stores: VaultStores;
  readonly subscriptionId: string;
  readonly now: () => number;
  readonly decimal: () => string;
}

/** Checks and mends whole vaults. One vault that cannot be opened never keeps the others from being looked at. */
export class MaintenanceService {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Reads everything that is stored, compares it with the catalog, and mends what a copy of the vault has whole. */
  async verify(): Promise<VerifyReply> {
    const catalogProblems = this.#deps.catalog.check();
    const vaults: VerifyReply['vaults'] = [];
    for (const vault of this.#deps.catalog.vaults.list()) vaults.push(await this.#verifyVault(vault));
    return { ok: catalogProblems.length === 0 && vaults.every((vault) => vault.ok), catalogProblems, vaults };
  }

  /**
   * Makes each vault's index anew from its packs, and the catalog from the manifests: vaults in the sites' folders that this
   * data folder's key opens, machines (with protection stopped) and points that the catalog had lost.
   */
  async repair(): Promise<RepairReply> {
    const vaults: RepairReply['vaults'] = [];
    await this.#findVaults();
    for (const vault of this.#deps.catalog.vaults.list()) {
      try {
        vaults.push(await this.#repairVault(vault));
      } catch (error) {
        vaults.push({
          name: vault.name,
          ok: false,
          packs: 0,
          adoptedPacks: 0,
          droppedPacks: 0,
          unreadablePacks: 0,
          adoptedPoints: 0,
          adoptedMachines: [],
          problems: [messageOf(error)],
        });
      }
    }
    return { ok: vaults.every((vault) => vault.ok), vaults };
  }

  async #repairVault(vault: VaultRecord): Promise<RepairReply['vaults'][number]> {
    const { catalog, jobs, stores } = this.#deps;
    const store = await stores.open(vault);
    const report = await store.repair();
    const before = this.#pointsOf(vault);
    await adoptPoints({ catalog, jobs }, vault, store);
    const { known, problems } = await readPoints(store);
    const lost = known.filter(({ subject }) => !catalog.items.get(idKey(rehomed(subject, vault.id).item)));
    const names = new Set(lost.map(({ subject }) => subject.machine.name));
    if (lost.length > 0) bringBack(this.#deps, vault, lost);
    return {
      name: vault.name,
      ok: report.unreadablePacks.length === 0 && report.droppedPacks.length === 0 && problems.length === 0,
      packs: report.packs,
      adoptedPacks: report.adoptedPacks.length,
      droppedPacks: report.droppedPacks.length,
      unreadablePacks: report.unreadablePacks.length,
      adoptedPoints: this.#pointsOf(vault) - before,
      adoptedMachines: [...names],
      problems,
    };
  }

  /** Shows vaults that the catalog had lost. One without points holds nothing, and one of another data folder is not ours. */
  async #findVaults(): Promise<void> {
    const { catalog, sites, stores, subscriptionId, now } = this.#deps;
    for (const { location, repository } of await sites.strangers()) {
      const place = { location, repository, replication: 'LocallyRedundant' as const };
      try {
        const formerOwner = await stores.formerOwner(sites.target(location, repository));
        const store = await stores.open(place);
        const { known } = await readPoints(store);
        const subject = known[0]?.subject;
        const found = { subscriptionId, subject, uuid: store.uuid, repository, location, now: now() };
        const vault = foundVault(found);
        if (subject === undefined || catalog.vaults.get(idKey(vault.id))) await stores.close(place);
        else bringBack(this.#deps, { ...vault, formerOwner }, []); // its machines and points follow with its repair
      } catch (error) {
        if (!isAppError(error)) throw error;
      }
    }
  }

  #pointsOf(vault: VaultRecord): number {
    return this.#deps.catalog.points.count({ where: { vault_key: idKey(vault.id) } });
  }

  async #verifyVault(vault: VaultRecord): Promise<VerifyReply['vaults'][number]> {
    const rows = this.#deps.catalog.points.list({ where: { vault_key: idKey(vault.id) } });
    try {
      const store = await this.#deps.stores.open(vault);
      let { report, missing } = await this.#look(store, rows);
      const manifests = missing.map(({ manifestKey }) => manifestKey);
      const healed = await heal(store, report, manifests);
      if (healed.blobs + healed.points > 0) ({ report, missing } = await this.#look(store, rows));
      return {
        name: vault.name,
        ok: report.ok && missing.length === 0,
        points: report.points,
        packs: report.packs,
        blobs: report.blobs,
        checkedBytes: report.checkedBytes,
        healedBlobs: healed.blobs,
        healedPoints: healed.points,
        problems: [
          ...problemsOf(vault.name, report, rows),
          ...missing.map((row) => `The manifest of point ${row.name} is missing.`),
        ],
      };
    } catch (error) {
      return {
        name: vault.name,
        ok: false,
        points: 0,
        packs: 0,
        blobs: 0,
        checkedBytes: 0,
        healedBlobs: 0,
        healedPoints: 0,
        problems: [messageOf(error)],
      };
    }
  }

  /** Everything that is stored, and the points of the catalog whose manifests are not. */
  async #look(store: Repository, rows: readonly PointRecord[]) {
    const report = await store.verify();
    const keys = new Set(await store.pointKeys());
    return { report, missing: rows.filter(({ manifestKey }) => !keys.has(manifestKey)) };
  }
}

/** Each finding as a sentence, down to machine, disk and offsets where points are hit. */
export function problemsOf(vault: string, report: VerifyReport, rows: readonly PointRecord[]): string[] {
  const nameOf = (key: string) => rows.find((row) => row.manifestKey === key)?.name ?? key;
  return [
    ...report.damagedPacks.map(({ key, reason }) => `Pack ${key}: ${reason}`),
    ...report.damagedBlobs.map(({ id, pack }) =>
      errorText('LocalChunkDamaged', {
        vault,
        chunk: `${id.slice(0, 16)} in ${pack}`,
        points: pointsHit(report, nameOf),
      }),
    ),
    ...report.damagedIndexes.map((key) => `Index ${key} cannot be read; repair makes a new one.`),
    ...report.damagedKeys.map((key) => `The wrapped key ${key} was changed.`),
    ...report.damagedRecords.map((key) => `${key} cannot be read.`),
    ...report.damagedPoints.map(({ key, reason }) => `Manifest ${key}: ${reason}`),
    ...report.affected.map(
      ({ key, disk, ranges }) =>
        `Point ${nameOf(key)}, disk ${disk}: bytes ${ranges.map((r) => `${r.offset} to ${r.offset + r.length}`).join(', ')} cannot be restored.`,
    ),
  ];
}

function pointsHit(report: VerifyReport, nameOf: (key: string) => string): string {
  return [...new Set(report.affected.map(({ key }) => nameOf(key)))].join(', ') || 'none';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
