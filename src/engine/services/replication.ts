import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { idKey } from '../../protocol/ids';
import type { ReplicationReply } from '../../protocol/local';
import type { Catalog } from '../catalog/catalog';
import type { VaultRecord } from '../catalog/records';
import { unreadable } from '../store/errors';
import type { StorageTarget } from '../store/target';
import type { Sites } from './sites';
import { isGeo } from './vaultCopies';
import type { VaultStores } from './vaultStores';

/**
 * Keeps the copies of geo-redundant vaults at the paired sites of theirs up to date (DESIGN §5): after each backup, and
 * every few minutes for what went wrong. A site that is away is tried again; it never keeps a backup from its end.
 */
export class ReplicationService {
  readonly #catalog: Catalog;
  readonly #sites: Sites;
  readonly #stores: VaultStores;
  readonly #now: () => number;
  readonly #warn: (text: string) => void;
  readonly #lastCopied = new Map<string, number>();
  readonly #problems = new Map<string, string>();
  readonly #stop = new AbortController();
  /** Vaults that wait for their turn, by key. */
  readonly #waiting = new Set<string>();
  #work: Promise<void> | undefined;

  constructor(deps: {
    catalog: Catalog;
    sites: Sites;
    stores: VaultStores;
    now: () => number;
    warn: (text: string) => void;
  }) {
    this.#catalog = deps.catalog;
    this.#sites = deps.sites;
    this.#stores = deps.stores;
    this.#now = deps.now;
    this.#warn = deps.warn;
  }

  /** Copies what a vault has new, soon; several calls are one. */
  nudge(vault: Pick<VaultRecord, 'id'>): void {
    if (this.#stop.signal.aborted) return;
    this.#waiting.add(idKey(vault.id));
    this.#work ??= this.#copyWaiting().finally(() => {
      this.#work = undefined;
    });
  }

  /** Copies what all vaults have new, soon. */
  nudgeAll(): void {
    for (const vault of this.#catalog.vaults.list()) if (this.#target(vault)) this.nudge(vault);
  }

  /** Waits until nothing is being copied. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Ends what is under way; it goes on from there another time. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  /** How far the copy at the second site is; numbers of this moment, found by comparing what is there. */
  async state(vault: VaultRecord): Promise<ReplicationReply> {
    const target = this.#target(vault);
    const { pairedSite = 'missing' } = this.#sites.get(vault.location);
    const lastCopied = this.#lastCopied.get(idKey(vault.id));
    const problem = this.#problems.get(idKey(vault.id));
    const known = {
      replication: vault.replication,
      secondSite: isGeo(vault) ? pairedSite : 'none',
      ...(lastCopied !== undefined && { lastCopied }),
      ...(problem !== undefined && { problem }),
    };
    if (!target) return { ...known, lagSeconds: 0, backlogObjects: 0, backlogBytes: 0 };
    const store = await this.#stores.open(vault);
    const { copies, lagSeconds } = await store.planReplication(target, this.#expected(vault));
    return {
      ...known,
      lagSeconds,
      backlogObjects: copies.length,
      backlogBytes: copies.reduce((sum, { size }) => sum + size, 0),
    };
  }

  /** What the log of a backup should say about the second site; `undefined` when all is well or there is none to have. */
  warningFor(vault: VaultRecord): string | undefined {
    if (!isGeo(vault)) return undefined;
    const { name, pairedSite } = this.#sites.get(vault.location);
    if (pairedSite === undefined) {
      return `The vault is geo-redundant, but the site ${name} has no paired site: there is no second copy.`;
    }
    const problem = this.#problems.get(idKey(vault.id));
    return problem === undefined ? undefined : `The copy at the site ${pairedSite} is behind: ${problem}`;
  }

  #target(vault: VaultRecord): StorageTarget | undefined {
    const { pairPath } = this.#stores.target(vault);
    return pairPath === undefined ? undefined : { kind: 'folder', path: pairPath };
  }

  /** Manifests that the catalog knows: one that is gone was lost, not deleted. */
  #expected(vault: VaultRecord): Set<string> {
    const points = this.#catalog.points.list({ where: { vault_key: idKey(vault.id) } });
    return new Set(points.map(({ manifestKey }) => manifestKey));
  }

  async #copyWaiting(): Promise<void> {
    for (let [key] = this.#waiting; key !== undefined; [key] = this.#waiting) {
      this.#waiting.delete(key);
      const vault = this.#catalog.vaults.get(key);
      const target = vault && this.#target(vault);
      if (!vault || !target || this.#stop.signal.aborted) continue;
      try {
        await this.#copy(vault, target);
        this.#problems.delete(key);
        this.#lastCopied.set(key, this.#now());
      } catch (error) {
        if (this.#stop.signal.aborted) continue;
        const problem = error instanceof Error ? error.message : String(error);
        this.#problems.set(key, problem);
        this.#warn(`Vault ${vault.name} could not be copied to its second site: ${problem}`);
      }
    }
  }

  async #copy(vault: VaultRecord, target: StorageTarget): Promise<void> {
    const store = await this.#stores.open(vault);
    if (!store.writable) return; // whoever owns the vault copies it
    await access(dirname(target.path)).catch((error: unknown) => {
      throw unreadable('pair', `The folder ${dirname(target.path)} is away.`, error);
    });
    const expected = this.#expected(vault);
    const { formerOwner } = vault;
    const { heldBack } = await store.replicate(target, { expected, formerOwner, signal: this.#stop.signal });
    const [first] = heldBack;
    if (first) throw unreadable('vault', `${heldBack.length} recovery points cannot be copied whole: ${first.reason}`);
  }
}
