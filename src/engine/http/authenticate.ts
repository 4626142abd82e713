import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { appError } from '../../domain/errorCatalogue';
import { isOverTcp } from './links';

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Makes the check that every request passes first. It throws what the request is refused with.
 * @param token the engine's own token
 * @param alsoAccepts tells whether another token is good, for example one that an authority issued
 */
export function authenticator(
  token: string,
  alsoAccepts: (token: string) => boolean = () => false,
): (request: FastifyRequest) => void {
  const expected = digest(token);
  return (request) => {
    const [, given = ''] = /^bearer (.*)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!timingSafeEqual(digest(given), expected) && !alsoAccepts(given)) {
      throw appError('InvalidAuthenticationToken', {});
    }
    checkHost(request);
  };
}

/**
 * A page in a browser can reach loopback under a name of its own (DNS rebinding); it cannot fake this header.
 * @throws AppError `HostNotAllowed`
 */
export function checkHost(request: FastifyRequest): void {
  const { host = '' } = request.headers;
  if (isOverTcp(request) && !LOOPBACK_HOST.test(host)) throw appError('HostNotAllowed', { host });
}

/** Equal length for any input, as the comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
