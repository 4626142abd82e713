import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { ENGINE_PROTOCOL, type EngineEndpoint } from '../../protocol/engineEndpoint';
import { VERSION } from '../../protocol/version';
import type { BuildEngine } from '../engineContext';
import { createHttpApp } from '../http/app';
import { Authority } from '../http/authority';
import { listen } from '../http/listen';
import { folderKey, prepareDataFolder } from './dataFolder';
import { removeEndpoint, writeEndpoint } from './endpointFile';
import { engineOperations } from './engineOperations';
import { groupDoor } from './groupDoor';
import { Lifetime } from './lifetime';
import { createLog, type EngineLog } from './log';
import { removeOldRuntimes } from './oldRuntimes';
import { awaitFolder, claimFolder } from './otherEngine';
import { unfitReason } from './runtimeProbe';
import { handleSignals } from './signals';
import { prepareSocketFolder, socketPath } from './socketPath';
import { Teardown } from './teardown';
import { clientOf } from './tls/clientFile';
import { WantedMarker } from './wantedMarker';

const TEN_MINUTES = 10 * 60_000;

export interface TlsOptions {
  /** Absolute path of the file with the id and secret of the one client that may sign in; made if there is none. */
  readonly clientFile: string;
}

export interface EngineProcessOptions {
  readonly data: string;
  /** Loopback TCP beside the socket; 0 takes any free port. */
  readonly port?: number;
  /** Loopback TCP with TLS and an authority to sign in at, for tools that only know Azure's way. */
  readonly tls?: TlsOptions;
  /** Name or number of a group whose members may use the engine as well: see {@link groupDoor}. */
  readonly socketGroup?: string;
  /** How long the engine stays up after its last client when it has no work of its own. */
  readonly idleMs?: number;
  /**
   * Run by the system for the user's session: it stays until it is told to stop, and while another process is the
   * folder's engine it waits for its end and takes over then.
   */
  readonly service?: boolean;
  /** Takes the line that tells how to reach the engine; stdout if not given. It contains the token. */
  readonly announce?: (line: string) => void;
  readonly log?: EngineLog;
  readonly build: BuildEngine;
}

export interface Serving {
  readonly endpoint: EngineEndpoint;
  /** False when another process is the folder's engine already; then this one has nothing to wait for. */
  readonly here: boolean;
  /** What clients need to trust the port and to sign in, when it speaks TLS. */
  readonly tls?: { readonly tenantId: string; readonly authorityFile: string; readonly clientFile: string };
  /** Resolves when the engine has stopped, for whatever reason. */
  readonly stopped: Promise<void>;
  /** Stops the engine of this process; running jobs are interrupted cleanly. */
  stop(): Promise<void>;
}

/**
 * Becomes the engine of a data folder, or finds the one that runs already, which is success as well.
 * @throws AppError `EngineUnfit`, `EngineFolderNotWritable`, `EngineStartFailed`, `EngineGroupUnusable`
 */
export async function runEngineProcess(options: EngineProcessOptions): Promise<Serving> {
  const { announce = (line) => process.stdout.write(`${line}\n`) } = options;
  const log = options.log ?? createLog({ write: (line) => process.stderr.write(`${line}\n`) });
  const unfit = await unfitReason();
  if (unfit) throw appError('EngineUnfit', { file: process.execPath, reason: unfit });
  const dataFolder = await prepareDataFolder(options.data);

  const lockFile = join(dataFolder, 'engine.lock');
  const claim = options.service
    ? { lock: await awaitFolder({ dataFolder, lockFile, log }) }
    : await claimFolder({ dataFolder, lockFile });
  if ('other' in claim) {
    log.info(`already running, pid ${claim.other.pid}`);
    announce(announcement(claim.other));
    return { endpoint: claim.other, here: false, stopped: Promise.resolve(), stop: async () => undefined };
  }
  const teardown = new Teardown(log);
  teardown.add('releasing the lock', () => claim.lock.release());
  try {
    const serving = await start({ ...options, dataFolder, log, teardown });
    announce(announcement(serving.endpoint, serving));
    return serving;
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

interface StartOptions extends EngineProcessOptions {
  readonly dataFolder: string;
  readonly log: EngineLog;
  readonly teardown: Teardown;
}

/** Everything between having the lock and being reachable; each step says how it is undone. */
async function start(options: StartOptions): Promise<Serving> {
  const { dataFolder, log, teardown, port, tls, socketGroup, service = false } = options;
  const { idleMs = service ? Infinity : TEN_MINUTES } = options;
  const startedAt = Date.now();
  await removeEndpoint(dataFolder); // left by an engine that was killed
  const token = randomBytes(32).toString('base64url');
  log.redact(token);

  const door = socketGroup === undefined ? undefined : await groupDoor(dataFolder, socketGroup);
  const key = await folderKey(dataFolder);
  const engine = await options.build({ dataFolder, key, version: VERSION, log });
  teardown.add('closing the engine', () => engine.close());
  const lifetime = new Lifetime({ idleMs, now: () => performance.now(), mustStay: () => engine.mustStay() });

  const marker = new WantedMarker(dataFolder);
  const mark = () => {
    try {
      marker.set(engine.health().protectedItems > 0);
    } catch (error) {
      log.warn('the next window may not start the engine by itself', error);
    }
  };

  const end = new EventEmitter();
  const stopped = once(end, 'stopped').then(() => undefined);
  let stopping: Promise<void> | undefined;
  const stop = (reason: string): Promise<void> => {
    stopping ??= (async () => {
      log.info(`stopping: ${reason}`);
      mark();
      await teardown.run();
      log.info('stopped');
      end.emit('stopped');
    })();
    return stopping;
  };
  const own = engineOperations({
    version: VERSION,
    dataFolder,
    service,
    startedAt,
    activity: () => engine.health(),
    stop: () => void setImmediate(() => void stop('asked to')),
  });
  const { subscriptionId, tenantId } = engine;
  const secure = tls && (await prepareTls(dataFolder, tls));
  if (secure) log.redact(secure.client.clientSecret);
  const app = createHttpApp({
    token,
    authority: secure && new Authority({ ...secure.client, tenantId, key: signingKey(key), now: Date.now }),
    operations: [...engine.operations, ...own],
    ids: { requestId: randomUUID },
    log,
    onRequestStart: () => lifetime.requestStarted(),
    onRequestEnd: () => lifetime.requestEnded(),
  });

  const socket = door?.socket ?? socketPath(dataFolder);
  if (!door) await prepareSocketFolder(socket, dataFolder);
  if (process.platform !== 'win32') await rm(socket, { force: true }); // stale for certain: the lock is ours
  const listening = await listen(app, { socket, port, tls: secure?.certificate });
  teardown.add('closing the listeners', () => listening.close());

  const endpoint: EngineEndpoint = {
    version: VERSION,
    protocol: ENGINE_PROTOCOL,
    socket,
    ...(listening.port === undefined ? {} : { port: listening.port }),
    token,
    pid: process.pid,
    subscriptionId,
    startedAt,
  };
  // Undone first of all, so that nobody new finds an engine that is about to go.
  teardown.add('removing the endpoint file', () => removeEndpoint(dataFolder));
  await writeEndpoint(dataFolder, endpoint);
  if (door) {
    teardown.add('closing the door of the group', () => door.close());
    await door.open(endpoint);
  }

  const check = setInterval(
    () => {
      mark();
      try {
        if (lifetime.isOver()) void stop('idle');
      } catch (error) {
        log.error('cannot tell whether the engine may stop, so it stays', error);
      }
    },
    Math.min(idleMs / 4, 5000),
  );
  check.unref();
  teardown.add('clearing the idle timer', () => clearInterval(check));
  teardown.add(
    'taking away signal handlers',
    handleSignals((signal) => void stop(signal)),
  );
  log.info(`listening on ${socket}, pid ${process.pid}, version ${VERSION}, Node.js ${process.version}`);
  await removeOldRuntimes(dataFolder).catch((error: unknown) => log.warn('old bundle copies were not removed', error));
  return {
    endpoint,
    here: true,
    tls: secure && { tenantId, authorityFile: secure.certificate.authorityFile, clientFile: secure.clientFile },
    stopped,
    stop: () => stop('asked to'),
  };
}

function announcement(reached: EngineEndpoint, { tls }: Pick<Serving, 'tls'> = {}): string {
  const { port, socket, token, subscriptionId, version } = reached;
  const tcp = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  return JSON.stringify({ endpoint: port === undefined ? socket : tcp, token, subscriptionId, version, ...tls });
}

/** The certificate and the client of a port with TLS; the certificate's library is loaded for this alone. */
async function prepareTls(dataFolder: string, { clientFile }: TlsOptions) {
  const { serverCertificate } = await import('./tls/certificate');
  return {
    client: await clientOf(clientFile),
    clientFile,
    certificate: await serverCertificate(dataFolder, Date.now()),
  };
}

/** The key that tokens are signed with: the data folder's own, so that they outlive a restart. */
function signingKey(folder: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', folder, '', 'token authority', 32));
}
