import type * as vscode from 'vscode';
import type { Prices } from '../../domain/storageEstimate';
import type { VaultPolicy } from '../../domain/views';
import type { JobsFilter } from '../../messages/jobsList';
import { PANELS, type PanelName } from '../../messages/panelNames';
import { PREVIEW_ID } from '../../messages/policy';
import { type Life, Lives } from '../model/life';
import type { Log } from '../model/log';
import type { Stores } from '../model/stores';
import type { Messages, Ui } from '../ui/messages';
import { freeBytesAt } from '../wizards/freeSpace';
import { startBackups } from '../wizards/startBackups';
import { type Execute, jobPanelKind } from './jobPanel';
import { jobsListKey, jobsListPanelKind } from './jobsListPanel';
import { keepUntilKey, keepUntilPanelKind } from './keepUntilPanel';
import { machinePanelKind } from './machinePanel';
import { PanelHost } from './panelHost';
import { PolicyForm, type PolicyFormKey } from './policyPanel';
import { type RestoreKey, restorePanelKind } from './restorePanel';
import { mayLeave, type OpenForm } from './unsavedInput';
import { type ShowMachines, vaultPanelKind } from './vaultPanel';

export interface PanelsOptions {
  readonly stores: Stores;
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
  readonly execute: Execute;
  readonly showMachines: ShowMachines;
  readonly messages: Ui;
  /** What the person pays. */
  readonly prices: () => Prices;
}

/** The web pages of the extension. Loaded on first use. */
export class Panels implements Life {
  private readonly lives = new Lives();
  private readonly job;
  private readonly jobsList;
  private readonly keepUntil;
  private readonly machine;
  private readonly restore;
  private readonly vault;
  private readonly policy;
  private readonly policyForm: PolicyForm;

  constructor(private readonly options: PanelsOptions) {
    const { stores, log, extensionUri, execute, showMachines, messages } = options;
    const saveFile: Messages['saveFile'] = (file) => messages.saveFile(file);
    this.policyForm = new PolicyForm(stores, options.prices);
    this.job = this.lives.own(new PanelHost(jobPanelKind(stores, execute), extensionUri, log));
    this.jobsList = this.lives.own(new PanelHost(jobsListPanelKind(stores, { execute, saveFile }), extensionUri, log));
    const keepUntil = keepUntilPanelKind(stores, {
      startBackups: (items, until) => startBackups(stores, messages, items, until),
      showJobs: (jobIds) => this.showJobs(jobIds),
    });
    this.keepUntil = this.lives.own(new PanelHost(keepUntil, extensionUri, log));
    const openJobs = (filter: JobsFilter) => this.openJobsList(filter);
    const machine = machinePanelKind(stores, { execute, openJobsList: openJobs });
    this.machine = this.lives.own(new PanelHost(machine, extensionUri, log));
    const restoring = {
      ui: messages,
      freeBytes: freeBytesAt,
      openJob: (jobId: string) => this.openJob(jobId, { preserveFocus: false }),
    };
    this.restore = this.lives.own(new PanelHost(restorePanelKind(stores, restoring), extensionUri, log));
    const dashboard = { execute, showMachines, openJobs, freeBytes: freeBytesAt };
    this.vault = this.lives.own(new PanelHost(vaultPanelKind(stores, dashboard), extensionUri, log));
    this.policy = this.lives.own(new PanelHost(this.policyForm.kind, extensionUri, log));
  }

  private readonly mayLeave = (form: OpenForm) => mayLeave(this.options.messages, form);

  openJob(jobId: string, options: { preserveFocus: boolean }): void {
    this.job.show({ jobId }, options);
  }

  /** Opens the jobs list, with a filter or as it was left. */
  openJobsList(filter?: JobsFilter): void {
    this.jobsList.show(jobsListKey(filter, this.options.stores.clock.now()));
  }

  /** Shows one job in its panel, several in the list. */
  private showJobs([first, ...more]: readonly string[]): void {
    if (more.length > 0) this.openJobsList();
    else if (first !== undefined) this.openJob(first, { preserveFocus: false });
  }

  openKeepUntil(itemIds: readonly string[]): void {
    this.keepUntil.show(keepUntilKey(itemIds));
  }

  openMachine(key: { machineId: string; pointId?: string }, options: { preserveFocus: boolean }): void {
    this.machine.show({ ...key }, options);
  }

  /** Opens the restore form, unless what was entered for another machine or point is to stay. */
  async openRestore(key: RestoreKey): Promise<void> {
    await this.restore.showForm({ ...key }, this.mayLeave);
  }

  openVault(vaultId: string | undefined, options: { preserveFocus: boolean }): void {
    this.vault.show(vaultId === undefined ? {} : { vaultId }, options);
  }

  /**
   * Opens the policy form, perhaps at its preview, and waits until it is saved or closed.
   * @returns `undefined` also if what was entered for another policy is to stay
   */
  async openPolicy(key: PolicyFormKey, at: 'form' | 'preview' = 'form'): Promise<VaultPolicy | undefined> {
    const options = { preserveFocus: false, ...(at === 'preview' ? { focus: PREVIEW_ID } : {}) };
    if (!(await this.policy.showForm({ ...key }, this.mayLeave, options))) return undefined;
    // After `show`: a form that was open for another policy has then said that it is closed.
    return this.policyForm.outcome(key);
  }

  /** Takes back a panel after a reload of the window. */
  bringBack(name: PanelName, panel: vscode.WebviewPanel, state: unknown): void {
    this[name].restore(panel, state);
  }

  /** Shows open pages anew. */
  repaint(): void {
    for (const name of PANELS) this[name].repaint();
  }

  dispose(): void {
    this.lives.dispose();
  }
}
