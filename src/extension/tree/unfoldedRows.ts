import type * as vscode from 'vscode';
import { type Life, Lives } from '../model/life';
import type { Row } from '../model/row';

/** Keeps something going for each unfolded row of a view while the view is shown. */
export class UnfoldedRows implements Life {
  private readonly rows = new Map<string, Row>();
  private readonly going = new Map<string, Life>();
  private readonly lives = new Lives();

  constructor(
    view: Pick<
      vscode.TreeView<Row>,
      'visible' | 'onDidExpandElement' | 'onDidCollapseElement' | 'onDidChangeVisibility'
    >,
    private readonly begin: (row: Row) => Life | undefined,
  ) {
    this.lives.own(
      view.onDidExpandElement(({ element }) => {
        this.rows.set(element.id, element);
        if (view.visible) this.start(element);
      }),
    );
    this.lives.own(
      view.onDidCollapseElement(({ element }) => {
        this.rows.delete(element.id);
        this.end(element.id);
      }),
    );
    this.lives.own(
      view.onDidChangeVisibility(({ visible }) => {
        if (visible) for (const row of this.rows.values()) this.start(row);
        else this.endAll();
      }),
    );
  }

  dispose(): void {
    this.lives.dispose();
    this.endAll();
  }

  private start(row: Row): void {
    this.end(row.id);
    const life = this.begin(row);
    if (life) this.going.set(row.id, life);
  }

  private end(id: string): void {
    this.going.get(id)?.dispose();
    this.going.delete(id);
  }

  private endAll(): void {
    for (const id of Array.from(this.going.keys())) this.end(id);
  }
}
