type Sqlite = typeof import('node:sqlite');

let loaded: Sqlite | undefined;

/**
 * The one place that loads `node:sqlite`. By `await import`, so that a runtime without it reaches the runtime probe and
 * can say in words what is missing, instead of ending before the first line.
 */
export async function loadSqlite(): Promise<Sqlite> {
  loaded ??= await import('node:sqlite');
  return loaded;
}
