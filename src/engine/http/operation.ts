/** HTTP methods that ARM uses. */
export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** A request after authentication and parsing. Names keep the caller's case; matching ignores it. */
export interface ArmRequest {
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Query parameters, decoded; keys in the caller's case. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON, or `undefined` when there is no body. Not validated yet. */
  readonly body: unknown;
  /** `scheme://host` that links in the answer must start with: what the caller itself used (DESIGN: Links). */
  readonly origin: string;
  /** Path and query as received. */
  readonly url: string;
  readonly apiVersion: string;
}

/** An answer; `body: undefined` sends none. */
export interface ArmReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One row of the table of operations: a method on an ARM path, and what answers it. */
export interface Operation {
  readonly method: Method;
  /** Path with `:name` parameters, in ARM's own casing; matched without regard to case. */
  readonly path: string;
  readonly handle: (request: ArmRequest) => ArmReply | Promise<ArmReply>;
}
