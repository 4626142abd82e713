import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { z } from 'zod';

export interface Query<C extends string> {
  /** Equal conditions, all of which must hold. */
  readonly where?: Partial<Record<C, SQLInputValue>>;
  /** Lower bounds (`>=`), all of which must hold. */
  readonly from?: Partial<Record<C, SQLInputValue>>;
  /** Upper bounds (`<=`), all of which must hold. */
  readonly to?: Partial<Record<C, SQLInputValue>>;
  readonly orderBy?: C;
  readonly descending?: true;
  readonly limit?: number;
  readonly offset?: number;
}

/** One kind of record: a key, the columns that queries need, and the record itself as validated JSON. */
export class Table<T, C extends string> {
  readonly #db: DatabaseSync;
  readonly #name: string;
  readonly #schema: z.ZodType<T>;
  readonly #key: (record: T) => string;
  readonly #columns: [string, (record: T) => SQLInputValue][];

  constructor(
    db: DatabaseSync,
    options: {
      name: string;
      schema: z.ZodType<T>;
      key: (record: T) => string;
      columns: Record<C, (record: T) => SQLInputValue>;
    },
  ) {
    this.#db = db;
    this.#name = options.name;
    this.#schema = options.schema;
    this.#key = options.key;
    this.#columns = Object.entries<(record: T) => SQLInputValue>(options.columns);
  }

  get(key: string): T | undefined {
    const row = this.#db.prepare(`SELECT body FROM ${this.#name} WHERE key = ?`).get(key.toLowerCase());
    return row && this.#read(row.body);
  }

  /** Inserts the record or replaces the one with the same key. */
  put(record: T): void {
    const names = ['key', 'body', ...this.#columns.map(([name]) => name)];
    const values = [
      this.#key(record).toLowerCase(),
      JSON.stringify(record),
      ...this.#columns.map(([, value]) => value(record)),
    ];
    const updates = names.slice(1).map((name) => `${name} = excluded.${name}`);
    this.#db
      .prepare(
        `INSERT INTO ${this.#name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
         ON CONFLICT (key) DO UPDATE SET ${updates.join(', ')}`,
      )
      .run(...values);
  }

  delete(key: string): void {
    this.#db.prepare(`DELETE FROM ${this.#name} WHERE key = ?`).run(key.toLowerCase());
  }

  list(query: Query<C> = {}): T[] {
    const { sql, values } = conditions(query);
    const order = `ORDER BY ${query.orderBy ?? 'rowid'}${query.descending ? ' DESC' : ''}`;
    const page = `LIMIT ${query.limit ?? -1} OFFSET ${query.offset ?? 0}`;
    return this.#db
      .prepare(`SELECT body FROM ${this.#name} ${sql} ${order} ${page}`)
      .all(...values)
      .map((row) => this.#read(row.body));
  }

  count(query: Pick<Query<C>, 'where' | 'from' | 'to'> = {}): number {
    const { sql, values } = conditions(query);
    return Number(this.#db.prepare(`SELECT COUNT(*) AS n FROM ${this.#name} ${sql}`).get(...values)?.n ?? 0);
  }

  #read(body: unknown): T {
    return this.#schema.parse(JSON.parse(String(body)));
  }
}

function conditions<C extends string>({ where, from, to }: Query<C>): { sql: string; values: SQLInputValue[] } {
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
