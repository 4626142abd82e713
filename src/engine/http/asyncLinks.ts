import type { ArmReply, ArmRequest } from './operation';

/** Seconds that a poller waits before it asks again about something not finished (SPEC §7: at most 1). */
const RETRY_AFTER = '1';

/**
 * The answer that starts a long-running operation. A first look makes sense at once: most operations end in
 * milliseconds and their job goes on by itself.
 */
export function accepted(request: ArmRequest, statusPath: string, resultPath: string | undefined): ArmReply {
  return {
    status: 202,
    headers: {
      'Azure-AsyncOperation': link(request, statusPath),
      ...(resultPath !== undefined && { Location: link(request, resultPath) }),
      'Retry-After': '0',
    },
  };
}

/** "Not finished yet" of a results route: the same link again. */
export function stillRunning(request: ArmRequest): ArmReply {
  return { status: 202, headers: { Location: `${request.origin}${request.url}`, 'Retry-After': RETRY_AFTER } };
}

export function link(request: ArmRequest, path: string): string {
  // Names in the path are decoded and may hold anything; a header may not.
  return `${request.origin}${encodeURI(path)}?api-version=${request.apiVersion}`;
}

export const retryHeaders = { 'Retry-After': RETRY_AFTER } as const;
