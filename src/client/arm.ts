import { appError } from '../domain/errorCatalogue';
import type { EngineEndpoint } from '../protocol/engineEndpoint';
import { createArmClients } from './armClients';
import { ArmConnection } from './armConnection';
import type { Connection } from './connection';
import { EngineTransport } from './engineTransport';
import { type Attachment, attachEngine } from './local/attach';
import { attachTo, endpointUnreachable } from './local/attachTo';
import { endEngine, stopIdleEngine } from './local/runningEngine';
import { LocalCalls } from './localCalls';

export {
  type AzureConnection,
  type AzureConnectionOptions,
  type AzureEnvironment,
  type AzureSubscription,
  createAzureConnection,
} from './azure/azureConnection';
export { type Coverage, type CoverageFailure, coverage } from './azure/coverage';
export { type OpenUserServiceOptions, openUserService } from './service/openUserService';

export interface LocalConnectionOptions {
  /** Absolute folder that the engine keeps its data in. */
  readonly dataFolder: string;
  /** Folder of the engine's bundles, `dist`. */
  readonly bundleFolder: string;
  /** A Node.js program to run the engine with, in place of this process's own. */
  readonly nodePath?: string;
  /** Where an engine says how it is reached that somebody else runs: it is used then, and none is started. */
  readonly endpoint?: string;
  readonly log?: (text: string) => void;
  /** Further arguments for an engine that has to be started. */
  readonly engineArgs?: readonly string[];
}

export interface LocalHandle extends Connection {
  /** True if no engine ran before. */
  readonly startedEngine: boolean;
  /** Where the engine says how it is reached, if somebody else runs it. */
  readonly foreignEndpoint?: string;
  /** Closes this side's sockets; the engine goes on by itself. */
  dispose(): void;
  /** Asks the engine to stop, unless jobs run. @returns whether it does */
  stopEngine(): Promise<boolean>;
  /** Stops the engine with whatever it is doing and waits until it is gone. */
  endEngine(): Promise<void>;
}

/**
 * Connects to the engine of a data folder, which is started if none runs, or to one that somebody else runs.
 * @throws AppError `EngineUnfit`, `EngineFolderNotWritable`, `EngineStartFailed`, `EngineEndpointUnreachable`
 */
export async function createLocalConnection(options: LocalConnectionOptions): Promise<LocalHandle> {
  const { dataFolder, bundleFolder, nodePath, endpoint: foreign, log, engineArgs: args } = options;
  const find = async (): Promise<Pick<Attachment, 'endpoint' | 'started'>> =>
    foreign === undefined
      ? attachEngine({ dataFolder, bundleFolder, nodePath, args })
      : { endpoint: await attachTo(foreign), started: false };
  const attach = async () => {
    const { endpoint, started } = await find();
    const { version, pid } = endpoint;
    log?.(`${started ? 'Started' : 'Found'} the engine of ${foreign ?? dataFolder}, version ${version}, pid ${pid}.`);
    current = endpoint;
    return { endpoint, started };
  };
  let current: EngineEndpoint;
  const { endpoint, started } = await attach();
  const transport = new EngineTransport(endpoint, {
    attach: async () => (await attach()).endpoint,
    unreachable: (reason, cause) =>
      foreign === undefined
        ? appError('EngineUnreachable', { folder: dataFolder, reason }, { cause })
        : endpointUnreachable(foreign, reason, cause),
  });
  const { subscriptionId } = endpoint;
  // The transport puts the token of the engine it reaches on each request; the SDKs only need some credential.
  const credential = { getToken: async () => ({ token: 'local', expiresOnTimestamp: Date.now() + 86_400_000 }) };
  const clients = createArmClients(credential, subscriptionId, {
    httpClient: transport,
    retryOptions: { maxRetries: 0 },
  });
  const local: LocalCalls = new LocalCalls({ clients, subscriptionId, connection: () => connection });
  const connection = new ArmConnection(
    { kind: 'local', key: `local:${subscriptionId}`, displayName: 'This computer', subscriptionId },
    { clients, now: Date.now, local },
  );
  return Object.assign(connection, {
    startedEngine: started,
    ...(foreign === undefined ? {} : { foreignEndpoint: foreign }),
    dispose: () => transport.close(),
    stopEngine: async () => stopIdleEngine(current),
    endEngine: async () => endEngine(current),
  });
}
