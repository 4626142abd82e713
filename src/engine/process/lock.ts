import { loadSqlite } from '../sqlite';

/** The data folder's one lock; whoever has it is the folder's engine. */
export interface FolderLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes the lock by an exclusive SQLite transaction that stays open: the operating system lets go of it however the
 * process ends, so it can never be stale.
 * @returns `undefined` when another process has it
 */
export async function takeLock(file: string): Promise<FolderLock | undefined> {
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}
