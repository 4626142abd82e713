import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
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
  call: RawCall,
  options: CallOptions,
): Promise<T> {
  return asAppErrors(async () => {
    const { bodyAsText } = await rawSend(sender, call, options);
    return schema.parse(bodyAsText ? JSON.parse(bodyAsText) : undefined);
  });
}

/** As {@link rawCall}, for who needs the whole answer. @throws what the service refused it with, as the SDKs throw it */
export async function rawSend(
  sender: Sender,
  { method, url, body }: RawCall,
  { signal }: CallOptions,
): Promise<PipelineResponse> {
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
  return response;
}
