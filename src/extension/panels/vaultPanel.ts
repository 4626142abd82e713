import type { Accepted } from '../../messages/protocol';
import { type VaultRequest, type VaultSnapshot, type VaultTile, vaultProtocol } from '../../messages/vault';
import { vaultStrings } from '../../messages/vaultStrings';
import { COMMANDS } from '../commands/ids';
import { failureText } from '../model/failure';
import { lastName } from '../model/ids';
import { type Life, Lives } from '../model/life';
import { ensureWorld, refreshWorld, type Stores } from '../model/stores';
import { vaultSnapshot } from '../model/vaultDashboard';
import { t } from '../text';
import type { Execute } from './jobPanel';
import type { PanelContent, PanelController, PanelKind } from './panelController';

/** Brings a view of the extension to the front. */
export type ShowView = (view: 'machines' | 'jobs') => void;

/** The vault dashboard. */
export function vaultPanelKind(
  stores: Stores,
  actions: { execute: Execute; showView: ShowView },
): PanelKind<VaultSnapshot, VaultRequest, Accepted> {
  return {
    name: 'vault',
    protocol: vaultProtocol,
    strings: vaultStrings,
    control: ({ vaultId }) => (vaultId === undefined ? undefined : new VaultController(stores, actions, vaultId)),
  };
}

/** Shows one vault: what it protects, its jobs and its storage. */
export class VaultController implements PanelController<VaultSnapshot, VaultRequest, Accepted> {
  private readonly watching: Life;

  constructor(
    private readonly stores: Stores,
    private readonly actions: { execute: Execute; showView: ShowView },
    private readonly vaultId: string,
  ) {
    this.watching = stores.jobs.watch();
  }

  get title(): string {
    return this.stores.vaults.branch(this.vaultId)?.vault.name ?? lastName(this.vaultId);
  }

  content(): PanelContent<VaultSnapshot> {
    const data = vaultSnapshot(this.stores, this.vaultId);
    if (data) return { kind: 'snapshot', data };
    const { value, failure } = this.stores.vaults.vaults;
    if (failure) return { kind: 'notice', sentence: t('The vault cannot be shown. {0}', failureText(failure)) };
    if (!value) return { kind: 'notice', sentence: t('Reading the vault…') };
    return { kind: 'notice', sentence: t('The vault {0} does not exist any more. Close this page.', this.title) };
  }

  async load(): Promise<void> {
    await ensureWorld(this.stores);
    await this.stores.vaults.refreshVault(this.vaultId);
  }

  async handle(request: VaultRequest): Promise<Accepted> {
    const { execute } = this.actions;
    switch (request.action) {
      case 'openTile':
        this.openTile(request.tile);
        break;
      case 'enableBackup':
        execute(COMMANDS.protect, { kind: 'vault', vaultId: this.vaultId });
        break;
      case 'setRedundancy':
        execute(COMMANDS.vaultSetRedundancy, { kind: 'vault', vaultId: this.vaultId });
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
        await this.stores.vaults.refreshVault(this.vaultId);
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
    return lives;
  }

  dispose(): void {
    this.watching.dispose();
  }

  private openTile(tile: VaultTile): void {
    const vault = { kind: 'vault', vaultId: this.vaultId } as const;
    switch (tile) {
      case 'items':
      case 'recoveryPoints':
        this.actions.showView('machines');
        break;
      case 'jobs':
        this.actions.showView('jobs');
        break;
      case 'notProtected':
        this.actions.execute(COMMANDS.protect, vault);
        break;
      case 'storage':
        this.actions.execute(COMMANDS.vaultSetRedundancy, vault);
    }
  }
}
