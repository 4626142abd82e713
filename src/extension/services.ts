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
import { KnownWorld } from './model/knownWorld';
import { type Life, Lives } from './model/life';
import { Links } from './model/links';
import type { Log } from './model/log';
import { MachineStore } from './model/machineStore';
import { PendingOperations } from './model/pendingOperations';
import { refreshWorld, type Stores } from './model/stores';
import { VaultStore } from './model/vaultStore';

export interface ServicesOptions {
  /** Connects to the engine of this computer. */
  readonly open: () => Promise<LocalClient>;
  readonly azure: Omit<AzureOptions, 'links' | 'log' | 'now' | 'covered' | 'pending' | 'resumed'>;
  readonly log: Log;
  readonly clock?: Clock;
  readonly preferences?: Preferences;
  readonly random?: () => number;
}

/** Builds the stores and keeps them in step with each other. */
export class Services implements Life {
  private readonly lives = new Lives();
  readonly stores: Stores;

  constructor(options: ServicesOptions) {
    const { log, open, clock = systemClock, preferences = DEFAULT_PREFERENCES, random = Math.random } = options;
    const engine = this.lives.own(new EngineLink(open, log));
    const links = this.lives.own(new Links(engine));
    const vaults = this.lives.own(new VaultStore(links, clock));
    const machines = this.lives.own(new MachineStore(links, clock));
    const jobs = this.lives.own(new JobStore({ links, clock, log, random, vaults: (link) => vaults.knownOf(link) }));
    const azure = this.lives.own(
      new Azure({
        ...options.azure,
        links,
        log,
        now: () => clock.now(),
        pending: new PendingOperations(options.azure.memory, () => clock.now()),
        covered: (link, coverage) => this.take(link, coverage),
        resumed: (jobId) => jobs.track(jobId),
      }),
    );
    this.lives.own(links.onDidChange(() => void this.readLinks()));
    const base = { engine, azure, links, vaults, machines, jobs, clock, preferences };
    this.stores = { ...base, known: new KnownWorld(base) };
    this.lives.own(jobs.onDidChange(() => this.recover()));
    this.lives.own(jobs.onDidFinish(({ job }) => void this.afterJob(job)));
    this.lives.own(
      engine.onDidChange((state) => {
        if (state.kind === 'ready' && !state.health) void engine.readHealth();
      }),
    );
  }

  /** The machine that a job is about. */
  machineOf(job: Job): string | undefined {
    const { items } = this.stores.vaults;
    return items.find((item) => sameName(item.machineName, job.machineName) && sameId(item.vaultId, job.vaultId))
      ?.machineId;
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
    else if (azure.state.kind === 'signedIn') await azure.showChosen();
    else await azure.restore();
  }

  dispose(): void {
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
