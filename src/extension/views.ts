import * as vscode from 'vscode';
import { VIEWS } from './commands/ids';
import { type Life, Lives } from './model/life';
import type { Row } from './model/row';
import type { Stores } from './model/stores';
import type { ViewChoices } from './model/viewChoices';
import { JobsTree } from './tree/jobsTree';
import { MachinesTree } from './tree/machinesTree';
import { RowTree } from './tree/rowTree';
import type { TreeModel } from './tree/treeModel';
import { UnfoldedRows } from './tree/unfoldedRows';
import { VaultsTree } from './tree/vaultsTree';

/** The three views of the container. While one of them is seen, the jobs are kept up to date. */
export class Views implements Life {
  private readonly lives = new Lives();
  private readonly watching = new Map<string, Life>();
  private readonly trees: RowTree[] = [];
  private readonly machinesView: vscode.TreeView<Row>;
  readonly machines: MachinesTree;
  readonly vaults: VaultsTree;
  readonly jobs: JobsTree;

  constructor(
    private readonly stores: Stores,
    pageSize: () => number,
    choices: ViewChoices,
  ) {
    this.machines = new MachinesTree(stores, choices, pageSize);
    this.vaults = new VaultsTree(stores, pageSize);
    this.jobs = new JobsTree(stores, pageSize, choices.jobs);
    const machines = this.create(VIEWS.machines, this.machines, { canSelectMany: true });
    this.machinesView = machines;
    const vaults = this.create(VIEWS.vaults, this.vaults);
    const jobs = this.create(VIEWS.jobs, this.jobs);
    this.lives.own(new UnfoldedRows(jobs, (row) => this.jobs.unfold(row)));
    this.lives.own(this.vaults.onDidChange(() => this.describe(vaults, this.vaults)));
    this.lives.own(this.jobs.onDidChange(() => this.describe(jobs, this.jobs)));
    this.lives.own(this.machines.onDidChange(() => this.decorate(machines)));
  }

  /** Shows one page more: of the recovery points of an item where it is named, else of the jobs. */
  loadMore(itemId?: string): void {
    if (itemId === undefined) {
      this.jobs.loadMore();
      return;
    }
    for (const tree of [this.machines, this.vaults]) tree.loadMorePoints(itemId);
  }

  /** Shows how many machines need attention now, and moves their rows if that is new. */
  showAttention(): void {
    const before = this.machinesView.badge?.value ?? 0;
    this.decorate(this.machinesView);
    if ((this.machinesView.badge?.value ?? 0) !== before) this.repaint();
  }

  /** Shows everything anew, for a setting that changes how. */
  repaint(): void {
    for (const tree of this.trees) tree.repaintSoon();
  }

  dispose(): void {
    for (const life of this.watching.values()) life.dispose();
    this.lives.dispose();
  }

  private create(id: string, model: TreeModel, options: { canSelectMany?: boolean } = {}): vscode.TreeView<Row> {
    const tree = this.lives.own(new RowTree(model, this.stores.clock));
    this.trees.push(tree);
    const view = vscode.window.createTreeView(id, { treeDataProvider: tree, showCollapseAll: true, ...options });
    this.lives.own(view);
    const follow = (visible: boolean) => {
      this.watching.get(id)?.dispose();
      this.watching.delete(id);
      if (visible) this.watching.set(id, this.stores.jobs.watch());
    };
    this.lives.own(view.onDidChangeVisibility(({ visible }) => follow(visible)));
    follow(view.visible);
    return view;
  }

  private describe(view: vscode.TreeView<Row>, model: MachinesTree | VaultsTree | JobsTree): void {
    view.description = model.description();
    view.message = model.message();
  }

  private decorate(view: vscode.TreeView<Row>): void {
    const { count, words } = this.machines.attention();
    view.badge = count === 0 ? undefined : { value: count, tooltip: words };
    this.describe(view, this.machines);
  }
}
