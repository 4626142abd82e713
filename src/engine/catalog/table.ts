import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type * as z from 'zod';
import { type Page, type PageRequest, pageFrom, positionIn } from './page';
import type { Statements } from './statements';

type Row = Record<string, SQLOutputValue>;

export interface Conditions<C extends string> {
  /** Equal conditions, all of which must hold; one that is `undefined` is none. */
  readonly where?: Partial<Record<C | 'key', SQLInputValue>>;
  /** Lower bounds (`>=`), all of which must hold. */
  readonly from?: Partial<Record<C, SQLInputValue>>;
  /** Upper bounds (`<=`), all of which must hold. A row without a value is not below any. */
  readonly to?: Partial<Record<C, SQLInputValue>>;
}

export interface Query<C extends string> extends Conditions<C> {
  /** Rows with equal values, and all rows without `orderBy`, are in the order in which they came. */
  readonly orderBy?: C;
  readonly descending?: true;
  readonly limit?: number;
}

/** One kind of record: a key, the columns that queries need, and the record itself as validated JSON. */
export class Table<T, C extends string> {
  readonly #statements: Statements;
  readonly #name: string;
  readonly #schema: z.ZodType<T>;
  readonly #key: (record: T) => string;
  readonly #columns: [string, (record: T) => SQLInputValue][];
  readonly #upsert: string;

  constructor(
    statements: Statements,
    options: {
      name: string;
      schema: z.ZodType<T>;
      key: (record: T) => string;
      columns: Record<C, (record: T) => SQLInputValue>;
    },
  ) {
    this.#statements = statements;
    this.#name = options.name;
    this.#schema = options.schema;
    this.#key = options.key;
    this.#columns = Object.entries<(record: T) => SQLInputValue>(options.columns);
    const names = ['key', 'body', ...this.#columns.map(([name]) => name)];
    const updates = names.slice(1).map((name) => `${name} = excluded.${name}`);
    this.#upsert = `INSERT INTO ${this.#name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
      ON CONFLICT (key) DO UPDATE SET ${updates.join(', ')}`;
  }

  get(key: string): T | undefined {
    const row = this.#statements.get(`SELECT body FROM ${this.#name} WHERE key = ?`).get(key.toLowerCase());
    return row && this.read(row);
  }

  /** The records of those of the keys, all lower-case, that there are. */
  getAll(keys: readonly string[]): Map<string, T> {
    const rows = this.#statements
      .get(`SELECT key, body FROM ${this.#name} WHERE key IN (SELECT value FROM json_each(?))`)
      .all(JSON.stringify(keys));
    return new Map(rows.map((row) => [String(row.key), this.read(row)]));
  }

  /** Inserts the record or replaces the one with the same key. */
  put(record: T): void {
    const key = this.#key(record).toLowerCase();
    const columns = this.#columns.map(([, value]) => value(record));
    this.#statements.get(this.#upsert).run(key, JSON.stringify(record), ...columns);
  }

  delete(key: string): void {
    this.#statements.get(`DELETE FROM ${this.#name} WHERE key = ?`).run(key.toLowerCase());
  }

  /** All rows of a query. For lists that may be long see {@link page}. */
  list(query: Query<C> = {}): T[] {
    const { sql, values } = conditions(query);
    const statement = `SELECT body FROM ${this.#name} ${sql} ${order(query)} LIMIT ?`;
    return this.#statements
      .get(statement)
      .all(...values, query.limit ?? -1)
      .map((row) => this.read(row));
  }

  /**
   * One page of a query that is ordered by a number or by nothing: however deep it lies, reading it costs the same.
   * @throws AppError `InvalidRequestContent` for a token of another list
   */
  page(query: Omit<Query<C>, 'limit'>, { size, token }: PageRequest): Page<T> {
    const { sql, values } = conditions(query);
    const columns = query.orderBy === undefined ? ['rowid'] : [query.orderBy, 'rowid'];
    const after = token === undefined ? [] : positionIn(token, columns.map(Number));
    const seek = `(${columns.join(', ')}) ${query.descending ? '<' : '>'} (${columns.map(() => '?').join(', ')})`;
    const where = token === undefined ? sql : `${sql === '' ? 'WHERE' : `${sql} AND`} ${seek}`;
    const rows = this.#statements
      .get(`SELECT body, ${columns.join(', ')} FROM ${this.#name} ${where} ${order(query)} LIMIT ?`)
      .all(...values, ...after, size + 1);
    return pageFrom(rows, size, {
      read: (row) => this.read(row),
      position: (row) => columns.map((column) => Number(row[column])),
    });
  }

  count(query: Conditions<C> = {}): number {
    const { sql, values } = conditions(query);
    return Number(this.#statements.get(`SELECT COUNT(*) AS n FROM ${this.#name} ${sql}`).get(...values)?.n ?? 0);
  }

  exists(query: Conditions<C>): boolean {
    const { sql, values } = conditions(query);
    return this.#statements.get(`SELECT 1 FROM ${this.#name} ${sql} LIMIT 1`).get(...values) !== undefined;
  }

  /** Which of the keys, all lower-case, there are. */
  found(keys: readonly string[]): Set<string> {
    const rows = this.#statements
      .get(`SELECT key FROM ${this.#name} WHERE key IN (SELECT value FROM json_each(?))`)
      .all(JSON.stringify(keys));
    return new Set(rows.map((row) => String(row.key)));
  }

  /** The different values of a column. */
  distinct(column: C, query: Conditions<C>): string[] {
    const { sql, values } = conditions(query);
    return this.#statements
      .get(`SELECT DISTINCT ${column} AS value FROM ${this.#name} ${sql}`)
      .all(...values)
      .map((row) => String(row.value));
  }

  /** The record in a row of this table that another query gave. */
  read(row: Row): T {
    return this.#schema.parse(JSON.parse(String(row.body)));
  }
}

function order<C extends string>({ orderBy, descending }: Query<C>): string {
  const direction = descending ? ' DESC' : '';
  return `ORDER BY ${orderBy === undefined ? '' : `${orderBy}${direction}, `}rowid${direction}`;
}

function conditions<C extends string>({ where, from, to }: Conditions<C>): { sql: string; values: SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  for (const [set, operator] of [
    [where, '='],
    [from, '>='],
    [to, '<='],
  ] as const) {
    for (const [column, value] of Object.entries<SQLInputValue | undefined>(set ?? {})) {
      if (value === undefined) continue;
      parts.push(`${column} ${operator} ?`);
      values.push(value);
    }
  }
  return { sql: parts.length ? `WHERE ${parts.join(' AND ')}` : '', values };
}
