import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appError } from '../../domain/errorCatalogue';
import { type AppError, isAppError } from '../../domain/errors';
import { ENGINE_LOG } from '../../protocol/engineEndpoint';
import { VERSION } from '../../protocol/version';
import { openEngineLog } from '../local/engineLogFile';
import { lastWords } from '../local/lastWords';
import { findEngine, type RunningEngine, stopIdleEngine } from '../local/runningEngine';
import { copyRuntime } from '../local/runtimeCopy';
import { folderNotWritable } from '../local/startFailures';
import { SERVICE_FOLDER, START_SCRIPT, serviceDefinition } from './definition';
import type { ServiceManager, ServiceStatus } from './manager';
import { START_SCRIPT_TEXT } from './startScript';
import { writeTextFile } from './textFile';

export interface UserServiceOptions {
  /** Absolute. */
  readonly dataFolder: string;
  /** Where engine.js and what belongs to it lie. */
  readonly bundleFolder: string;
  readonly platform: NodeJS.Platform;
  readonly manager: ServiceManager;
  /** Finds the absolute path of what runs the engine. */
  readonly program: () => Promise<string>;
  /** The version that the bundle is of; this program's own if not given. */
  readonly version?: string;
  /** How long a service may take to be reachable. */
  readonly patienceMs?: number;
}

/** The engine that answers. */
export interface ServingEngine {
  readonly pid: number;
  readonly version: string;
  /** Whether it is the service. */
  readonly service: boolean;
  readonly runningJobs: number;
  readonly protectedItems: number;
  /** The next scheduled backup (ms UTC). */
  readonly nextRun?: number;
}

/** How the engine of a data folder is as a service of the user's session. */
export interface UserServiceState extends Partial<Omit<ServiceStatus, 'installed'>> {
  readonly dataFolder: string;
  /** Path of the unit or property list, or name of the task. */
  readonly definition: string;
  /** `undefined` where it cannot be found out. */
  readonly installed?: boolean;
  /** The engine that answers now, whoever started it. */
  readonly engine?: ServingEngine;
  /** Why the service's manager told nothing. */
  readonly problem?: AppError;
}

const LOOK_MS = 100;

/**
 * The engine of a data folder as a service of the user's session, so that schedules run with VS Code closed. There is one
 * engine all the same: a service that finds another one waits for its end.
 */
export class UserService {
  readonly #options: UserServiceOptions;

  constructor(options: UserServiceOptions) {
    this.#options = options;
  }

  /**
   * Has the engine run as a service, in place of an idle one that runs by itself. A service that does not come up is removed
   * again.
   * @throws AppError `EngineBusy` while a service that is there runs jobs, `ServiceManagerUnavailable`,
   *   `ServiceCommandFailed`, `ServiceNotStarted`, `ServicePathUnusable`, `ServiceFileNotWritable`
   */
  async install(): Promise<UserServiceState> {
    const { dataFolder, bundleFolder, platform, manager, version = VERSION } = this.#options;
    await manager.check();
    const service = serviceDefinition({ dataFolder, platform, program: await this.#options.program() });
    const before = await findEngine(dataFolder);
    if (before?.health.service) refuseWhileBusy(before);
    await mkdir(dataFolder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw folderNotWritable(dataFolder, error);
    });
    await copyRuntime({ bundleFolder, dataFolder, version });
    await writeTextFile(join(dataFolder, SERVICE_FOLDER, START_SCRIPT), START_SCRIPT_TEXT);
    const log = await openEngineLog(dataFolder); // made here, so that nobody else may read it
    try {
      await manager.install(service);
      // The service waits for the end of an engine that runs by itself, so that nobody comes between the two.
      if (before && !before.health.service) await stopIdleEngine(before.endpoint);
      await this.#untilUp(before, () => log.readNew());
    } catch (error) {
      await this.#forget().catch(() => undefined); // what went wrong first is what to tell
      throw error;
    } finally {
      await log.handle.close();
    }
    return this.state();
  }

  /**
   * Has the engine run as a service no more. Vaults, machines and settings stay; the next use starts an engine by itself.
   * @throws AppError `EngineBusy` while it runs jobs, `ServiceManagerUnavailable`, `ServiceCommandFailed`
   */
  async remove(): Promise<UserServiceState> {
    const running = await findEngine(this.#options.dataFolder);
    if (running?.health.service) refuseWhileBusy(running);
    await this.#forget();
    return this.state();
  }

  /** Never throws: what cannot be found out is told as `problem`. */
  async state(): Promise<UserServiceState> {
    const { dataFolder, manager } = this.#options;
    const [status, running] = await Promise.all([this.#status(), findEngine(dataFolder)]);
    return { dataFolder, definition: manager.definition, ...status, ...(running && { engine: factsOf(running) }) };
  }

  async #status(): Promise<ServiceStatus | { problem: AppError }> {
    try {
      return await this.#options.manager.status();
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { problem: error };
    }
  }

  /** Waits until the service is the engine, or waits itself for another one to finish its jobs. */
  async #untilUp(before: RunningEngine | undefined, newLog: () => Promise<string>): Promise<void> {
    const { dataFolder, manager, patienceMs = 20_000 } = this.#options;
    for (const end = performance.now() + patienceMs; performance.now() < end; await delay(LOOK_MS)) {
      const running = await findEngine(dataFolder);
      const isNew = running?.endpoint.token !== before?.endpoint.token;
      const isWaitedFor = running && !running.health.service && running.health.runningJobs > 0;
      if (running && (isNew || isWaitedFor)) return;
      const { running: alive = true, state } = await manager.status();
      if (!alive) throw this.#notStarted(`it is ${state}.`, await newLog());
    }
    throw this.#notStarted(`it did not answer within ${patienceMs / 1000} s.`, await newLog());
  }

  #notStarted(how: string, log: string): AppError {
    const { dataFolder } = this.#options;
    const said = lastWords(log);
    const reason = typeof said === 'string' ? `${how} ${said}`.trim() : said.message;
    return appError('ServiceNotStarted', { folder: dataFolder, reason, file: join(dataFolder, ENGINE_LOG) });
  }

  async #forget(): Promise<void> {
    await this.#options.manager.remove();
    await rm(join(this.#options.dataFolder, SERVICE_FOLDER), { recursive: true, force: true });
  }
}

function factsOf({ health }: RunningEngine): ServingEngine {
  const { pid, version, service = false, runningJobs, protectedItems, nextRun } = health;
  return { pid, version, service, runningJobs, protectedItems, ...(nextRun === undefined ? {} : { nextRun }) };
}

function refuseWhileBusy({ health }: RunningEngine): void {
  if (health.runningJobs > 0) throw appError('EngineBusy', { count: health.runningJobs });
}
