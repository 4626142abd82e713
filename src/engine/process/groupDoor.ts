import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { AppError } from '../../domain/errors';
import { ENDPOINT_FILE, type EngineEndpoint } from '../../protocol/engineEndpoint';
import { writeEndpoint } from './endpointFile';
import { socketPath } from './socketPath';

/**
 * A folder beside the data folder where a group of users reaches the engine: it holds the socket and a copy of the endpoint
 * file. The data folder, with its keys and its catalog, stays closed to them. Not for Windows.
 */
export interface GroupDoor {
  /** Where the engine listens, for its own user too. */
  readonly socket: string;
  /** Lets the group in. Only once the engine listens on the socket. */
  open(endpoint: EngineEndpoint): Promise<void>;
  /** Removes the endpoint file of the group, so that nobody new finds the engine. */
  close(): Promise<void>;
}

/**
 * Makes the folder `DATA.clients` for a group: no other user gets in, and what an earlier engine left there is gone.
 * @param dataFolder absolute path
 * @param group name or number of a group
 * @throws AppError `EngineGroupUnusable`
 */
export async function groupDoor(dataFolder: string, group: string): Promise<GroupDoor> {
  const folder = `${dataFolder}.clients`;
  const socket = socketPath(folder);
  const unusable = (reason: string, cause?: unknown) =>
    appError('EngineGroupUnusable', { group, folder, reason }, { cause, target: folder });
  if (!socket.startsWith(folder)) throw unusable('its path is too long for a socket.');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Somebody who owned it could put a socket of their own there.
    const [facts, data] = await Promise.all([lstat(folder), stat(dataFolder)]);
    if (!facts.isDirectory() || facts.uid !== data.uid) throw unusable('it belongs to another user.');
    await chmod(folder, 0o700);
    await rm(join(folder, ENDPOINT_FILE), { force: true });
    await giveTo(group, folder);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unusable(cause instanceof Error ? cause.message : String(cause), cause);
  }
  return {
    socket,
    async open(endpoint) {
      await writeEndpoint(folder, endpoint);
      const file = join(folder, ENDPOINT_FILE);
      await giveTo(group, file, socket);
      await chmod(file, 0o640);
      await chmod(socket, 0o660);
      await chmod(folder, 0o750); // last: nobody sees it half open
    },
    close: () => rm(join(folder, ENDPOINT_FILE), { force: true }),
  };
}

/** By the system's own tool: it knows the groups of every directory service, and Node.js knows none by name. */
async function giveTo(group: string, ...paths: string[]): Promise<void> {
  await new Promise<void>((done, fail) => {
    execFile('chgrp', ['--', group, ...paths], (error, _stdout, stderr) =>
      error ? fail(new Error(stderr.trim() || error.message, { cause: error })) : done(),
    );
  });
}
