import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { appError } from '../../domain/errorCatalogue';

/** `sun_path` holds 107 bytes on Linux and 103 on macOS. */
const LONGEST_PATH = 100;

interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly temporary: string;
  readonly uid: number;
}

const HERE: Surroundings = {
  platform: process.platform,
  env: process.env,
  temporary: tmpdir(),
  uid: userInfo().uid,
};

/** Where the engine of a data folder listens: inside the folder when the path fits, else under a name made of it. */
export function socketPath(dataFolder: string, { platform, env, temporary, uid }: Surroundings = HERE): string {
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 16);
  if (platform === 'win32') return `\\\\.\\pipe\\vm-backup-${name}`;
  const inside = join(dataFolder, 'engine.sock');
  if (Buffer.byteLength(inside) <= LONGEST_PATH) return inside;
  const runtime = env.XDG_RUNTIME_DIR;
  const outside = (folder: string) => join(folder, `vm-backup-${uid}`, `${name}.sock`);
  return runtime && Buffer.byteLength(outside(runtime)) <= LONGEST_PATH ? outside(runtime) : outside(temporary);
}

/**
 * Makes the socket's folder when it is not the data folder, for this user alone. Anyone may make names in the temporary
 * folder, so a folder that somebody else made there is refused.
 */
export async function prepareSocketFolder(socket: string, dataFolder: string): Promise<void> {
  const folder = dirname(socket);
  if (process.platform === 'win32' || folder === dataFolder) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const facts = await lstat(folder);
  if (!facts.isDirectory() || facts.uid !== HERE.uid) {
    throw appError('EngineFolderNotWritable', { folder, reason: 'it belongs to another user.' });
  }
  if (facts.mode & 0o077) await chmod(folder, 0o700);
}
