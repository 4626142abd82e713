import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import type { AppError } from '../../domain/errors';
import {
  ENDPOINT_FILE,
  ENGINE_PATH,
  ENGINE_PROTOCOL,
  type EngineEndpoint,
  parseEndpoint,
} from '../../protocol/engineEndpoint';
import { engineHealth } from '../../protocol/local';
import { engineCall } from './engineCall';

/**
 * Finds an engine that somebody else runs, and never starts one.
 * @param path absolute path of its endpoint file, of its socket beside that file, or of the folder that both lie in
 * @throws AppError `EngineEndpointUnreachable`
 */
export async function attachTo(path: string): Promise<EngineEndpoint> {
  const file = await endpointFileOf(path);
  const endpoint = parseEndpoint(await readFile(file, 'utf8').catch((cause: unknown) => fail(file, cause)));
  if (!endpoint) throw endpointUnreachable(file, 'it does not name an engine.');
  if (endpoint.protocol > ENGINE_PROTOCOL) {
    throw endpointUnreachable(file, `it is version ${endpoint.version}, which needs a newer VM Backup here.`);
  }
  try {
    engineHealth.parse(await engineCall(endpoint, { method: 'GET', path: ENGINE_PATH }));
  } catch (cause) {
    fail(file, cause);
  }
  return endpoint;
}

/** An engine of somebody else that does not answer. */
export function endpointUnreachable(file: string, reason: string, cause?: unknown): AppError {
  return appError('EngineEndpointUnreachable', { file, reason }, { cause, target: file });
}

/** The file that names the engine: what the setting says, or what lies where an engine puts it. */
async function endpointFileOf(path: string): Promise<string> {
  const facts = await stat(path).catch((cause: unknown) => fail(path, cause));
  if (facts.isDirectory()) return join(path, ENDPOINT_FILE);
  return facts.isFile() ? path : join(dirname(path), ENDPOINT_FILE);
}

function fail(file: string, cause: unknown): never {
  throw endpointUnreachable(file, cause instanceof Error ? cause.message : String(cause), cause);
}
