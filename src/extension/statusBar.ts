import * as vscode from 'vscode';
import { COMMANDS } from './commands/ids';
import { type Life, Lives } from './model/life';
import { statusView } from './model/statusView';
import { knownAlerts, knownMachines, runningJobs, type Stores } from './model/stores';
import { t } from './text';

/** The one item of the status bar: what runs, who needs attention, how the engine is. */
export class StatusBar implements Life {
  private readonly lives = new Lives();
  private readonly item: vscode.StatusBarItem;

  constructor(private readonly stores: Stores) {
    this.item = this.lives.own(vscode.window.createStatusBarItem('vmbackup.status', vscode.StatusBarAlignment.Left));
    this.item.name = t('VM Backup');
    this.item.command = COMMANDS.showStatus;
    const { engine, machines, vaults, jobs } = stores;
    for (const { onDidChange } of [engine, machines, vaults, jobs]) this.lives.own(onDidChange(() => this.paint()));
    this.paint();
    this.item.show();
  }

  dispose(): void {
    this.lives.dispose();
  }

  /** Shows what is known now. */
  paint(): void {
    const view = statusView({
      engine: this.stores.engine.state,
      machines: knownMachines(this.stores),
      running: runningJobs(this.stores),
      alerts: knownAlerts(this.stores),
      now: this.stores.clock.now(),
    });
    this.item.text = view.text;
    this.item.tooltip = new vscode.MarkdownString(view.tooltip);
    this.item.accessibilityInformation = { label: view.spoken };
    this.item.backgroundColor = view.warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }
}
