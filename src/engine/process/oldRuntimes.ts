import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RUNTIME_FOLDER } from '../../protocol/engineEndpoint';

/**
 * Removes the bundle copies of other versions. Only for the holder of the lock: then no engine runs from any of them.
 * Does nothing when this engine does not run from a copy of its own.
 */
export async function removeOldRuntimes(dataFolder: string, script = process.argv[1]): Promise<void> {
  const runtimes = join(dataFolder, RUNTIME_FOLDER);
  if (script === undefined || dirname(dirname(script)) !== runtimes) return;
  const own = basename(dirname(script));
  const others = (await readdir(runtimes)).filter((name) => name !== own);
  await Promise.all(others.map((name) => rm(join(runtimes, name), { recursive: true, force: true })));
}
