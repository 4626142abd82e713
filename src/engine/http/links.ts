import type { FastifyRequest } from 'fastify';

/**
 * True for loopback TCP. A Unix domain socket or pipe has no remote address. (Neither has a TCP connection that is gone
 * already, but then nobody reads the answer.)
 */
export function isOverTcp(request: FastifyRequest): boolean {
  return request.raw.socket.remoteAddress !== undefined;
}

/**
 * `scheme://host` that links in the answer must start with: what the caller itself used. The forwarded scheme counts
 * only over the socket, where just the owner of the data folder can connect.
 */
export function requestOrigin(request: FastifyRequest): string {
  const forwarded = request.headers['x-forwarded-proto'];
  const https = !isOverTcp(request) && typeof forwarded === 'string' && forwarded.toLowerCase() === 'https';
  return `${https ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`;
}
