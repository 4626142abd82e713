import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AppError, isAppError } from '../../domain/errors';
import { ENGINE_PROTOCOL, type EngineEndpoint } from '../../protocol/engineEndpoint';
import { VERSION } from '../../protocol/version';
import { findEngine, stopIdleEngine } from './runningEngine';
import { copyRuntime } from './runtimeCopy';
import { startEngine } from './startEngine';
import { folderNotWritable, startFailed } from './startFailures';
import { isNewer } from './versionOrder';

export interface AttachOptions {
  readonly dataFolder: string;
  /** Where engine.js and what belongs to it lie. */
  readonly bundleFolder: string;
  /** Runs the engine instead of this process's own runtime or the Node.js on the PATH. */
  readonly nodePath?: string;
  /** Further arguments for an engine that has to be started. */
  readonly args?: readonly string[];
  /** Ends the waiting of this call with an `AbortError`; a start that is under way goes on. */
  readonly signal?: AbortSignal;
  /** The version that the bundle is of; this program's own if not given. */
  readonly version?: string;
  readonly patienceMs?: number;
}

export interface Attachment {
  readonly endpoint: EngineEndpoint;
  /** True if no engine ran before. */
  readonly started: boolean;
  /** True for an engine of an older version that is kept until its jobs have finished: attach again then. */
  readonly outdated: boolean;
}

const attempts = new Map<string, Promise<Attachment>>();

/**
 * Finds the engine of a data folder, or starts one. Calls for the same folder share one attempt: a start that lost time
 * could otherwise bring up an engine that nobody asked for any more.
 * @throws AppError `EngineUnfit`, `EngineFolderNotWritable`, `EngineStartFailed`
 */
export async function attachEngine(options: AttachOptions): Promise<Attachment> {
  const { signal } = options;
  signal?.throwIfAborted();
  const dataFolder = resolve(options.dataFolder);
  let attempt = attempts.get(dataFolder);
  if (!attempt) {
    attempt = attach({ ...options, dataFolder }).finally(() => attempts.delete(dataFolder));
    attempts.set(dataFolder, attempt);
  }
  return signal ? unlessAborted(attempt, signal) : attempt;
}

async function attach(options: AttachOptions): Promise<Attachment> {
  const { dataFolder, version = VERSION } = options;
  const found = await findEngine(dataFolder);
  if (found) {
    const { endpoint } = found;
    if (endpoint.protocol > ENGINE_PROTOCOL) {
      const reason = `version ${endpoint.version} runs there, which ${version} cannot talk to. Reload the window.`;
      throw startFailed(dataFolder, reason);
    }
    // Only a newer version takes over: two windows of different versions would else stop each other's engine for ever.
    if (!isNewer(version, endpoint.version)) return { endpoint, started: false, outdated: false };
    if (!(await stopIdleEngine(endpoint))) return { endpoint, started: false, outdated: true };
  }
  return { endpoint: await start(options, found?.endpoint), started: true, outdated: false };
}

/** Starts an engine on the first runtime that is fit for it. `before` is one that was asked to stop. */
async function start(options: AttachOptions, before: EngineEndpoint | undefined): Promise<EngineEndpoint> {
  const { dataFolder, nodePath } = options;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw folderNotWritable(dataFolder, error);
  });
  let unfit: AppError | undefined;
  for (const runtime of nodePath === undefined ? [process.execPath, 'node'] : [nodePath]) {
    try {
      return await startWith(runtime, options, before);
    } catch (error) {
      if (!isAppError(error, 'EngineUnfit')) throw error;
      unfit ??= error; // the first is the one to tell about
    }
  }
  throw unfit ?? startFailed(dataFolder, 'there is no runtime for it.');
}

async function startWith(
  nodePath: string,
  options: AttachOptions,
  before: EngineEndpoint | undefined,
): Promise<EngineEndpoint> {
  const { dataFolder, bundleFolder, args = [], version = VERSION, patienceMs = 20_000 } = options;
  const launch = async () => {
    const script = await copyRuntime({ bundleFolder, dataFolder, version });
    return startEngine({ nodePath, script, dataFolder, args });
  };
  let child = await launch();
  for (const end = performance.now() + patienceMs; performance.now() < end; await delay(25)) {
    const ended = await child.end(); // before asking: whoever made it end answers by now
    const found = await findEngine(dataFolder);
    if (found && found.endpoint.token !== before?.token) return found.endpoint;
    if (ended?.failure) throw ended.failure;
    if (ended) child = await launch(); // another engine was there first, and has gone since
  }
  throw startFailed(dataFolder, `it did not answer within ${patienceMs / 1000} s.`);
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController(); // takes the listener away again
  try {
    const aborted = once(signal, 'abort', { signal: over.signal }).then(() => signal.throwIfAborted());
    return await Promise.race([work, aborted.then(() => work)]);
  } finally {
    over.abort();
  }
}
