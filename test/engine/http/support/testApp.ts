import type { FastifyInstance, InjectOptions } from 'fastify';
import { createHttpApp, type HttpAppOptions } from '../../../../src/engine/http/app';
import type { ArmRequest, Operation } from '../../../../src/engine/http/operation';
import { createLog } from '../../../../src/engine/process/log';

export const TOKEN = 'the-token';
export const VERSION = 'api-version=2024-04-01';

export interface TestApp {
  readonly app: FastifyInstance;
  /** What the log got. */
  readonly lines: string[];
}

/** An app with `operations` and request ids `request-1`, `request-2`… */
export function testApp(operations: readonly Operation[], options: Partial<HttpAppOptions> = {}): TestApp {
  const lines: string[] = [];
  let count = 0;
  const app = createHttpApp({
    token: TOKEN,
    operations,
    ids: { requestId: () => `request-${++count}` },
    log: createLog({ write: (line) => lines.push(line) }),
    ...options,
  });
  return { app, lines };
}

/** An operation that answers with what it was asked. */
export function echo(method: Operation['method'], path: string): Operation {
  return { method, path, handle: repeat };
}

function repeat({ params, query, body, origin, url, apiVersion }: ArmRequest) {
  return { status: 200, body: { params, query, body, origin, url, apiVersion } };
}

/** A request with the right token. */
export function authorized(options: InjectOptions): InjectOptions {
  return { ...options, headers: { authorization: `Bearer ${TOKEN}`, ...options.headers } };
}
