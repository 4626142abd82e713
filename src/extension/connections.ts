import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { AzureConnection } from '../client/azure/azureConnection';
import type { Coverage } from '../client/azure/coverage';
import type { OpenUserServiceOptions } from '../client/service/openUserService';
import type { UserService } from '../client/service/userService';
import type { OperationWatch } from '../client/waiting';
import type { EngineSettings } from '../domain/engineSettings';
import { AppError } from '../domain/errors';
import { WANTED_FILE } from '../protocol/engineEndpoint';
import type { AzureAccount, AzureSubscription } from './azure/account';
import type { LocalClient } from './model/engineLink';
import { errorForLog } from './model/failure';
import type { Log } from './model/log';

export interface LocalOptions {
  /** Absolute folder that the engine keeps its data in. */
  readonly dataFolder: string;
  /** Folder of the extension's bundles. */
  readonly bundleFolder: string;
  /** Node.js to run the engine with; VS Code's own where it is not set. */
  readonly nodePath: string | undefined;
  /** Where an engine of somebody else says how it is reached; none is started then. */
  readonly endpoint: string | undefined;
  /** How the engine shall work; one of somebody else is left as it is. */
  readonly settings: EngineSettings;
  readonly log: Log;
}

/** Connects to the engine of this computer and starts it if none runs. The client is loaded here and nowhere else. */
export async function openLocal(options: LocalOptions): Promise<LocalClient> {
  const { dataFolder, bundleFolder, nodePath, endpoint, settings, log } = options;
  const { createLocalConnection } = await import('../client/arm');
  const client = await createLocalConnection({
    dataFolder,
    bundleFolder,
    ...(nodePath === undefined ? {} : { nodePath }),
    ...(endpoint === undefined ? {} : { endpoint }),
    log: (text) => log.info(text),
  });
  const { local } = client;
  if (!local) throw new AppError('EngineStartFailed', 'The connection has no local part.');
  if (endpoint === undefined) {
    // An engine of an older version, which is kept while its jobs run, knows nothing of settings.
    await local.saveSettings(settings).catch((error: unknown) => log.warn(`engine settings: ${errorForLog(error)}`));
  }
  return Object.assign(client, { local });
}

/** Whether machines are backed up by schedule from a data folder, so that its engine has to run. */
export async function engineIsWanted(dataFolder: string): Promise<boolean> {
  return access(join(dataFolder, WANTED_FILE)).then(
    () => true,
    () => false,
  );
}

/** Opens the engine of this computer as a service of the session. Nothing is asked before its first use. */
export async function openService(options: OpenUserServiceOptions): Promise<UserService> {
  const { openUserService } = await import('../client/arm');
  return openUserService(options);
}

/** Loads sign-in to Azure. */
export async function openAccount(): Promise<AzureAccount> {
  const { VscodeAccount } = await import('./azure/vscodeAccount');
  return new VscodeAccount();
}

export interface AzureConnectionOptions {
  readonly subscription: AzureSubscription;
  readonly account: AzureAccount;
  readonly watch: OperationWatch;
  readonly log: Log;
}

/** Opens the client of one subscription of Azure. Nothing is asked before its first use. */
export async function openAzure(options: AzureConnectionOptions): Promise<AzureConnection> {
  const { createAzureConnection } = await import('../client/arm');
  const { subscription, account, watch, log } = options;
  const { id, name, tenantId, person } = subscription;
  return createAzureConnection({
    subscription: { id, name, tenantId, account: person.label },
    environment: account.cloud(),
    credential: account.credential(subscription),
    watch,
    log: (text) => log.info(text),
  });
}

/** Reads vaults, machines and protected items of several subscriptions at once. */
export async function coverAzure(connections: readonly AzureConnection[], log: Log): Promise<Coverage> {
  const { coverage } = await import('../client/arm');
  return coverage(connections, { now: Date.now, log: (text) => log.info(text) });
}
