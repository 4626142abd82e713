/** What a `when` clause is evaluated against: values by context key. A key that is not set is false. */
export type WhenContext = Readonly<Record<string, string | boolean | undefined>>;

/** A place where the manifest puts a command. */
export interface MenuEntry {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

/** The part of the manifest that menus are made of. */
export interface MenuManifest {
  readonly contributes: { readonly menus: Readonly<Record<string, readonly MenuEntry[]>> };
}

/** What somebody is offered on a row: the buttons beside it and the entries of its context menu, each in order. */
export interface RowMenu {
  readonly inline: readonly string[];
  readonly context: readonly string[];
}

/** One condition of a clause: a key, perhaps negated, perhaps compared. */
export interface WhenTerm {
  readonly key: string;
  readonly not: boolean;
  readonly operator?: '==' | '=~';
  readonly operand?: string;
}

const TERM = /^(!?)([\w.]+)(?:\s*(==|=~)\s*(.+))?$/;

/**
 * The conditions of a `when` clause, which all must hold: the forms that this manifest uses.
 * @throws Error for a form that it does not know, `||` for example
 */
export function whenTerms(when: string): WhenTerm[] {
  return when.split(' && ').map((text) => {
    const [, not, key, operator, operand] = TERM.exec(text) ?? [];
    if (key === undefined || (not && operator)) throw new Error(`"${text}" in "${when}" is not understood.`);
    if (operator === undefined || operand === undefined) return { key, not: not === '!' };
    return { key, not: false, operator: operator === '==' ? '==' : '=~', operand };
  });
}

/** The pattern of an `=~` comparison. @throws Error if the operand is none */
export function patternOf(operand: string | undefined): RegExp {
  const [, source, flags] = /^\/(.*)\/(i?)$/.exec(operand ?? '') ?? [];
  if (source === undefined) throw new Error(`${operand} is not a pattern.`);
  return new RegExp(source, flags);
}

/** Evaluates a `when` clause as VS Code does. */
export function holds(when: string | undefined, context: WhenContext): boolean {
  return when === undefined || whenTerms(when).every((term) => termHolds(term, context));
}

/** What a row of a view offers. `contextValue` is that of its tree item. */
export function rowMenu(
  { contributes: { menus } }: MenuManifest,
  row: { readonly view: string; readonly contextValue: string },
): RowMenu {
  const context = { view: row.view, viewItem: row.contextValue };
  const shown = (menus['view/item/context'] ?? []).filter(({ when }) => holds(when, context)).toSorted(byGroup);
  const commands = (inline: boolean) =>
    shown.filter((entry) => isInline(entry) === inline).map(({ command }) => command);
  return { inline: commands(true), context: commands(false) };
}

function termHolds({ key, not, operator, operand }: WhenTerm, context: WhenContext): boolean {
  const value = context[key];
  if (operator === '==') return String(value) === operand;
  if (operator === '=~') return typeof value === 'string' && patternOf(operand).test(value);
  return Boolean(value) !== not;
}

function isInline({ group = '' }: MenuEntry): boolean {
  return group.startsWith('inline');
}

/** Groups by name, then by the number behind `@`, then as they are written. */
function byGroup(a: MenuEntry, b: MenuEntry): number {
  const [left, right] = [a, b].map(({ group = '' }) => group.split('@'));
  const names = (left?.[0] ?? '').localeCompare(right?.[0] ?? '');
  return names !== 0 ? names : Number(left?.[1] ?? 0) - Number(right?.[1] ?? 0);
}
