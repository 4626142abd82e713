import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ENGINE_LOG } from '../../protocol/engineEndpoint';

const LARGEST_LOG = 1024 * 1024;

/** The log that an engine process writes its stderr to, seen by whoever starts one. */
export interface EngineLogFile {
  readonly path: string;
  readonly handle: FileHandle;
  /** What was added since it was opened. */
  readNew(): Promise<string>;
}

/** Opens `engine.log` in the data folder for appending; one that has grown too large becomes `engine.log.1` first. */
export async function openEngineLog(dataFolder: string): Promise<EngineLogFile> {
  const path = join(dataFolder, ENGINE_LOG);
  if ((await sizeOf(path)) > LARGEST_LOG) {
    // Two windows may do this at once; the second finds nothing to rename.
    await rename(path, `${path}.1`).catch(() => undefined);
  }
  const handle = await open(path, 'a+', 0o600);
  const { size: start } = await handle.stat();
  return {
    path,
    handle,
    readNew: async () => {
      const length = (await sizeOf(path)) - start;
      if (length <= 0) return '';
      const reader = await open(path, 'r');
      try {
        const { buffer, bytesRead } = await reader.read(Buffer.alloc(length), 0, length, start);
        return buffer.toString('utf8', 0, bytesRead);
      } finally {
        await reader.close();
      }
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0, // not there yet
  );
}
