import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../model/row';
import type { TreeModel } from './treeModel';

/** The key of the rows that stand at the top. */
const TOP = '';

/**
 * What a view shows of a {@link TreeModel}, and what of it is out of date. While VS Code reads rows again it knows none of those
 * below, and an action of such a row would come without the row: so only what has changed is read again.
 */
export class ShownRows {
  /** The rows that were handed out, by the id of the row that they stand below. VS Code knows a row by this very object. */
  private readonly below = new Map<string, readonly Row[]>();
  /** The newest content of each of them, by id. */
  private readonly newest = new Map<string, Row>();
  /** The tooltips that somebody has seen, by id. */
  private readonly seen = new Map<string, string>();

  constructor(private readonly model: TreeModel) {}

  /** The rows below a row, or at the top. */
  async read(row?: Row): Promise<Row[]> {
    const rows = await this.rowsOf(row);
    this.forget(row);
    this.below.set(row?.id ?? TOP, rows);
    for (const one of rows) this.newest.set(one.id, one);
    return Array.from(rows);
  }

  /** What a row says now. */
  latest(row: Row): Row {
    return this.newest.get(row.id) ?? row;
  }

  /** The tooltip of a row; once it was seen, it is kept up to date. */
  tooltip(row: Row): string | undefined {
    const text = this.latest(row).tooltip?.();
    if (text !== undefined) this.seen.set(row.id, text);
    return text;
  }

  /** Looks at the model again. @returns the rows to be read again, or `all`; those below them are then forgotten */
  async changes(): Promise<readonly Row[] | 'all'> {
    const changed: Row[] = [];
    if (await this.look(undefined, changed)) return changed;
    this.forget(undefined);
    return 'all';
  }

  /** Collects what has changed below a row. @returns false if other rows stand there now, or in another order */
  private async look(parent: Row | undefined, changed: Row[]): Promise<boolean> {
    const before = this.below.get(parent?.id ?? TOP);
    if (!before) return true;
    const now = await this.rowsOf(parent);
    if (before.length !== now.length || before.some(({ id }, at) => id !== now[at]?.id)) return false;
    for (const [at, row] of before.entries()) {
      const after = now[at] ?? row;
      const same = this.looksSame(after);
      this.newest.set(row.id, after);
      if ((await this.look(row, changed)) && same) continue;
      changed.push(row);
      this.forget(row);
    }
    return true;
  }

  private async rowsOf(row: Row | undefined): Promise<readonly Row[]> {
    return row ? this.model.children(this.latest(row)) : this.model.roots();
  }

  private looksSame(after: Row): boolean {
    const { tooltip: _before, ...before } = this.latest(after);
    const { tooltip, ...now } = after;
    const seen = this.seen.get(after.id);
    return isDeepStrictEqual(before, now) && (seen === undefined || seen === tooltip?.());
  }

  /** Forgets what stands below a row: VS Code asks for it again where it shows it. */
  private forget(row: Row | undefined): void {
    const key = row?.id ?? TOP;
    const rows = this.below.get(key) ?? [];
    this.below.delete(key);
    for (const one of rows) {
      this.forget(one);
      this.newest.delete(one.id);
      this.seen.delete(one.id);
    }
  }
}
