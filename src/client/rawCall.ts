import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import type * as z from 'zod';
import { asAppErrors } from './armErrors';
import type { CallOptions } from './connection';
import type { Sender } from './waiting';

export interface RawCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its api-version. */
  readonly url: string;
  readonly body?: object | undefined;
}

/**
 * The sanctioned way around the SDKs' models: a call through the pipeline of one of their clients.
 * @throws AppError with the service's code; an answer of another shape is `UnexpectedAnswer`
 */
export async function rawCall<T>(
  sender: Sender,
  schema: z.ZodType<T>,
  { method, url, body }: RawCall,
  { signal }: CallOptions,
): Promise<T> {
  return asAppErrors(async () => {
    const response = await sender.sendRequest(
      createPipelineRequest({
        url,
        method,
        headers: createHttpHeaders({
          Accept: 'application/json',
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        }),
        body: body === undefined ? undefined : JSON.stringify(body),
        abortSignal: signal,
      }),
    );
    if (response.status >= 400) {
      throw Object.assign(new Error(`HTTP ${response.status}`), { response, code: String(response.status) });
    }
    return schema.parse(response.bodyAsText ? JSON.parse(response.bodyAsText) : undefined);
  });
}
