import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isAppError } from '../../domain/errors';
import { formatBytes } from '../../domain/sizes';
import type { Catalog } from '../catalog/catalog';
import type { VaultRecord } from '../catalog/records';
import type { Log } from '../process/log';
import type { Repository } from '../store/repository';
import { VerifyHistory } from '../store/verifyHistory';
import { heal, healedSentence } from './healing';
import { problemsOf } from './maintenance';
import type { VaultStores } from './vaultStores';

const DAY_MS = 86_400_000;
/** After the engine came up, people and missed backups come first. */
const QUIET_MS = 600_000;
/** How long the packs of a vault are read each day, those that were read longest ago first. */
const VERIFY_MS = 600_000;

/** A cache: without it a vault is looked after at once, and all of its packs count as never read. */
const savedSchema = z.object({ time: z.number(), packs: z.unknown() });

/**
 * Looks after each vault once a day, while no job runs: gives back the space of what was removed, verifies in turns
 * and mends from the vault's copies (STORE §5, §6). What it finds is in the log. A vault that fails never keeps the others from their turn.
 */
export class Housekeeping {
  readonly #deps;
  readonly #notBefore: number;
  readonly #stop = new AbortController();
  readonly #tried = new Map<string, number>();
  #work: Promise<void> | undefined;

  /** @param deps `folder` keeps the cache; absolute, made when it is needed */
  constructor(deps: {
    catalog: Pick<Catalog, 'vaults'>;
    stores: Pick<VaultStores, 'open'>;
    folder: string;
    now: () => number;
    isBusy: () => boolean;
    log: Pick<Log, 'info' | 'warn'>;
  }) {
    this.#deps = deps;
    this.#notBefore = deps.now() + QUIET_MS;
  }

  /** Begins with the vaults that are due unless something is under way; does not wait for it. */
  look(): void {
    const { now, isBusy } = this.#deps;
    if (this.#work || this.#stop.signal.aborted || isBusy() || now() < this.#notBefore) return;
    this.#work = this.#lookAfterAll().finally(() => {
      this.#work = undefined;
    });
  }

  /** Stops what is under way; it goes on another day. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  async #lookAfterAll(): Promise<void> {
    const { catalog, isBusy, log, now } = this.#deps;
    for (const vault of catalog.vaults.list()) {
      if (isBusy() || this.#stop.signal.aborted) return;
      if (vault.deleted) continue; // left as it is until it comes back or is removed
      const started = now();
      const tried = this.#tried.get(vault.repository);
      if (tried !== undefined && started - tried < DAY_MS) continue;
      try {
        await this.#lookAfter(vault);
      } catch (error) {
        if (isAppError(error, 'LocalOperationCancelled', 'LocalVaultClosed')) return;
        log.warn(`Vault ${vault.name} could not be looked after`, error);
      }
      // A vault that cannot be read is not tried again every minute either.
      this.#tried.set(vault.repository, started);
    }
  }

  async #lookAfter(vault: VaultRecord): Promise<void> {
    const { stores, now } = this.#deps;
    const saved = await this.#load(vault);
    if (saved.time !== undefined && saved.time <= now() && now() - saved.time < DAY_MS) return;
    const store = await stores.open(vault);
    if (!store.writable) return; // whoever owns the vault looks after it
    // A cleanup that refuses makes the verification all the more useful: it says what is wrong.
    await this.#sweep(vault, store);
    await this.#verify(vault, store, saved.history);
    await this.#save(vault, saved.history);
  }

  async #sweep(vault: VaultRecord, store: Repository): Promise<void> {
    const { log } = this.#deps;
    try {
      const { deleted, condemnedBytes, postponed } = await store.sweep({ signal: this.#stop.signal });
      if (deleted.bytes + condemnedBytes > 0) {
        log.info(
          `Vault ${vault.name}: ${formatBytes(deleted.bytes)} deleted, ${formatBytes(condemnedBytes)} condemned for later.`,
        );
      }
      for (const sentence of postponed) log.info(`Vault ${vault.name}: ${sentence}`);
    } catch (error) {
      if (!isAppError(error, 'LocalCleanupRefused', 'LocalCleanupConflict', 'LocalStoreNoSpace')) throw error;
      log.warn(`Vault ${vault.name}: ${error.message}`);
    }
  }

  async #verify(vault: VaultRecord, store: Repository, history: VerifyHistory): Promise<void> {
    const { signal } = this.#stop;
    const report = await store.verify({ level: 3, budgetMs: VERIFY_MS, history, signal });
    for (const problem of problemsOf(vault.name, report, [])) this.#deps.log.warn(`Vault ${vault.name}: ${problem}`);
    const mended = healedSentence(await heal(store, report));
    if (mended !== undefined) this.#deps.log.info(`Vault ${vault.name}: ${mended}`);
  }

  async #load(vault: VaultRecord): Promise<{ time: number | undefined; history: VerifyHistory }> {
    try {
      const saved = savedSchema.parse(JSON.parse(await readFile(this.#fileOf(vault), 'utf8')));
      return { time: saved.time, history: VerifyHistory.load(saved.packs) };
    } catch {
      return { time: undefined, history: VerifyHistory.load(undefined) };
    }
  }

  async #save(vault: VaultRecord, history: VerifyHistory): Promise<void> {
    const file = this.#fileOf(vault);
    const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
    await mkdir(this.#deps.folder, { recursive: true, mode: 0o700 });
    try {
      await writeFile(temporary, JSON.stringify({ time: this.#deps.now(), packs: history.save() }), { mode: 0o600 });
      await rename(temporary, file);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  #fileOf(vault: VaultRecord): string {
    return join(this.#deps.folder, `${vault.repository}.json`);
  }
}
