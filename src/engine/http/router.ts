import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { appError } from '../../domain/errorCatalogue';
import { apiVersionOf } from './apiVersion';
import { requestOrigin } from './links';
import type { ArmReply, ArmRequest, Operation } from './operation';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** What fastify's router and its query parser give. */
interface RouteTypes {
  Params: Record<string, string>;
  Querystring: Record<string, string | string[]>;
}
type RoutedRequest = FastifyRequest<RouteTypes>;

/** Registers every operation; all other methods on a known path answer 405. */
export function registerOperations(app: FastifyInstance, operations: readonly Operation[]): void {
  for (const [path, rows] of groupByPath(operations)) {
    const allowed: readonly string[] = rows.map((row) => row.method);
    for (const { method, path: url, handle } of rows) {
      app.route<RouteTypes>({
        method,
        url,
        exposeHeadRoute: false,
        // Before the body is read, so that a wrong version is told before a wrong body.
        onRequest: async (request) => void apiVersionOf(queryOf(request)),
        handler: async (request, reply) => sendReply(reply, await handle(armRequest(request))),
      });
    }
    app.route({
      method: METHODS.filter((method) => !allowed.includes(method)),
      url: path,
      exposeHeadRoute: false,
      onRequest: async (request, reply) => {
        reply.header('Allow', allowed.join(', '));
        throw appError('MethodNotAllowed', { method: request.method });
      },
      handler: () => undefined, // never reached
    });
  }
}

/** Sends what a handler answered. */
export function sendReply(reply: FastifyReply, { status, body, headers }: ArmReply): FastifyReply {
  reply.code(status).headers({ ...headers });
  if (body === undefined) return reply.send();
  // A socket takes bytes in half the time that it takes a long string in.
  return reply.type('application/json; charset=utf-8').send(Buffer.from(JSON.stringify(body)));
}

/** Rows of the same path, whatever their parameters are called and however they are written. */
function groupByPath(operations: readonly Operation[]): Map<string, Operation[]> {
  const groups = new Map<string, { path: string; rows: Operation[] }>();
  for (const row of operations) {
    const key = row.path.replaceAll(/:\w+/g, ':').toLowerCase();
    const group = groups.get(key) ?? { path: row.path, rows: [] };
    if (group.rows.some((other) => other.method === row.method)) {
      throw new Error(`Two operations answer ${row.method} ${row.path}.`);
    }
    group.rows.push(row);
    groups.set(key, group);
  }
  return new Map([...groups.values()].map(({ path, rows }) => [path, rows]));
}

function armRequest(request: RoutedRequest): ArmRequest {
  const query = queryOf(request);
  return {
    params: { ...request.params },
    query,
    body: request.body,
    origin: requestOrigin(request),
    url: request.raw.url ?? request.url,
    apiVersion: apiVersionOf(query),
  };
}

/** Of a key given twice, the first counts. */
function queryOf(request: RoutedRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.query).map(([key, value]) => [key, Array.isArray(value) ? value[0] : value]),
  );
}
