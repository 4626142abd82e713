import { parseArgs } from 'node:util';
import { isAppError } from '../../domain/errors';
import type { EngineProcessOptions, Serving } from './engineProcess';

type Serve = (options: Pick<EngineProcessOptions, 'data' | 'port' | 'idleMs' | 'service'>) => Promise<Serving>;

interface Arguments {
  readonly data: string;
  readonly port?: number;
  readonly idleMs?: number;
  readonly service?: boolean;
}

const USAGE = 'usage: engine.js --data DIR [--port N] [--idle SECONDS] [--service]';

/**
 * Runs the engine until it stops.
 * @returns the exit code: 0 done (or already running), 1 failed with the reason on stderr, 2 wrong usage
 */
export async function runCommandLine(argv: readonly string[], serve: Serve): Promise<0 | 1 | 2> {
  // Whoever reads our output may go first; that must not end the engine.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const options = readArguments(argv);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${USAGE}\n`);
    return 2;
  }
  try {
    const serving = await serve(options);
    await serving.stopped;
    return 0;
  } catch (error) {
    process.stderr.write(`${failureLine(error)}\n`);
    return 1;
  }
}

/** @returns the options, or in words what is wrong with the arguments */
function readArguments(argv: readonly string[]): Arguments | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        idle: { type: 'string' },
        service: { type: 'boolean' },
      },
    });
    if (!values.data) return '--data is required.';
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
      return '--port must be a number from 0 to 65535.';
    }
    const idleMs = values.idle === undefined ? undefined : Number(values.idle) * 1000;
    if (idleMs !== undefined && !(idleMs > 0)) return '--idle must be a number of seconds greater than 0.';
    return { data: values.data, port, idleMs, service: values.service };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The last line on stderr, as ARM's error envelope: whoever started the engine reads the reason there. */
function failureLine(error: unknown): string {
  if (isAppError(error)) {
    const { code, message, details } = error;
    return JSON.stringify({ error: { code, message, target: details.target, recommendation: details.recommendation } });
  }
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return JSON.stringify({
    error: { code: 'EngineStartFailed', message: `The backup engine did not start: ${reason}` },
  });
}
