/** Headers of an answer, as the SDKs' pipelines give them. */
export interface AnswerHeaders {
  get(name: string): string | undefined;
}

/**
 * How long (ms) an answer asks to wait, by one of the headers that Azure uses for it; `undefined` if it does not say.
 * @param now ms UTC; a header may name a moment instead of a time
 */
export function retryAfterMs(headers: AnswerHeaders, now: number): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const ms = numberIn(headers.get(name));
    if (ms !== undefined) return ms;
  }
  const text = headers.get('retry-after');
  const seconds = numberIn(text);
  if (seconds !== undefined) return seconds * 1000;
  const moment = Date.parse(text ?? '');
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - now);
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
