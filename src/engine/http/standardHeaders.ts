import type { IncomingHttpHeaders } from 'node:http';

interface RequestFacts {
  readonly requestId: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** The headers that ARM puts on every answer, errors included. */
export function standardHeaders({ requestId, method, headers }: RequestFacts): Record<string, string> {
  const reading = method === 'GET' || method === 'HEAD';
  const clientId = headers['x-ms-client-request-id'];
  const correlationId = headers['x-ms-correlation-request-id'];
  return {
    'x-ms-request-id': requestId,
    'x-ms-correlation-request-id': typeof correlationId === 'string' ? correlationId : requestId,
    ...(typeof clientId === 'string' ? { 'x-ms-client-request-id': clientId } : {}),
    // Nothing is throttled here: the number stays what a fresh Azure subscription shows.
    [`x-ms-ratelimit-remaining-subscription-${reading ? 'reads' : 'writes'}`]: reading ? '11999' : '1199',
    'Cache-Control': 'no-cache',
    Pragma: 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  };
}
