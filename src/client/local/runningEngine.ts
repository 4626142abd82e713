import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod';
import { isAppError } from '../../domain/errors';
import { ENDPOINT_FILE, ENGINE_PATH, type EngineEndpoint, parseEndpoint } from '../../protocol/engineEndpoint';
import { engineHealth } from '../../protocol/local';
import { engineCall } from './engineCall';

/** An engine that answered just now. */
export interface RunningEngine {
  readonly endpoint: EngineEndpoint;
  readonly health: z.infer<typeof engineHealth>;
}

/**
 * Finds the engine of a data folder by asking it: files of an engine that is gone are never believed.
 * @returns `undefined` when none answers
 */
export async function findEngine(dataFolder: string): Promise<RunningEngine | undefined> {
  const text = await readFile(join(dataFolder, ENDPOINT_FILE), 'utf8').catch(() => undefined);
  const endpoint = text === undefined ? undefined : parseEndpoint(text);
  if (!endpoint) return undefined;
  try {
    const health = engineHealth.parse(await engineCall(endpoint, { method: 'GET', path: ENGINE_PATH }));
    return { endpoint, health };
  } catch {
    return undefined; // gone, about to go, or another one's socket: either way not the engine that the file names
  }
}

/**
 * Asks an engine to stop unless it is running jobs.
 * @returns false when it goes on because of its jobs
 */
export async function stopIdleEngine(endpoint: EngineEndpoint): Promise<boolean> {
  try {
    await engineCall(endpoint, { method: 'POST', path: `${ENGINE_PATH}/stop`, body: { onlyWhenIdle: true } });
  } catch (error) {
    if (isAppError(error, 'EngineBusy')) return false;
    if (isAppError(error)) throw error;
    // It went before it could answer, which is what was asked.
  }
  return true;
}

/** Stops an engine with whatever it is doing, cleanly, and waits until its process is gone. */
export async function endEngine(endpoint: EngineEndpoint): Promise<void> {
  await engineCall(endpoint, { method: 'POST', path: `${ENGINE_PATH}/stop`, body: {} }).catch(() => undefined); // gone already
  for (let tries = 0; isAlive(endpoint.pid) && tries < 600; tries++) await delay(25);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
