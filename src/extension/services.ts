import type { Coverage } from '../client/azure/coverage';
import type { EngineSettings } from '../domain/engineSettings';
import { appError } from '../domain/errorCatalogue';
import { sameName } from '../domain/names';
import type { Job } from '../domain/views';
import { idKey } from '../protocol/ids';
import { Azure, type AzureOptions } from './model/azure';
import type { AzureLink } from './model/azureLink';
import { DEFAULT_PREFERENCES, type Preferences } from './model/baseStores';
import { type Clock, systemClock } from './model/clock';
import { EngineLink, type LocalClient } from './model/engineLink';
import { isEngineFailure } from './model/failure';
import { sameId } from './model/ids';
import { JobStore } from './model/jobStore';
import { AzureKeep, type KeptFile, type KeptLists, keptLists } from './model/keptAzure';
import { KnownWorld } from './model/knownWorld';
import { type Life, Lives } from './model/life';
import { Links } from './model/links';
import type { Log } from './model/log';
import { machineOfJob } from './model/machineJobs';
import { MachineStore } from './model/machineStore';
import { PendingOperations } from './model/pendingOperations';
import { refreshWorld, type Stores } from './model/stores';
import { VaultStore } from './model/vaultStore';

/** After a change, in ms: what changes together is kept together. */
const SAVE_AFTER_MS = 60_000;

export interface ServicesOptions {
  /** Connects to the engine of this computer. */
  readonly open: () => Promise<LocalClient>;
  readonly azure: Omit<
    AzureOptions,
    'links' | 'log' | 'now' | 'covered' | 'remembered' | 'looked' | 'keep' | 'pending' | 'resumed'
  > & {
    /** Where what was seen of Azure is kept for the next window. */
    readonly kept: KeptFile;
  };
  /** Whether the disk image at a path of this computer is there; all are if not said. */
  readonly imageExists?: (path: string) => Promise<boolean>;
  readonly log: Log;
  readonly clock?: Clock;
  readonly preferences?: Preferences;
  readonly random?: () => number;
}

/** Builds the stores and keeps them in step with each other. */
export class Services implements Life {
  private readonly lives = new Lives();
  readonly stores: Stores;
  private readonly keep: AzureKeep;
  private saving: Life | undefined;
  /** Whether machines are backed up by schedule, as the engine said last: it may have died since. */
  private hasSchedules = false;

  constructor(options: ServicesOptions) {
    const { log, open, clock = systemClock, preferences = DEFAULT_PREFERENCES, random = Math.random } = options;
    this.keep = new AzureKeep(options.azure.kept, log);
    const engine = this.lives.own(new EngineLink(open, log));
    const links = this.lives.own(new Links(engine));
    const vaults = this.lives.own(new VaultStore(links, clock));
    const machines = this.lives.own(new MachineStore(links, clock, options.imageExists));
    const pending = new PendingOperations(options.azure.memory, () => clock.now());
    const jobs = this.lives.own(
      new JobStore({
        links,
        clock,
        log,
        random,
        vaults: (link) => vaults.knownOf(link),
        followed: pending,
        // The engine is on this computer and costs nothing to ask. Azure is asked while somebody looks.
        always: (link) => link === engine && this.hasSchedules,
      }),
    );
    const azure = this.lives.own(
      new Azure({
        ...options.azure,
        links,
        log,
        now: () => clock.now(),
        pending,
        covered: (link, coverage) => this.take(link, coverage),
        remembered: (link, lists) => this.remember(link, lists),
        looked: (looked) => void this.afterLook(looked),
        keep: this.keep,
        resumed: (jobId) => {
          if (jobId === undefined) void Promise.all([machines.refresh(), vaults.refresh()]);
          else jobs.track(jobId);
        },
      }),
    );
    this.lives.own(links.onDidChange(() => void this.readLinks()));
    const base = { engine, azure, links, vaults, machines, jobs, clock, preferences };
    this.stores = { ...base, known: new KnownWorld(base) };
    this.lives.own(vaults.onDidChange(() => this.saveSoon()));
    this.lives.own(machines.onDidChange(() => this.saveSoon()));
    this.lives.own(jobs.onDidChange(() => this.recover()));
    this.lives.own(jobs.onDidFinish(({ job }) => void this.afterJob(job)));
    this.lives.own(
      engine.onDidChange((state) => {
        if (state.kind !== 'ready') return;
        if (!state.health) void engine.readHealth();
        else this.hasSchedules = state.health.protectedItems > 0;
        jobs.tell(engine);
      }),
    );
  }

  /** Starts the engine for its schedules and shows what it has, in the status bar too. */
  async comeBack(): Promise<void> {
    const { engine } = this.stores;
    await engine.readHealth();
    if (engine.state.kind === 'ready') await this.readLinks();
  }

  /** The machine that a job is about. */
  machineOf(job: Job): string | undefined {
    return machineOfJob(this.stores.known.machines, job)?.machineId;
  }

  /** Connects afresh, for settings that name another engine, and shows what it has. */
  reconnect(): void {
    if (this.stores.engine.state.kind === 'idle') return;
    this.stores.engine.reset();
    void refreshWorld(this.stores);
  }

  /** Has the engine work as the settings say now; one that is not connected is told when it is. */
  async saveEngineSettings(settings: EngineSettings): Promise<void> {
    const { engine } = this.stores;
    if (engine.state.kind === 'idle') return;
    await engine.run(async ({ foreignEndpoint, local }) => {
      if (foreignEndpoint !== undefined) throw appError('EngineElsewhere', { file: foreignEndpoint });
      await local.saveSettings(settings);
    });
  }

  /** Shows the subscriptions of Azure that the settings name now, or none if it is switched off. */
  async followAzureSettings(): Promise<void> {
    const { azure } = this.stores;
    if (!azure.enabled) azure.hide();
    else if (azure.reach) await azure.showChosen();
    else await azure.restore();
  }

  dispose(): void {
    this.saving?.dispose();
    this.lives.dispose();
  }

  /** What could be read of a subscription together with others; lists that failed are read on their own. */
  private take(link: AzureLink, { vaults, machines, items, failures }: Coverage): void {
    const failed = failures.filter(({ subscriptionId }) => sameName(subscriptionId, link.subscription.id));
    if (failed.some(({ vaultId }) => vaultId === undefined)) return;
    const unread = new Set(failed.map(({ vaultId = '' }) => idKey(vaultId)));
    const own = vaults.filter(({ id }) => link.owns(id));
    const read = own.filter(({ id }) => !unread.has(idKey(id)));
    const inVault = new Map(read.map(({ id }) => [idKey(id), items.filter(({ vaultId }) => sameId(vaultId, id))]));
    this.stores.machines.take(
      link,
      machines.filter(({ id }) => link.owns(id)),
    );
    this.stores.vaults.take(link, own, inVault);
  }

  /** Shows what an earlier window saw of a subscription. */
  private remember(link: AzureLink, { machines, vaults, items, asOf }: KeptLists): void {
    this.stores.machines.take(link, machines, asOf);
    this.stores.vaults.take(link, vaults, new Map(items.map(({ vaultId, items: own }) => [idKey(vaultId), own])), asOf);
  }

  /** What could not be read together, and is still as an earlier window saw it, is read by its own list. */
  private async afterLook(links: readonly AzureLink[]): Promise<void> {
    const { machines, vaults } = this.stores;
    await Promise.all(
      links.flatMap((link) => [
        machines.of(link).kept ? machines.refreshLink(link) : Promise.resolve(),
        vaults.refreshKept(link),
      ]),
    );
    await this.save();
  }

  private saveSoon(): void {
    if (this.stores.links.subscriptions.length === 0) return;
    this.saving ??= this.stores.clock.after(SAVE_AFTER_MS, () => {
      this.saving = undefined;
      void this.save();
    });
  }

  /** Keeps what is seen of Azure for the next window. */
  private async save(): Promise<void> {
    const { azure, links, machines, vaults } = this.stores;
    if (!azure.reach || links.subscriptions.length === 0) return;
    const { people, tenants, subscriptions } = azure.reach;
    await this.keep.save({
      people: [...people],
      tenants: tenants.map(({ id, name, person }) => ({ id, name, person })),
      subscriptions: [...subscriptions],
      lists: links.subscriptions.flatMap((link) => keptLists(link, machines.of(link), vaults) ?? []),
    });
  }

  /** Reads what is new to be seen. */
  private async readLinks(): Promise<void> {
    const { vaults, machines, jobs } = this.stores;
    await Promise.all([machines.ensure(), vaults.ensure()]);
    await jobs.ensure();
  }

  /** Once the engine answers again, what could not be read because of it is read. */
  private recover(): void {
    const { jobs, machines, vaults } = this.stores;
    const lost = [machines.machines.failure, vaults.vaults.failure].some((failure) => isEngineFailure(failure));
    if (!jobs.failure && lost) void Promise.all([machines.refresh(), vaults.refresh()]);
  }

  /** A job that has ended changed its machine, its points and its vault. */
  private async afterJob(job: Job): Promise<void> {
    const { vaults, machines, engine } = this.stores;
    await Promise.all([vaults.refreshVault(job.vaultId), machines.refresh(), engine.readHealth()]);
  }
}
