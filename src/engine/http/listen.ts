import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

export interface Listening {
  /** The loopback TCP port, when one was asked for. */
  readonly port?: number;
  /** Refuses new requests, lets those under way end for a while, then cuts them off. */
  close(): Promise<void>;
}

/** A certificate with its private key, both PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

interface ListenOptions {
  /** Unix domain socket or Windows pipe. A stale socket file must be gone already. */
  readonly socket: string;
  /** Loopback TCP as well; 0 takes any free port. */
  readonly port?: number;
  /** Makes loopback TCP speak TLS with this certificate (PEM). */
  readonly tls?: TlsIdentity;
  /** How long requests under way may take at close. */
  readonly graceMs?: number;
}

/** Serves the app on its socket and, if asked, on loopback TCP: plain servers, because fastify itself listens only once. */
export async function listen(
  app: FastifyInstance,
  { socket, port, tls, graceMs = 5000 }: ListenOptions,
): Promise<Listening> {
  await app.ready();
  const answer: RequestListener = (request, response) => app.routing(request, response);
  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => closeServer(server, graceMs)));
    await app.close();
  };
  try {
    servers.push(await startServer(createServer(OPTIONS, answer), { path: socket }));
    if (port === undefined) return { close };
    const server = tls === undefined ? createServer(OPTIONS, answer) : createTlsServer({ ...OPTIONS, ...tls }, answer);
    const tcp = await startServer(server, { port, host: '127.0.0.1' });
    servers.push(tcp);
    const address = tcp.address();
    return { close, port: typeof address === 'object' ? address?.port : undefined };
  } catch (error) {
    await close();
    throw error;
  }
}

const OPTIONS = { keepAliveTimeout: 60_000 } as const;

async function startServer(server: Server, target: { path: string } | { port: number; host: string }): Promise<Server> {
  server.on('clientError', refuse);
  server.listen(target);
  await once(server, 'listening');
  return server;
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  // Again and again: a connection that its caller keeps becomes idle only when the request under way is answered.
  const closeIdle = setInterval(() => server.closeIdleConnections(), 20);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(closeIdle);
  clearTimeout(cut);
}

/** Answers bytes that are not HTTP; no request exists, so nothing of the pipeline has run. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ error: { code: 'BadRequest', message: 'The request is not valid HTTP.' } });
  socket.end(
    [
      'HTTP/1.1 400 Bad Request',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-cache',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
