import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';

/** The signal that ends a request; the SDKs' pipelines have made it the platform's own by the time that policies run. */
export function nativeSignal({ abortSignal }: Pick<PipelineRequest, 'abortSignal'>): AbortSignal | undefined {
  return abortSignal instanceof AbortSignal ? abortSignal : undefined;
}

/** Ends every request, also one that still waits, as soon as `end` fires. */
export function endedBy(end: AbortSignal): PipelinePolicy {
  return {
    name: 'endedBy',
    sendRequest: async (request, next) => {
      end.throwIfAborted();
      const own = nativeSignal(request);
      request.abortSignal = own ? AbortSignal.any([own, end]) : end;
      return next(request);
    },
  };
}
