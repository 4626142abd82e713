import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';

/**
 * True for loopback TCP. A Unix domain socket or pipe has no remote address. (Neither has a TCP connection that is gone
 * already, but then nobody reads the answer.)
 */
export function isOverTcp(request: FastifyRequest): boolean {
  return request.raw.socket.remoteAddress !== undefined;
}

/** True for loopback TCP with TLS. */
export function isOverTls(request: FastifyRequest): boolean {
  return request.raw.socket instanceof TLSSocket;
}

/**
 * `scheme://host` that links in the answer must start with: what the caller itself used. The forwarded scheme counts
 * only over the socket, where just the owner of the data folder can connect.
 */
export function requestOrigin(request: FastifyRequest): string {
  const forwarded = request.headers['x-forwarded-proto'];
  const https =
    isOverTls(request) || (!isOverTcp(request) && typeof forwarded === 'string' && forwarded.toLowerCase() === 'https');
  return `${https ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`;
}
