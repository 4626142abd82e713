import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { serverCertificate } from '../../../src/engine/process/tls/certificate';
import { FakeClock } from '../engineWorld';
import { DressedCloud, type DressOptions } from './cloud';

/** How far the time of a cloud for other processes may be behind the real one (ms). */
const TICK_MS = 20;

/** A dressed Azure behind TLS, for clients of other processes. Its time goes on by itself. */
export interface TlsCloud {
  readonly cloud: DressedCloud;
  /** PEM file of the authority that clients must trust. */
  readonly authorityFile: string;
  /** Tokens that requests carried, to be looked for where they must not be. */
  readonly tokens: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** @param folder an absolute folder for the certificate */
export async function startTlsCloud(
  folder: string,
  options: Omit<DressOptions, 'clock' | 'origin'> = {},
): Promise<TlsCloud> {
  const clock = new FakeClock();
  clock.sleepUntil(Date.now());
  const ticking = setInterval(() => clock.moveTo(Math.max(clock.time, Date.now())), TICK_MS);
  const cloud = await DressedCloud.create({ ...options, clock });
  const { cert, key, authorityFile } = await serverCertificate(folder, Date.now());
  const tokens = new Set<string>();
  const server = createServer({ cert, key }, (request, response) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '');
    if (token !== undefined) tokens.add(token);
    void serve(cloud, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cloud.origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    cloud,
    authorityFile,
    tokens,
    stop: async () => {
      clearInterval(ticking);
      server.closeAllConnections();
      server.close();
      await cloud.close();
    },
  };
}

async function serve(cloud: DressedCloud, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const body = await text(request);
  const answer = await cloud.answer({
    method,
    url: new URL(url, cloud.origin),
    authorization: headers.authorization,
    body: body === '' ? undefined : body,
  });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
