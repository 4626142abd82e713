import * as vscode from 'vscode';
import { COMMANDS } from '../commands/ids';
import type { Clock } from '../model/clock';
import type { Life } from '../model/life';
import type { Row } from '../model/row';
import { ShownRows } from './shownRows';
import type { TreeModel } from './treeModel';

/** Repaints of a tree are at least this far apart. */
const REPAINT_MS = 500;

/** Commands that links in tooltips may run. */
const LINKED = [
  COMMANDS.open,
  COMMANDS.backupNow,
  COMMANDS.restore,
  COMMANDS.protect,
  COMMANDS.resumeProtection,
  COMMANDS.undelete,
];

/** Shows a {@link TreeModel} as a VS Code tree. */
export class RowTree implements vscode.TreeDataProvider<Row>, Life {
  private readonly changed = new vscode.EventEmitter<Row[] | undefined>();
  private readonly parents = new Map<string, Row>();
  private readonly shown: ShownRows;
  private readonly listening: Life;
  private planned: Life | undefined;
  private lastRepaint = 0;
  /** How often the model has changed. */
  private changes = 0;

  constructor(
    model: TreeModel,
    private readonly clock: Clock,
  ) {
    this.shown = new ShownRows(model);
    this.listening = model.onDidChange(() => {
      this.changes += 1;
      this.repaintSoon();
    });
  }

  readonly onDidChangeTreeData = this.changed.event;

  getTreeItem(known: Row): vscode.TreeItem {
    const row = this.shown.latest(known);
    const item = new vscode.TreeItem(row.label, STATES[row.children]);
    item.id = row.id;
    item.contextValue = row.tokens.join(' ');
    item.accessibilityInformation = { label: row.spoken };
    if (row.description !== undefined) item.description = row.description;
    if (row.icon) item.iconPath = themeIcon(row.icon);
    const command = row.target.kind === 'more' ? COMMANDS.jobsLoadMore : row.opens ? COMMANDS.open : undefined;
    if (command) item.command = { command, title: row.label, arguments: [row] };
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, row: Row): vscode.TreeItem {
    const text = this.shown.tooltip(row);
    if (text === undefined) return item;
    const tooltip = new vscode.MarkdownString(text, true);
    tooltip.isTrusted = { enabledCommands: LINKED };
    item.tooltip = tooltip;
    return item;
  }

  async getChildren(row?: Row): Promise<Row[]> {
    const { changes } = this;
    const rows = await this.shown.read(row);
    // What changed meanwhile may be missing.
    if (this.changes !== changes) this.repaintSoon();
    if (row) for (const child of rows) this.parents.set(child.id, row);
    return rows;
  }

  getParent(row: Row): Row | undefined {
    return this.parents.get(row.id);
  }

  dispose(): void {
    this.planned?.dispose();
    this.listening.dispose();
    this.changed.dispose();
  }

  /** Shows every row anew, soon. */
  repaintSoon(): void {
    if (this.planned) return;
    const wait = Math.max(0, this.lastRepaint + REPAINT_MS - this.clock.now());
    this.planned = this.clock.after(wait, () => {
      this.planned = undefined;
      this.lastRepaint = this.clock.now();
      void this.repaint();
    });
  }

  private async repaint(): Promise<void> {
    const changes = await this.shown.changes().catch(() => 'all' as const); // reading it again tells what is wrong
    if (changes === 'all') this.changed.fire(undefined);
    else if (changes.length > 0) this.changed.fire(Array.from(changes));
  }
}

const STATES = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
} as const;

function themeIcon({ name, color }: { name: string; color?: string }): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name, color === undefined ? undefined : new vscode.ThemeColor(color));
}
