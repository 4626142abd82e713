import { AppError } from '../domain/errors';
import type { LocalClient } from './model/engineLink';
import type { Log } from './model/log';

export interface LocalOptions {
  /** Absolute folder that the engine keeps its data in. */
  readonly dataFolder: string;
  /** Folder of the extension's bundles. */
  readonly bundleFolder: string;
  /** Node.js to run the engine with; VS Code's own where it is not set. */
  readonly nodePath: string | undefined;
  readonly log: Log;
}

/** Connects to the engine of this computer and starts it if none runs. The client is loaded here and nowhere else. */
export async function openLocal(options: LocalOptions): Promise<LocalClient> {
  const { dataFolder, bundleFolder, nodePath, log } = options;
  const { createLocalConnection } = await import('../client/arm');
  const client = await createLocalConnection({
    dataFolder,
    bundleFolder,
    ...(nodePath === undefined ? {} : { nodePath }),
    log: (text) => log.info(text),
  });
  const { local } = client;
  if (!local) throw new AppError('EngineStartFailed', 'The connection has no local part.');
  return Object.assign(client, { local });
}
