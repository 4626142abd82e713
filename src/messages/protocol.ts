import * as z from 'zod/mini';

/** What identifies the thing a panel shows, for example `{ jobId }`: all the host needs to restore the panel. */
export const panelKeySchema = z.record(z.string(), z.string());
export type PanelKey = z.infer<typeof panelKeySchema>;

/** True if two keys name the same thing. */
export function sameKey(a: PanelKey, b: PanelKey): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** What a page keeps by `setState`; the host reads `key` in its serializer. `page` belongs to the page alone. */
export const savedStateSchema = z.object({ key: panelKeySchema, page: z.optional(z.unknown()) });

/** Why a request was refused: one sentence, and what to do next where that is known. */
export const requestErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  recommendation: z.optional(z.string()),
});
export type RequestError = z.infer<typeof requestErrorSchema>;

/** Host to page: a complete state. A page shows the highest version it has seen; versions start at 1 for each page. */
export interface SnapshotMessage<Snapshot> {
  readonly type: 'snapshot';
  readonly version: number;
  readonly key: PanelKey;
  /** Id of the element that is to have the keyboard once this is shown. */
  readonly focus?: string;
  readonly data: Snapshot;
  /** IANA name of the zone that times are shown in; without it the window's own. */
  readonly timeZone?: string | undefined;
}

/** Host to page: the answer to the request of the same id. */
export type ReplyMessage<Result> =
  | { readonly type: 'reply'; readonly id: number; readonly result: Result }
  | { readonly type: 'error'; readonly id: number; readonly error: RequestError };

export type HostMessage<Snapshot, Result> = SnapshotMessage<Snapshot> | ReplyMessage<Result>;

/**
 * Page to host: `ready` once its listener is up (also after a reload), then requests. `kept` says once for each thing shown that the
 * page keeps something of the person's about it: of a form, what was entered.
 */
export type PageMessage<Request> =
  | { readonly type: 'ready' }
  | { readonly type: 'kept' }
  | { readonly type: 'request'; readonly id: number; readonly request: Request };

/** Schemas of both directions of one panel. Hosts and pages check every message that comes in. */
export interface PanelProtocol<Snapshot, Request, Result> {
  readonly hostMessage: z.ZodMiniType<HostMessage<Snapshot, Result>>;
  readonly pageMessage: z.ZodMiniType<PageMessage<Request>>;
}

/** Result of a request whose only news is that it was accepted; what it changed comes with the next snapshot. */
export const acceptedSchema = z.object({ accepted: z.literal(true) });
export type Accepted = z.infer<typeof acceptedSchema>;

/** Builds the message schemas of a panel around its own three shapes. */
export function panelProtocol<Snapshot, Request, Result>(shapes: {
  snapshot: z.ZodMiniType<Snapshot>;
  request: z.ZodMiniType<Request>;
  result: z.ZodMiniType<Result>;
}): PanelProtocol<Snapshot, Request, Result> {
  const id = z.int().check(z.positive());
  return {
    hostMessage: z.union([
      z.object({
        type: z.literal('snapshot'),
        version: z.int().check(z.positive()),
        key: panelKeySchema,
        focus: z.optional(z.string()),
        data: shapes.snapshot,
        timeZone: z.optional(z.string()),
      }),
      z.object({ type: z.literal('reply'), id, result: shapes.result }),
      z.object({ type: z.literal('error'), id, error: requestErrorSchema }),
    ]),
    pageMessage: z.union([
      z.object({ type: z.literal('ready') }),
      z.object({ type: z.literal('kept') }),
      z.object({ type: z.literal('request'), id, request: shapes.request }),
    ]),
  };
}
