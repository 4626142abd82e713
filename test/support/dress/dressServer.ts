import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serverCertificate } from '../../../src/engine/process/tls/certificate';
import { FakeClock } from '../engineWorld';
import { DressedCloud, type DressOptions } from './cloud';
import type { DressAnswer } from './exchange';

/** How often the world's clock is set to the real time, in ms. */
const TICK_MS = 50;

/** The dressed Azure over TLS, for clients of other processes. Its time is the real one. */
export interface DressServer {
  readonly cloud: DressedCloud;
  /** `https://localhost:<port>`. */
  readonly url: string;
  /** Certificate to trust, PEM: its text, and a file for `NODE_EXTRA_CA_CERTS`. */
  readonly authority: string;
  readonly authorityFile: string;
  stop(): Promise<void>;
}

/** @param folder where the certificate is put, made anew for it */
export async function startDressServer(
  folder: string,
  options: Omit<DressOptions, 'clock' | 'origin'> = {},
): Promise<DressServer> {
  const clock = new FakeClock(Date.now());
  const { cert, key, authority, authorityFile } = await serverCertificate(folder, Date.now());
  const cloud = await DressedCloud.create({ ...options, clock });
  const server = createServer({ cert, key }, (request, response) => void serve(cloud, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cloud.origin = `https://localhost:${portOf(server)}`;
  const ticking = setInterval(() => clock.moveTo(Date.now()), TICK_MS);
  return {
    cloud,
    url: cloud.origin,
    authority,
    authorityFile,
    stop: async () => {
      clearInterval(ticking);
      server.close();
      server.closeAllConnections();
      await cloud.close();
    },
  };
}

async function serve(cloud: DressedCloud, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await answerTo(cloud, request).catch(brokenDress);
  response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
}

async function answerTo(cloud: DressedCloud, request: IncomingMessage): Promise<DressAnswer> {
  const body = Buffer.concat(await request.toArray()).toString();
  return cloud.answer({
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', cloud.origin),
    authorization: request.headers.authorization,
    body: body === '' ? undefined : body,
  });
}

/** Not an answer of Azure's: a test that gets it fails with the reason. */
function brokenDress(error: unknown): DressAnswer {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, headers: { 'content-type': 'text/plain' }, body: `The dress is broken: ${reason}` };
}

function portOf(server: Server): number {
  const { port } = server.address() as AddressInfo;
  return port;
}
