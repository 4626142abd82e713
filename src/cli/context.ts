import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLocalConnection, type LocalHandle } from '../client/arm';
import type { LocalConnection } from '../client/connection';
import { AppError } from '../domain/errors';

/** Options that every command which talks to an engine takes. */
export interface CommonOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** Folder of the bundles: this file's own, once built. */
export const bundleFolder = __dirname;

/** The data folder: the option, else `$VMBACKUP_DATA`, else the user's data folder. */
export function dataFolderOf({ data }: CommonOptions): string {
  if (data !== undefined) return resolve(data);
  if (process.env.VMBACKUP_DATA) return resolve(process.env.VMBACKUP_DATA);
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'vm-backup');
}

export type LocalEngine = LocalHandle & { readonly local: LocalConnection };

/** Connects to the engine of the data folder, starting it if none runs, for the time of `work`. */
export async function withEngine<T>(options: CommonOptions, work: (engine: LocalEngine) => Promise<T>): Promise<T> {
  const connection = await createLocalConnection({ dataFolder: dataFolderOf(options), bundleFolder });
  try {
    return await work(asLocal(connection));
  } finally {
    connection.dispose();
  }
}

/** The connection with its local part, which every engine of this computer has. */
export function asLocal(connection: LocalHandle): LocalEngine {
  const { local } = connection;
  if (!local) throw new AppError('EngineUnreachable', 'The connection is not to an engine of this computer.');
  return Object.assign(connection, { local });
}
