import { request } from 'node:http';
import { AppError } from '../../domain/errors';
import type { EngineEndpoint } from '../../protocol/engineEndpoint';
import { LOCAL_API_VERSION } from '../../protocol/local';
import { errorIn } from './errorEnvelope';

interface EngineCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

/**
 * One small JSON call to an engine, without the SDK.
 * @returns the parsed body, `undefined` when there is none
 * @throws AppError with the engine's code when it refuses; Node's own error when it cannot be reached
 */
export async function engineCall(
  endpoint: Pick<EngineEndpoint, 'socket' | 'token'>,
  call: EngineCall,
): Promise<unknown> {
  const { status, text } = await send(endpoint, call);
  const reply: unknown = text === '' ? undefined : JSON.parse(text);
  if (status < 300) return reply;
  throw errorIn(reply) ?? new AppError('EngineCallFailed', `The backup engine answered ${status}.`);
}

function send(
  { socket, token }: Pick<EngineEndpoint, 'socket' | 'token'>,
  { method, path, body, timeoutMs = 3000 }: EngineCall,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath: socket,
        method,
        path: `${path}?api-version=${LOCAL_API_VERSION}`,
        agent: false,
        // For the whole exchange: a socket timeout alone would start again with every byte.
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
      },
      (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (part: string) => {
            text += part;
          })
          .on('end', () => resolve({ status: response.statusCode ?? 0, text }))
          .on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
