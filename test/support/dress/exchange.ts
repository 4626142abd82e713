/** What the dressed Azure is asked and what it answers, whichever way it travels. */

export interface DressRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: URL;
  readonly authorization: string | undefined;
  /** JSON. */
  readonly body: string | undefined;
}

export interface DressAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; empty for none. */
  readonly body: string;
}

export function answerOf(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): DressAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export function refusal(
  status: number,
  { code, message }: { code: string; message: string },
  headers: Readonly<Record<string, string>> = {},
): DressAnswer {
  return answerOf(status, { error: { code, message } }, headers);
}
