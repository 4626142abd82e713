import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RUNTIME_FOLDER } from '../../protocol/engineEndpoint';
import { folderNotWritable, startFailed } from './startFailures';

/** What an engine needs of the bundle folder to run. */
const ENGINE_FILES = ['engine.js', 'engine-worker.js'];

interface RuntimeCopy {
  readonly bundleFolder: string;
  readonly dataFolder: string;
  readonly version: string;
}

/**
 * Copies the engine's bundle into the data folder, so that an update of the extension never takes files from under a
 * running engine. The same content is copied once.
 * @returns the copied engine.js
 */
export async function copyRuntime({ bundleFolder, dataFolder, version }: RuntimeCopy): Promise<string> {
  const files = await readFiles(bundleFolder, dataFolder);
  const hash = createHash('sha256');
  for (const { name, content } of files) hash.update(`${name}\0${content.length}\0`).update(content);
  const runtimes = join(dataFolder, RUNTIME_FOLDER);
  const target = join(runtimes, `${version}-${hash.digest('hex').slice(0, 12)}`);
  if (!(await exists(target))) {
    try {
      await writeFolder(runtimes, target, files);
    } catch (error) {
      throw folderNotWritable(dataFolder, error);
    }
  }
  return join(target, 'engine.js');
}

async function readFiles(bundleFolder: string, dataFolder: string): Promise<{ name: string; content: Buffer }[]> {
  try {
    return await Promise.all(
      ENGINE_FILES.map(async (name) => ({ name, content: await readFile(join(bundleFolder, name)) })),
    );
  } catch (error) {
    throw startFailed(
      dataFolder,
      `its program files in ${bundleFolder} cannot be read. Install VM Backup again.`,
      error,
    );
  }
}

/** Another window may do the same at the same time: the folder appears whole, whoever is first. */
async function writeFolder(runtimes: string, target: string, files: readonly { name: string; content: Buffer }[]) {
  const temporary = join(runtimes, `.${randomUUID()}`);
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  try {
    for (const { name, content } of files) {
      await mkdir(dirname(join(temporary, name)), { recursive: true });
      await writeFile(join(temporary, name), content, { mode: 0o600, flush: true });
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!(await exists(target))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
