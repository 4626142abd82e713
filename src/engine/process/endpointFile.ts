import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ENDPOINT_FILE, type EngineEndpoint, parseEndpoint } from '../../protocol/engineEndpoint';
import { writePrivateFile } from './files';

/** Tells clients how to reach the engine. Write it only once the engine listens. */
export async function writeEndpoint(dataFolder: string, endpoint: EngineEndpoint): Promise<void> {
  await writePrivateFile(join(dataFolder, ENDPOINT_FILE), `${JSON.stringify(endpoint)}\n`);
}

/** @returns `undefined` when there is none, or none that makes sense; it may be stale, which only asking tells */
export async function readEndpoint(dataFolder: string): Promise<EngineEndpoint | undefined> {
  try {
    return parseEndpoint(await readFile(join(dataFolder, ENDPOINT_FILE), 'utf8'));
  } catch {
    return undefined; // no such file: no engine to reach
  }
}

/** Only for the holder of the lock. */
export async function removeEndpoint(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, ENDPOINT_FILE), { force: true });
}
