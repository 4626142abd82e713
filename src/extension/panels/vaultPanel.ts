import type { JobsFilter } from '../../messages/jobsList';
import type { Accepted } from '../../messages/protocol';
import { type VaultRequest, type VaultSnapshot, type VaultTile, vaultProtocol } from '../../messages/vault';
import { vaultStrings } from '../../messages/vaultStrings';
import { COMMANDS } from '../commands/ids';
import { type Alert, alertsOf } from '../model/alerts';
import { DashboardFacts, type FreeBytes } from '../model/dashboardFacts';
import { failureText } from '../model/failure';
import { lastName, sameId } from '../model/ids';
import { type Life, Lives, Signal } from '../model/life';
import { repeatedly } from '../model/repeatedly';
import { ensureWorld, knownMachines, refreshWorld, type Stores } from '../model/stores';
import type { Target } from '../model/target';
import { vaultSnapshot } from '../model/vaultDashboard';
import type { VaultBranch } from '../model/vaultStore';
import { t } from '../text';
import type { Execute } from './jobPanel';
import type { PanelContent, PanelController, PanelKind } from './panelController';

/** The filter of the Machines view that shows what lies in a vault, whichever. */
const IN_A_VAULT = 'not:state:not-protected not:state:not-eligible';

/** Brings the Machines view to the front, with a filter. */
export type ShowMachines = (filter: string) => void;

/** What the dashboard leads to. */
export interface DashboardActions {
  readonly execute: Execute;
  readonly showMachines: ShowMachines;
  readonly freeBytes: FreeBytes;
  readonly openJobs: (filter: JobsFilter) => void;
}

/** The dashboard of a vault, or of all vaults if its key names none. */
export function vaultPanelKind(
  stores: Stores,
  actions: DashboardActions,
): PanelKind<VaultSnapshot, VaultRequest, Accepted> {
  // Of the panel, not of the vault that it shows: Azure is not asked again because somebody looks at another one.
  const asked = new DashboardFacts(stores, actions.freeBytes);
  return {
    name: 'vault',
    protocol: vaultProtocol,
    strings: vaultStrings,
    control: ({ vaultId }) => new VaultController(stores, { ...actions, asked }, vaultId),
  };
}

/** Shows one vault or all: what is protected, what waits for somebody, jobs and storage. */
export class VaultController implements PanelController<VaultSnapshot, VaultRequest, Accepted> {
  private readonly lives = new Lives();
  private readonly measured = new Signal();

  constructor(
    private readonly stores: Stores,
    private readonly actions: DashboardActions & { readonly asked: DashboardFacts },
    private readonly opened: string | undefined,
  ) {
    this.lives.own(stores.jobs.watch());
    // A copy goes on after the job that made the point: no other reading would tell when it is complete.
    this.lives.own(repeatedly(stores.clock, stores.links.engine.pace.idleMs, () => this.readUse()));
  }

  /** The vault shown, by the id that it has now; all of them without one. */
  private get vaultId(): string | undefined {
    return this.opened === undefined ? undefined : this.stores.vaults.here(this.opened);
  }

  get title(): string {
    if (this.vaultId === undefined) return t('VM Backup dashboard');
    return this.stores.vaults.branch(this.vaultId)?.vault.name ?? lastName(this.vaultId);
  }

  content(): PanelContent<VaultSnapshot> {
    const data = vaultSnapshot(this.stores, this.vaultId, this.actions.asked);
    if (data) return { kind: 'snapshot', data };
    const { vaults, links } = this.stores;
    const { value, failure } = this.vaultId === undefined ? vaults.vaults : vaults.of(links.of(this.vaultId));
    if (failure) return { kind: 'notice', sentence: t('The vault cannot be shown. {0}', failureText(failure)) };
    if (!value) return { kind: 'notice', sentence: t('Reading the vault…') };
    return { kind: 'notice', sentence: t('The vault {0} does not exist any more. Close this page.', this.title) };
  }

  async load(): Promise<void> {
    await ensureWorld(this.stores);
    await this.readVaults({ again: false });
  }

  async handle(request: VaultRequest): Promise<Accepted> {
    const { execute } = this.actions;
    switch (request.action) {
      case 'openTile':
        this.openTile(request.tile);
        break;
      case 'enableBackup':
        execute(COMMANDS.protect, ...this.scope());
        break;
      case 'setRedundancy':
        execute(COMMANDS.vaultSetRedundancy, ...this.scope());
        break;
      case 'openScope':
        if (request.vaultId === undefined) execute(COMMANDS.openDashboard);
        else execute(COMMANDS.vaultOpenDashboard, { kind: 'vault', vaultId: request.vaultId });
        break;
      case 'openMachine':
        execute(COMMANDS.open, { kind: 'machine', machineId: request.machineId });
        break;
      case 'openAlert':
        this.openAlert(request.alertId);
        break;
      case 'backupNow': {
        const item = this.stores.vaults.item(request.itemId);
        if (item) execute(COMMANDS.backupNow, { kind: 'machine', machineId: item.machineId });
        break;
      }
      case 'openJob':
        execute(COMMANDS.jobOpen, { kind: 'job', jobId: request.jobId });
        break;
      case 'refresh':
        await refreshWorld(this.stores);
        await this.readVaults({ again: true });
    }
    return { accepted: true };
  }

  closesAfter(): boolean {
    return false;
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.stores.vaults.onDidChange(listener));
    lives.own(this.stores.machines.onDidChange(listener));
    lives.own(this.stores.jobs.onDidChange(listener));
    lives.own(this.stores.jobs.onDidFinish(() => void this.measure()));
    lives.own(this.measured.on(listener));
    return lives;
  }

  dispose(): void {
    this.lives.dispose();
    this.measured.dispose();
  }

  /** The vault as a command's argument; nothing if all are shown. */
  private scope(): Target[] {
    return this.vaultId === undefined ? [] : [{ kind: 'vault', vaultId: this.vaultId }];
  }

  /** What the tile shows first: the jobs that run, else those of the last day. */
  private jobsFilter(): JobsFilter {
    const running = vaultSnapshot(this.stores, this.vaultId, this.actions.asked)?.tiles.jobs?.inProgress ?? 0;
    return {
      ...(this.vaultId === undefined ? {} : { vaultId: this.vaultId }),
      ...(running > 0 ? { status: 'InProgress' } : { hours: 24 }),
    };
  }

  private async readVaults(options: { readonly again: boolean }): Promise<void> {
    const { vaults } = this.stores;
    const shown = this.vaultId === undefined ? vaults.branches.map(({ vault }) => vault.id) : [this.vaultId];
    await Promise.all(shown.map((vaultId) => vaults.refreshVault(vaultId)));
    await this.actions.asked.read(this.branches, options);
    this.measured.fire();
  }

  private async measure(): Promise<void> {
    if (await this.actions.asked.readRates()) this.measured.fire();
  }

  /** Azure tells neither, so that only the vaults of this computer are asked. */
  private async readUse(): Promise<void> {
    const local = this.branches.filter(({ provider }) => provider === 'local');
    await Promise.all(local.map(({ vault }) => this.stores.vaults.refreshUse(vault.id)));
  }

  /** Those of the vaults shown that are known. */
  private get branches(): readonly VaultBranch[] {
    return this.stores.vaults.branches.filter(
      ({ vault }) => this.vaultId === undefined || sameId(vault.id, this.vaultId),
    );
  }

  private get alerts(): readonly Alert[] {
    return alertsOf({ machines: knownMachines(this.stores), branches: this.branches, now: this.stores.clock.now() });
  }

  /** Machines have a view that can be filtered; what is wrong with vaults alone is in the list of the status. */
  private showAttention(): void {
    const { execute, showMachines } = this.actions;
    const isOfMachine = this.alerts.some(({ target }) => target.kind === 'machine');
    if (isOfMachine) showMachines(['state:attention', this.scopeFilter()].filter(Boolean).join(' '));
    else execute(COMMANDS.showStatus);
  }

  /** The condition of a filter that only machines of the vault fulfil; none if all vaults are shown. */
  private scopeFilter(): string | undefined {
    return this.vaultId === undefined ? undefined : `vault:"${this.title}"`;
  }

  private openAlert(alertId: string): void {
    const alert = this.alerts.find(({ id }) => id === alertId);
    if (alert) this.actions.execute(COMMANDS.open, alert.target);
  }

  private openTile(tile: VaultTile): void {
    const { execute, showMachines, openJobs } = this.actions;
    switch (tile) {
      case 'items':
      case 'recoveryPoints':
      case 'goBackTo':
      case 'instances':
        showMachines(this.scopeFilter() ?? IN_A_VAULT);
        break;
      case 'attention':
        this.showAttention();
        break;
      case 'jobs':
        openJobs(this.jobsFilter());
        break;
      case 'notProtected':
        execute(COMMANDS.protect, ...this.scope());
        break;
      case 'storage':
        execute(COMMANDS.vaultSetRedundancy, ...this.scope());
    }
  }
}
