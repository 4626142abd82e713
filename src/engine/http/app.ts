import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { appError } from '../../domain/errorCatalogue';
import { AppError } from '../../domain/errors';
import type { Log } from '../process/log';
import { authenticator, checkHost } from './authenticate';
import type { Authority } from './authority';
import { errorReply } from './errorReply';
import type { Operation } from './operation';
import { registerOperations, sendReply } from './router';
import { standardHeaders } from './standardHeaders';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers without a token. */
    open?: boolean;
  }
}

export interface HttpAppOptions {
  /** What callers must bring as `Authorization: Bearer`. */
  readonly token: string;
  readonly operations: readonly Operation[];
  readonly ids: { requestId(): string };
  readonly log: Log;
  /** Signs clients in that bring no token of the engine; without it there is only the engine's own. */
  readonly authority?: Authority;
  /** Bytes; 4 MiB if not given, as ARM. */
  readonly bodyLimit?: number;
  /** Called for each request that may come in, and once when it is over, however it ended. */
  readonly onRequestStart?: () => void;
  readonly onRequestEnd?: () => void;
}

/**
 * The engine's HTTP side without a listener: see `listen`, or `app.inject()` in tests. Each request passes, in this order:
 * request id, authentication, host check, route, api-version, body, handler, serialisation or error envelope.
 */
export function createHttpApp(options: HttpAppOptions): FastifyInstance {
  const { ids, log } = options;
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    sendReply(reply, errorReply(error, { requestId: request.id, url: request.url, log }));

  const app = fastify({
    logger: false,
    bodyLimit: options.bodyLimit ?? 4 * 1024 * 1024,
    genReqId: () => ids.requestId(),
    routerOptions: {
      caseSensitive: false, // parameters keep the caller's case
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: 2048, // with the default of 100 a long container name would be a 404
    },
    // What the router itself refuses (a malformed %-escape): no hook has run yet.
    frameworkErrors: (error, request, reply) => {
      addStandardHeaders(request, reply);
      void fail(error, request, reply);
    },
  });
  parseBodies(app);

  const { authority } = options;
  const authenticate = authenticator(options.token, (token) => authority?.accepts(token) ?? false);
  app.addHook('onRequest', async (request, reply) => {
    addStandardHeaders(request, reply);
    if (request.routeOptions.config.open) checkHost(request);
    else authenticate(request);
    options.onRequestStart?.();
    reply.raw.once('close', () => options.onRequestEnd?.());
    if (request.is404) throw notFound(request); // before a body is read for nothing
  });
  app.addHook('onResponse', async (request, reply) => {
    log.debug(`${request.method} ${request.url} ${reply.statusCode} ${Math.round(reply.elapsedTime)} ms`);
  });
  app.setErrorHandler(fail);
  app.setNotFoundHandler(async (request) => {
    throw notFound(request);
  });
  registerOperations(app, options.operations);
  authority?.register(app);
  return app;
}

/** Bodies are JSON whatever their type says; clients also send a JSON type without any body on DELETE and POST. */
function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    try {
      done(null, JSON.parse(body.toString()));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      done(appError('InvalidRequestContent', { reason }));
    }
  });
}

function addStandardHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(standardHeaders({ requestId: request.id, method: request.method, headers: request.headers }));
}

function notFound(request: FastifyRequest): AppError {
  const [path] = request.url.split('?');
  return new AppError('NotFound', `There is no operation at ${path}.`);
}
