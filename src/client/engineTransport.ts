import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { AppError } from '../domain/errors';
import type { EngineEndpoint } from '../protocol/engineEndpoint';
import { keepErrorBody } from './armErrors';
import { type LocalTransport, socketTransport } from './local/socketTransport';

const GONE = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
const WRONG_TOKEN = 401;

interface EngineTransportOptions {
  /** Finds the engine or starts it. */
  readonly attach: () => Promise<EngineEndpoint>;
  /** The failure of an engine that is gone again. */
  readonly unreachable: (reason: string, cause: unknown) => AppError;
}

/**
 * Carries requests to an engine, whichever process that is now: when the one it knows is gone, or another one answers in
 * its place, it attaches again, once, and repeats the request. Each request carries the token of the engine it goes to.
 */
export class EngineTransport {
  readonly #options: EngineTransportOptions;
  #current: { transport: LocalTransport; token: string };

  constructor(endpoint: EngineEndpoint, options: EngineTransportOptions) {
    this.#options = options;
    this.#current = transportTo(endpoint);
  }

  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    const used = this.#current;
    try {
      const response = await this.#send(request);
      // Another engine listens on the same socket; one that refuses its own token would refuse it again.
      if (response.status !== WRONG_TOKEN || !(await this.#isAnother(used))) return response;
    } catch (error) {
      if (!isGone(error) || request.abortSignal?.aborted) throw error;
      // Another request of the same moment may have attached already.
      if (this.#current === used) await this.#reattach();
    }
    return this.#again(request);
  }

  close(): void {
    this.#current.transport.close();
  }

  async #again(request: PipelineRequest): Promise<PipelineResponse> {
    try {
      return await this.#send(request);
    } catch (error) {
      if (!isGone(error)) throw error;
      throw this.#options.unreachable(error instanceof Error ? error.message : String(error), error);
    }
  }

  async #send(request: PipelineRequest): Promise<PipelineResponse> {
    const { transport, token } = this.#current;
    request.headers.set('Authorization', `Bearer ${token}`);
    const response = await transport.sendRequest(request);
    if (response.status >= 400 && response.bodyAsText) keepErrorBody(request, response.bodyAsText);
    return response;
  }

  /** Attaches again. @returns whether that led to another engine than the one that was used */
  async #isAnother(used: { token: string }): Promise<boolean> {
    if (this.#current === used) await this.#reattach();
    return this.#current.token !== used.token;
  }

  async #reattach(): Promise<void> {
    const endpoint = await this.#options.attach();
    this.#current.transport.close();
    this.#current = transportTo(endpoint);
  }
}

function transportTo({ socket, token }: EngineEndpoint): { transport: LocalTransport; token: string } {
  return { transport: socketTransport(socket), token };
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && GONE.has(error.code);
}
