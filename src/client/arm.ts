import type { EngineEndpoint } from '../protocol/engineEndpoint';
import { createArmClients } from './armClients';
import { ArmConnection } from './armConnection';
import type { Connection } from './connection';
import { EngineTransport } from './engineTransport';
import { attachEngine } from './local/attach';
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

export interface LocalConnectionOptions {
  /** Absolute folder that the engine keeps its data in. */
  readonly dataFolder: string;
  /** Folder of the engine's bundles, `dist`. */
  readonly bundleFolder: string;
  /** A Node.js program to run the engine with, in place of this process's own. */
  readonly nodePath?: string;
  readonly log?: (text: string) => void;
  /** Further arguments for an engine that has to be started. */
  readonly engineArgs?: readonly string[];
}

export interface LocalHandle extends Connection {
  /** True if no engine ran before. */
  readonly startedEngine: boolean;
  /** Closes this side's sockets; the engine goes on by itself. */
  dispose(): void;
  /** Asks the engine to stop, unless jobs run. @returns whether it does */
  stopEngine(): Promise<boolean>;
  /** Stops the engine with whatever it is doing and waits until it is gone. */
  endEngine(): Promise<void>;
}

/**
 * Connects to the engine of a data folder, which is started if none runs.
 * @throws AppError `EngineUnfit`, `EngineFolderNotWritable`, `EngineStartFailed`
 */
export async function createLocalConnection(options: LocalConnectionOptions): Promise<LocalHandle> {
  const { dataFolder, bundleFolder, nodePath, log, engineArgs: args } = options;
  const attach = async () => {
    const { endpoint, started } = await attachEngine({ dataFolder, bundleFolder, nodePath, args });
    log?.(
      `${started ? 'Started' : 'Found'} the engine of ${dataFolder}, version ${endpoint.version}, pid ${endpoint.pid}.`,
    );
    current = endpoint;
    return { endpoint, started };
  };
  let current: EngineEndpoint;
  const { endpoint, started } = await attach();
  const transport = new EngineTransport(endpoint, { dataFolder, attach: async () => (await attach()).endpoint });
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
    dispose: () => transport.close(),
    stopEngine: async () => stopIdleEngine(current),
    endEngine: async () => endEngine(current),
  });
}
