import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { appError } from '../domain/errorCatalogue';
import type { EngineEndpoint } from '../protocol/engineEndpoint';
import { keepErrorBody } from './armErrors';
import { type LocalTransport, socketTransport } from './local/socketTransport';

const GONE = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/**
 * Carries requests to the engine of a data folder, whichever process that is now: when the one it knows is gone it
 * attaches again, once, and repeats the request. Each request carries the token of the engine it goes to.
 */
export class EngineTransport {
  readonly #dataFolder: string;
  readonly #attach: () => Promise<EngineEndpoint>;
  #current: { transport: LocalTransport; token: string };

  /** @param attach finds the engine or starts it */
  constructor(endpoint: EngineEndpoint, options: { dataFolder: string; attach: () => Promise<EngineEndpoint> }) {
    this.#dataFolder = options.dataFolder;
    this.#attach = options.attach;
    this.#current = transportTo(endpoint);
  }

  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    const used = this.#current;
    try {
      return await this.#send(request);
    } catch (error) {
      if (!isGone(error) || request.abortSignal?.aborted) throw error;
      // Another request of the same moment may have attached already.
      if (this.#current === used) await this.#reattach();
      return this.#send(request).catch((again: unknown) => {
        if (!isGone(again)) throw again;
        const reason = again instanceof Error ? again.message : String(again);
        throw appError('EngineUnreachable', { folder: this.#dataFolder, reason }, { cause: again });
      });
    }
  }

  close(): void {
    this.#current.transport.close();
  }

  async #send(request: PipelineRequest): Promise<PipelineResponse> {
    const { transport, token } = this.#current;
    request.headers.set('Authorization', `Bearer ${token}`);
    const response = await transport.sendRequest(request);
    if (response.status >= 400 && response.bodyAsText) keepErrorBody(request, response.bodyAsText);
    return response;
  }

  async #reattach(): Promise<void> {
    const endpoint = await this.#attach();
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
