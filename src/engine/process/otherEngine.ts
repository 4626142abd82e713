import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appError } from '../../domain/errorCatalogue';
import { ENGINE_LOG, type EngineEndpoint } from '../../protocol/engineEndpoint';
import { readEndpoint } from './endpointFile';
import { type FolderLock, takeLock } from './lock';
import type { EngineLog } from './log';

/** Either this process is the folder's engine now, or another one is and can be reached. */
export type Claim = { readonly lock: FolderLock } | { readonly other: EngineEndpoint };

interface ClaimOptions {
  readonly dataFolder: string;
  readonly lockFile: string;
  readonly patienceMs?: number;
}

/**
 * Takes the folder's lock, or finds the engine that has it. While that one is still starting or already stopping neither
 * works yet, so both are tried until one does.
 */
export async function claimFolder({ dataFolder, lockFile, patienceMs = 15_000 }: ClaimOptions): Promise<Claim> {
  for (const end = performance.now() + patienceMs; performance.now() < end; await delay(25)) {
    const lock = await takeLock(lockFile);
    if (lock) return { lock };
    const other = await listeningEngine(dataFolder);
    if (other) return { other };
  }
  throw appError('EngineStartFailed', {
    folder: dataFolder,
    reason: `another process holds ${lockFile}, but does not answer.`,
    file: join(dataFolder, ENGINE_LOG),
  });
}

/** A service that waits looks often at first, so that nobody else comes between at a hand-over, and seldom later. */
const LOOK_MS = { first: 200, firstLooks: 150, later: 5000 };

/** Takes the folder's lock as soon as nobody else has it, however long that takes. */
export async function awaitFolder(
  options: Pick<ClaimOptions, 'dataFolder' | 'lockFile'> & { log: Pick<EngineLog, 'info'> },
): Promise<FolderLock> {
  for (let looks = 0; ; await delay(looks < LOOK_MS.firstLooks ? LOOK_MS.first : LOOK_MS.later)) {
    const lock = await takeLock(options.lockFile);
    if (lock) return lock;
    if (looks++ === 0) options.log.info(`another engine serves ${options.dataFolder}; waiting for its end`);
  }
}

async function listeningEngine(dataFolder: string): Promise<EngineEndpoint | undefined> {
  const before = await readEndpoint(dataFolder);
  if (!before || !(await accepts(before.socket))) return undefined;
  // A new engine removes a stale file before it listens on the same socket: read after the connection, it is the right one.
  return readEndpoint(dataFolder);
}

async function accepts(socket: string): Promise<boolean> {
  const connection = createConnection(socket);
  try {
    await once(connection, 'connect');
    return true;
  } catch {
    return false; // refused or gone: nobody listens there
  } finally {
    connection.destroy();
  }
}
