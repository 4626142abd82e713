import type { JobsFilter } from '../../messages/jobsList';
import { type MachineRequest, type MachineSnapshot, machineProtocol, type PointAction } from '../../messages/machine';
import { machineStrings } from '../../messages/machineStrings';
import type { Accepted } from '../../messages/protocol';
import { COMMANDS, type CommandId } from '../commands/ids';
import { failureText } from '../model/failure';
import { lastName } from '../model/ids';
import { type Life, Lives, Signal } from '../model/life';
import { type MachineFacts, zoneOf } from '../model/machineFacts';
import { machineSnapshot } from '../model/machinePage';
import { NewBytes } from '../model/newBytes';
import { ensureWorld, knownMachine, refreshWorld, type Stores } from '../model/stores';
import { t } from '../text';
import type { Execute } from './jobPanel';
import type { PanelContent, PanelController, PanelKind } from './panelController';

const POINT_COMMANDS: { readonly [A in PointAction]: CommandId } = {
  hold: COMMANDS.pointPin,
  release: COMMANDS.pointUnpin,
  recoverFiles: COMMANDS.restoreFiles,
  archive: COMMANDS.pointArchive,
};

export interface MachineActions {
  readonly execute: Execute;
  openJobsList(filter: JobsFilter): void;
}

/** The machine panel. */
export function machinePanelKind(
  stores: Stores,
  actions: MachineActions,
): PanelKind<MachineSnapshot, MachineRequest, Accepted> {
  return {
    name: 'machine',
    protocol: machineProtocol,
    strings: machineStrings,
    control: ({ machineId, pointId }) =>
      machineId === undefined ? undefined : new MachineController(stores, actions, { machineId, pointId }),
  };
}

/** Shows one machine: its state, its recovery points over time, its jobs, disks and settings. */
export class MachineController implements PanelController<MachineSnapshot, MachineRequest, Accepted> {
  private readonly watching: Life;
  private readonly measured = new Signal();
  private readonly newBytes: NewBytes;

  constructor(
    private readonly stores: Stores,
    private readonly actions: MachineActions,
    private readonly opened: { readonly machineId: string; readonly pointId: string | undefined },
  ) {
    this.watching = stores.jobs.watch();
    this.newBytes = new NewBytes(stores);
  }

  /** What is shown, by the id that the machine has now. */
  private get key(): { readonly machineId: string; readonly pointId: string | undefined } {
    return { ...this.opened, machineId: this.stores.known.here(this.opened.machineId) };
  }

  policyZone(): string | undefined {
    return zoneOf(this.machine);
  }

  get title(): string {
    return this.machine?.name ?? lastName(this.key.machineId);
  }

  content(): PanelContent<MachineSnapshot> {
    const data = machineSnapshot(this.stores, {
      machineId: this.key.machineId,
      openedPoint: this.key.pointId,
      newBytesOf: this.newBytes.of,
    });
    if (data) return { kind: 'snapshot', data };
    const { machines, links } = this.stores;
    const { value, failure } = machines.of(links.of(this.key.machineId));
    if (failure) return { kind: 'notice', sentence: t('The machine cannot be shown. {0}', failureText(failure)) };
    if (!value) return { kind: 'notice', sentence: t('Reading the machine…') };
    return { kind: 'notice', sentence: t('The machine {0} is not known any more. Close this page.', this.title) };
  }

  async load(): Promise<void> {
    await ensureWorld(this.stores);
    const { item } = this.machine ?? {};
    if (item) await this.stores.machines.refreshPoints(item.id);
    await this.measure();
  }

  async handle(request: MachineRequest): Promise<Accepted> {
    const { execute } = this.actions;
    const { machineId } = this.key;
    const target = { kind: 'machine', machineId } as const;
    const { item, vault } = this.machine ?? {};
    switch (request.action) {
      case 'protect':
        execute(COMMANDS.protect, target);
        break;
      case 'backupNow':
        execute(COMMANDS.backupNow, target);
        break;
      case 'stop':
        execute(COMMANDS.stopProtection, target);
        break;
      case 'restore':
        if (item && request.pointId !== undefined) {
          execute(COMMANDS.restore, { kind: 'point', machineId, itemId: item.id, pointId: request.pointId });
        } else execute(COMMANDS.restore, target);
        break;
      case 'hold':
      case 'release':
      case 'recoverFiles':
      case 'archive':
        if (item) {
          const { action, pointId } = request;
          execute(POINT_COMMANDS[action], { kind: 'point', machineId, itemId: item.id, pointId });
        }
        break;
      case 'openVault':
        if (vault) execute(COMMANDS.vaultOpenDashboard, { kind: 'vault', vaultId: vault.id });
        break;
      case 'allJobs':
        this.actions.openJobsList({ machine: this.title, ...(vault ? { vaultId: vault.id } : {}) });
        break;
      case 'agentHelp':
        execute(COMMANDS.agentHelp, target);
        break;
      case 'openJob':
        execute(COMMANDS.jobOpen, { kind: 'job', jobId: request.jobId });
        break;
      case 'revealDisk':
        execute(COMMANDS.diskReveal, { kind: 'disk', machineId, diskId: request.diskId });
        break;
      case 'refresh':
        await refreshWorld(this.stores);
        await this.load();
    }
    return { accepted: true };
  }

  closesAfter(): boolean {
    return false;
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.measured.on(listener));
    lives.own(this.stores.vaults.onDidChange(listener));
    lives.own(this.stores.machines.onDidChange(listener));
    lives.own(this.stores.jobs.onDidChange(listener));
    lives.own(this.stores.jobs.onDidFinish(() => void this.measure()));
    return lives;
  }

  dispose(): void {
    this.watching.dispose();
    this.measured.dispose();
  }

  private get machine(): MachineFacts | undefined {
    return knownMachine(this.stores, this.key.machineId);
  }

  private async measure(): Promise<void> {
    if (await this.newBytes.read(this.machine)) this.measured.fire();
  }
}
