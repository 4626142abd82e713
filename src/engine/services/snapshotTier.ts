import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { MOST_INSTANT_POINTS } from '../../domain/protectionRules';
import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { ItemRecord, PointRecord, VaultRecord } from '../catalog/records';
import type { MachineSession } from '../machines/session';

/**
 * The snapshot tier (SPEC §1.9 "Lifecycle", §2.8): a point's disks as their provider kept them, in a folder of their own,
 * for the instant-restore days of its policy. The catalog's row decides whether a point has it: the folder comes before
 * the row and goes after it, so what a crash leaves is a folder that no row names.
 */
export class SnapshotTier {
  readonly #catalog: Catalog;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #warn: (text: string) => void;

  /** @param deps.folder absolute; made when it is needed */
  constructor(deps: { catalog: Catalog; folder: string; now: () => number; warn: (text: string) => void }) {
    this.#catalog = deps.catalog;
    this.#folder = deps.folder;
    this.#now = deps.now;
    this.#warn = deps.warn;
  }

  /**
   * Keeps the disks of a session for a point to come.
   * @returns false where its provider cannot, and where the schedule of an Enhanced policy alone makes more snapshots than
   *   there may be: such a point is in the vault only
   * @throws AppError `UserErrorRpCollectionLimitReached` under a Standard policy, as Azure does (SPEC §2.11)
   */
  async keep(
    { vault, item, policyType }: { vault: VaultRecord; item: ItemRecord; policyType: PointRecord['policyType'] },
    point: string,
    session: MachineSession,
  ): Promise<boolean> {
    if (!session.keepSnapshot) return false;
    if (this.#count(item) >= MOST_INSTANT_POINTS) {
      if (policyType === 'V2') return false;
      throw appError('UserErrorRpCollectionLimitReached', {});
    }
    const folder = this.#folderOf(vault, point);
    const made = await mkdir(folder, { recursive: true, mode: 0o700 }).then(
      () => true,
      () => false, // a snapshot is an extra, as for its provider
    );
    const kept = made && (await session.keepSnapshot(folder));
    if (!kept) await this.drop(vault, point);
    return kept;
  }

  /** Removes what is kept for a point that does not have it any more. One that stays is removed at the next start. */
  async drop(vault: VaultRecord, point: string): Promise<void> {
    await this.#remove(this.#folderOf(vault, point));
  }

  /** Takes the tier from all points of a vault whose days are over. @returns how many */
  async dropDue(vault: VaultRecord): Promise<number> {
    const due = this.#catalog.points.list({
      where: { vault_key: idKey(vault.id) },
      to: { snapshot_until: this.#now() },
    });
    if (due.length === 0) return 0;
    this.#catalog.transaction(() => {
      for (const point of due) this.#catalog.points.put(withoutSnapshot(point));
    });
    for (const { name } of due) await this.drop(vault, name);
    return due.length;
  }

  /** Removes what no point has, as an engine that was killed leaves it. To be called before the first backup. */
  async removeLeftovers(): Promise<void> {
    const found = await readdir(this.#folder).catch(() => []); // nothing was ever kept
    if (found.length === 0) return;
    const known = new Set(
      this.#catalog.vaults
        .list()
        .flatMap((vault) =>
          this.#catalog.points
            .list({ where: { vault_key: idKey(vault.id) }, from: { snapshot_until: 0 } })
            .map(({ name }) => folderName(vault, name)),
        ),
    );
    for (const name of found) if (!known.has(name)) await this.#remove(join(this.#folder, name));
  }

  #count({ id, vaultKey }: ItemRecord): number {
    const where = { vault_key: vaultKey, item_key: idKey(id) };
    return this.#catalog.points.count({ where, from: { snapshot_until: this.#now() + 1 } });
  }

  #folderOf(vault: VaultRecord, point: string): string {
    return join(this.#folder, folderName(vault, point));
  }

  async #remove(folder: string): Promise<void> {
    try {
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      this.#warn(`Snapshot ${folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function folderName(vault: VaultRecord, point: string): string {
  return `${vault.repository}-${point}`;
}

function withoutSnapshot({ snapshotUntil: _over, ...point }: PointRecord): PointRecord {
  return point;
}
